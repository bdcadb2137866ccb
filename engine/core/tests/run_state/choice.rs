//! Schedules found by tag are those found by trying every schedule on every machine.

use std::cmp::Reverse;
use std::fmt::Write as _;

use muster_core::cloud::{Database, DbCluster, DbState, Listing, PlaceView};
use muster_core::fleet::Fleet;
use muster_core::lock::Lock;
use muster_core::plan::draft::Draft;
use muster_core::plan::run_state::{Judged, Machine, Verdict, background, everything};
use muster_core::plan::{Input, Options};
use muster_core::schedule::Schedule;
use muster_core::tags::Tags;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use super::support::{Account, at, database, fleet, of_user, place, running, tagged};

const KEYS: [&str; 4] = ["env", "team", "keep", "tier"];
const VALUES: [&str; 3] = ["a", "b", "c"];
const USERS: [&str; 4] = ["ann", "bob", "cem", "dao"];

/// `{env: [a, '*'], team: [b]}`.
fn tag_sets(least: usize) -> impl Strategy<Value = String> {
    btree_map(select(&KEYS[..]), vec(select(&["a", "b", "c", "'*'"][..]), 1..3), least..3).prop_map(|sets| {
        let sets = sets.iter().map(|(key, values)| format!("{key}: [{}]", values.join(", ")));
        format!("{{{}}}", sets.collect::<Vec<_>>().join(", "))
    })
}

fn select_text() -> impl Strategy<Value = String> {
    let services = select(&["", ", services: [ec2]", ", services: [rds]", ", services: [ec2, rds, asg]"][..]);
    let except = prop::option::weighted(0.3, tag_sets(1)).prop_map(|tags| tags.map(|tags| format!(", except: {{tags: {tags}}}")));
    (tag_sets(1), services, except)
        .prop_map(|(tags, services, except)| format!(", select: {{tags: {tags}{services}{}}}", except.unwrap_or_default()))
}

/// Some schedules, which some users name.
fn fleets() -> impl Strategy<Value = Fleet> {
    let schedule = (prop::option::weighted(0.8, select_text()), -1..2_i32);
    let named = vec(prop::option::of(0..8_usize), USERS.len());
    (vec(schedule, 1..8), named).prop_map(|(schedules, named)| {
        let mut text = "schedules:\n".to_owned();
        for (at, (select, priority)) in schedules.iter().enumerate() {
            let select = select.as_deref().unwrap_or_default();
            writeln!(text, "  s{at}: {{run: ['mon-fri 09:00-19:00'], priority: {priority}{select}}}").expect("text");
        }
        text.push_str("users:\n  defaults: {type: t3.small, ssh-from: [203.0.113.0/24], key: generate}\n");
        for (user, at) in USERS.iter().zip(&named) {
            let schedule = at.filter(|at| *at < schedules.len()).map(|at| format!("schedule: s{at}")).unwrap_or_default();
            writeln!(text, "  {user}: {{{schedule}}}").expect("text");
        }
        fleet(&text)
    })
}

fn tags() -> impl Strategy<Value = Tags> {
    btree_map(select(&KEYS[..]), select(&VALUES[..]), 0..4).prop_map(|tags| tagged(&tags.into_iter().collect::<Vec<(&str, &str)>>()))
}

fn cluster(name: &str, tags: Tags) -> DbCluster {
    DbCluster {
        name: name.to_owned(),
        arn: format!("arn:aws:rds:ap-northeast-2:123456789012:cluster:{name}"),
        state: DbState("available".to_owned()),
        engine: "aurora-mysql".to_owned(),
        engine_version: "8.0".to_owned(),
        engine_mode: "provisioned".to_owned(),
        members: Vec::new(),
        maintenance_window: "sun:19:00-sun:19:30".to_owned(),
        replicas: Vec::new(),
        global: None,
        created: None,
        automatic_restart: None,
        endpoint: None,
        tags,
    }
}

