//! The queue for edges of a schedule that could not be delivered.

use super::names::{Names, group_address, queue_address};
use super::post::Post;
use crate::cloud::{Change, Kind, Queue};
use crate::plan::claim::Owned;
use crate::plan::draft::{Draft, set_tags};
use crate::plan::fields::Fields;
use crate::plan::model::{Action, Op, Step};
use crate::tags;

/// SQS keeps a message 14 days at most (K: SQS Developer Guide, "Message quotas"): long enough to look at it after a holiday.
const RETENTION_SECONDS: u32 = 14 * 24 * 3_600;

/// Plans the queue; false when it was held back.
pub(super) fn plan(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>) -> bool {
    if !post.options.dead_letter {
        return true;
    }
    let Some(site) = draft.sites.get(&names.place) else { return false };
    let (address, name) = (queue_address(&post.schedule.name), names.queue(&post.schedule.name));
    let ours = site.queues.ours.get(&address).into_iter().flatten().find(|owned| !owned.renamed).cloned();
    let stranger = || site.view.queues.seen().iter().find(|queue| queue.name == name);
    match (ours, stranger()) {
        (Some(owned), _) => update(draft, names, post, &owned),
        (None, Some(queue)) => {
            let why = format!("queue {} has the name muster would give and does not carry this fleet's tags; remove it", queue.arn);
            draft.hold(&names.place, &address, why, Some(&post.schedule.span));
            return false;
        }
        (None, None) => create(draft, names, post, name),
    }
    true
}

fn compare(live: Option<&Queue>) -> Fields {
    let kept = |seconds: u32| format!("{} days", seconds / (24 * 3_600));
    let encrypted = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let mut fields = Fields::default();
    fields.exact("kept for", kept(RETENTION_SECONDS), live.map(|queue| kept(queue.retention_seconds))).exact(
        "encrypted",
        encrypted(true),
        live.map(|queue| encrypted(queue.encrypted)),
    );
    fields
}

fn create(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>, name: String) {
    let (address, fields) = (queue_address(&post.schedule.name), compare(None));
    let (cause, reason) = super::causes::of_part(draft, names, &post.schedule.name);
    let tags = super::role::mark(&names.fleet, &address, fields.digest()).tags();
    let mut step = Step::new(address, names.place.clone(), Kind::Queue, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.origin = Some(post.schedule.span.file_line());
    step.after = vec![group_address()];
    step.ops = vec![Op::Do(Change::CreateQueue { name, retention_seconds: RETENTION_SECONDS, tags })];
    draft.steps.push(step);
}

fn update(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>, owned: &Owned<'_, Queue>) {
    let fields = compare(Some(owned.item));
    if fields.differing().next().is_none() {
        return;
    }
    let (cause, reason) = fields.cause(owned.mark.digest.as_deref());
    let mut step = Step::new(queue_address(&post.schedule.name), names.place.clone(), Kind::Queue, Action::Update, cause);
    step.id = Some(owned.item.name.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(post.schedule.span.file_line());
    step.ops = vec![Op::Do(Change::SetQueue { name: owned.item.name.clone(), retention_seconds: RETENTION_SECONDS })];
    let digest = fields.digest();
    if owned.mark.digest.as_ref() != Some(&digest) {
        step.ops.push(set_tags(Kind::Queue, &owned.item.arn, [(tags::DIGEST.to_owned(), digest)].into()));
    }
    draft.steps.push(step);
}
