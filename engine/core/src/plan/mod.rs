//! From fleet and snapshot to a plan: a pure function.
//!
//! Reading is done in rounds: [`needs`] names the lists, [`follow_up`] what the lists show to be missing, and
//! [`read_and_plan`] asks until nothing is. [`plan`] itself reads nothing.

mod awake;
mod calendars;
pub mod claim;
mod contested;
mod databases;
pub mod delivery;
mod digest;
pub mod draft;
pub mod fields;
mod images;
mod ingress;
pub mod last_change;
pub mod mark;
mod model;
mod needs;
mod network;
mod quotas;
pub mod refs;
mod relisted;
mod removal;
pub mod run_state;
pub mod site;
mod standing;
pub mod stoppable;
mod users;
pub mod words;

pub use contested::{Contested, contested};
pub use digest::fleet_digest;
pub use draft::Input;
pub use images::query as image_query;
pub use model::{Action, Await, Cause, Destroy, FORMAT, FieldChange, Held, Op, Options, Plan, Risk, Step, StepNeed, Summary, Way};
pub use needs::{follow_up, images_to_lock, needs, unlocked_images};
pub use removal::{is_current, stop_ops};
pub use users::{delete_secrets, secrets, secrets_of_pair, token_chain};

use draft::Draft;
use jiff::Timestamp;

use crate::cloud::{CloudError, Reader, Snapshot};
use crate::fleet::Fleet;
use crate::lock::Lock;

/// Rounds of reading after the first: what is missing depends on what was read, never deeper than this.
const FOLLOW_UPS: usize = 4;

/// Makes the plan.
#[must_use]
pub fn plan(input: &Input<'_>) -> Plan {
    let mut draft = Draft::new(*input);
    fill(&mut draft);
    finish(draft)
}

/// Plans every step and held line, before sorting and counting.
fn fill(draft: &mut Draft<'_>) {
    if let Some(destroy) = draft.input.options.destroy {
        removal::destroy(draft, destroy.snapshots);
        delivery::destroy(draft);
    } else {
        living(draft);
        removal::plan(draft);
        delivery::plan(draft);
        run_state::plan(draft);
        relisted::start_first(draft);
        awake::bring_along(draft);
        calendars::note(draft);
    }
    keep_only_what_was_asked(draft);
    quotas::hold_what_does_not_fit(draft);
}

fn living(draft: &mut Draft<'_>) {
    let (fleet, now) = (draft.input.fleet, draft.input.now);
    for user in fleet.users.values().filter(|user| is_current(user.until_instant, now)) {
        users::plan(draft, user);
        if let Some(until) = user.until.as_ref().filter(|_| draft.concerns(&format!("user/{}", user.name))) {
            draft.notes.push(format!("user/{} is retired by the first plan after {}", user.name, until.value));
        }
    }
    databases::plan_shared_groups(draft);
    for database in fleet.databases.values() {
        databases::plan(draft, database);
    }
}

fn keep_only_what_was_asked(draft: &mut Draft<'_>) {
    if draft.input.options.only.is_empty() {
        return;
    }
    let only = draft.input.options.only.clone();
    let asked = |address: &crate::address::Address| only.iter().any(|wanted| address.is_under(wanted));
    // The group is no schedule's own and made with the first that needs it.
    let needs_group = |place: &crate::cloud::Place, steps: &[Step]| {
        steps.iter().any(|step| step.place == *place && asked(&step.address) && step.after.contains(&delivery::group_address()))
    };
    let steps = std::mem::take(&mut draft.steps);
    let kept = |step: &Step| {
        let group = step.address == delivery::group_address() && step.action == Action::Create;
        asked(&step.address) || (group && needs_group(&step.place, &steps))
    };
    let (groups, rest): (Vec<&Step>, Vec<&Step>) = steps.iter().filter(|step| kept(step)).partition(|step| is_end_of_group(step));
    draft.steps = rest.into_iter().cloned().collect();
    draft.held.retain(|held| asked(&held.address));
    for group in groups {
        if group.after.iter().all(&asked) {
            draft.steps.push(group.clone());
        } else {
            let why = "the group goes after everything that it leads back to; leave `--only` out, or name the schedules too";
            draft.hold(&group.place, &group.address, why, None);
        }
    }
}

