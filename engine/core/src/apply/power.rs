//! Starts and stops of many instances in one call, bisecting when one of them is refused.

use jiff::SignedDuration;

use super::call::Called;
use crate::cloud::{Change, Cloud, CloudError, ErrorKind, IdRef, Place};

/// Ids in one StartInstances or StopInstances call. EC2 names no limit; Instance Scheduler has used 50 for years.
pub const IDS_PER_CALL: usize = 50;

/// How long a start or stop waits for others that are about to be ready for the same, so that they go out in one call.
/// Newborn machines become ready one by one; without it each of fifty would be stopped by a call of its own.
pub const GATHER_LIMIT: SignedDuration = SignedDuration::from_secs(30);

/// Which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// StartInstances.
    Start,
    /// StopInstances.
    Stop {
        /// Hibernate where possible.
        hibernate: bool,
    },
}

impl Power {
    /// What a change is, when it is one of these about a single instance.
    #[must_use]
    pub fn kind(change: &Change) -> Option<Self> {
        match change {
            Change::StartInstances { ids } if ids.len() == 1 => Some(Self::Start),
            Change::StopInstances { ids, hibernate } if ids.len() == 1 => Some(Self::Stop { hibernate: *hibernate }),
            _ => None,
        }
    }

    /// The same with the instance, when its id is known.
    #[must_use]
    pub fn of(change: &Change) -> Option<(Self, String)> {
        let (Change::StartInstances { ids } | Change::StopInstances { ids, .. }) = change else { return None };
        Some((Self::kind(change)?, ids.first()?.known()?.to_owned()))
    }

    /// The stop that is left when EC2 refuses to hibernate: not every instance that was launched to hibernate can at any time.
    fn instead(self, error: &CloudError) -> Option<Self> {
        (self == Self::Stop { hibernate: true } && error.kind == ErrorKind::Invalid).then_some(Self::Stop { hibernate: false })
    }

    fn change(self, ids: &[(usize, String)]) -> Change {
        let ids = ids.iter().map(|(_, id)| IdRef::Id(id.clone())).collect();
        match self {
            Self::Start => Change::StartInstances { ids },
            Self::Stop { hibernate } => Change::StopInstances { ids, hibernate },
        }
    }
}

/// Performs it for all `machines` (step and instance id); each gets its own answer, so one bad id fails no other.
pub async fn perform<C: Cloud>(cloud: &C, place: &Place, power: Power, machines: Vec<(usize, String)>) -> Vec<Called> {
    let mut answers = Vec::with_capacity(machines.len());
    let mut groups = vec![machines];
    while let Some(mut group) = groups.pop() {
        match cloud.perform(place, &power.change(&group)).await {
            Ok(receipt) => answers.extend(group.into_iter().map(|(step, _)| Called::new(step, Ok(receipt.clone())))),
            Err(error) if group.len() == 1 => answers.extend(alone(cloud, place, power, group, error).await),
            Err(_) => {
                let half = group.split_off(group.len() / 2);
                groups.push(half);
                groups.push(group);
            }
        }
    }
    answers
}

/// What becomes of one machine for which the call was refused.
async fn alone<C: Cloud>(cloud: &C, place: &Place, power: Power, group: Vec<(usize, String)>, error: CloudError) -> Option<Called> {
    let step = group.first()?.0;
    let Some(other) = power.instead(&error) else { return Some(Called::new(step, Err(error))) };
    let answer = cloud.perform(place, &other.change(&group)).await;
    Some(Called { note: Some(format!("stopped instead of hibernated: {}", error.message)), ..Called::new(step, answer) })
}
