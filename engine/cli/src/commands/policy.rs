//! `muster policy`.

use jiff::Timestamp;
use muster_core::policy::{self, Ground, Lint, Policies};

use crate::advisor::{choose, packs};
use crate::app::App;
use crate::args::{Policy, PolicyCommand, PolicyLint, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::{self, Project};
use crate::render::{count, diagnostics};

/// Looks at policies.
pub(crate) fn run(app: &App, args: &Policy) -> Result<Exit, CommandError> {
    match &args.command {
        PolicyCommand::Lint(args) => lint(app, args),
    }
}

fn lint(app: &App, args: &PolicyLint) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let packs = packs::known(app, &project)?;
    let policies = choose::policies(&project, &args.files)?;
    let catalogue = choose::catalogue(&packs);
    let ground = Ground::of(&project.fleet);
    let selection = policy::select(&policies, &catalogue, &ground);
    let now = app.global.now.unwrap_or_else(Timestamp::now);
    let remarks = policy::lint(&policies, &catalogue, &ground, &selection, now);
    let problems: Vec<_> = selection.diagnostics.iter().cloned().chain(remarks.iter().map(Lint::diagnostic)).collect();
    let refused = project::is_refused(&problems, args.strict);
    if args.format == TextOrJson::Json {
        let rules = selection.enabled.len();
        app.terminal.json(&serde_json::json!({"valid": !refused, "rules": rules, "diagnostics": diagnostics::json(&problems)}))?;
        return Ok(if refused { Exit::Invalid } else { Exit::Done });
    }
    if !problems.is_empty() {
        app.terminal.block(&diagnostics::text(&problems, &policies.sources, &app.terminal.err_style));
    }
    if refused {
        return Err(CommandError::invalid(format!("the policies are not valid: {}", diagnostics::tally(&problems))));
    }
    app.terminal.result(&format!("{} fine: {}\n", named(&policies), contents(selection.enabled.len(), selection.exceptions.len())))?;
    Ok(Exit::Done)
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
