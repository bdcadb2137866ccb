//! Delivery by EventBridge Scheduler: group, role, queue and edges, planned like everything else (decision 0022).
//!
//! In each place the order is: group, queue and role of a schedule, its edges. What goes, goes the other way round, and the group
//! last, so that whatever a run that dies leaves behind is always found again through the group.

mod causes;
mod compiler;
mod edges;
mod group;
mod names;
mod override_by_hand;
mod policy;
mod post;
mod queue;
mod removal;
mod role;
mod shown;
mod standing;
mod targets;
mod unread;
mod wanted;

pub use names::{group_address, path as role_path};
pub use override_by_hand::{CutShort, cut_short, retimed, unapplied};
pub(super) use role::name_of as role_name;
pub use shown::{Shown, ShownEdge, State as ShownState, shown};

pub(super) use unread::{delivers, delivers_in, is_part, stands};

use self::compiler::Compiler;
use self::names::Names;
use self::post::{Post, posts};
use self::standing::Standing;
use super::draft::Draft;
use super::run_state::{Judged, judge_all};
use crate::delivery::tagged;

/// Plans everything that delivery stands on, in every place.
pub fn plan(draft: &mut Draft<'_>) {
    let judged = if delivers(draft.input.fleet) { judge_all(draft) } else { Vec::new() };
    let mut compiler = Compiler::new(draft.input.fleet, draft.input.now);
    for place in draft.sites.keys().cloned().collect::<Vec<_>>() {
        if let Some(names) = Names::of(draft, &place) {
            of_place(draft, &names, &judged, &mut compiler);
        }
    }
}

/// Plans the end of everything that delivery stands on (`muster destroy`).
pub fn destroy(draft: &mut Draft<'_>) {
    for place in draft.sites.keys().cloned().collect::<Vec<_>>() {
        let Some(names) = Names::of(draft, &place) else { continue };
        let standing = Standing::of(draft, &names);
        if unread::hold(draft, &names, &[], &standing) {
            continue;
        }
        let edges = edges::prune(draft, &names, &standing);
        removal::plan(draft, &names, &standing, &[], &edges);
    }
}

fn of_place<'a>(draft: &mut Draft<'a>, names: &Names, judged: &[Judged<'a>], compiler: &mut Compiler<'a>) {
    let posts: Vec<Post<'a>> = posts(draft, names);
    let standing = Standing::of(draft, names);
    if posts.is_empty() && standing.is_nothing() {
        return;
    }
    if unread::hold(draft, names, &posts, &standing) {
        return;
    }
    group::plan(draft, names, &posts, &standing);
    let mut ready = Vec::new();
    for post in posts {
        if hold_what_tags_cannot_say(draft, names, &post) {
            ready.push((Post { held: true, ..post }, false));
            continue;
        }
        let queue = queue::plan(draft, names, &post);
        if let Some(moved) = role::plan(draft, names, &post).filter(|_| queue) {
            ready.push((post, moved));
        } else {
            ready.push((Post { held: true, ..post }, false));
        }
    }
    let wanted = wanted::wanted(draft, names, &ready, judged, compiler);
    let edges = edges::plan(draft, names, &standing, &ready, wanted);
    let posts: Vec<Post<'a>> = ready.into_iter().map(|(post, _)| post).collect();
    removal::plan(draft, names, &standing, &posts, &edges);
}

/// True when the targets of a schedule are to be found by tag and cannot be.
fn hold_what_tags_cannot_say(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>) -> bool {
    let Some(why) = tagged(post.schedule).err().filter(|_| post.by_tag()) else { return false };
    draft.hold(&names.place, &names::edges_address(&post.schedule.name), why.to_string(), Some(&post.schedule.span));
    true
}
