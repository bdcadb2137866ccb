//! `muster start|stop NAME --for` and the edges of a machine.

use jiff::Timestamp;
use muster_core::cloud::Kind;
use muster_core::fleet::{DeliveryBy, Fleet};
use muster_core::lock::Lock;
use muster_core::plan::draft::Draft;
use muster_core::plan::mark::OverrideTag;
use muster_core::plan::run_state::judge_all;
use muster_core::plan::{Action, Input, Options, Step, Summary, delivery};
use muster_core::schedule::RunState;
use muster_core::tags;

use super::account::{World, lines};
use super::support::{at, fleet, running};

const DEV: [(&str, &str); 1] = [("env", "dev")];

fn office(delivery: &str) -> Fleet {
    fleet(&format!("schedules:\n  office: {{select: {{tags: {{env: dev}}}}, run: ['mon-fri 09:00-19:00'], delivery: {delivery}}}\n"))
}

fn keep_running(until: Timestamp) -> OverrideTag {
    OverrideTag { state: RunState::Running, until, by: Some("kim".to_owned()) }
}

fn with_first<T>(
    world: &World,
    fleet: &Fleet,
    now: Timestamp,
    look: impl FnOnce(&Draft<'_>, &muster_core::plan::run_state::Judged<'_>) -> T,
) -> T {
    let snapshot = world.snapshot(fleet, now);
    let (lock, options) = (Lock::default(), Options::default());
    let draft = Draft::new(Input { fleet, lock: &lock, snapshot: &snapshot, now, options: &options });
    let all = judge_all(&draft);
    look(&draft, &all[0])
}

fn retime(world: &mut World, fleet: &Fleet, now: Timestamp, over: Option<&OverrideTag>) -> Vec<Step> {
    let steps = with_first(world, fleet, now, |draft, judged| delivery::retimed(draft, judged, over).expect("its edges are known"));
    let plan = world.plan(fleet, now);
    let plan = muster_core::plan::Plan { summary: Summary::of(&steps, 0, 0), steps: steps.clone(), ..plan };
    world.perform(&plan, now);
    let tags = &mut world.instances[0].tags;
    match over {
        Some(over) => tags.insert(tags::OVERRIDE.to_owned(), over.text()),
        None => tags.remove(tags::OVERRIDE),
    };
    steps
}

#[test]
fn a_machine_is_taken_out_of_its_edges_and_the_next_plan_agrees() {
    let (fleet, now) = (office("eventbridge"), at("Mon 12:00"));
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &DEV), running("i-2", "Mon 09:00", &DEV)]);
    world.apply(&fleet, now);
    let until = at("Tue 22:00");
    let steps = retime(&mut world, &fleet, now, Some(&keep_running(until)));
    assert!(steps.iter().all(|step| step.kind == Kind::Edge && step.address.as_str().contains("/ec2/i-1/")), "{steps:#?}");
    assert!(steps.iter().any(|step| step.action == Action::Delete) && steps.iter().any(|step| step.action == Action::Create));
    assert!(lines(&world.plan(&fleet, now)).is_empty(), "{:#?}", lines(&world.plan(&fleet, now)));
    let fired = world.firings(now, at("Wed 20:00"));
    let first: Vec<_> = fired.iter().filter(|(_, _, on)| on == "ec2/i-1").map(|(at, action, _)| (*at, *action)).collect();
    assert_eq!(first, [(until, "stop"), (at("Wed 09:00"), "start"), (at("Wed 19:00"), "stop")]);
    let steps = retime(&mut world, &fleet, now, None);
    assert!(!steps.is_empty());
    assert!(lines(&world.plan(&fleet, now)).is_empty(), "and back");
}

#[test]
fn nothing_is_retimed_where_nothing_was_applied() {
    let (fleet, now) = (office("eventbridge"), at("Mon 12:00"));
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &DEV)]);
    assert!(retime(&mut world, &fleet, now, Some(&keep_running(at("Tue 22:00")))).is_empty());
    world.cut.insert(Kind::EdgeGroup);
    let refused = with_first(&world, &fleet, now, |draft, judged| delivery::retimed(draft, judged, None));
    assert_eq!(
        refused,
        Err("schedule group muster-lms could not be read, so it cannot be taken out of its edges; `muster plan` names the gap".to_owned())
    );
}

#[test]
fn by_tag_the_edge_that_would_cut_it_short_is_named() {
    let now = at("Mon 12:00");
    let world = World::with(vec![running("i-1", "Mon 09:00", &DEV)]);
    let cut = |delivery: &str, until: &str| {
        let fleet = office(delivery);
        with_first(&world, &fleet, now, |draft, judged| delivery::cut_short(draft, judged, RunState::Running, at(until)))
    };
    let found = cut("{by: both, resolve: tags}", "Mon 22:00").expect("the stop at 19:00");
    assert_eq!((found.edge.as_str(), found.at, found.by), ("stop cron(0 19 ? * MON-FRI *) Asia/Seoul", at("Mon 19:00"), DeliveryBy::Both));
    assert_eq!(cut("{by: eventbridge, resolve: tags}", "Mon 19:00"), None, "it ends as the edge fires");
    assert_eq!(cut("eventbridge", "Mon 22:00"), None, "ids are taken out");
    assert_eq!(cut("loop", "Mon 22:00"), None);
}
