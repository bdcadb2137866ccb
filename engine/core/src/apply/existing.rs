//! A create that found something of that name: read it, go on if it is ours (semantics 2).

use jiff::SignedDuration;

use crate::cloud::{Change, Clock, CloudError, Need, Needs, Place, PlaceView, Reader, Receipt};
use crate::plan::mark::Mark;
use crate::tags::{SNAPSHOT_OF, Tags};

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
            Some((id, true)) => return Ok(Receipt { id: Some(id), ..Receipt::default() }),
            Some((id, false)) => {
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
        Change::CreateDbSnapshot { name, .. } => Some(Need::DbSnapshotByName(name.clone())),
        Change::CreateClusterSnapshot { .. } => Some(Need::DbClusterSnapshots),
        Change::CreateEdgeGroup { name, .. } | Change::CreateEdge { group: name, .. } => Some(Need::EdgeGroup(name.clone())),
        Change::CreateRole { path, .. } => Some(Need::Roles(path.clone())),
        Change::CreateQueue { name, .. } => Some(Need::Queues(name.clone())),
        _ => None,
    }
}

/// What has the name, and whether it is what the create would have made.
fn find(view: &PlaceView, change: &Change) -> Option<(String, bool)> {
    match change {
        Change::CreateSecurityGroup { name, vpc, tags, .. } => {
            let same = |group: &&crate::cloud::SecurityGroup| group.name == *name && group.vpc.as_ref() == Some(vpc);
            view.groups.seen().iter().find(same).map(|group| (group.id.clone(), is_same(&Mark::from_tags(&group.tags), tags)))
        }
        Change::ImportKeyPair { name, tags, .. } => {
            view.keys.seen().iter().find(|key| key.name == *name).map(|key| (key.id.clone(), is_same(&Mark::from_tags(&key.tags), tags)))
        }
        Change::CreateParameterGroup { name, tags, .. } => {
            let group = view.parameter_groups.seen().iter().find(|group| group.name == *name)?;
            Some((group.name.clone(), is_same(&Mark::from_description(&group.description), tags)))
        }
        Change::CreateDatabase { spec } => {
            let database = view.databases.seen().iter().find(|database| database.name == spec.name)?;
            Some((database.name.clone(), is_same(&Mark::from_tags(&database.tags), &spec.tags)))
        }
        Change::CreateDbSnapshot { database, name, tags } => {
            let taken = view.db_snapshots.seen().iter().find(|taken| taken.name == *name)?;
            Some((taken.name.clone(), taken.database == *database && is_same_snapshot(&taken.tags, tags)))
        }
        Change::CreateClusterSnapshot { cluster, name, tags } => {
            let taken = view.cluster_snapshots.seen().iter().find(|taken| taken.name == *name)?;
            Some((taken.name.clone(), taken.cluster == *cluster && is_same_snapshot(&taken.tags, tags)))
        }
        // Its name is the fleet's and nothing else, and no listing of it shows tags.
        Change::CreateEdgeGroup { name, .. } => view.edge_groups.get(name)?.as_ref().map(|group| (group.name.clone(), true)),
        // The name says all that it is.
        Change::CreateEdge { group, edge } => {
            let (group, name) = (view.edge_groups.get(group)?.as_ref()?, edge.name());
            group.edges.iter().any(|standing| standing.name == name).then_some((name, true))
        }
        Change::CreateRole { name, path, tags, .. } => {
            let role = view.roles.seen().iter().find(|role| role.name == *name)?;
            Some((role.name.clone(), role.path == *path && is_same(&Mark::from_description(&role.description), tags)))
        }
        Change::CreateQueue { name, tags, .. } => {
            let queue = view.queues.seen().iter().find(|queue| queue.name == *name)?;
            Some((queue.name.clone(), is_same(&Mark::from_tags(&queue.tags), tags)))
        }
        _ => None,
    }
}

/// A kept snapshot carries no fleet: it says what it was made from.
fn is_same_snapshot(taken: &Tags, wanted: &Tags) -> bool {
    wanted.contains_key(SNAPSHOT_OF) && taken.get(SNAPSHOT_OF) == wanted.get(SNAPSHOT_OF)
}

fn is_same(mark: &Mark, wanted: &Tags) -> bool {
    let wanted = Mark::from_tags(wanted);
    mark.fleet.is_some() && mark.fleet == wanted.fleet && mark.address == wanted.address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::cloud::{EdgeGroup, Listing, Queue, Role};

    const NAME: &str = "muster-lms-office-0a1b2c3d";

    fn mark(fleet: &str) -> Mark {
        Mark { fleet: Some(fleet.to_owned()), address: Some(Address::from_text("schedule/office/role")), ..Mark::default() }
    }

    fn create_role(path: &str) -> Change {
        let [name, description, trust] = [NAME, "", "{}"].map(str::to_owned);
        Change::CreateRole { name, path: path.to_owned(), description, trust, boundary: None, tags: mark("lms").tags() }
    }

    fn role(fleet: &str) -> Role {
        let [name, arn, path, trust] = [NAME, "arn", "/muster/lms/eu-west-1/", "{}"].map(str::to_owned);
        Role { name, arn, path, description: mark(fleet).description(), trust, policy: None }
    }

    fn queue(fleet: &str) -> Queue {
        let (name, arn) = (NAME.to_owned(), "arn".to_owned());
        Queue { name, arn, retention_seconds: 60, encrypted: true, waiting: 0, tags: mark(fleet).tags() }
    }

    #[test]
    fn a_role_that_exists_is_ours_by_path_and_description() {
        let view = |fleet| PlaceView { roles: Listing::Complete(vec![role(fleet)]), ..PlaceView::default() };
        let asked = create_role("/muster/lms/eu-west-1/");
        assert_eq!(find(&view("lms"), &asked), Some((NAME.to_owned(), true)));
        assert_eq!(find(&view("other"), &asked), Some((NAME.to_owned(), false)));
        assert_eq!(find(&view("lms"), &create_role("/muster/lms/us-east-1/")), Some((NAME.to_owned(), false)));
        assert_eq!(find(&PlaceView::default(), &asked), None);
    }

    #[test]
    fn a_queue_that_exists_is_ours_by_its_tags() {
        let asked = Change::CreateQueue { name: NAME.to_owned(), retention_seconds: 60, tags: mark("lms").tags() };
        let found = |fleet| find(&PlaceView { queues: Listing::Complete(vec![queue(fleet)]), ..PlaceView::default() }, &asked);
        assert_eq!((found("lms"), found("other")), (Some((NAME.to_owned(), true)), Some((NAME.to_owned(), false))));
    }

    #[test]
    fn a_group_that_exists_is_the_fleets_by_its_name() {
        let asked = Change::CreateEdgeGroup { name: "muster-lms".to_owned(), tags: Tags::new() };
        let group = EdgeGroup { name: "muster-lms".to_owned(), edges: Vec::new() };
        let mut view = PlaceView::default();
        view.edge_groups.insert("muster-lms".to_owned(), None);
        assert_eq!(find(&view, &asked), None, "said to be taken, and not seen yet");
        view.edge_groups.insert("muster-lms".to_owned(), Some(group));
        assert_eq!(find(&view, &asked), Some(("muster-lms".to_owned(), true)));
    }
}
