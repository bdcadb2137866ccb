//! `muster schema`.

use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;

/// Prints the JSON Schema of fleet.yaml.
pub(crate) fn run(app: &App) -> Result<Exit, CommandError> {
    app.terminal.json(&muster_core::fleet::schema())?;
    Ok(Exit::Done)
}
