//! RunInstances on the token chain (semantics 2).

use jiff::{SignedDuration, Timestamp};

use super::call::SETTLE_LIMIT;
use crate::cloud::{Change, Clock, Cloud, CloudError, ErrorKind, Instance, InstanceSpec, Need, Needs, Place, Reader};

/// EC2's code for a token whose instance has been terminated.
const TERMINATED_TOKEN: &str = "IdempotentInstanceTerminated";
/// An instance launched longer ago than this before the step began is of an earlier life.
const EARLIER_LIFE: SignedDuration = SignedDuration::from_secs(120);
/// Between two reads of a new instance.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// A launched instance.
#[derive(Debug)]
pub struct Launched {
    /// Its id.
    pub id: String,
    /// Remark for the outcome.
    pub note: Option<String>,
}

/// Walks the chain until a token gives a living instance.
///
/// # Errors
/// What AWS refused, or the reason why the new instance died at once.
pub async fn launch<C: Cloud, K: Clock>(
    cloud: &C,
    clock: &K,
    place: &Place,
    tokens: &[String],
    spec: &InstanceSpec,
) -> Result<Launched, CloudError> {
    let begun = clock.now();
    for token in tokens {
        let change = Change::RunInstance { token: token.clone(), spec: Box::new(spec.clone()) };
        let id = match super::call::perform(cloud, clock, place, &change, true).await {
            Ok(receipt) => receipt.id.unwrap_or_default(),
            Err(error) if error.code == TERMINATED_TOKEN => continue,
            Err(error) if error.kind == ErrorKind::TokenMismatch => match by_token(cloud, clock, place, token).await? {
                Some(instance) if !instance.state.is_gone() => return Ok(other_settings(instance.id)),
                Some(_) => continue,
                // A complete list that has not shown it for a minute: EC2 has forgotten a dead one. An incomplete
                // list is an error inside, since another link could then make a second machine.
                None => continue,
            },
            Err(error) => return Err(error),
        };
        match read(cloud, clock, place, &id).await? {
            Some(instance) if !instance.state.is_gone() => return Ok(Launched { id, note: None }),
            Some(instance) if died_now(&instance, begun) => return Err(stillborn(&instance)),
            Some(_) => {}
            // Not to be seen yet: the wait that follows reads it again.
            None => return Ok(Launched { id, note: None }),
        }
    }
    Err(CloudError::new(
        ErrorKind::Invalid,
        "ec2:RunInstances",
        "",
        format!("all {} client tokens of this address belong to terminated instances; EC2 forgets them within a day", tokens.len()),
    ))
}

/// The token was used with other parameters, so the instance is there: the next plan shows the difference.
fn other_settings(id: String) -> Launched {
    Launched { id, note: Some("another run made it with other settings; the next plan shows the difference".to_owned()) }
}

fn died_now(instance: &Instance, begun: Timestamp) -> bool {
    begun.duration_since(instance.launch_time) < EARLIER_LIFE
}

fn stillborn(instance: &Instance) -> CloudError {
    let reason = instance.state_reason.clone().unwrap_or_else(|| "EC2 gives no reason".to_owned());
    let message =
        format!("{} was launched and is {} already: {reason} {}", instance.id, instance.state.as_str(), instance.transition_reason);
    CloudError::new(ErrorKind::Service, "ec2:RunInstances", &reason, message.trim_end())
}

/// An answer of RunInstances says `pending` whatever became of the instance, so it is read before it is believed.
async fn read<C: Reader, K: Clock>(cloud: &C, clock: &K, place: &Place, id: &str) -> Result<Option<Instance>, CloudError> {
    let deadline = clock.now().checked_add(SETTLE_LIMIT).unwrap_or(Timestamp::MAX);
    loop {
        let mut needs = Needs::default();
        needs.add(place, Need::InstancesById([id.to_owned()].into()));
        let snapshot = cloud.observe(&needs).await?;
        let seen = snapshot.places.get(place).and_then(|view| view.instances.seen().iter().find(|instance| instance.id == id)).cloned();
        if seen.is_some() || clock.now() >= deadline {
            return Ok(seen);
        }
        clock.sleep(PAUSE).await;
    }
}

fn unreadable() -> CloudError {
    let message = "the token is in use and the list of instances is incomplete, so it is unknown by which; apply again";
    CloudError::new(ErrorKind::Unreachable, "ec2:DescribeInstances", "", message)
}

/// The instance that a token made, waited for until the list shows it.
async fn by_token<C: Reader, K: Clock>(cloud: &C, clock: &K, place: &Place, token: &str) -> Result<Option<Instance>, CloudError> {
    let deadline = clock.now().checked_add(SETTLE_LIMIT).unwrap_or(Timestamp::MAX);
    loop {
        let mut needs = Needs::default();
        needs.add(place, Need::Instances);
        let snapshot = cloud.observe(&needs).await?;
        let Some(view) = snapshot.places.get(place).filter(|view| view.instances.is_complete()) else {
            return Err(unreadable());
        };
        let seen = view.instances.seen();
        let found = seen.iter().find(|instance| instance.client_token.as_deref() == Some(token)).cloned();
        if found.is_some() || clock.now() >= deadline {
            return Ok(found);
        }
        clock.sleep(PAUSE).await;
    }
}
