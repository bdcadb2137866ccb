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

/// What came of a case file.
enum Told {
    /// It is as expected.
    Passed,
    /// It is not, which was said.
    Failed,
    /// It is to expect from now on what was found.
    Blessed(Box<Blessed>),
}

/// A case file that is to be written.
struct Blessed {
    file: PathBuf,
    /// As it was read.
    bytes: Vec<u8>,
    tried: Tried,
}

/// Tries the cases of a pack, or writes what they should expect: when all were tried, so that Ctrl-C leaves all or none as they were.
pub(super) async fn run(app: &App, args: &RuleTest) -> Result<Exit, CommandError> {
    let folder = Folder::open(&args.pack.pack)?;
    let desk = folder.desk(app).await?;
    let files: Vec<PathBuf> = folder.cases()?.into_iter().filter(|file| is_chosen(file, args.only.as_deref())).collect();
    if files.is_empty() {
        return Err(CommandError::usage(no_case(args.only.as_deref())).hint("a case is a YAML file in cases/ with `given:` and `expect:`"));
    }
    let (mut failed, mut blessed) = (0, Vec::new());
    for file in &files {
        match one(app, &desk, file, args.bless).await? {
            Told::Passed => {}
            Told::Failed => failed += 1,
            Told::Blessed(case) => blessed.push(case),
        }
    }
    blessed.iter().try_for_each(|case| write(app, case))?;
    untested(app, &desk.ready, &files, args.only.is_some());
    let cases = count(files.len(), "case");
    let end = if failed == 0 { format!("{cases}, all as expected.\n") } else { format!("\n{failed} of {cases} failed.\n") };
    app.terminal.result(&end)?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

fn no_case(only: Option<&str>) -> String {
    only.map_or_else(|| "the pack has no case".to_owned(), |only| format!("no case is called `{only}`"))
}

fn is_chosen(file: &Path, only: Option<&str>) -> bool {
    only.is_none_or(|only| file.file_stem().is_some_and(|name| name.to_string_lossy().contains(only)))
}

async fn one(app: &App, desk: &Arc<Desk>, file: &Path, bless: bool) -> Result<Told, CommandError> {
    let bytes = fs::read(file).map_err(|error| CommandError::invalid(format!("{} cannot be read: {}", file.display(), reason(&error))))?;
    let case = read(app, file, &bytes, &desk.ready.rules)?;
    let (at, own) = (case.rule, Arc::clone(desk));
    let tried = aside(move || {
        let _ticks = own.host.ticker()?;
        Ok::<_, CommandError>(try_case(&own.host, &own.ready.pack, &own.ready.rules, &case))
    });
    let tried = tried.await??.map_err(|error| CommandError::invalid(format!("{} cannot be tried", file.display())).because(error))?;
    for (level, line) in &tried.log {
        app.terminal.say(&format!("{}: {level}: {line}", file.display()));
    }
    if tried.outcome == Outcome::Passed {
        return Ok(Told::Passed);
    }
    if bless && matches!(tried.outcome, Outcome::Differs { .. }) {
        return Ok(Told::Blessed(Box::new(Blessed { file: file.to_owned(), bytes, tried })));
    }
    app.terminal.result(&failure(app, file, &desk.ready.rules[at], &tried.outcome))?;
    Ok(Told::Failed)
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

fn write(app: &App, Blessed { file, bytes, tried }: &Blessed) -> Result<(), CommandError> {
    let text = blessed(&String::from_utf8_lossy(bytes), &tried.found);
    replace(file, bytes, text.as_bytes())
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", file.display(), reason(&error))))?;
    app.terminal.say(&format!("{} now expects {}", file.display(), count(tried.found.len(), "finding")));
    Ok(())
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
fn untested(app: &App, ready: &Ready, files: &[PathBuf], partial: bool) {
    if partial {
        return;
    }
    let seen: Vec<usize> =
        files.iter().filter_map(|file| read_case("", &fs::read(file).ok()?, &ready.rules).ok()).map(|case| case.rule).collect();
    for (_, rule) in ready.rules.iter().enumerate().filter(|(at, _)| !seen.contains(at)) {
        app.terminal.warn(&format!("rule `{}` has no case", rule.id));
    }
}
