//! The command line. Its help texts are the reference: `docs/reference/cli.md`, the man page and the
//! completions are made from these types.

mod adopt;
mod advise;
mod apply;
mod destroy;
mod doctor;
mod generate;
mod iam;
mod init;
mod key;
mod lock;
mod notices;
mod plan;
mod policy;
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "the command line is the same in every build"))]
mod rule;
mod run;
mod sandbox;
mod schedule;
mod status;
mod validate;
mod version;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

pub(crate) use adopt::{Adopt, Unadopt};
#[cfg(feature = "rules")]
pub(crate) use advise::AdviceFormat;
pub(crate) use advise::Advise;
pub(crate) use apply::{Apply, Perform};
pub(crate) use destroy::Destroy;
pub(crate) use doctor::Doctor;
pub(crate) use generate::{Completions, Generate};
pub(crate) use iam::Iam;
#[cfg(feature = "rules")]
pub(crate) use iam::IamAdvice;
pub(crate) use init::{Init, Look};
pub(crate) use key::Key;
pub(crate) use lock::{Lock, LockCommand};
pub(crate) use notices::Notices;
pub(crate) use plan::{Format, Plan, Planning};
pub(crate) use policy::Policy;
#[cfg(feature = "rules")]
pub(crate) use policy::{PolicyCommand, PolicyLint};
pub(crate) use rule::Rule;
#[cfg(feature = "rules")]
pub(crate) use rule::{Lang, RuleBench, RuleCommand, RuleInspect, RuleLock, RuleNew, RuleReplay, RuleTest};
pub(crate) use run::Run;
pub(crate) use sandbox::{Hand, Sandbox, Stock};
pub(crate) use schedule::{FIRINGS, ImportFrom, Schedule, ScheduleCommand, ScheduleImport, ScheduleNext};
pub(crate) use schedule::{
    ScheduleExplain, ScheduleExport, ScheduleKey, ScheduleLint, ScheduleList, ScheduleSet, ScheduleShow, ScheduleTest,
};
pub(crate) use status::Status;
pub(crate) use validate::Validate;
pub(crate) use version::Version;

use crate::env;

/// Keeps an AWS fleet the way one file says it should be.
#[derive(Debug, Parser)]
#[command(name = "muster", version, propagate_version = true, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Flags of every command")]
pub(crate) struct Global {
    /// The fleet file; files it names, `fleet.lock` and `.muster/` stand beside it
    #[arg(long, global = true, value_name = "FILE", env = env::FLEET, default_value = "fleet.yaml", hide_env_values = true)]
    pub(crate) fleet: PathBuf,
    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say nothing but results, warnings and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Form of the messages on stderr
    #[arg(long, global = true, value_name = "FORM", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log: LogFormat,
    /// Append everything that happens to FILE, one JSON object a line
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// Use the embedded account in `.muster/` instead of AWS; a new one begins as ESTATE (a YAML file) says
    #[arg(long, global = true, value_name = "ESTATE", num_args = 0..=1, default_missing_value = "")]
    pub(crate) sandbox: Option<String>,
    /// Judge schedules and dates as if it were T (RFC 3339); with `apply` on the sandbox only
    #[arg(long, global = true, value_name = "T", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

impl Global {
    /// The estate file given on the command line.
    pub(crate) fn estate(&self) -> Option<&str> {
        self.sandbox.as_deref().filter(|path| !path.is_empty())
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Form of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

/// Form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What muster can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Validate(Validate),
    /// Print the JSON Schema of fleet.yaml, for editors
    Schema,
    Lock(Lock),
    Plan(Plan),
    Apply(Apply),
    Status(Status),
    Schedule(Schedule),
    /// Start machines now, by name or tag
    Start(Run),
    /// Stop machines now, by name or tag
    Stop(Run),
    Key(Key),
    Adopt(Adopt),
    Unadopt(Unadopt),
    Destroy(Destroy),
    Sandbox(Sandbox),
    /// Show the main job on a fresh embedded account: reset it, plan, apply, plan again
    Tour,
    Doctor(Doctor),
    Iam(Iam),
    Version(Version),
    Completions(Completions),
    #[command(hide = true)]
    Generate(Generate),
    Advise(Advise),
    Policy(Policy),
    Rule(Rule),
}

/// `4h`, `90m`, `2d`; a day is 24 hours.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, String> {
    let read = || "a duration reads `90m`, `4h` or `2d`".to_owned();
    let span: jiff::Span = text.parse().map_err(|_| read())?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|error| error.to_string())?;
    if duration.is_negative() { Err(format!("{}, and none is negative", read())) } else { Ok(duration) }
}

/// An instant with its offset.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "an instant reads `2026-11-21T18:00+09:00` or `2026-11-21T09:00Z`".to_owned())
}

/// Words of the command line, with `--sandbox` cut off from a word behind it that is no estate file: so that
/// `muster --sandbox plan` means what it says.
pub(crate) fn cut_sandbox(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.into_iter().collect();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    for at in 0..end {
        if words[at] == "--sandbox" && words.get(at + 1).is_some_and(|next| !is_estate(next)) {
            "--sandbox=".clone_into(&mut words[at]);
        }
    }
    words
}

fn is_estate(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.ends_with(".yaml") || lower.ends_with(".yml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(cut_sandbox(words.iter().map(|word| (*word).to_owned())))
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sandbox_takes_an_estate_file_and_nothing_else() {
        assert_eq!(parse(&["muster", "--sandbox", "plan"]).expect("command").global.sandbox.as_deref(), Some(""));
        assert_eq!(parse(&["muster", "plan", "--sandbox", "e/office.yaml"]).expect("command").global.estate(), Some("e/office.yaml"));
        assert_eq!(parse(&["muster", "plan", "--sandbox"]).expect("command").global.estate(), None);
        assert!(parse(&["muster", "plan"]).expect("command").global.sandbox.is_none());
    }

    #[test]
    fn apply_takes_a_file_or_a_digest_and_never_both() {
        assert!(parse(&["muster", "apply", "plan.json"]).is_ok());
        assert!(parse(&["muster", "apply", "--expect", "sha256:00"]).is_ok());
        assert!(parse(&["muster", "apply", "plan.json", "--expect", "sha256:00"]).is_err());
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("2d"), Ok(SignedDuration::from_hours(48)));
        assert_eq!(duration("1h30m"), Ok(SignedDuration::from_mins(90)));
        assert!(duration("4").is_err());
        assert!(duration("-3h").is_err_and(|why| why.contains("negative")));
        assert!(instant("tomorrow").is_err_and(|why| why.contains("2026-11-21T18:00+09:00")));
    }

    #[test]
    fn an_override_has_one_end() {
        assert!(parse(&["muster", "start", "alice", "--for", "4h"]).is_ok());
        assert!(parse(&["muster", "start", "alice", "--for", "4h", "--until", "2026-12-01T00:00Z"]).is_err());
        assert!(parse(&["muster", "stop"]).is_err(), "nothing is stopped unless something is named");
    }
}
