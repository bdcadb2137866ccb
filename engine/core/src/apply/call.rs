//! One change, with the patience that AWS needs right after something was made or deleted.

use jiff::SignedDuration;

use super::existing;
use crate::cloud::{Change, Clock, Cloud, CloudError, ErrorKind, Place, Receipt};

/// How long NotFound of something this run made, and a dependency on something it deleted, are waited out.
/// EC2 is eventually consistent within seconds; a deleted instance holds its interface a little longer.
pub const SETTLE_LIMIT: SignedDuration = SignedDuration::from_secs(60);
/// Between two tries.
const SETTLE_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// The answer to one step's part of a call.
#[derive(Debug)]
pub struct Called {
    /// Which step.
    pub step: usize,
    /// What AWS said.
    pub answer: Result<Receipt, CloudError>,
    /// Remark for the outcome.
    pub note: Option<String>,
}

impl Called {
    /// An answer without a remark.
    #[must_use]
    pub const fn new(step: usize, answer: Result<Receipt, CloudError>) -> Self {
        Self { step, answer, note: None }
    }
}

/// Performs a change.
///
/// `fresh` says that it refers to something this run made, which AWS may not show yet.
///
/// # Errors
/// What AWS refused after all patience.
pub async fn perform<C: Cloud, K: Clock>(cloud: &C, clock: &K, place: &Place, change: &Change, fresh: bool) -> Result<Receipt, CloudError> {
    let deadline = clock.now().checked_add(SETTLE_LIMIT).unwrap_or(jiff::Timestamp::MAX);
    loop {
        let error = match cloud.perform(place, change).await {
            Ok(receipt) => return Ok(receipt),
            Err(error) if error.kind == ErrorKind::AlreadyExists => return existing::adopt(cloud, clock, place, change, error).await,
            Err(error) => error,
        };
        if !settles(change, &error, fresh) || clock.now() >= deadline {
            return Err(error);
        }
        clock.sleep(SETTLE_PAUSE).await;
    }
}

/// True when the same call may succeed a moment later.
fn settles(change: &Change, error: &CloudError, fresh: bool) -> bool {
    match error.kind {
        ErrorKind::NotFound => fresh,
        ErrorKind::DependencyViolation | ErrorKind::WrongState => follows(change),
        _ => false,
    }
}

/// True for what is done right after something else, whose end AWS may show before it has reached everywhere: a group after
/// what was in it, a snapshot and the end of a database after its start or its last change, a role after its policy, a queue after
/// one of its name, for which SQS wants a minute.
const fn follows(change: &Change) -> bool {
    matches!(
        change,
        Change::DeleteSecurityGroup { .. }
            | Change::DeleteParameterGroup { .. }
            | Change::DeleteDatabase { .. }
            | Change::CreateDbSnapshot { .. }
            | Change::DeleteRole { .. }
            | Change::CreateQueue { .. }
    )
}