/// A schedule group goes with everything in it, and by it alone the rest of delivery is found again.
fn is_end_of_group(step: &Step) -> bool {
    step.kind == crate::cloud::Kind::EdgeGroup && step.action == Action::Delete
}

fn finish(draft: Draft<'_>) -> Plan {
    let Draft { input, mut steps, mut held, mut notes, .. } = draft;
    // Stable: steps of one address stay in the order they were planned in.
    steps.sort_by(|a, b| (&a.place, &a.address).cmp(&(&b.place, &b.address)));
    held.sort();
    held.dedup();
    let (gaps, beside) = gaps(&input);
    notes.extend(beside);
    notes.sort();
    notes.dedup();
    let accounts = input.snapshot.identities.iter().map(|(name, identity)| (name.clone(), identity.account_id.clone())).collect();
    let mut plan = Plan {
        format: FORMAT,
        now: input.now,
        digest: String::new(),
        fleet_digest: fleet_digest(input.fleet, input.lock),
        accounts,
        options: input.options.clone(),
        summary: Summary::of(&steps, held.len(), gaps.len()),
        steps,
        held,
        gaps_matter: gaps.iter().any(|gap| matters(input.fleet, gap) || delivery::stands(input.snapshot, gap)),
        gaps,
        notes,
    };
    plan.digest = digest::of(&plan);
    plan
}

/// What could not be read. A file without delivery is only looked after: what an earlier one left there is a note when it cannot be
/// seen. Where it is seen to stand, it has to go, and what keeps it from that is a gap.
fn gaps(input: &Input<'_>) -> (Vec<crate::cloud::Gap>, Vec<String>) {
    let all = input.snapshot.gaps.iter().cloned();
    let (beside, gaps): (Vec<_>, Vec<_>) =
        all.partition(|gap| delivery::is_part(gap.kind) && !delivery::delivers(input.fleet) && !delivery::stands(input.snapshot, gap));
    let note = |gap: crate::cloud::Gap| {
        format!(
            "{} in {} {}: {}; edges that an earlier file left in EventBridge would not be seen",
            gap.action, gap.account, gap.region, gap.error
        )
    };
    (gaps, beside.into_iter().map(note).collect())
}

/// True when a gap hides something the file declares or a schedule selects.
fn matters(fleet: &Fleet, gap: &crate::cloud::Gap) -> bool {
    let selects = |service: &str| {
        fleet.schedules.values().filter_map(|schedule| schedule.select.as_ref()).any(|select| select.services.contains(service))
    };
    match gap.action.split(':').next() {
        Some("rds") => !fleet.databases.is_empty() || !fleet.parameter_groups.is_empty() || selects("rds"),
        Some("autoscaling") => selects("asg"),
        Some("ecs") => selects("ecs"),
        Some("scheduler" | "iam" | "sqs") => delivery::delivers(fleet),
        _ => !fleet.users.is_empty() || !fleet.databases.is_empty() || selects("ec2"),
    }
}

/// Reads until the plan can be made, and makes it.
///
/// # Errors
/// When nothing can be trusted: see [`Reader::observe`].
pub async fn read_and_plan<R: Reader>(
    reader: &R,
    fleet: &Fleet,
    lock: &Lock,
    now: Timestamp,
    options: &Options,
) -> Result<(Snapshot, Plan), CloudError> {
    let mut snapshot = reader.observe(&needs(fleet)).await?;
    for _ in 0..FOLLOW_UPS {
        let (draft, more) = needs::drafted(&Input { fleet, lock, snapshot: &snapshot, now, options });
        if more.is_empty() {
            let plan = finish(draft);
            return Ok((snapshot, plan));
        }
        snapshot.merge(reader.observe(&more).await?);
    }
    let plan = plan(&Input { fleet, lock, snapshot: &snapshot, now, options });
    Ok((snapshot, plan))
}
