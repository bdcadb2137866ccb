//! Starts and stops of many instances in one call, bisecting when one of them is refused.

use crate::cloud::{Change, Cloud, CloudError, IdRef, Place, Receipt};

/// Ids in one StartInstances or StopInstances call. EC2 names no limit; Instance Scheduler has used 50 for years.
pub const IDS_PER_CALL: usize = 50;

/// Which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// What a change is, when it is one of these about a single known instance.
    #[must_use]
    pub fn of(change: &Change) -> Option<(Self, String)> {
        let (power, ids) = match change {
            Change::StartInstances { ids } => (Self::Start, ids),
            Change::StopInstances { ids, hibernate } => (Self::Stop { hibernate: *hibernate }, ids),
            _ => return None,
        };
        match ids.as_slice() {
            [id] => Some((power, id.known()?.to_owned())),
            _ => None,
        }
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
pub async fn perform<C: Cloud>(
    cloud: &C,
    place: &Place,
    power: Power,
    machines: Vec<(usize, String)>,
) -> Vec<(usize, Result<Receipt, CloudError>)> {
    let mut answers = Vec::with_capacity(machines.len());
    let mut groups = vec![machines];
    while let Some(mut group) = groups.pop() {
        match cloud.perform(place, &power.change(&group)).await {
            Ok(receipt) => answers.extend(group.into_iter().map(|(step, _)| (step, Ok(receipt.clone())))),
            Err(error) if group.len() == 1 => answers.extend(group.into_iter().map(|(step, _)| (step, Err(error.clone())))),
            Err(_) => {
                let half = group.split_off(group.len() / 2);
                groups.push(half);
                groups.push(group);
            }
        }
    }
    answers
}
