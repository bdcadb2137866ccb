//! `muster completions SHELL`.

use clap::CommandFactory as _;

use crate::app::App;
use crate::args::{Cli, Completions};
use crate::error::CommandError;
use crate::exit::Exit;

/// Prints the completions of a shell.
pub(crate) fn run(app: &App, args: &Completions) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "muster", &mut script);
    app.terminal.script(&script)?;
    Ok(Exit::Done)
}
