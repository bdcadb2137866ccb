//! A create that found something of that name: read it, go on if it is ours (semantics 2).

use jiff::SignedDuration;

use crate::cloud::{Change, Clock, CloudError, Need, Needs, Place, PlaceView, Reader, Receipt};
use crate::plan::mark::Mark;
use crate::tags::Tags;

/// A name that AWS says is taken may take so long to show in a list.
const VISIBLE_LIMIT: SignedDuration = SignedDuration::from_secs(60);
/// Between two reads.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// Answers as the create would have, when what exists carries the marks the create would have written.
///
/// # Errors
/// `refused` when it is not ours, or is not of a kind with a derived name.
pub async fn adopt<C: Reader, K: Clock>(
    cloud: &C,
    clock: &K,
    place: &Place,
    change: &Change,
    refused: CloudError,
) -> Result<Receipt, CloudError> {
    let Some(need) = need(change) else { return Err(refused) };
    let deadline = clock.now().checked_add(VISIBLE_LIMIT).unwrap_or(jiff::Timestamp::MAX);
    loop {
        let mut needs = Needs::default();
        needs.add(place, need.clone());
        let snapshot = cloud.observe(&needs).await?;
        match snapshot.places.get(place).and_then(|view| find(view, change)) {
            Some((id, mark)) if is_same(&mark, change) => return Ok(Receipt { id: Some(id), ..Receipt::default() }),
            Some((id, _)) => {
                let message =
                    format!("{id} has the name muster would give and is not this fleet's; rename or remove it. {}", refused.message);
                return Err(CloudError { message, ..refused });
            }
            None if clock.now() >= deadline => return Err(refused),
            None => clock.sleep(PAUSE).await,
        }
    }
}

fn need(change: &Change) -> Option<Need> {
    match change {
        Change::CreateSecurityGroup { .. } => Some(Need::SecurityGroups),
        Change::ImportKeyPair { .. } => Some(Need::KeyPairs),
        Change::CreateParameterGroup { name, .. } => Some(Need::ParameterGroups(name.clone())),
        Change::CreateDatabase { spec } => Some(Need::DatabaseByName(spec.name.clone())),
        _ => None,
    }
}

fn find(view: &PlaceView, change: &Change) -> Option<(String, Mark)> {
    match change {
        Change::CreateSecurityGroup { name, vpc, .. } => {
            let same = |group: &&crate::cloud::SecurityGroup| group.name == *name && group.vpc.as_ref() == Some(vpc);
            view.groups.seen().iter().find(same).map(|group| (group.id.clone(), Mark::from_tags(&group.tags)))
        }
        Change::ImportKeyPair { name, .. } => {
            view.keys.seen().iter().find(|key| key.name == *name).map(|key| (key.id.clone(), Mark::from_tags(&key.tags)))
        }
        Change::CreateParameterGroup { name, .. } => {
            let group = view.parameter_groups.seen().iter().find(|group| group.name == *name)?;
            Some((group.name.clone(), Mark::from_description(&group.description)))
        }
        Change::CreateDatabase { spec } => {
            let database = view.databases.seen().iter().find(|database| database.name == spec.name)?;
            Some((database.name.clone(), Mark::from_tags(&database.tags)))
        }
        _ => None,
    }
}

fn is_same(mark: &Mark, change: &Change) -> bool {
    let wanted = tags(change).map(Mark::from_tags).unwrap_or_default();
    mark.fleet.is_some() && mark.fleet == wanted.fleet && mark.address == wanted.address
}

fn tags(change: &Change) -> Option<&Tags> {
    match change {
        Change::CreateSecurityGroup { tags, .. } | Change::ImportKeyPair { tags, .. } | Change::CreateParameterGroup { tags, .. } => {
            Some(tags)
        }
        Change::CreateDatabase { spec } => Some(&spec.tags),
        _ => None,
    }
}
