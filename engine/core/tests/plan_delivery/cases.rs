//! What is planned, by examples.

use jiff::Timestamp;
use muster_core::cloud::{DbState, Gap, Kind, Listing, StandingEdge};
use muster_core::fleet::Fleet;
use muster_core::plan::{Action, Cause, Destroy, Options};
use muster_core::tags;

use super::account::{World, held, lines};
use super::support::{at, database, fleet, of_user, running, stopped};

const OFFICE: &str = "schedules:
  office: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00'], delivery: eventbridge}
";
const DEV: [(&str, &str); 1] = [("env", "dev")];

fn office() -> Fleet {
    fleet(OFFICE)
}

fn noon() -> Timestamp {
    at("Mon 12:00")
}

/// Two instances that run in office hours, and everything applied.
fn applied() -> (Fleet, World) {
    let fleet = office();
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &DEV), running("i-2", "Mon 09:00", &DEV)]);
    world.apply(&fleet, noon());
    assert_eq!(lines(&world.plan(&fleet, noon())), [""; 0], "a second plan is empty");
    (fleet, world)
}

#[test]
fn a_schedule_is_made_with_all_that_it_stands_on() {
    let (fleet, world) = (office(), World::with(vec![running("i-1", "Mon 09:00", &DEV)]));
    let plan = world.plan(&fleet, noon());
    assert_eq!(
        lines(&plan),
        [
            "create delivery/group (new)",
            "create schedule/office/edge/ec2/i-1/start-0900-mon-fri (new)",
            "create schedule/office/edge/ec2/i-1/stop-1900-mon-fri (new)",
            "create schedule/office/queue (new)",
            "create schedule/office/role (new)",
        ]
    );
    assert!(plan.steps.iter().all(|step| !step.is_run_state()), "settings, in the digest");
    let role = plan.steps.iter().find(|step| step.kind == Kind::Role).expect("a role");
    let text = serde_json::to_string(&role.ops).expect("json");
    for part in [
        "aws:SourceArn",
        "schedule-group/muster-lms",
        "aws:SourceAccount",
        "ec2:StopInstances",
        "sqs:SendMessage",
        "aws:ResourceTag/env",
        "aws:ResourceTag/muster:retire-after",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_second_plan_is_empty_at_any_later_hour_of_the_month() {
    let (fleet, mut world) = applied();
    for hours in [1, 7, 12, 24, 100, 300] {
        let now = noon() + jiff::SignedDuration::from_hours(hours);
        world.pass_to(now);
        assert_eq!(lines(&world.plan(&fleet, now)), [""; 0], "{hours} h later");
    }
}

#[test]
fn a_machine_that_comes_has_edges_made_and_one_that_goes_has_them_taken_away() {
    let (fleet, mut world) = applied();
    world.instances.remove(0);
    world.instances.push(running("i-3", "Mon 09:00", &DEV));
    let plan = world.apply(&fleet, noon());
    assert_eq!(lines(&plan).len(), 4, "{:#?}", lines(&plan));
    assert_eq!(plan.steps.iter().filter(|step| step.action == Action::Delete && step.cause == Cause::Removed).count(), 2);
    assert!(lines(&plan).contains(&"create schedule/office/edge/ec2/i-3/start-0900-mon-fri (new)".to_owned()));
    assert!(lines(&world.plan(&fleet, noon())).is_empty());
}

#[test]
fn a_changed_window_is_told_from_drift() {
    let (_, mut world) = applied();
    let later = fleet(&OFFICE.replace("19:00", "20:00"));
    let plan = world.apply(&later, noon());
    let edges: Vec<String> = lines(&plan).into_iter().filter(|line| line.contains("/edge/ec2/i-1")).collect();
    assert_eq!(edges, ["create schedule/office/edge/ec2/i-1/stop-2000-mon-fri (file)"]);
    let gone = plan.steps.iter().find(|step| step.action == Action::Delete).expect("the edge at 19:00 goes");
    let made = "schedule/office/edge/ec2/i-1/stop-2000-mon-fri";
    assert!(gone.after.iter().any(|address| address.as_str() == made), "not before the one at 20:00 stands: {:?}", gone.after);
    assert!(lines(&plan).contains(&"update schedule/office/role (file)".to_owned()), "what was compiled is kept in its digest");
    assert!(lines(&world.plan(&later, noon())).is_empty());
    let gone = world.groups.get_mut("muster-lms").expect("the group");
    let name = gone.keys().find(|name| name.starts_with("office-stop-2000")).cloned().expect("an edge");
    gone.remove(&name);
    let plan = world.apply(&later, noon());
    assert!(lines(&plan)[0].ends_with("stop-2000-mon-fri (drift)") && lines(&plan).len() == 1, "{:?}", lines(&plan));
    assert!(lines(&world.plan(&later, noon())).is_empty());
}

#[test]
fn drift_of_everything_is_mended() {
    let (fleet, mut world) = applied();
    world.edge("office-start").enabled = false;
    world.edge("office-stop").modified = at("Mon 12:30");
    let role = world.roles.values_mut().next().expect("a role");
    role.policy = Some("{\"Version\":\"2012-10-17\",\"Statement\":[]}".to_owned());
    role.trust = role.trust.replace("muster-lms", "other");
    let queue = world.queues.values_mut().next().expect("a queue");
    (queue.retention_seconds, queue.encrypted) = (60, false);
    let plan = world.apply(&fleet, at("Mon 13:00"));
    assert_eq!(lines(&plan).len(), 4, "{:#?}", lines(&plan));
    assert!(plan.steps.iter().all(|step| step.cause == Cause::Drift && step.action == Action::Update), "{:#?}", lines(&plan));
    let reasons: Vec<&str> = plan.steps.iter().map(|step| step.reason.as_str()).collect();
    assert!(
        reasons.contains(&"disabled by hand") && reasons.iter().any(|why| why.starts_with("changed by hand on Mon 2026-11-16")),
        "{reasons:?}"
    );
    assert!(lines(&world.plan(&fleet, at("Mon 13:00"))).is_empty());
    world.roles.clear();
    world.queues.clear();
    let plan = world.apply(&fleet, at("Mon 13:00"));
    assert_eq!(lines(&plan), ["create schedule/office/queue (drift)", "create schedule/office/role (drift)"]);
}

#[test]
fn what_somebody_else_put_into_the_group_is_left_alone() {
    let (fleet, mut world) = applied();
    let group = world.groups.get_mut("muster-lms").expect("the group");
    let foreign = StandingEdge { name: "nightly-backup".to_owned(), ..group.values().next().expect("an edge").clone() };
    group.insert(foreign.name.clone(), foreign);
    let plan = world.plan(&fleet, noon());
    assert!(lines(&plan).is_empty());
    assert!(plan.notes.iter().any(|note| note.contains("nightly-backup")), "{:?}", plan.notes);
    let without = super::support::fleet("");
    let plan = world.apply(&without, noon());
    assert!(lines(&plan).iter().all(|line| !line.contains("delivery/group")), "{:?}", lines(&plan));
    assert!(held(&plan)[0].starts_with("delivery/group: schedule group muster-lms holds nightly-backup"), "{:?}", held(&plan));
    assert!(world.roles.is_empty() && world.queues.is_empty());
    assert_eq!(world.groups["muster-lms"].len(), 1);
}

#[test]
fn everything_goes_with_the_section_and_the_group_last() {
    for without in ["", "schedules:\n  office: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00']}\n"] {
        let (_, mut world) = applied();
        let plan = world.apply(&fleet(without), noon());
        assert_eq!(lines(&plan).len(), 7, "{:#?}", lines(&plan));
        assert!(plan.steps.iter().filter(|step| step.kind != Kind::Instance).all(|step| step.cause == Cause::Removed));
        assert!(world.groups.is_empty() && world.roles.is_empty() && world.queues.is_empty());
        assert!(lines(&world.plan(&fleet(without), noon())).is_empty());
    }
}

#[test]
fn a_renamed_schedule_takes_over_without_a_gap() {
    let (_, mut world) = applied();
    let renamed = fleet(&OFFICE.replace("office", "hours"));
    let plan = world.apply(&renamed, noon());
    assert!(lines(&plan).contains(&"create schedule/hours/role (new)".to_owned()), "{:#?}", lines(&plan));
    assert!(lines(&plan).contains(&"delete schedule/office/role (removed)".to_owned()));
    assert_eq!((world.groups["muster-lms"].len(), world.roles.len(), world.queues.len()), (4, 1, 1));
    assert!(lines(&world.plan(&renamed, noon())).is_empty());
}

#[test]
fn a_renamed_fleet_moves_its_edges_into_its_own_group() {
    let (_, mut world) = applied();
    let mut renamed = office();
    renamed.was = renamed.name.replace(muster_core::name::FleetName::new("lms-2027").expect("a name")).into_iter().collect();
    let plan = world.apply(&renamed, noon());
    assert!(lines(&plan).contains(&"update schedule/office/edge/ec2/i-1/stop-1900-mon-fri (file)".to_owned()), "{:#?}", lines(&plan));
    assert_eq!(world.groups.keys().collect::<Vec<_>>(), ["muster-lms-2027"]);
    assert_eq!((world.groups["muster-lms-2027"].len(), world.roles.len(), world.queues.len()), (4, 1, 1));
    assert!(lines(&world.plan(&renamed, noon())).is_empty());
}

#[test]
fn a_queue_that_holds_undelivered_edges_is_not_lost_unasked() {
    let (_, mut world) = applied();
    world.queues.values_mut().next().expect("a queue").waiting = 3;
    let without = fleet("");
    let plan = world.apply(&without, noon());
    assert!(held(&plan).iter().any(|line| line.contains("holds 3 undelivered edges")), "{:?}", held(&plan));
    assert!(held(&plan).iter().any(|line| line.starts_with("delivery/group: it goes after everything else")));
    assert_eq!((world.queues.len(), world.groups["muster-lms"].len(), world.roles.len()), (1, 0, 0));
    let options = Options { allow_destroy: true, ..Options::default() };
    world.apply_with(&without, noon(), &options);
    assert!(world.queues.is_empty() && world.groups.is_empty());
}

#[test]
fn destroy_takes_everything() {
    let (fleet, mut world) = applied();
    world.queues.values_mut().next().expect("a queue").waiting = 1;
    let options = Options { destroy: Some(Destroy { snapshots: false }), ..Options::default() };
    let plan = world.apply_with(&fleet, noon(), &options);
    assert!(plan.steps.iter().all(|step| step.action == Action::Delete), "{:#?}", lines(&plan));
    assert!(world.groups.is_empty() && world.roles.is_empty() && world.queues.is_empty());
}

#[test]
fn nothing_is_made_or_pruned_on_a_reading_that_is_not_whole() {
    let (fleet, world) = applied();
    for kind in [Kind::Instance, Kind::EdgeGroup, Kind::Role, Kind::Queue] {
        let mut cut = world.clone();
        cut.instances.pop();
        cut.cut.insert(kind);
        let plan = cut.plan(&fleet, noon());
        assert!(lines(&plan).is_empty(), "{kind}: {:?}", lines(&plan));
        assert!(
            held(&plan).iter().any(|line| line.starts_with("schedule/office/edge") && line.contains("see gaps")),
            "{kind}: {:?}",
            held(&plan)
        );
    }
}

#[test]
fn a_refused_listing_is_a_note_where_nothing_is_delivered() {
    let gap = Gap {
        action: "scheduler:ListSchedules".to_owned(),
        account: super::account::ACCOUNT.to_owned(),
        region: "ap-northeast-2".to_owned(),
        kind: Kind::EdgeGroup,
        resources: Vec::new(),
        rules: Vec::new(),
        error: "AccessDenied".to_owned(),
        unreachable: false,
    };
    let mut world = World { gaps: vec![gap], ..World::default() };
    world.cut.insert(Kind::EdgeGroup);
    let plan = world.plan(&fleet(""), noon());
    assert!(plan.gaps.is_empty() && !plan.gaps_matter && plan.held.is_empty());
    assert!(plan.notes.iter().any(|note| note.contains("scheduler:ListSchedules")), "{:?}", plan.notes);
    assert!(world.plan(&office(), noon()).gaps_matter);
}

#[test]
fn only_one_schedule_can_be_asked_for() {
    let two = format!("{OFFICE}  night: {{select: {{tags: {{env: test}}}}, run: ['22:00-06:00'], delivery: eventbridge}}\n");
    let fleet = fleet(&two);
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &DEV), running("i-2", "Mon 09:00", &[("env", "test")])]);
    let options = Options { only: vec!["schedule/office".to_owned()], ..Options::default() };
    let plan = world.apply_with(&fleet, noon(), &options);
    assert_eq!(lines(&plan).len(), 5, "{:#?}", lines(&plan));
    assert!(lines(&plan).iter().all(|line| !line.contains("night")));
    assert!(lines(&world.plan_with(&fleet, noon(), &options)).is_empty());
    assert_eq!(lines(&world.plan(&fleet, noon())).len(), 4, "the other one still waits");
}

