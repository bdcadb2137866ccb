//! `muster rule test`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_core::diag::Sources;
use muster_core::finding::Rule;
use muster_host::author::{Case, Expected, Outcome, Tried, blessed, read_case, try_case};

use super::pack::{Desk, Folder, Ready};
use crate::advisor::aside::aside;
use crate::app::App;
use crate::args::RuleTest;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{reason, replace};
use crate::render::style::Accent;
use crate::render::{count, diagnostics};

/// A case file and what came of it.
struct Trial {
    file: PathBuf,
    bytes: Vec<u8>,
    /// The rule by its place and what it said, or why nothing could be tried.
    tried: Result<(usize, Tried), CommandError>,
}

impl Trial {
    /// Whether the rule came to an end and said the same each time, so that its word can be expected of it.
    fn judged(&self) -> Option<&Tried> {
        let (_, tried) = self.tried.as_ref().ok()?;
        matches!(tried.outcome, Outcome::Passed | Outcome::Differs { .. }).then_some(tried)
    }

    fn passed(&self) -> bool {
        self.tried.as_ref().is_ok_and(|(_, tried)| tried.outcome == Outcome::Passed)
    }
}

/// Tries the cases of a pack, or writes what they should expect: when all were tried, so that Ctrl-C leaves all or none as they were.
/// A case that cannot be tried keeps no other from it.
pub(super) async fn run(app: &App, args: &RuleTest) -> Result<Exit, CommandError> {
    let folder = Folder::open(&args.pack.pack)?;
    let desk = folder.desk(app).await?;
    let ready = &desk.ready;
    let files: Vec<PathBuf> = folder.cases()?.into_iter().filter(|file| is_chosen(file, args.only.as_deref())).collect();
    if files.is_empty() {
        return Err(CommandError::usage(no_case(args.only.as_deref())).hint("a case is a YAML file in cases/ with `given:` and `expect:`"));
    }
    let mut trials = Vec::new();
    for file in files {
        trials.push(trial(app, &desk, file).await);
    }
    if args.only.is_none() {
        untested(app, ready, &trials);
    }
    if args.bless { bless(app, ready, &trials) } else { report(app, ready, &trials) }
}

async fn trial(app: &App, desk: &Arc<Desk>, file: PathBuf) -> Trial {
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) => {
            let tried = Err(CommandError::invalid(format!("{} cannot be read: {}", file.display(), reason(&error))));
            return Trial { file, bytes: Vec::new(), tried };
        }
    };
    let tried = match read(app, &file, &bytes, &desk.ready.rules) {
        Ok(case) => tried(desk, &file, case).await,
        Err(error) => Err(error),
    };
    for (level, line) in tried.iter().flat_map(|(_, tried)| &tried.log) {
        app.terminal.say(&format!("{}: {level}: {line}", file.display()));
    }
    Trial { file, bytes, tried }
}

async fn tried(desk: &Arc<Desk>, file: &Path, case: Case) -> Result<(usize, Tried), CommandError> {
    let (rule, own) = (case.rule, Arc::clone(desk));
    let tried = aside(move || {
        let _ticks = own.host.ticker()?;
        Ok::<_, CommandError>(try_case(&own.host, &own.ready.pack, &own.ready.rules, &case))
    });
    let tried = tried.await??.map_err(|error| CommandError::invalid(format!("{} cannot be tried", file.display())).because(error))?;
    Ok((rule, tried))
}

/// Shows what is not as expected.
fn report(app: &App, ready: &Ready, trials: &[Trial]) -> Result<Exit, CommandError> {
    let untried = unless(app, ready, trials, |trial| trial.passed())?;
    let (all, passed) = (trials.len(), trials.iter().filter(|trial| trial.passed()).count());
    let (cases, failed) = (count(all, "case"), all - passed - untried);
    app.terminal.result(&match (failed, untried) {
        (0, 0) => format!("{cases}, all as expected.\n"),
        (0, _) => format!("{passed} of {cases} as expected.\n"),
        _ => format!("\n{failed} of {cases} failed.\n"),
    })?;
    match (failed, untried) {
        (0, 0) => Ok(Exit::Done),
        (_, 0) => Ok(Exit::Failed),
        _ => Err(CommandError::invalid(format!("{untried} of {cases} could not be tried"))),
    }
}

/// Shows every case of which `good` is not true; how many could not be tried at all.
fn unless(app: &App, ready: &Ready, trials: &[Trial], good: impl Fn(&Trial) -> bool) -> Result<usize, CommandError> {
    let mut untried = 0;
    for trial in trials.iter().filter(|trial| !good(trial)) {
        match &trial.tried {
            Ok((rule, tried)) => app.terminal.result(&failure(app, &trial.file, &ready.rules[*rule], &tried.outcome))?,
            Err(error) => {
                untried += 1;
                app.terminal.error(error);
            }
        }
    }
    Ok(untried)
}

