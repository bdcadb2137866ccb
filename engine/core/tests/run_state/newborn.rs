//! A machine that is being made is judged as one that is there.

use super::support::*;
use muster_core::cloud::{Image, ImageQuery, Vpc};
use muster_core::plan::{Cause, Op};

const USERS: &str = "users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, tags: {env: dev}, schedule: day}\n";

fn empty() -> Account {
    let mut account = Account::of(Vec::new());
    account.view.vpcs = muster_core::cloud::Listing::Complete(vec![Vpc { id: "vpc-1".to_owned(), is_default: true, tags: tagged(&[]) }]);
    let query = ImageQuery::Ubuntu2404 { architecture: "x86_64".to_owned() };
    let image = Image {
        id: "ami-1".to_owned(),
        name: "ubuntu".to_owned(),
        architecture: "x86_64".to_owned(),
        created: "2026-09-01T00:00:00.000Z".to_owned(),
        root_device: "/dev/sda1".to_owned(),
        min_size_gib: 8,
        source: "test".to_owned(),
    };
    account.view.images.insert(query, Some(image));
    account
}

fn stops(text: &str, now: &str) -> Vec<(Cause, String)> {
    let plan = empty().plan(&fleet(&format!("{USERS}{text}")), now);
    assert!(plan.steps.iter().any(|step| step.ops.iter().any(|op| matches!(op, Op::Launch { .. }))), "{:#?}", plan.held);
    plan.steps.iter().filter(|step| step.action.is_run_state()).map(|step| (step.cause, step.reason.clone())).collect()
}

const DAY: &str = "schedules:\n  day: {run: ['mon-fri 09:00-19:00']}\n";

#[test]
fn it_is_stopped_outside_its_window() {
    assert_eq!(stops(DAY, "Mon 10:00"), []);
    assert_eq!(stops(DAY, "Mon 20:00"), [(Cause::Schedule, "otherwise stopped, by schedule `day`".to_owned())]);
}

#[test]
fn a_higher_priority_by_tag_beats_the_named_schedule() {
    let night = format!("{DAY}  night: {{run: ['daily 19:00-24:00'], select: {{tags: {{env: dev}}}}, priority: 1}}\n");
    assert_eq!(stops(&night, "Mon 20:00"), []);
    assert_eq!(stops(&night, "Mon 10:00"), [(Cause::Schedule, "otherwise stopped, by schedule `night`".to_owned())]);
}

#[test]
fn equal_priorities_are_said_and_nothing_is_stopped() {
    let text = format!("{DAY}  night: {{run: ['daily 19:00-24:00'], select: {{tags: {{env: dev}}}}}}\n");
    assert_eq!(stops(&text, "Mon 10:00"), []);
    let held = empty().plan(&fleet(&format!("{USERS}{text}")), "Mon 10:00").held;
    assert!(held.iter().any(|held| held.why.starts_with("schedules `day` (fleet.yaml:7) and `night`")), "{held:?}");
}

#[test]
fn overrides_of_the_file_count_by_tag_and_by_name() {
    let over = |subject: &str, state: &str| {
        format!("{DAY}overrides:\n  - {{{subject}, state: {state}, until: '2026-11-20T00:00+09:00', reason: test}}\n")
    };
    for subject in ["select: {tags: {env: dev}}", "only: [user/alice]"] {
        assert_eq!(stops(&over(subject, "running"), "Mon 20:00"), [], "{subject}");
        let stopped = stops(&over(subject, "stopped"), "Mon 10:00");
        assert_eq!(stopped.len(), 1, "{subject}");
        assert_eq!(stopped[0].0, Cause::Override, "{subject}");
    }
    assert_eq!(stops(&over("select: {tags: {env: prod}}", "stopped"), "Mon 10:00"), []);
}

#[test]
fn a_tag_it_is_made_with_puts_its_stop_off() {
    let text = "users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, tags: {keep: '2026-11-16T22:00+09:00'}, schedule: day}\n\
                schedules:\n  day: {run: ['mon-fri 09:00-19:00'], snooze: {tag: keep, max: 1h}}\n";
    let runs = |now: &str| empty().plan(&fleet(text), now).steps.iter().filter(|step| step.action.is_run_state()).count();
    assert_eq!((runs("Mon 20:00"), runs("Mon 22:00")), (0, 1));
}

#[test]
fn the_type_of_a_schedule_with_sizes_is_no_setting() {
    let sizes = "users:\n  alice: {ssh-from: [203.0.113.0/24], key: generate, type: t3.medium, schedule: day}\n\
                 schedules:\n  day: {run: ['mon-fri 09:00-19:00'], sizes: [{in: 'mon-fri 09:00-12:00', types: [t3.large]}, {else: t3.small}]}\n";
    let plan = empty().plan(&fleet(sizes), "Mon 10:00");
    let launched = plan.steps.iter().flat_map(|step| &step.ops).find_map(|op| match op {
        Op::Launch { spec, .. } => Some(spec.instance_type.clone()),
        _ => None,
    });
    assert_eq!(launched.as_deref(), Some("t3.medium"), "the entry's type counts at creation");
}