#[test]
fn owned_machines_are_named_by_their_address_and_trusted_by_their_fleet() {
    let text = "users:\n  alice: {type: t3.small, key: generate, ssh-from: [203.0.113.0/24], schedule: office}
schedules:\n  office: {run: ['mon-fri 09:00-19:00'], delivery: both}\n";
    let world = World::with(vec![of_user(running("i-1", "Mon 09:00", &[]), "alice")]);
    let plan = world.plan(&fleet(text), noon());
    assert!(
        lines(&plan).contains(&"create schedule/office/edge/user/alice/instance/start-0900-mon-fri (new)".to_owned()),
        "{:#?}",
        lines(&plan)
    );
    let role = plan.steps.iter().find(|step| step.kind == Kind::Role).expect("a role");
    assert!(serde_json::to_string(&role.ops).expect("json").contains("aws:ResourceTag/muster:fleet"));
}

#[test]
fn edges_wait_for_a_machine_that_the_same_plan_makes() {
    let text = "users:\n  alice: {type: t3.small, image: ami-01234567, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm', ssh-from: [203.0.113.0/24], schedule: office}
schedules:\n  office: {run: ['mon-fri 09:00-19:00'], delivery: eventbridge}\n";
    let fleet = fleet(text);
    let mut world = World::default();
    let vpc = muster_core::cloud::Vpc { id: "vpc-1".to_owned(), is_default: true, tags: tags::Tags::new() };
    world.view.vpcs = Listing::Complete(vec![vpc]);
    let image = serde_json::json!({"id": "ami-01234567", "name": "n", "architecture": "x86_64", "created": "", "root_device": "/dev/sda1", "min_size_gib": 8, "source": "id"});
    let query = muster_core::cloud::ImageQuery::Id("ami-01234567".to_owned());
    world.view.images = [(query, serde_json::from_value(image).ok())].into();
    let plan = world.apply(&fleet, noon());
    let edge = plan.steps.iter().find(|step| step.kind == Kind::Edge).unwrap_or_else(|| panic!("{:#?}", held(&plan)));
    assert!(edge.after.iter().any(|address| address.as_str() == "user/alice/instance"), "{:?}", edge.after);
    assert_eq!(world.groups["muster-lms"].len(), 2);
    let live = world.standing().map(|(_, spec)| spec.target.words()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(live.into_iter().collect::<Vec<_>>(), ["ec2/i-0"], "the id that EC2 gave");
    assert!(lines(&world.plan(&fleet, noon())).is_empty(), "{:#?}", lines(&world.plan(&fleet, noon())));
}

#[test]
fn by_tag_there_is_one_edge_for_all_machines() {
    let text = OFFICE.replace("delivery: eventbridge", "delivery: {by: eventbridge, resolve: tags, dead-letter: false}");
    let fleet = fleet(&text);
    let mut world = World::with(vec![running("i-1", "Mon 09:00", &DEV), running("i-2", "Mon 09:00", &DEV)]);
    let plan = world.apply(&fleet, noon());
    assert!(lines(&plan).contains(&"create schedule/office/edge/ec2/tag/start-0900-mon-fri (new)".to_owned()), "{:#?}", lines(&plan));
    assert!(world.queues.is_empty());
    let role = world.roles.values().next().expect("a role");
    assert!(role.trust.contains("ssm.amazonaws.com"));
    let policy = role.policy.as_deref().expect("a policy");
    for part in ["ssm:StartAutomationExecution", "AWS-StopEC2Instance", "iam:PassRole", "tag:GetResources"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(lines(&world.plan(&fleet, noon())).is_empty());
    let any = super::support::fleet(&text.replace("env: dev", "env: '*'"));
    let plan = world.plan(&any, noon());
    assert!(lines(&plan).is_empty(), "what stands is left: {:?}", lines(&plan));
    assert!(held(&plan)[0].contains("selects any value of a tag"), "{:?}", held(&plan));
}

#[test]
fn what_eventbridge_cannot_move_is_held_with_the_way_out() {
    let text = "schedules:
  office: {select: {services: [ec2, rds], tags: {env: dev}}, run: ['mon-fri 09:00-19:00'], delivery: eventbridge}\n";
    let mut spot = running("i-1", "Mon 09:00", &DEV);
    spot.spot = true;
    let mut server = database("big", "available", &DEV);
    (server.engine, server.multi_az) = ("sqlserver-se".to_owned(), true);
    let mut optimizing = database("app", "storage-optimization", &DEV);
    optimizing.state = DbState("storage-optimization".to_owned());
    let mut world = World::with(vec![spot]);
    world.view.databases = Listing::Complete(vec![server, optimizing]);
    let plan = world.plan(&fleet(text), noon());
    let held = held(&plan);
    assert!(held.iter().any(|line| line.starts_with("schedule/office/edge/ec2/i-1: no edges for it: a one-time Spot")), "{held:?}");
    assert!(
        held.iter().any(|line| line.starts_with("schedule/office/edge/rds/big: no edges for it: RDS does not stop a Multi-AZ")),
        "{held:?}"
    );
    assert!(lines(&plan).contains(&"create schedule/office/edge/rds/app/stop-1900-mon-fri (new)".to_owned()), "{:#?}", lines(&plan));
}

#[test]
fn a_pass_leaves_what_eventbridge_alone_moves() {
    let night = at("Mon 22:00");
    let world = World::with(vec![running("i-1", "Mon 21:00", &DEV)]);
    let plan = world.plan(&office(), night);
    assert!(plan.steps.iter().all(|step| step.kind != Kind::Instance), "{:#?}", plan.steps);
    assert!(
        held(&plan).iter().any(|line| line.contains("EventBridge alone fires the edges of schedule `office`; the next one starts it Tue"))
    );
    let both = fleet(&OFFICE.replace("eventbridge", "both"));
    let late = World::with(vec![running("i-1", "Mon 09:00", &DEV)]);
    assert!(late.plan(&both, night).steps.iter().any(|step| step.action == Action::Stop), "with both the loop goes on");
}

#[test]
fn an_override_takes_a_machine_out_of_its_edges_and_its_end_puts_it_back() {
    let (fleet, mut world) = applied();
    let until = at("Wed 12:00");
    world.instances[0].tags.insert(tags::OVERRIDE.to_owned(), format!("running until={until} by=kim"));
    let plan = world.apply(&fleet, noon());
    assert!(plan.steps.iter().any(|step| step.cause == Cause::Override), "{:#?}", lines(&plan));
    assert!(lines(&world.plan(&fleet, noon())).is_empty());
    let stops = |world: &World| world.firings(noon(), until).iter().filter(|(_, action, on)| *action == "stop" && on == "ec2/i-1").count();
    assert_eq!(stops(&world), 0, "nothing stops it until then");
    world.pass_to(at("Wed 12:30"));
    let plan = world.apply(&fleet, at("Wed 12:30"));
    assert!(lines(&plan).iter().any(|line| line.starts_with("create") && line.ends_with("(override)")), "{:#?}", lines(&plan));
    assert!(!world.instances[0].tags.contains_key(tags::OVERRIDE));
    assert!(lines(&world.plan(&fleet, at("Wed 12:30"))).is_empty());
    assert_eq!(world.groups["muster-lms"].len(), 4, "plain edges again");
}

#[test]
fn a_contested_machine_keeps_the_edges_that_stand() {
    let (_, world) = applied();
    let two = fleet(&format!("{OFFICE}  other: {{select: {{tags: {{env: dev}}}}, run: ['22:00-06:00']}}\n"));
    let plan = world.plan(&two, noon());
    assert!(lines(&plan).is_empty(), "{:?}", lines(&plan));
    assert!(held(&plan).iter().any(|line| line.contains("are both for it")));
    let fresh = World::with(vec![stopped("i-1", "Mon 09:00", "Mon 10:00", &DEV)]);
    assert!(lines(&fresh.plan(&two, noon())).iter().all(|line| !line.contains("/edge/")), "and none are made");
}

#[test]
fn lint_names_what_has_no_edges() {
    use muster_core::schedule::lint::{Code, LOOP_INTERVAL, Options as Lints, lint};
    let found = |delivery: &str, services: &str, tags: &str| -> Vec<String> {
        let text = format!(
            "schedules:\n  s: {{select: {{services: [{services}], tags: {{{tags}}}}}, run: ['mon-fri 09:00-19:00'], delivery: {delivery}}}\n"
        );
        let all = lint(&fleet(&text), &Lints { now: noon(), interval: LOOP_INTERVAL });
        all.into_iter().filter(|lint| lint.code == Code::NoEdges).map(|lint| lint.message).collect()
    };
    let scaled = found("eventbridge", "ec2, asg, ecs", "env: dev");
    assert_eq!(scaled, ["`s` selects asg and ecs, for which EventBridge has no edges, so they are left as they are"]);
    assert_eq!(found("both", "ec2, asg, ecs", "env: dev"), [""; 0], "the loop scales them");
    assert_eq!(found("{by: both, resolve: tags}", "ec2", "env: '*'").len(), 1);
    assert_eq!(found("{by: loop, resolve: tags}", "ec2", "env: '*'"), [""; 0]);
    assert_eq!(found("{by: eventbridge, resolve: tags}", "ec2, rds", "env: dev"), [""; 0]);
}

#[test]
fn a_policy_reaches_what_is_selected_and_owned_and_grants_on_the_keys_of_the_file() {
    let text = "users:
  alice: {type: t3.small, key: generate, ssh-from: [203.0.113.0/24], disk: {kms-key: alias/disks}}
schedules:
  office: {select: {services: [ec2], tags: {env: [dev, '개발']}, except: {tags: {keep: '*'}}}, run: ['mon-fri 09:00-19:00'], delivery: eventbridge}\n";
    let plan = World::default().plan(&fleet(text), noon());
    let role = plan.steps.iter().find(|step| step.kind == Kind::Role).expect("a role");
    let policy = role.ops.iter().find_map(|op| match op {
        muster_core::plan::Op::Do(muster_core::cloud::Change::PutRolePolicy { policy, .. }) => Some(policy.clone()),
        _ => None,
    });
    let policy = policy.expect("a policy");
    assert!(policy.is_ascii() && policy.contains("\\uac1c\\ubc1c"), "IAM takes no other scripts: {policy}");
    let value: serde_json::Value = serde_json::from_str(&policy).expect("json");
    let statements = value["Statement"].as_array().expect("statements");
    let of = |at: usize| &statements[at]["Condition"];
    assert_eq!(of(0)["Null"]["aws:ResourceTag/muster:fleet"], "true", "nobody's");
    assert_eq!(of(0)["Null"]["aws:ResourceTag/keep"], "true");
    assert_eq!(of(1)["StringEquals"]["aws:ResourceTag/muster:fleet"], "lms", "or ours");
    assert_eq!(of(1)["StringEquals"]["aws:ResourceTag/env"][0], "dev");
    assert_eq!(
        (&statements[2]["Action"], &of(2)["ForAnyValue:StringEquals"]["kms:ResourceAliases"]),
        (&"kms:CreateGrant".into(), &"alias/disks".into())
    );
}
