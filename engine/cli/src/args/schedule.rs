mod fleet;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

pub(crate) use fleet::{ScheduleExplain, ScheduleExport, ScheduleKey, ScheduleLint, ScheduleList, ScheduleSet, ScheduleShow, ScheduleTest};

/// How many firings `schedule next` shows when nobody says.
pub(crate) const FIRINGS: u32 = 5;

/// Look at schedules: when they act, what they want, and why
#[derive(Debug, Args)]
pub(crate) struct Schedule {
    #[command(subcommand)]
    pub(crate) command: ScheduleCommand,
}

/// What to do about schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    Next(ScheduleNext),
    Eval(ScheduleEval),
    Import(ScheduleImport),
    List(ScheduleList),
    Show(ScheduleShow),
    Set(ScheduleSet),
    Lint(ScheduleLint),
    Explain(ScheduleExplain),
    Test(ScheduleTest),
    Export(ScheduleExport),
}

/// Print the next firings of an EventBridge expression, RFC 3339 in UTC, one a line
///
/// `cron(…)`, `rate(…)` and `at(…)` are read as EventBridge Scheduler reads them. fleet.yaml is not looked at.
#[derive(Debug, Args)]
pub(crate) struct ScheduleNext {
    /// The expression: `cron(0 9 ? * MON-FRI *)`
    #[arg(long, value_name = "C", required_unless_present = "stdin")]
    pub(crate) cron: Option<String>,
    /// Its IANA time zone
    #[arg(long, value_name = "Z", default_value = "UTC")]
    pub(crate) zone: String,
    /// Firings after this instant (RFC 3339); without it after now
    #[arg(long, value_name = "T")]
    pub(crate) after: Option<Timestamp>,
    /// How many
    #[arg(short, value_name = "N", default_value_t = FIRINGS)]
    pub(crate) n: u32,
    /// Read JSON lines `{cron, zone, after, n}` and answer each with `{next: […]}` or `{error}`
    #[arg(long, conflicts_with_all = ["cron", "zone", "after", "n"])]
    pub(crate) stdin: bool,
}

/// Answer what schedules want at instants, JSON lines in and out
///
/// A line is `{schedule, at}`, the schedule in the keys of fleet.yaml, with `calendars` and `overrides` beside it where it
/// needs them. The answer is `{state, size, rule, next: {at, state}}`, or `{error}`. Of the fleet file only its zone counts.
#[derive(Debug, Args)]
pub(crate) struct ScheduleEval {
    /// Read the lines from stdin
    #[arg(long, required = true)]
    pub(crate) stdin: bool,
}

/// Read the schedules of another tool into the keys of fleet.yaml
///
/// FILE holds one or more JSON objects in the tool's own field names, and what is printed is a piece of fleet.yaml with
/// notes on what does not carry over. With `--stdin` each line is answered with `{schedule, notes}` or `{error}`. Without either,
/// `--from eventbridge` reads the schedules of EventBridge Scheduler in the account, all groups of every region of the file.
#[derive(Debug, Args)]
pub(crate) struct ScheduleImport {
    /// The tool
    #[arg(long, value_name = "TOOL", value_enum)]
    pub(crate) from: ImportFrom,
    /// A JSON file
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read JSON lines from stdin and answer each
    #[arg(long, conflicts_with = "file")]
    pub(crate) stdin: bool,
}

/// A tool whose schedules are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFrom {
    /// Instance Scheduler on AWS: schedules with their periods
    InstanceScheduler,
    /// Cloud Custodian: tag and options of offhour and onhour
    Custodian,
    /// kube-downscaler: time specs
    KubeDownscaler,
    /// EventBridge: schedules, and rules with their targets
    Eventbridge,
}