/// Machines of users, machines of nobody, databases, and the members of a cluster.
fn accounts() -> impl Strategy<Value = Account> {
    (vec(tags(), 0..4), vec(tags(), 0..6), vec((tags(), any::<bool>()), 0..5), tags()).prop_map(|(owned, foreign, databases, whole)| {
        let owned = USERS.iter().zip(owned).map(|(user, tags)| {
            let mut instance = of_user(running(&format!("i-{user}"), "Fri 09:30", &[]), user);
            instance.tags.extend(tags);
            instance
        });
        let foreign = foreign.into_iter().enumerate();
        let foreign = foreign.map(|(at, tags)| muster_core::cloud::Instance { tags, ..running(&format!("i-{at}"), "Fri 09:30", &[]) });
        let one = |(at, (tags, is_member)): (usize, (Tags, bool))| Database {
            tags,
            cluster: is_member.then(|| "shop".to_owned()),
            ..database(&format!("db-{at}"), "available", &[])
        };
        let databases: Vec<Database> = databases.into_iter().enumerate().map(one).collect();
        let account = Account::with(owned.chain(foreign).collect(), databases);
        let clusters = Listing::Complete(vec![cluster("shop", whole)]);
        Account { view: PlaceView { clusters, cluster_events: Listing::Complete(Vec::new()), ..account.view } }
    })
}

/// What is to be chosen, by trying each schedule in the order of the file.
fn tried<'a>(fleet: &'a Fleet, view: &PlaceView, judged: &Judged<'_>) -> Vec<&'a Schedule> {
    let name = judged.address.entry_name();
    let named = fleet.users.get(name).filter(|_| judged.owned).and_then(|user| user.schedule.as_ref());
    let of_cluster =
        |database: &&Database| matches!(judged.machine, Machine::Cluster(cluster) if database.cluster.as_ref() == Some(&cluster.name));
    let members = view.databases.seen().iter().filter(of_cluster).map(|database| &database.tags);
    let tags: Vec<&Tags> = std::iter::once(judged.machine.tags()).chain(members).collect();
    let selects = |schedule: &Schedule| {
        schedule.select.as_ref().is_some_and(|select| tags.iter().any(|tags| select.matches(judged.machine.service(), tags, &place())))
    };
    let is_for = |schedule: &&Schedule| named.is_some_and(|named| named.value == schedule.name) || selects(schedule);
    let mut all: Vec<&Schedule> = fleet.schedules.values().filter(is_for).collect();
    all.sort_by_key(|schedule| Reverse(schedule.priority));
    all
}

/// What the judgement made of the candidates.
fn check(judged: &Judged<'_>, candidates: &[&Schedule]) -> Result<(), TestCaseError> {
    let Verdict::Held(why) = &judged.verdict else {
        if let Some(chosen) = judged.schedule {
            prop_assert_eq!(&chosen.name, &candidates[0].name);
            prop_assert!(candidates.get(1).is_none_or(|second| second.priority < chosen.priority));
        }
        return Ok(());
    };
    if let [first, second, ..] = candidates
        && first.priority == second.priority
    {
        prop_assert!(why.contains(&format!("`{}`", first.name)) && why.contains(&format!("`{}`", second.name)), "{}", why);
    }
    Ok(())
}

#[test]
fn by_tag_or_one_after_the_other() {
    let cases = std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(fleets(), accounts()), |(fleet, account)| {
        let (snapshot, lock, options) = (account.snapshot("Fri 10:00"), Lock::default(), Options::default());
        let draft = Draft::new(Input { fleet: &fleet, lock: &lock, snapshot: &snapshot, now: at("Fri 10:00"), options: &options });
        for judged in everything(&draft) {
            let found = background(&draft, &judged).unwrap().schedules;
            let names = |all: &[&Schedule]| all.iter().map(|schedule| schedule.name.to_string()).collect::<Vec<_>>();
            let tried = tried(&fleet, &account.view, &judged);
            prop_assert_eq!(names(&found), names(&tried), "{}", judged.address);
            check(&judged, &tried)?;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
