//! The account as muster sees it: what can be read, what can be changed, and how each can fail.

mod change;
mod cluster;
mod delivery;
mod error;
mod needs;
mod observed;
mod scaling;
mod snapshot;
mod survey;

pub use change::{
    AlarmSpec, Change, DbPatch, DbSpec, IdRef, IngressRule, InstanceSpec, KeyMaterial, ResourceRef, SNAPSHOT_REUSE, SecretRef,
    is_reusable_snapshot,
};
pub use cluster::{DbCluster, DbClusterSnapshot};
pub use delivery::{EdgeGroup, Queue, ROLE_POLICY, Role, StandingEdge};
pub use error::{CloudError, ErrorKind};
pub use needs::{ImageQuery, Kind, Need, Needs, QuotaKind};
pub use observed::{
    Alarm, Database, DbEvent, DbSnapshot, DbState, Image, Instance, InstanceState, KeptSnapshot, KeyPair, KeyParameter, ParameterGroup,
    Quota, SecurityGroup, Subnet, Volume, Vpc,
};
pub use scaling::{EcsService, ScalingGroup};
pub use snapshot::{Gap, Identity, Listing, Place, PlaceView, Snapshot};
pub use survey::{CpuHistory, ForeignEdge, PriceAnswer, PriceOf, PriceQuery};

use jiff::{SignedDuration, Timestamp};

/// What an account answered to a [`Change`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Id or name of the thing made or changed (`i-0abc`, `sg-0abc`, an alarm's name).
    pub id: Option<String>,
    /// The public half of a key pair, when the change made or found one.
    pub public_key: Option<String>,
    /// AWS's request id, for the audit log.
    pub request_id: Option<String>,
}

/// Reading an account. Planning is given this and nothing more, so it cannot change anything.
///
/// An implementation answers what it could read and records a [`Gap`] for each call that was refused or did
/// not arrive; it never leaves out a page silently. It may be called concurrently. Calls of different places
/// run concurrently; within one answer, lists are sorted by id.
#[expect(async_fn_in_trait, reason = "muster runs it on one thread; no caller needs the future to be Send")]
pub trait Reader {
    /// Reads `needs` of each place.
    ///
    /// # Errors
    /// Only when nothing can be trusted: no credentials, credentials of another account than fleet.yaml
    /// declares, or no answer at all. Everything less is a gap in the snapshot.
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError>;
}

/// Changing an account.
///
/// `perform` makes at most one mutating request (retries of the same request included) and treats "it is so
/// already" as success: creating what exists under its derived name answers [`ErrorKind::AlreadyExists`],
/// deleting what is gone answers a receipt. Every [`IdRef`] in the change must be known. It may be called
/// concurrently; dropping the future abandons the call, which may or may not have taken effect.
#[expect(async_fn_in_trait, reason = "muster runs it on one thread; no caller needs the future to be Send")]
pub trait Cloud: Reader {
    /// Performs one change in one place.
    ///
    /// # Errors
    /// What AWS refused, with its code, message and request id.
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError>;

    /// Reads the private half of a generated key pair back from where [`Change::StoreGeneratedKey`] put it.
    ///
    /// # Errors
    /// When there is none, or IAM lets the caller neither read nor decrypt it.
    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError>;
}

/// Time, given from outside: the wall clock, or a sandbox's own.
#[expect(async_fn_in_trait, reason = "muster runs it on one thread; no caller needs the future to be Send")]
pub trait Clock {
    /// The present instant.
    fn now(&self) -> Timestamp;
    /// Waits. A sandbox's clock moves by `duration` at once.
    async fn sleep(&self, duration: SignedDuration);
}
