//! The account that a command works on: the embedded one or a live one, behind the same traits.

#[cfg(feature = "rules")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
#[cfg(feature = "aws")]
use muster_aws::{ConnectOptions, Live, Role, WallClock};
use muster_core::cloud::{Change, Clock, Cloud, CloudError, Needs, Place, Reader, Receipt, SecretRef, Snapshot};
use muster_core::facet::{Attempt, Collector, Facts, Progress, Wanted};
use muster_core::fleet::{FileSource as _, Fleet, Provider};
use muster_sandbox::{Estate, Sandbox, SandboxError};

use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{Folder, reason};
use crate::project::{Project, beside};

/// Whether a command only looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads.
    Read,
    /// It changes things.
    Write,
}

/// An account.
pub(crate) enum World {
    /// The embedded one.
    Sandbox(Box<Sandbox>),
    /// A live one.
    #[cfg(feature = "aws")]
    Aws(Box<Live>),
}

impl World {
    /// Connects to the account of a fleet.
    pub(crate) async fn connect(app: &App, project: &Project, access: Access) -> Result<Self, CommandError> {
        match project.provider(app) {
            Provider::Sandbox => Ok(Self::Sandbox(Box::new(open_sandbox(app, project)?))),
            Provider::Aws => Self::live(project, access).await,
        }
    }

    #[cfg(feature = "aws")]
    async fn live(project: &Project, access: Access) -> Result<Self, CommandError> {
        let role = match access {
            Access::Read => Role::Plan,
            Access::Write => Role::Apply,
        };
        let live = Live::connect(&project.fleet.cloud, ConnectOptions::new(role)).await?;
        Ok(Self::Aws(Box::new(live)))
    }

    #[cfg(not(feature = "aws"))]
    #[expect(clippy::unused_async, reason = "the same signature as with the feature")]
    async fn live(_project: &Project, _access: Access) -> Result<Self, CommandError> {
        Err(CommandError::usage("this build has no live account: it was made without the cargo feature `aws`")
            .hint("build it with default features, or use the embedded account with `--sandbox`"))
    }

    /// Every region of an account that could hold something, where that can be asked.
    pub(crate) async fn regions(&self, account: &str) -> Result<Vec<String>, CommandError> {
        match self {
            Self::Sandbox(sandbox) => {
                let places = sandbox.show()?.places.into_iter().map(|shown| shown.place);
                Ok(places.filter(|place| place.account == account).map(|place| place.region).collect())
            }
            #[cfg(feature = "aws")]
            Self::Aws(live) => Ok(live.enabled_regions(account).await?),
        }
    }

    /// Publishes to an SNS topic. The embedded account keeps the message.
    pub(crate) async fn publish(&self, arn: &str, subject: &str, message: &str, key: &str) -> Result<(), CloudError> {
        match self {
            Self::Sandbox(sandbox) => {
                let _ = key;
                sandbox.publish(arn, subject, message)
            }
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.publish(arn, subject, message, key).await,
        }
    }

    /// Lets a machine accept a public key for a minute.
    pub(crate) async fn push_key(&self, place: &Place, instance: &str, public: &str) -> Result<(), String> {
        match self {
            Self::Sandbox(_) => {
                let _ = (place, instance, public);
                Err("the sandbox has no EC2 Instance Connect".to_owned())
            }
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.push_public_key(place, instance, None, "ubuntu", public).await.map_err(|error| error.to_string()),
        }
    }
}

impl Reader for World {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.observe(needs).await,
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.observe(needs).await,
        }
    }
}

impl Collector for World {
    async fn collect(&self, wanted: &Wanted, progress: &dyn Fn(Progress<'_>)) -> Result<Facts, CloudError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.collect(wanted, progress).await,
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.collect(wanted, progress).await,
        }
    }

    async fn attempt(&self, place: &Place, actions: &BTreeSet<&'static str>) -> Result<Attempt, CloudError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.attempt(place, actions).await,
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.attempt(place, actions).await,
        }
    }
}

impl Cloud for World {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.perform(place, change).await,
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.perform(place, change).await,
        }
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.read_secret(place, secret).await,
            #[cfg(feature = "aws")]
            Self::Aws(live) => live.read_secret(place, secret).await,
        }
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        match self {
            Self::Sandbox(sandbox) => sandbox.now(),
            #[cfg(feature = "aws")]
            Self::Aws(_) => WallClock.now(),
        }
    }

    async fn sleep(&self, duration: SignedDuration) {
        match self {
            Self::Sandbox(sandbox) => sandbox.sleep(duration).await,
            #[cfg(feature = "aws")]
            Self::Aws(_) => WallClock.sleep(duration).await,
        }
    }
}

