//! `muster schedule test`.

use std::path::{Path, PathBuf};

use muster_core::fleet::{Case, Fleet, cases};
use muster_core::schedule::{Context, Decision};
use serde_json::{Value, json};

use crate::app::App;
use crate::args::{ScheduleTest, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;
use crate::project::Project;
use crate::render::schedule::{instant, list::state_word};
use crate::render::style::{Accent, Style};
use crate::render::{count, diagnostics};

/// Name of the file beside the fleet file.
const FILE: &str = "schedules.test.yaml";

/// A case and what is decided.
struct Tried<'a> {
    case: Case<'a>,
    decision: Decision,
}

impl Tried<'_> {
    fn passed(&self) -> bool {
        self.decision.state == self.case.expect
    }
}

/// Tries the cases of a file.
pub(super) fn run(app: &App, args: &ScheduleTest) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let path = args.file.clone().unwrap_or_else(|| beside(&project.folder));
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let name = path.display().to_string();
    let cases = cases(&name, &bytes, &project.fleet).map_err(|(problems, sources)| {
        app.terminal.block(&diagnostics::text(&problems, &sources, &app.terminal.err_style));
        CommandError::invalid(format!("{name} is not valid: {}", diagnostics::tally(&problems)))
    })?;
    let tried: Vec<Tried<'_>> = cases.into_iter().map(|case| tried(&project.fleet, case)).collect();
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"cases": tried.iter().map(json_of).collect::<Vec<_>>()}))?;
    } else {
        app.terminal.result(&text(&tried, &app.terminal.out_style))?;
    }
    Ok(if tried.iter().all(Tried::passed) { Exit::Done } else { Exit::Failed })
}

fn beside(folder: &Path) -> PathBuf {
    if folder == Path::new(".") { PathBuf::from(FILE) } else { folder.join(FILE) }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::invalid(format!("{} cannot be read: {}", path.display(), reason(error)))
        .hint(format!("cases stand in `{FILE}` beside the fleet file: `- {{schedule: office, at: '2026-10-02T09:00', expect: running}}`"))
}

fn tried<'a>(fleet: &Fleet, case: Case<'a>) -> Tried<'a> {
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    Tried { decision: case.schedule.decide(case.at, &ctx), case }
}

fn text(tried: &[Tried<'_>], style: &Style) -> String {
    let failed: Vec<&Tried<'_>> = tried.iter().filter(|tried| !tried.passed()).collect();
    let mut out: String = failed.iter().map(|tried| failure(tried, style)).collect();
    match failed.len() {
        0 => out.push_str(&format!("{}, all as expected.\n", count(tried.len(), "case"))),
        n => out.push_str(&format!("\n{n} of {} failed.\n", count(tried.len(), "case"))),
    }
    out
}

fn failure(tried: &Tried<'_>, style: &Style) -> String {
    let Tried { case, decision } = tried;
    let place = decision.span.as_ref().map(|span| format!(", {}", span.file_line())).unwrap_or_default();
    let why = case.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    format!(
        "{} {}: `{}` at {}{why}\n  expected {}, is {}: {}{place}\n",
        style.paint(Accent::Destroy, "failed"),
        case.span.file_line(),
        case.schedule.name,
        instant(case.at, &case.schedule.timezone),
        state_word(case.expect),
        state_word(decision.state),
        decision.rule,
    )
}

fn json_of(tried: &Tried<'_>) -> Value {
    let Tried { case, decision } = tried;
    json!({
        "schedule": case.schedule.name,
        "at": case.at,
        "expect": case.expect,
        "state": decision.state,
        "passed": tried.passed(),
        "rule": decision.rule,
        "rule_where": decision.span,
        "where": case.span,
        "why": case.why,
    })
}
