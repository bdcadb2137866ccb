//! `muster schedule lint`.

use muster_core::diag::{Diagnostic, Severity, Sources};
use muster_core::plan::Options;
use muster_core::schedule::lint::{self, Lint};
use muster_core::scheduled;
use serde_json::{Value, json};

use super::scene::Scene;
use crate::app::App;
use crate::args::{ScheduleLint, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project;
use crate::render::{count, diagnostics};

/// Reports findings.
pub(super) async fn run(app: &App, args: &ScheduleLint) -> Result<Exit, CommandError> {
    let loaded = project::load(app)?;
    if loaded.fleet.is_none() {
        return refused(app, args, &loaded.diagnostics, &loaded.sources);
    }
    let scene = Scene::open(app, args.offline).await?;
    let mut findings = lint::lint(scene.fleet(), &lint::Options { now: scene.now(), interval: args.interval });
    findings.extend(scene.input(&Options::default()).iter().flat_map(scheduled::lint));
    lint::sort(&mut findings);
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"at": scene.now(), "findings": findings.iter().map(json_of).collect::<Vec<_>>()}))?;
    } else {
        let shown: Vec<Diagnostic> = findings.iter().map(Lint::diagnostic).collect();
        let text = diagnostics::text(&shown, &scene.project().sources, &app.terminal.out_style);
        app.terminal.result(&format!("{text}{}", closing(findings.len(), scene.fleet().schedules.len())))?;
    }
    let is_error = |finding: &Lint| finding.code.severity() == Severity::Error;
    let invalid = findings.iter().any(is_error) || (args.strict && !findings.is_empty());
    Ok(Exit::of([scene.exit(), if invalid { Exit::Invalid } else { Exit::Done }]))
}

/// A file that does not load: its errors are the findings.
fn refused(app: &App, args: &ScheduleLint, problems: &[Diagnostic], sources: &Sources) -> Result<Exit, CommandError> {
    if args.format == TextOrJson::Json {
        let findings: Vec<Value> = problems.iter().filter_map(Lint::of_diagnostic).map(|finding| json_of(&finding)).collect();
        app.terminal.json(&json!({"findings": findings}))?;
        return Ok(Exit::Invalid);
    }
    app.terminal.block(&diagnostics::text(problems, sources, &app.terminal.err_style));
    Err(project::invalid(app, problems))
}

fn closing(findings: usize, schedules: usize) -> String {
    match findings {
        0 => format!("nothing found in {}.\n", count(schedules, "schedule")),
        _ => format!("\n{} in {}.\n", count(findings, "finding"), count(schedules, "schedule")),
    }
}

fn json_of(finding: &Lint) -> Value {
    let severity = if finding.code.severity() == Severity::Error { "error" } else { "warning" };
    json!({
        "code": finding.code.as_str(),
        "severity": severity,
        "where": finding.span,
        "schedules": finding.schedules,
        "message": finding.message,
        "help": finding.help,
    })
}
