//! `muster schedule`: one file for each of its commands.

mod next;

use crate::app::App;
use crate::args::{Schedule, ScheduleCommand};
use crate::error::CommandError;
use crate::exit::Exit;

/// Runs a command of the group. It is a future, since some of them read the account.
#[expect(clippy::unused_async, reason = "commands of the group that read the account await it")]
pub(crate) async fn run(app: &App, args: Schedule) -> Result<Exit, CommandError> {
    match args.command {
        ScheduleCommand::Next(args) => next::run(app, &args),
    }
}
