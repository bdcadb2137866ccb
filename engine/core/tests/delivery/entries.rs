//! Targets, names and addresses.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::cron::Expression;
use muster_core::delivery::{
    Action, CannotResolve, Entry, GUARANTEES, NAME_LIMIT, RESOLVE_TRADE_OFFS, Service, Target, Timing, Wiring, compile, entries,
    first_against, group_name, lost, tagged,
};
use muster_core::fleet::DeliveryBy;
use muster_core::name::FleetName;
use muster_core::schedule::{Manual, RunState, Schedule, Select, Stretch, Zone};

use super::support::{World, at, name, schedule};

fn wiring() -> Wiring {
    Wiring { partition: "aws".to_owned(), role: "arn:aws:iam::123456789012:role/edges".to_owned(), dead_letter: None }
}

fn instance(id: &str) -> Target {
    Target::Instance { id: id.to_owned(), hibernate: false }
}

fn office() -> Schedule {
    schedule("Asia/Seoul", &["mon-fri 09:00-19:00"])
}

fn timings(schedule: &Schedule) -> Vec<Timing> {
    let window = Stretch { from: at("2026-11-21T00:00:00Z"), to: at("2027-02-28T15:00:00Z") };
    compile(schedule, &World::default().context(), window).expect("zone")
}

fn of(targets: &[Target]) -> Vec<Entry> {
    entries(&office(), &timings(&office()), targets, &wiring())
}

