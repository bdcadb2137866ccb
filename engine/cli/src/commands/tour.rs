//! `muster tour`: the main job once, on a fresh embedded account, in front of the reader.

use clap::Parser as _;

use crate::app::App;
use crate::args::Cli;
use crate::error::CommandError;
use crate::exit::Exit;

/// What a newcomer would type, in this order.
const COMMANDS: [&[&str]; 4] = [&["sandbox", "reset"], &["plan"], &["apply", "--yes"], &["plan"]];

/// Runs each command and stops at the first that does not end well.
pub(crate) async fn run(app: &App) -> Result<Exit, CommandError> {
    if !app.global.fleet.exists() {
        return Err(CommandError::invalid(format!(
            "a tour shows a fleet on the embedded account, and there is no {}",
            app.global.fleet.display()
        ))
        .hint("`muster init` writes one to begin with, then `muster tour` again; `--fleet FILE` shows another"));
    }
    for words in COMMANDS {
        app.terminal.result(&format!("$ muster {}\n", words.join(" ")))?;
        let words = ["muster"].iter().chain(words);
        let cli = Cli::try_parse_from(words).map_err(|error| CommandError::new(Exit::Bug, error.to_string()))?;
        let exit = Box::pin(super::run(app, cli.command)).await?;
        if exit != Exit::Done {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}