/// Writes what the rules found into the cases: into all that differ, or, when one could not be judged, into none.
fn bless(app: &App, ready: &Ready, trials: &[Trial]) -> Result<Exit, CommandError> {
    let untried = unless(app, ready, trials, |trial| trial.judged().is_some())?;
    let unjudged = trials.iter().filter(|trial| trial.judged().is_none()).count();
    let cases = count(trials.len(), "case");
    if unjudged > 0 {
        let exit = if untried > 0 { Exit::Invalid } else { Exit::Failed };
        let message = format!("nothing was blessed: {unjudged} of {cases} could not be judged");
        return Err(CommandError::new(exit, message).hint("mend that first, or bless others by name: `muster rule test NAME --bless`"));
    }
    let differ = trials.iter().filter(|trial| !trial.passed());
    let texts =
        differ.filter_map(|trial| Some((trial, trial.judged()?))).map(|(trial, tried)| Ok((trial, text(ready, trial, tried)?, tried)));
    for (trial, text, tried) in texts.collect::<Result<Vec<_>, CommandError>>()? {
        replace(&trial.file, &trial.bytes, text.as_bytes())
            .map_err(|error| CommandError::failed(format!("{} could not be written: {}", trial.file.display(), reason(&error))))?;
        app.terminal.say(&format!("{} now expects {}", trial.file.display(), count(tried.found.len(), "finding")));
    }
    app.terminal.result(&format!("{cases}, all as expected.\n"))?;
    Ok(Exit::Done)
}

/// The case with what was found as what is expected, read again: what would no longer say it is not written.
fn text(ready: &Ready, trial: &Trial, tried: &Tried) -> Result<String, CommandError> {
    let text = blessed(&String::from_utf8_lossy(&trial.bytes), &tried.found);
    match read_case("", text.as_bytes(), &ready.rules) {
        Ok(case) if case.expect == tried.found => Ok(text),
        _ => Err(CommandError::invalid(format!("{} cannot be blessed; nothing was", trial.file.display()))
            .hint("write `given:` and `expect:` each at the beginning of a line, without braces around them")),
    }
}

fn no_case(only: Option<&str>) -> String {
    only.map_or_else(|| "the pack has no case".to_owned(), |only| format!("no case is called `{only}`"))
}

fn is_chosen(file: &Path, only: Option<&str>) -> bool {
    only.is_none_or(|only| file.file_stem().is_some_and(|name| name.to_string_lossy().contains(only)))
}

/// Reads a case, and shows what is wrong with it at its place.
pub(super) fn read(app: &App, file: &Path, bytes: &[u8], rules: &[Rule]) -> Result<Case, CommandError> {
    let name = file.display().to_string();
    read_case(&name, bytes, rules).map_err(|problems| {
        let mut sources = Sources::default();
        sources.0.insert(name.as_str().into(), String::from_utf8_lossy(bytes).into_owned().into());
        app.terminal.block(&diagnostics::text(&problems, &sources, &app.terminal.err_style));
        CommandError::invalid(format!("{name} is not valid: {}", diagnostics::tally(&problems)))
    })
}

fn failure(app: &App, file: &Path, rule: &Rule, outcome: &Outcome) -> String {
    let mut out = format!("{} {}: rule `{}`", app.terminal.out_style.paint(Accent::Destroy, "failed"), file.display(), rule.id);
    match outcome {
        Outcome::Passed => {}
        Outcome::Unstable(why) => out.push_str(&format!(": {why}\n")),
        Outcome::Errored(causes) => causes.iter().for_each(|cause| out.push_str(&format!(": {cause}\n"))),
        Outcome::Differs { missing, surplus } => {
            out.push('\n');
            missing.iter().for_each(|one| out.push_str(&format!("  expected  {}\n", line(one))));
            surplus.iter().for_each(|one| out.push_str(&format!("  found     {}\n", line(one))));
        }
    }
    out
}

fn line(one: &Expected) -> String {
    let message = if one.message.is_empty() { String::new() } else { format!(": {}", one.message) };
    let evidence = if one.evidence.is_empty() { String::new() } else { format!(" {}", serde_json::Value::Object(one.evidence.clone())) };
    format!("{} {}{message}{evidence}", one.resource, one.verdict)
}

/// A rule without a case is a rule nobody looked at.
fn untested(app: &App, ready: &Ready, trials: &[Trial]) {
    // The case that could not be read may be about any of them.
    let Ok(seen) = trials.iter().map(|trial| trial.tried.as_ref().map(|(rule, _)| *rule)).collect::<Result<Vec<_>, _>>() else { return };
    for (_, rule) in ready.rules.iter().enumerate().filter(|(at, _)| !seen.contains(at)) {
        app.terminal.warn(&format!("rule `{}` has no case", rule.id));
    }
}