#[test]
fn an_instance_has_an_entry_for_each_edge() {
    let both = of(&[instance("i-0a"), instance("i-0b")]);
    let shown: Vec<&str> = both.iter().map(|entry| entry.spec.address.as_str()).collect();
    assert_eq!(
        shown,
        [
            "schedule/test/edge/ec2/i-0a/start-0900-mon-fri",
            "schedule/test/edge/ec2/i-0a/stop-1900-mon-fri",
            "schedule/test/edge/ec2/i-0b/start-0900-mon-fri",
            "schedule/test/edge/ec2/i-0b/stop-1900-mon-fri",
        ]
    );
    assert_eq!(both[0].spec.arn(), "arn:aws:scheduler:::aws-sdk:ec2:startInstances");
    assert_eq!(both[1].spec.arn(), "arn:aws:scheduler:::aws-sdk:ec2:stopInstances");
    assert_eq!(both[0].spec.input(), r#"{"InstanceIds":["i-0a"]}"#);
    assert!(both[0].spec.address.is_under("schedule/test") && !both[0].timing.delete_after());
}

#[test]
fn inputs_are_what_universal_targets_take() {
    let role = "arn:aws:iam::123456789012:role/edges";
    let database = Target::Database { id: "reports".to_owned() };
    let cluster = Target::Cluster { id: "main".to_owned() };
    let sleepy = Target::Instance { id: "i-0a".to_owned(), hibernate: true };
    assert_eq!(database.arn(Action::Stop, "aws-cn"), "arn:aws-cn:scheduler:::aws-sdk:rds:stopDBInstance");
    assert_eq!(database.input(Action::Start, role), r#"{"DbInstanceIdentifier":"reports"}"#);
    assert_eq!(cluster.arn(Action::Start, "aws"), "arn:aws:scheduler:::aws-sdk:rds:startDBCluster");
    assert_eq!(cluster.input(Action::Stop, role), r#"{"DbClusterIdentifier":"main"}"#);
    assert_eq!(sleepy.input(Action::Stop, role), r#"{"Hibernate":true,"InstanceIds":["i-0a"]}"#);
    assert_eq!(sleepy.input(Action::Start, role), r#"{"InstanceIds":["i-0a"]}"#);
    let tag =
        Target::Tagged { service: Service::Rds, key: "env".to_owned(), values: BTreeSet::from(["dev".to_owned(), "stage".to_owned()]) };
    assert_eq!(tag.arn(Action::Stop, "aws"), "arn:aws:scheduler:::aws-sdk:ssm:startAutomationExecution");
    assert_eq!(
        tag.input(Action::Stop, role),
        concat!(
            r#"{"DocumentName":"AWS-StopRdsInstance","MaxConcurrency":"50","MaxErrors":"100%","#,
            r#""Parameters":{"AutomationAssumeRole":["arn:aws:iam::123456789012:role/edges"]},"#,
            r#""TargetParameterName":"InstanceId","Targets":[{"Key":"tag:env","Values":["dev","stage"]}]}"#
        )
    );
    assert!(
        Target::Tagged { service: Service::Ec2, key: "env".to_owned(), values: BTreeSet::new() }
            .input(Action::Start, role)
            .contains("AWS-StartEC2Instance")
    );
    for target in [database, cluster, sleepy, tag] {
        let actions = target.iam_actions(Action::Stop);
        assert!(actions.is_sorted() && actions.iter().any(|action| action.contains(":Stop")), "{actions:?}");
    }
}

#[test]
fn names_say_what_they_are_and_change_with_what_they_do() {
    let entry = &of(&[instance("i-0a")])[0];
    assert_eq!(entry.spec.name().len(), "test-start-0900-mon-fri".len() + 18);
    assert!(entry.spec.name().starts_with("test-start-0900-mon-fri-"), "{}", entry.spec.name());
    let other = |change: &dyn Fn(&mut Wiring)| {
        let mut wiring = wiring();
        change(&mut wiring);
        entries(&office(), &timings(&office()), &[instance("i-0a")], &wiring)[0].spec.name().clone()
    };
    assert_eq!(other(&|_| ()), entry.spec.name());
    assert_ne!(other(&|wiring| wiring.role.push('2')), entry.spec.name());
    assert_ne!(other(&|wiring| wiring.dead_letter = Some("arn:aws:sqs:…".to_owned())), entry.spec.name());
    let later = schedule("Asia/Seoul", &["mon-fri 09:30-19:00"]);
    assert_ne!(entries(&later, &timings(&later), &[instance("i-0a")], &wiring())[0].spec.name(), entry.spec.name());
}

#[test]
fn names_fit_whatever_a_schedule_is_called() {
    let long = "x".repeat(40);
    for called in ["김철수", "a.b@c_d", &long, "-", "É"] {
        let mut schedule = schedule("America/New_York", &["mon#1,wed & jan,mar,may 01:30-01:45 Europe/London", "2026-11-30 10:00-10:01"]);
        schedule.name = name(called);
        let all = entries(&schedule, &timings(&schedule), &[instance("i-0123456789abcdef0")], &wiring());
        assert!(all.len() > 4, "{called}");
        for entry in &all {
            let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            assert!(
                entry.spec.name().len() <= NAME_LIMIT
                    && entry.spec.name().chars().all(fits)
                    && entry.spec.name().starts_with(|c: char| c.is_ascii_alphanumeric()),
                "{}",
                entry.spec.name()
            );
        }
        let names: BTreeSet<String> = all.iter().map(|entry| entry.spec.name()).collect();
        let addresses: BTreeSet<&str> = all.iter().map(|entry| entry.spec.address.as_str()).collect();
        assert_eq!((names.len(), addresses.len()), (all.len(), all.len()), "{called}");
    }
    assert_eq!(group_name(&FleetName::new("lms-2026").expect("fleet")), "muster-lms-2026");
    assert_eq!(group_name(&FleetName::new("LMS--1").expect("fleet")), "muster-LMS--1", "of no other fleet");
}

fn selecting(services: &[&str], tags: &[(&str, &[&str])], except: &[(&str, &[&str])]) -> Schedule {
    let strings = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<BTreeSet<_>>();
    let sets =
        |pairs: &[(&str, &[&str])]| pairs.iter().map(|(key, values)| ((*key).to_owned(), strings(values))).collect::<BTreeMap<_, _>>();
    let select = Select { services: strings(services), tags: sets(tags), except_tags: sets(except), places: BTreeSet::new() };
    Schedule { select: Some(select), ..office() }
}

#[test]
fn a_tag_is_one_key_with_values() {
    let both = tagged(&selecting(&["ec2", "rds"], &[("env", &["dev", "stage"])], &[])).expect("one tag");
    assert_eq!(both.iter().map(Target::words).collect::<Vec<_>>(), ["ec2/tag", "rds/tag"]);
    let refused = |schedule: &Schedule| tagged(schedule).expect_err("refused");
    assert_eq!(refused(&office()), CannotResolve::NoSelect("test".to_owned()));
    assert_eq!(refused(&selecting(&["ec2"], &[("a", &["1"]), ("b", &["2"])], &[])), CannotResolve::Keys("test".to_owned(), 2));
    assert_eq!(refused(&selecting(&["ec2"], &[("a", &["1"])], &[("b", &["*"])])), CannotResolve::Except("test".to_owned()));
    assert_eq!(refused(&selecting(&["ec2"], &[("a", &["*"])], &[])), CannotResolve::AnyValue("test".to_owned()));
    assert_eq!(refused(&selecting(&["asg"], &[("a", &["1"])], &[])), CannotResolve::Service("test".to_owned(), "asg".to_owned()));
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = refused(&selecting(&["ec2"], &[("a", &many)], &[]));
    assert_eq!(error.to_string(), "`test` selects by 51 values of a tag and Systems Manager takes 50; write `resolve: ids`");
}

#[test]
fn what_cuts_a_state_short_is_found() {
    let until = |text: &str| first_against(&timings(&office()), RunState::Running, at("2026-11-23T09:00:00Z"), at(text));
    assert_eq!(until("2026-11-23T10:00:00Z"), None, "the stop at 19:00 in Seoul is when it ends anyway");
    assert_eq!(until("2026-11-23T11:00:00Z"), Some(at("2026-11-23T10:00:00Z")));
    let stopped = first_against(&timings(&office()), RunState::Stopped, at("2026-11-20T12:00:00Z"), at("2026-12-01T00:00:00Z"));
    assert_eq!(stopped, Some(at("2026-11-23T00:00:00Z")));
}

#[test]
fn a_start_date_that_is_over_is_not_asked_for() {
    let zone = Zone::find("UTC").expect("zone");
    let expression = Expression::parse("cron(0 9 * * ? *)").expect("expression");
    let timing =
        Timing { action: Action::Start, expression, zone, start: Some(at("2026-11-21T09:00:00Z")), end: Some(at("2026-11-23T09:00:00Z")) };
    assert_eq!(timing.start_at(at("2026-11-21T08:00:00Z")), timing.start);
    assert_eq!(timing.start_at(at("2026-11-21T09:00:00Z")), None);
    let fired = timing.firings(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    assert_eq!(fired, [at("2026-11-21T09:00:00Z"), at("2026-11-22T09:00:00Z")], "the start belongs to it, the end does not");
    assert!(timing.delete_after());
}

#[test]
fn the_page_has_the_tables_of_the_code() {
    let page = include_str!("../../../../docs/schedules/delivery.md");
    for row in GUARANTEES {
        let line = format!("| {} | {} | {} | {} |", row.situation, row.by_loop, row.by_eventbridge, row.by_both);
        assert!(page.contains(&line), "{line}");
        assert_eq!((row.of(DeliveryBy::Loop), row.of(DeliveryBy::Both)), (row.by_loop, row.by_both));
    }
    for [situation, ids, tags] in RESOLVE_TRADE_OFFS {
        assert!(page.contains(&format!("| {situation} | {ids} | {tags} |")), "{situation}");
    }
}

#[test]
fn what_a_schedule_loses_is_said() {
    assert!(lost(&office()).is_empty());
    let mut asks = Schedule { manual: Manual::Enforce, ..office() };
    asks.other.insert("sizes".to_owned(), serde_json::json!([]));
    assert_eq!(lost(&asks).len(), 2);
}
