//! A machine made in another's place, and the alarm that follows it.

use muster_core::cloud::{AlarmSpec, InstanceState, Need};
use muster_core::plan::{Action, Cause, Options};

use crate::world::{PUBLIC, World, destroying, fleet, step};

const INSTANCE: &str = "user/alice/instance";
const ALARM: &str = "user/alice/alarm";
/// Monday, 10:00 and 20:00 in Seoul.
const MORNING: &str = "2026-11-23T01:00:00Z";
const EVENING: &str = "2026-11-23T11:00:00Z";

fn text(encrypted: bool, tags: &str, schedules: &str) -> String {
    format!(
        "fleet: lms
timezone: Asia/Seoul
cloud: {{provider: sandbox}}
schedules: {schedules}
users:
  defaults: {{ssh-from: [203.0.113.0/24], key: '{PUBLIC}', idle-stop: {{cpu-below: 5, periods: 6, period: 5m}}}}
  alice: {{disk: {{encrypted: {encrypted}}}, tags: {tags}}}
"
    )
}

/// Selects alice by tag, so that what is replaced is chosen for as what takes its place.
fn office(encrypted: bool, manual: &str) -> String {
    text(
        encrypted,
        "{env: lab}",
        &format!("{{office: {{run: ['mon-fri 09:00-19:00'], manual: {manual}, select: {{tags: {{env: lab}}}}}}}}"),
    )
}

fn at(world: &World, instant: &str) {
    world.0.at(instant.parse().expect("an instant")).expect("the clock moves");
}

fn alarm(world: &World) -> AlarmSpec {
    world.view(Need::Alarms("muster-lms-".to_owned())).alarms.seen().first().expect("an alarm").spec.clone()
}

/// Replaces alice's machine in one apply, after it was left as it was on Friday or stopped and started since.
fn replaced(instant: &str, stopped_before: bool, state: InstanceState) {
    let world = World::with(&office(false, "until-next-edge"));
    let before = world.instance(INSTANCE);
    at(&world, instant);
    if stopped_before != (before.state == InstanceState::Stopped) {
        let turn = if stopped_before { world.0.stop(&before.id) } else { world.0.start(&before.id) };
        turn.expect("turned");
        world.0.advance(jiff::SignedDuration::from_mins(10)).expect("the clock moves");
    }
    let after = fleet(&office(true, "until-next-edge"));
    let plan = world.done(&after, &destroying());
    assert!(plan.steps.iter().filter(|step| step.action.is_run_state()).all(|step| step.id.is_none()), "{:#?}", plan.steps);
    let now = world.instance(INSTANCE);
    assert_ne!(now.id, before.id);
    assert_eq!(now.state, state, "{instant}, stopped before: {stopped_before}");
    let again = world.plan(&after, &Options::default());
    assert!(again.is_empty(), "{instant}, stopped before: {stopped_before}: {:#?}", again.steps);
    assert_eq!(alarm(&world).instance.known(), Some(now.id.as_str()));
}

#[test]
fn a_replacement_is_one_apply_in_its_window_and_out_of_it() {
    for stopped_before in [false, true] {
        replaced(MORNING, stopped_before, InstanceState::Running);
        replaced(EVENING, stopped_before, InstanceState::Stopped);
    }
}

#[test]
fn an_alarm_follows_a_replacement_for_its_cause() {
    let world = World::with(&office(false, "until-next-edge"));
    let plan = world.plan(&fleet(&office(true, "until-next-edge")), &destroying());
    let replacement = plan.steps.iter().find(|step| step.action == Action::Replace).expect("a replacement");
    let follows = step(&plan, ALARM);
    assert_eq!((follows.cause, follows.reason.as_str()), (Cause::File, "its instance is replaced"));
    assert_eq!(follows.cause, replacement.cause);
}

#[test]
fn an_alarm_may_not_act_whichever_way_its_machine_comes_under_enforce() {
    assert!(!alarm(&World::with(&office(false, "enforce"))).actions_enabled, "selected by tag from its birth on");
    assert!(alarm(&World::with(&office(false, "hold"))).actions_enabled);
    let over = "{office: {run: ['mon-fri 09:00-19:00'], manual: enforce, select: {tags: {env: lab}}}, \
                lax: {run: ['mon-fri 09:00-19:00'], manual: hold, priority: 1, select: {tags: {team: a}}}}";
    assert!(alarm(&World::with(&text(false, "{env: lab, team: a}", over))).actions_enabled, "the schedule that decides lets it");
}

#[test]
fn a_tag_that_brings_enforce_takes_the_alarm_s_action_in_the_same_apply() {
    let schedules = "{office: {run: ['daily 00:00-24:00'], manual: enforce, select: {tags: {env: lab}}}}";
    let world = World::with(&text(false, "{}", schedules));
    assert!(alarm(&world).actions_enabled);
    let tagged = fleet(&text(false, "{env: lab}", schedules));
    world.done(&tagged, &Options::default());
    assert!(!alarm(&world).actions_enabled);
    assert!(world.plan(&tagged, &Options::default()).is_empty());
}