impl From<SandboxError> for CommandError {
    fn from(error: SandboxError) -> Self {
        let exit = match error {
            SandboxError::NotFound { .. } | SandboxError::Past { .. } => Exit::Usage,
            SandboxError::Damaged { .. } => Exit::Invalid,
            SandboxError::File { .. } | SandboxError::Refused(_) => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

/// Where the embedded account of a fleet is kept: beside the file, never beside the caller.
pub(crate) fn sandbox_path(project: &Project) -> PathBuf {
    beside(&project.folder, ".muster").join("sandbox.json")
}

/// Opens the embedded account, making it when there is none.
pub(crate) fn open_sandbox(app: &App, project: &Project) -> Result<Sandbox, CommandError> {
    let path = sandbox_path(project);
    let folder = beside(&project.folder, ".muster");
    std::fs::create_dir_all(&folder).map_err(|error| {
        CommandError::failed(format!("{} could not be made", folder.display()))
            .because(error)
            .hint("the sandbox is kept there, beside the fleet file: make that folder writable, or copy the files to one that is")
    })?;
    let estate = estate(app, project)?;
    Ok(Sandbox::open(&path, &estate, &accounts(&project.fleet), wall(&estate))?)
}

/// What is known of an account without asking anybody.
#[cfg(feature = "rules")]
pub(crate) struct Glance {
    /// What its clock says.
    pub(crate) now: Timestamp,
    /// Ids by the names of fleet.yaml, as far as they are known.
    pub(crate) accounts: BTreeMap<String, String>,
}

/// Glances at the account of a fleet. The embedded one has a clock and ids of its own, and is not made by looking at it.
#[cfg(feature = "rules")]
pub(crate) fn glance(app: &App, project: &Project) -> Result<Glance, CommandError> {
    if project.provider(app) == Provider::Aws {
        return Ok(Glance { now: Timestamp::now(), accounts: BTreeMap::new() });
    }
    let estate = estate(app, project)?;
    if !sandbox_path(project).exists() {
        return Ok(Glance { now: wall(&estate), accounts: BTreeMap::new() });
    }
    let shown = Sandbox::open(&sandbox_path(project), &estate, &accounts(&project.fleet), wall(&estate))?.show()?;
    Ok(Glance { now: shown.now, accounts: shown.places.into_iter().map(|shown| (shown.place.account, shown.account_id)).collect() })
}

/// Names and declared ids of a fleet's accounts.
pub(crate) fn accounts(fleet: &Fleet) -> Vec<(String, Option<String>)> {
    fleet.cloud.accounts.iter().map(|(name, account)| (name.clone(), account.id.clone())).collect()
}

/// Where a fresh account's clock starts. An estate that names an instant begins the same way every time.
pub(crate) fn wall(estate: &Estate) -> Timestamp {
    estate.starts_at(Timestamp::now())
}

/// What a fresh account holds: the estate of the command line, the file's, or nothing.
pub(crate) fn estate(app: &App, project: &Project) -> Result<Estate, CommandError> {
    let refused = |name: &str, why: String| {
        CommandError::invalid(format!("the estate {name} cannot be used: {why}"))
            .hint("an estate is a YAML file that says what a new sandbox holds; `--sandbox` alone begins with an empty account")
    };
    let (name, bytes) = match (app.global.estate(), &project.fleet.cloud.estate) {
        (Some(path), _) => (path.to_owned(), std::fs::read(path).map_err(|error| refused(path, reason(&error)))?),
        (None, Some(path)) => (path.clone(), Folder::new(&project.folder).read(path).map_err(|why| refused(path, why))?),
        (None, None) => {
            return Estate::empty().map_err(|error| CommandError::new(Exit::Bug, "the empty estate is not valid").because(error));
        }
    };
    let text = String::from_utf8(bytes).map_err(|_| refused(&name, "it is not UTF-8".to_owned()))?;
    Estate::parse(&name, &text).map_err(|error| {
        CommandError::invalid(format!("the estate {} cannot be used: {}", error.place, error.message))
            .hint("examples/estates/office.yaml shows keys and values of an estate")
    })
}
