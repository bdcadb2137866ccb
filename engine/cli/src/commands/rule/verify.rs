//! `muster rule verify`.

use super::lock::{differences, kept, packs};
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::{LOCK_FILE, Project};
use crate::render::count;

/// Compares the packs of the fleet with fleet.lock.
pub(super) fn run(app: &App) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let now = kept(&project.lock, packs(app, &project, None, true)?);
    let lines = differences(&project.lock.packs, &now);
    if lines.is_empty() {
        app.terminal.say(&format!("{} as {LOCK_FILE} pins them", count(now.len(), "pack")));
        return Ok(Exit::Done);
    }
    lines.iter().for_each(|line| app.terminal.warn(line.trim_start()));
    Err(CommandError::invalid(format!("the packs are not those that {LOCK_FILE} pins"))
        .hint("look at them with `muster rule inspect FILE`, then `muster rule lock`"))
}
