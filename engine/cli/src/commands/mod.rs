//! One file for each command: wiring between arguments, libraries and streams.

mod adopt;
#[cfg(feature = "rules")]
mod advise;
mod apply;
mod completions;
mod destroy;
mod doctor;
mod generate;
mod iam;
pub(crate) mod init;
mod key;
mod lock;
mod plan;
#[cfg(feature = "rules")]
mod policy;
#[cfg(feature = "rules")]
mod rule;
mod run;
mod sandbox;
pub(crate) mod schedule;
mod schema;
mod status;
mod tour;
mod validate;
mod version;

use muster_core::schedule::RunState;

use crate::app::App;
use crate::args::Command;
use crate::error::CommandError;
use crate::exit::Exit;

/// Runs a command.
pub(crate) async fn run(app: &App, command: Command) -> Result<Exit, CommandError> {
    match command {
        Command::Init(args) => init::run(app, &args).await,
        Command::Validate(args) => validate::run(app, &args),
        Command::Schema => schema::run(app),
        Command::Lock(args) => lock::run(app, &args).await,
        Command::Plan(args) => plan::run(app, &args).await,
        Command::Apply(args) => apply::run(app, &args).await,
        Command::Status(args) => status::run(app, &args).await,
        Command::Schedule(args) => schedule::run(app, args).await,
        Command::Start(args) => run::run(app, &args, RunState::Running).await,
        Command::Stop(args) => run::run(app, &args, RunState::Stopped).await,
        Command::Key(args) => key::run(app, &args).await,
        Command::Adopt(args) => adopt::adopt(app, &args).await,
        Command::Unadopt(args) => adopt::unadopt(app, &args).await,
        Command::Destroy(args) => destroy::run(app, &args).await,
        Command::Tour => tour::run(app).await,
        Command::Sandbox(args) => sandbox::run(app, &args),
        Command::Doctor(args) => doctor::run(app, &args).await,
        Command::Iam(args) => iam::run(app, &args).await,
        Command::Version(args) => version::run(app, &args),
        Command::Completions(args) => completions::run(app, &args),
        Command::Generate(args) => generate::run(&args),
        #[cfg(feature = "rules")]
        Command::Advise(args) => advise::run(app, &args).await,
        #[cfg(feature = "rules")]
        Command::Policy(args) => policy::run(app, &args),
        #[cfg(not(feature = "rules"))]
        Command::Advise(args) => Err(without_rules(&args)),
        #[cfg(not(feature = "rules"))]
        Command::Policy(args) => Err(without_rules(&args)),
        #[cfg(feature = "rules")]
        Command::Rule(args) => rule::run(app, args).await,
        #[cfg(not(feature = "rules"))]
        Command::Rule(args) => Err(without_rules(&args)),
    }
}

/// What a build that cannot run rules answers to whoever asks for advice.
#[cfg(not(feature = "rules"))]
fn without_rules(_asked: &impl std::fmt::Debug) -> CommandError {
    CommandError::usage("this build runs no rules: it was made without the cargo feature `rules`")
        .hint("build it with default features, or with `--no-default-features --features rules` for the sandbox alone")
}
