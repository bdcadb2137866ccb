//! `muster rule`: one file for each of its commands.

mod bench;
mod build;
mod compile;
mod inspect;
mod lock;
mod misfits;
mod new;
mod pack;
mod record;
mod replay;
mod sources;
mod test;
mod verify;

use crate::app::App;
use crate::args::{Rule, RuleCommand};
use crate::error::CommandError;
use crate::exit::Exit;

/// Runs a command of the group.
pub(crate) async fn run(app: &App, args: Rule) -> Result<Exit, CommandError> {
    match args.command {
        RuleCommand::New(args) => new::run(app, &args),
        RuleCommand::Build(args) => build::run(app, &args.pack).await,
        RuleCommand::Test(args) if args.record => record::run(app, &args).await,
        RuleCommand::Test(args) => test::run(app, &args).await,
        RuleCommand::Bench(args) => bench::run(app, &args).await,
        RuleCommand::Inspect(args) => inspect::run(app, &args),
        RuleCommand::Replay(args) => replay::run(app, &args),
        RuleCommand::Lock(args) => lock::run(app, &args),
        RuleCommand::Verify => verify::run(app),
    }
}
