//! The fleet, the instant, and the account where it is to be read.

use jiff::Timestamp;
use muster_core::cloud::{Clock as _, Reader as _};
use muster_core::fleet::{Fleet, Provider};
use muster_core::plan::{Input, Options};
use muster_core::price::Prices;
use muster_core::schedule::Schedule;
use muster_core::scheduled::Moves;

use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::session::{Made, Session, gap_exit};
use crate::world::{self, Access};

/// What commands about schedules look at.
pub(super) enum Scene {
    /// The file alone.
    File(Box<Project>, Timestamp),
    /// The file and its account.
    Account(Box<Session>, Box<Made>),
}

impl Scene {
    /// Loads the fleet and, unless `offline`, reads its account.
    pub(super) async fn open(app: &App, offline: bool) -> Result<Self, CommandError> {
        if offline {
            let project = Project::load(app, false)?;
            let now = now(app, &project)?;
            return Ok(Self::File(Box::new(project), now));
        }
        let session = Session::open(app, false, Access::Read).await.map_err(with_way_out)?;
        let made = session.plan(&Options::default()).await.map_err(with_way_out)?;
        if !made.snapshot.gaps.is_empty() {
            app.terminal.warn("the account could not be read whole, so counts may be low; `muster plan` names each gap");
        }
        Ok(Self::Account(Box::new(session), Box::new(made)))
    }

    /// The fleet with what stands beside it.
    pub(super) fn project(&self) -> &Project {
        match self {
            Self::File(project, _) => project,
            Self::Account(session, _) => &session.project,
        }
    }

    /// The fleet.
    pub(super) fn fleet(&self) -> &Fleet {
        &self.project().fleet
    }

    /// The instant schedules are asked about.
    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::File(_, now) => *now,
            Self::Account(session, _) => session.now,
        }
    }

    /// What views of the account are made from; nothing when it was not read.
    pub(super) fn input<'a>(&'a self, options: &'a Options) -> Option<Input<'a>> {
        match self {
            Self::File(..) => None,
            Self::Account(session, made) => Some(session.input(&made.snapshot, options)),
        }
    }

    /// Which machines each schedule moves; nothing when the account was not read.
    pub(super) fn moves(&self) -> Option<Moves> {
        self.input(&Options::default()).map(|input| Moves::of(&input))
    }

    /// What its machines cost: what the file says, and where the file allows it what the price list says of the rest.
    pub(super) async fn prices(&self, moves: Option<&Moves>) -> Result<Prices<'_>, CommandError> {
        let file = self.fleet().prices.as_ref();
        let prices = Prices::of_file(file);
        let (Self::Account(session, _), Some(moves), true) = (self, moves, file.is_some_and(|file| file.api)) else { return Ok(prices) };
        let needs = prices.needs(moves.queries());
        Ok(if needs.is_empty() { prices } else { prices.with_answers(&session.world.observe(&needs).await?) })
    }

    /// The exit code that gaps in the reading call for.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::File(..) => Exit::Done,
            Self::Account(_, made) => gap_exit(&made.plan, false),
        }
    }
}

fn with_way_out(error: CommandError) -> CommandError {
    match error.exit {
        Exit::Denied | Exit::Unreachable | Exit::Usage => error.hint("`--offline` looks at the file alone"),
        _ => error,
    }
}

/// The instant without an account: `--now`, the clock of a sandbox that is there, or this machine's.
pub(super) fn now(app: &App, project: &Project) -> Result<Timestamp, CommandError> {
    if let Some(now) = app.global.now {
        return Ok(now);
    }
    if project.provider(app) == Provider::Sandbox && world::sandbox_path(project).exists() {
        return Ok(world::open_sandbox(app, project)?.now());
    }
    Ok(Timestamp::now())
}

/// A schedule by its name.
pub(super) fn named<'a>(fleet: &'a Fleet, name: &str) -> Result<&'a Schedule, CommandError> {
    fleet.schedules.values().find(|schedule| schedule.name.as_str() == name).ok_or_else(|| {
        let names: Vec<&str> = fleet.schedules.keys().map(muster_core::name::Name::as_str).collect();
        CommandError::usage(format!("there is no schedule `{name}`")).hint(match names.as_slice() {
            [] => "fleet.yaml has none; `schedules: {office: {run: ['mon-fri 09:00-19:00']}}` is one".to_owned(),
            names => format!("schedules of this fleet: {}", names.join(", ")),
        })
    })
}
