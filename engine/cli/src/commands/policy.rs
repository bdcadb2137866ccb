//! `muster policy`.

use std::collections::BTreeMap;

use muster_core::diag::Diagnostic;
use muster_core::policy::{self, Ground, Lint, Policies};
use muster_core::span::Span;
use serde_json::json;

use crate::advisor::choose;
use crate::advisor::packs::{self, Known, Listed};
use crate::app::App;
use crate::args::{Policy, PolicyCommand, PolicyLint, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::{self, Project};
use crate::render::{count, diagnostics};
use crate::world;

/// Looks at policies.
pub(crate) fn run(app: &App, args: &Policy) -> Result<Exit, CommandError> {
    match &args.command {
        PolicyCommand::Lint(args) => lint(app, args),
    }
}

fn lint(app: &App, args: &PolicyLint) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let packs = packs::listed(&project.folder, &project.fleet.advisor, Some(&project.lock))?;
    let policies = choose::policies(&project, &args.files)?;
    let found = look(app, &project, &policies, packs)?;
    let refused = project::is_refused(&found.problems, args.strict);
    if args.format == TextOrJson::Json {
        let answer = json!({"valid": !refused, "rules": found.rules, "diagnostics": diagnostics::json(&found.problems)});
        app.terminal.json(&answer)?;
        return Ok(if refused { Exit::Invalid } else { Exit::Done });
    }
    if !found.problems.is_empty() {
        app.terminal.block(&diagnostics::text(&found.problems, &choose::sources(&project, &policies), &app.terminal.err_style));
    }
    if refused {
        return Err(CommandError::invalid(format!("the policies are not valid: {}", diagnostics::tally(&found.problems))));
    }
    let how = if found.rules == 0 { "valid, and idle" } else { "fine" };
    app.terminal.result(&format!("{} {how}: {}\n", named(&policies), contents(found.rules, found.exceptions)))?;
    Ok(Exit::Done)
}

/// What was found, and how much there is.
struct Found {
    problems: Vec<Diagnostic>,
    rules: usize,
    exceptions: usize,
}

/// What is wrong with packs and policies, and what is most likely not meant.
fn look(app: &App, project: &Project, policies: &Policies, packs: Listed) -> Result<Found, CommandError> {
    let catalogue = choose::catalogue(&packs.packs);
    let glance = world::glance(app, project)?;
    let ground = Ground { packs: own(&packs.packs), unread: packs.unread, ..Ground::of(&project.fleet).identified(&glance.accounts) };
    let selection = policy::select(policies, &catalogue, &ground);
    let remarks = policy::lint(policies, &catalogue, &ground, &selection, app.global.now.unwrap_or(glance.now));
    let (rules, exceptions) = (selection.enabled.len(), selection.exceptions.len());
    let problems = packs.problems.into_iter().chain(selection.diagnostics).chain(remarks.iter().map(Lint::diagnostic)).collect();
    Ok(Found { problems, rules, exceptions })
}

/// Packs of the fleet's own with their lines.
fn own(packs: &[Known]) -> BTreeMap<String, Span> {
    packs.iter().filter_map(|known| Some((known.id.name.clone(), known.at.clone()?))).collect()
}

/// `baseline is`, `baseline and our are`.
fn named(policies: &Policies) -> String {
    let names: Vec<&str> = policies.names().collect();
    match names.split_last() {
        None => "no policy is".to_owned(),
        Some((one, [])) => format!("{one} is"),
        Some((last, others)) => format!("{} and {last} are", others.join(", ")),
    }
}

fn contents(rules: usize, exceptions: usize) -> String {
    let exceptions = if exceptions == 0 { String::new() } else { format!(", {}", count(exceptions, "exception")) };
    format!("{} on{exceptions}", count(rules, "rule"))
}
