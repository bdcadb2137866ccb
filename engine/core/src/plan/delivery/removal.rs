//! What nothing delivers with any more: roles and queues after the edges, the group last.

use std::collections::BTreeSet;

use super::edges::Edges;
use super::group::{foreign, listed};
use super::names::{Names, group_address, path, queue_address, role_address};
use super::post::Post;
use super::standing::Standing;
use crate::address::Address;
use crate::cloud::{Change, EdgeGroup, Kind, Queue, Role};
use crate::name::FleetName;
use crate::plan::claim::Owned;
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Cause, Op, Risk, Step};

/// Plans the end of everything that none of the posts stands on.
pub(super) fn plan(draft: &mut Draft<'_>, names: &Names, standing: &Standing<'_>, posts: &[Post<'_>], edges: &Edges) {
    let mut going: Vec<Address> = edges.going.clone();
    let mut kept = false;
    for (address, owned) in orphan_roles(draft, names, posts) {
        going.push(delete_role(draft, names, address, &owned, &edges.going));
    }
    for (address, owned) in orphan_queues(draft, names, posts) {
        match delete_queue(draft, names, address, &owned, &edges.going) {
            Some(address) => going.push(address),
            None => kept = true,
        }
    }
    let left = !edges.left.is_empty();
    if let Some(group) = standing.group.filter(|_| posts.is_empty() && !left) {
        delete_group(draft, names, &names.fleet, group, &going, kept);
    }
    for (fleet, group) in standing.former.iter().filter(|_| !left) {
        delete_group(draft, names, fleet, group, &going, kept);
    }
}

/// Roles that are ours and that no post works with. One of a former name of the fleet is never worked with: the new one has another name.
fn orphan_roles<'a>(draft: &Draft<'a>, names: &Names, posts: &[Post<'_>]) -> Vec<(Address, Owned<'a, Role>)> {
    let Some(site) = draft.sites.get(&names.place) else { return Vec::new() };
    let used: BTreeSet<Address> = posts.iter().map(|post| role_address(&post.schedule.name)).collect();
    let region = names.place.region.as_str();
    let ours = site.roles.ours.iter().flat_map(|(address, all)| all.iter().map(move |owned| (address.clone(), owned.clone())));
    let here = ours.filter(|(_, owned)| is_in(owned.item, &names.fleet, region) || is_former(draft, owned, region));
    here.filter(|(address, owned)| owned.renamed || !used.contains(address)).collect()
}

fn is_in(role: &Role, fleet: &FleetName, region: &str) -> bool {
    role.path == path(fleet, region)
}

fn is_former(draft: &Draft<'_>, owned: &Owned<'_, Role>, region: &str) -> bool {
    owned.renamed && draft.input.fleet.was.iter().any(|was| is_in(owned.item, was, region))
}

/// Queues that are ours and that no post writes to.
fn orphan_queues<'a>(draft: &Draft<'a>, names: &Names, posts: &[Post<'_>]) -> Vec<(Address, Owned<'a, Queue>)> {
    let Some(site) = draft.sites.get(&names.place) else { return Vec::new() };
    let used: BTreeSet<Address> =
        posts.iter().filter(|post| post.held || post.options.dead_letter).map(|post| queue_address(&post.schedule.name)).collect();
    let ours = site.queues.ours.iter().flat_map(|(address, all)| all.iter().map(move |owned| (address.clone(), owned.clone())));
    ours.filter(|(address, owned)| owned.renamed || !used.contains(address)).collect()
}

/// The address of something that goes: its own, unless its successor has that.
fn leaving(address: Address, renamed: bool, name: &str) -> Address {
    if renamed { Address::from_text(&format!("{address}/{name}")) } else { address }
}

fn delete_role(draft: &mut Draft<'_>, names: &Names, address: Address, owned: &Owned<'_, Role>, edges: &[Address]) -> Address {
    let name = owned.item.name.clone();
    let address = leaving(address, owned.renamed, &name);
    let mut ops = Vec::new();
    if owned.item.policy.is_some() {
        ops.push(Op::Do(Change::DeleteRolePolicy { role: name.clone() }));
    }
    ops.push(Op::Do(Change::DeleteRole { name: name.clone() }));
    push(draft, names, &address, Kind::Role, name, ops, edges, Risk::None);
    address
}

fn delete_queue(draft: &mut Draft<'_>, names: &Names, address: Address, owned: &Owned<'_, Queue>, edges: &[Address]) -> Option<Address> {
    let (name, waiting) = (owned.item.name.clone(), owned.item.waiting);
    let address = leaving(address, owned.renamed, &name);
    let allowed = draft.input.options.allow_destroy || draft.input.options.destroy.is_some();
    if waiting > 0 && !allowed {
        let why = format!(
            "queue {name} holds {waiting} undelivered {}, which would be lost; read them, or `--allow-destroy` deletes it with them",
            if waiting == 1 { "edge" } else { "edges" }
        );
        draft.hold(&names.place, &address, why, None);
        return None;
    }
    let risk = if waiting > 0 { Risk::Destroys } else { Risk::None };
    let ops = vec![Op::Do(Change::DeleteQueue { name: name.clone() })];
    push(draft, names, &address, Kind::Queue, name, ops, edges, risk);
    Some(address)
}

/// AWS deletes a group with everything in it, so one with a stranger's schedule stays; and so does the one by which something that is
/// kept will be found again.
fn delete_group(draft: &mut Draft<'_>, names: &Names, fleet: &FleetName, group: &EdgeGroup, going: &[Address], kept: bool) {
    let address = if *fleet == names.fleet { group_address() } else { Address::from_text(&format!("{}/{}", group_address(), group.name)) };
    let foreign = foreign(group);
    if !foreign.is_empty() {
        let why = format!(
            "schedule group {} holds {}, which is not muster's and would be deleted with it; move or delete that first",
            group.name,
            listed(&foreign)
        );
        return draft.hold(&names.place, &address, why, None);
    }
    if kept {
        return draft.hold(&names.place, &address, "it goes after everything else, and something is kept", None);
    }
    let ops = vec![Op::Do(Change::DeleteEdgeGroup { name: group.name.clone() })];
    push(draft, names, &address, Kind::EdgeGroup, group.name.clone(), ops, going, Risk::None);
}

#[expect(clippy::too_many_arguments, reason = "one call for three kinds, each of whose words differ")]
fn push(draft: &mut Draft<'_>, names: &Names, address: &Address, kind: Kind, id: String, ops: Vec<Op>, after: &[Address], risk: Risk) {
    let mut step = Step::new(address.clone(), names.place.clone(), kind, Action::Delete, Cause::Removed);
    step.precondition.insert("id".to_owned(), id.clone());
    step.id = Some(id);
    step.reason =
        if draft.input.options.destroy.is_some() { "`muster destroy`" } else { "nothing is delivered with it any more" }.to_owned();
    step.risk = risk;
    step.after = after.to_vec();
    step.ops = ops;
    draft.push(step);
}
