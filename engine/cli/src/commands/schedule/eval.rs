//! `muster schedule eval`.

use muster_core::eval::Evaluator;

use super::lines;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project;

/// Answers the lines of stdin.
pub(crate) fn run(app: &App) -> Result<Exit, CommandError> {
    let mut evaluator = Evaluator::new(timezone(app)?);
    lines::answer(|line, out| evaluator.answer(line, out))
}

/// The fleet's zone, when there is a fleet.
fn timezone(app: &App) -> Result<Option<String>, CommandError> {
    if !app.global.fleet.exists() {
        return Ok(None);
    }
    let fleet = project::load(app)?.fleet;
    if fleet.is_none() {
        let name = app.global.fleet.display();
        app.terminal.warn(&format!("{name} is not valid, so no schedule takes its zone; `muster validate` says what is wrong"));
    }
    Ok(fleet.and_then(|fleet| fleet.timezone))
}
