//! Nothing is made or pruned on a reading that is not whole.

use super::names::Names;
use super::post::{Post, serves};
use super::standing::Standing;
use crate::cloud::{Gap, Kind, Place, PlaceView, Snapshot};
use crate::delivery::group_name;
use crate::fleet::{DeliveryBy, Fleet};
use crate::plan::draft::Draft;

/// True when the file has a schedule that EventBridge delivers.
pub(in crate::plan) fn delivers(fleet: &Fleet) -> bool {
    fleet.name.is_some() && fleet.schedules.values().any(|schedule| schedule.delivery.by != DeliveryBy::Loop)
}

/// True when one of them is for something in a place.
pub(in crate::plan) fn delivers_in(fleet: &Fleet, place: &Place) -> bool {
    let delivered = fleet.schedules.values().filter(|schedule| schedule.delivery.by != DeliveryBy::Loop);
    fleet.name.is_some() && delivered.map(|schedule| serves(fleet, schedule, place)).any(|serves| !serves.is_nothing())
}

/// True when something of delivery is known to stand where a gap hides the rest of it.
pub(in crate::plan) fn stands(snapshot: &Snapshot, gap: &Gap) -> bool {
    let there = |place: &Place| place.region == gap.region && snapshot.account_id(&place.account) == gap.account;
    let listed = |view: &PlaceView| view.edge_groups.values().any(Option::is_some);
    is_part(gap.kind) && snapshot.places.iter().any(|(place, view)| there(place) && listed(view))
}

/// True for the kinds that only delivery stands on.
pub(in crate::plan) const fn is_part(kind: Kind) -> bool {
    matches!(kind, Kind::EdgeGroup | Kind::Edge | Kind::Role | Kind::Queue)
}

/// True when something was not read as a whole; everything that it touches is held back.
pub(super) fn hold(draft: &mut Draft<'_>, names: &Names, posts: &[Post<'_>], standing: &Standing<'_>) -> bool {
    let missing = missing(draft, names, standing, !posts.is_empty());
    let Some(what) = missing else { return false };
    let why = format!("{what} here could not be read as a whole, so nothing of its delivery is made or removed; see gaps");
    for post in posts {
        let address = super::names::edges_address(&post.schedule.name);
        draft.hold(&names.place, &address, why.clone(), Some(&post.schedule.span));
    }
    if posts.is_empty() && !standing.is_nothing() {
        draft.hold(&names.place, &super::group_address(), why, None);
    }
    true
}

/// The first kind that is not known.
fn missing(draft: &Draft<'_>, names: &Names, standing: &Standing<'_>, delivers: bool) -> Option<String> {
    let view = draft.sites.get(&names.place)?.view;
    if !standing.read {
        return Some(format!("schedule group {}", group_name(&names.fleet)));
    }
    if let Some(group) = standing.unread.first() {
        return Some(format!("schedule group {group}"));
    }
    let members = view.databases.seen().iter().any(|database| database.cluster.is_some());
    let machines = [
        ("the list of instances", view.instances.was_read() && !view.instances.is_complete()),
        ("the list of databases", view.databases.was_read() && !view.databases.is_complete()),
        ("the list of clusters", members && view.clusters.was_read() && !view.clusters.is_complete()),
    ];
    let ours = [("the list of roles", !view.roles.is_complete()), ("the list of queues", !view.queues.is_complete())];
    let all = machines.into_iter().filter(|_| delivers).chain(ours);
    all.into_iter().find(|(_, unknown)| *unknown).map(|(what, _)| what.to_owned())
}
