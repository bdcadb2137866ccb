//! `muster validate`.

use muster_core::fleet::Fleet;
use serde_json::json;

use crate::advisor::check;
use crate::app::App;
use crate::args::{TextOrJson, Validate};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project;
use crate::render::{count, diagnostics};

/// Reports every message about the file, its policies and packs, and fleet.lock at once.
pub(crate) fn run(app: &App, args: &Validate) -> Result<Exit, CommandError> {
    let mut loaded = project::load(app)?;
    let lock = project::look_at_lock(&project::folder(&app.global.fleet));
    check::complete(app, &mut loaded, lock.as_ref().ok())?;
    loaded.add(lock.err().map(|problem| *problem).into_iter().collect());
    let refused = project::is_refused(&loaded.diagnostics, args.strict) || loaded.fleet.is_none();
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"valid": !refused, "diagnostics": diagnostics::json(&loaded.diagnostics)}))?;
        return Ok(if refused { Exit::Invalid } else { Exit::Done });
    }
    if !loaded.diagnostics.is_empty() {
        app.terminal.block(&diagnostics::text(&loaded.diagnostics, &loaded.sources, &app.terminal.err_style));
    }
    match loaded.fleet {
        Some(fleet) if !refused => app.terminal.result(&format!("{} is valid: {}\n", app.global.fleet.display(), contents(&fleet)))?,
        _ => return Err(project::invalid(app, &loaded.diagnostics)),
    }
    Ok(Exit::Done)
}

fn contents(fleet: &Fleet) -> String {
    let sections = [
        (fleet.users.len(), "user"),
        (fleet.databases.len(), "database"),
        (fleet.parameter_groups.len(), "parameter group"),
        (fleet.schedules.len(), "schedule"),
        (fleet.calendars.len(), "calendar"),
        (fleet.overrides.len(), "override"),
    ];
    let said: Vec<String> = sections.iter().filter(|(n, _)| *n > 0).map(|(n, word)| count(*n, word)).collect();
    if said.is_empty() { "it declares nothing yet".to_owned() } else { said.join(", ") }
}
