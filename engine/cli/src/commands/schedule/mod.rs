//! `muster schedule`: one file for each of its commands.

mod eval;
mod explain;
mod export;
mod import;
mod lines;
mod lint;
mod list;
mod live;
mod next;
mod scene;
mod set;
mod show;
mod test;

use crate::app::App;
use crate::args::{Schedule, ScheduleCommand};
use crate::error::CommandError;
use crate::exit::Exit;

/// Runs a command of the group. It is a future, since some of them read the account.
pub(crate) async fn run(app: &App, args: Schedule) -> Result<Exit, CommandError> {
    match args.command {
        ScheduleCommand::Next(args) => next::run(app, &args),
        ScheduleCommand::Eval(_) => eval::run(app),
        ScheduleCommand::Import(args) => import::run(app, &args).await,
        ScheduleCommand::List(args) => list::run(app, &args).await,
        ScheduleCommand::Show(args) => show::run(app, &args).await,
        ScheduleCommand::Set(args) => set::run(app, &args),
        ScheduleCommand::Lint(args) => lint::run(app, &args).await,
        ScheduleCommand::Explain(args) => explain::run(app, &args).await,
        ScheduleCommand::Test(args) => test::run(app, &args),
        ScheduleCommand::Export(args) => export::run(app, &args),
    }
}
