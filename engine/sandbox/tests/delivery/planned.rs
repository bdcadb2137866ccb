//! What `apply` puts into EventBridge, and months in which nothing but time runs.

use std::sync::Arc;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Settings, Status};
use muster_core::cloud::{InstanceState, Need};
use muster_core::fleet::Fleet;
use muster_core::lock::Lock;
use muster_core::plan::{self, Action, Options, Plan};
use muster_core::schedule::{Context, WantedState};
use muster_sandbox::Faults;

use super::world::{APP, OTHER, WEB, World, fleet, is_on, is_on_db, seoul};

/// EventBridge is up to this late.
const LATE: SignedDuration = SignedDuration::from_secs(50);

struct Planned {
    world: World,
    fleet: Fleet,
}

impl Planned {
    fn new(text: &str) -> Self {
        let world = World::bare(Faults { late_schedules: Some(LATE), ..Faults::none(9) });
        Self { world, fleet: fleet(text) }
    }

    fn plan(&self) -> Plan {
        let (options, lock) = (Options::default(), Lock::default());
        let read = plan::read_and_plan(&self.world.sandbox, &self.fleet, &lock, self.world.now(), &options);
        block_on(read).expect("planned").1
    }

    /// Plans and applies; everything must succeed, and nothing be left to do.
    fn pass(&self) -> Plan {
        let plan = self.plan();
        let settings = Settings { parallelism: 8, wait_db: SignedDuration::from_mins(30), stop: Arc::default() };
        let outcome = block_on(apply::run(&self.world.sandbox, &self.world.sandbox, &plan, &settings, &mut |_| {}));
        let failed: Vec<_> = outcome.steps.iter().filter(|step| !matches!(step.status, Status::Done { .. })).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        let again = self.plan();
        assert!(again.is_empty(), "at {}: {:#?}", self.world.now(), lines(&again));
        plan
    }

    /// What the one schedule of the file wants at an instant.
    fn wants(&self, at: Timestamp) -> bool {
        let schedule = self.fleet.schedules.values().next().expect("a schedule");
        schedule.decide(at, &Context { calendars: &self.fleet.calendars, overrides: &[] }).state == WantedState::Running
    }

    /// The edges of the one schedule up to an instant.
    fn edges(&self, to: Timestamp) -> Vec<Timestamp> {
        let schedule = self.fleet.schedules.values().next().expect("a schedule");
        let context = Context { calendars: &self.fleet.calendars, overrides: &[] };
        schedule.edges(self.world.now(), to, &context).into_iter().map(|edge| edge.at).collect()
    }

    /// Lets time run and nothing else. Every edge is looked at from both sides, and what lies between at every quarter of an hour.
    fn idle_until(&self, to: Timestamp) {
        let edges = self.edges(to);
        let sides = edges.iter().flat_map(|at| [*at - SignedDuration::from_secs(1), *at + LATE]);
        let quarters = std::iter::successors(Some(self.world.now()), |at| at.checked_add(SignedDuration::from_mins(15)).ok());
        let close = |at: &Timestamp| edges.iter().any(|edge| (*edge..*edge + LATE).contains(at));
        let mut looks: Vec<Timestamp> = sides.chain(quarters.take_while(|at| *at < to).filter(|at| !close(at))).collect();
        looks.sort();
        for look in looks {
            self.world.sandbox.at(look).expect("the clock moves");
            let (wanted, on) = (self.wants(look), self.on());
            assert!(on.iter().all(|(_, on)| *on == wanted), "at {look} everything must be {}: {on:?}", if wanted { "on" } else { "off" });
        }
        self.world.sandbox.at(to).expect("the clock moves");
    }

    /// Everything that carries `env: dev`, and whether it is on.
    fn on(&self) -> Vec<(&'static str, bool)> {
        let clusters = self.world.view(Need::DbClusters);
        vec![
            ("app", is_on(&self.world.state(APP))),
            ("web", is_on(&self.world.state(WEB))),
            ("shop", is_on_db(&self.world.database().state)),
            ("main", is_on_db(&clusters.clusters.seen()[0].state)),
        ]
    }

    /// Brings everything that carries `env: dev` up, as the schedule wants it at that hour.
    fn all_on(&self) {
        for (id, on) in [(APP, self.on()[0].1), (WEB, self.on()[1].1), ("shop", self.on()[2].1), ("main", self.on()[3].1)] {
            if !on {
                self.world.sandbox.start(id).expect("started");
            }
        }
        self.world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
    }

    fn undelivered(&self) -> u64 {
        self.world.view(Need::Queues("muster-lms-".to_owned())).queues.seen().iter().map(|queue| queue.waiting).sum()
    }

    fn standing(&self) -> usize {
        self.world.group().map_or(0, |group| group.edges.len())
    }
}

/// `create schedule/office/role`, one for each step.
fn lines(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action.as_str(), step.address)).collect()
}

fn whys(plan: &Plan) -> Vec<&str> {
    plan.held.iter().map(|held| held.why.as_str()).collect()
}

const BERLIN: &str = "timezone: Europe/Berlin
calendars:
  de: {dates: [2027-02-08, 2027-03-26, 2027-03-29]}
schedules:
  office:
    select: {tags: {env: dev}}
    run: ['mon-fri 09:00-19:00', 'sat 22:00 - sun 02:30']
    except: [{calendar: de, state: stopped}]
    delivery: eventbridge
";

/// Winter to spring in Berlin: three holidays, and a night in which 02:30 does not come.
#[test]
fn ninety_days_without_muster() {
    let planned = Planned::new(BERLIN);
    planned.world.sandbox.at("2027-01-15T11:00:00Z".parse().expect("an instant")).expect("the clock moves");
    planned.all_on();
    planned.pass();
    planned.idle_until(planned.world.now() + SignedDuration::from_hours(24 * 90));
    assert_eq!(planned.undelivered(), 0);
    assert!(planned.plan().held.iter().all(|held| !held.why.contains("by hand")), "{:#?}", whys(&planned.plan()));
}

#[test]
fn half_a_year_with_an_apply_a_month() {
    let planned = Planned::new(BERLIN);
    planned.world.sandbox.at("2027-01-15T11:00:00Z".parse().expect("an instant")).expect("the clock moves");
    planned.all_on();
    let mut sizes = Vec::new();
    for _ in 0..6 {
        planned.pass();
        sizes.push(planned.standing());
        planned.idle_until(planned.world.now() + SignedDuration::from_hours(24 * 30));
    }
    assert_eq!(planned.undelivered(), 0);
    assert!(sizes.last() < sizes.first(), "what has been leaves no entries behind: {sizes:?}");
}

const BOTH: &str = "timezone: Asia/Seoul
schedules:
  office: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00'], delivery: both}
";

/// An edge that AWS fired some seconds late is no change by hand.
#[test]
fn what_fired_is_not_taken_for_a_hand() {
    let planned = Planned::new(BOTH);
    planned.world.at("2026-11-20T12:00:00");
    planned.all_on();
    planned.pass();
    for day in [20, 23, 24, 25] {
        for time in ["09:15", "10:00", "18:59", "19:15", "21:00"] {
            let look = seoul(&format!("2026-11-{day}T{time}:00"));
            if look < planned.world.now() {
                continue;
            }
            planned.world.sandbox.at(look).expect("the clock moves");
            let plan = planned.plan();
            assert!(plan.is_empty() && plan.held.is_empty(), "{look}: {:?} {:?}", lines(&plan), whys(&plan));
        }
    }
    assert_eq!(planned.undelivered(), 0);
}

#[test]
fn a_hand_stands_until_the_edge_or_is_put_right() {
    for (manual, restored) in [("until-next-edge", false), ("enforce", true)] {
        let planned = Planned::new(&BOTH.replace("delivery: both", &format!("manual: {manual}, delivery: both")));
        planned.world.at("2026-11-20T12:00:00");
        planned.all_on();
        planned.pass();
        planned.world.at("2026-11-23T14:00:00");
        planned.world.sandbox.stop(APP).expect("stopped");
        planned.world.at("2026-11-23T14:05:00");
        let wanted = if restored { vec![format!("start ec2/{APP}")] } else { Vec::new() };
        assert_eq!(lines(&planned.pass()), wanted, "{manual}");
        assert_eq!(is_on(&planned.world.state(APP)), restored, "{manual}");
        planned.world.at("2026-11-24T09:10:00");
        assert!(planned.on().iter().all(|(_, on)| *on), "the edge of the morning starts it in any case");
        let plan = planned.plan();
        assert!(plan.is_empty() && plan.held.is_empty(), "{manual}: {:?} {:?}", lines(&plan), whys(&plan));
    }
}

#[test]
fn what_is_found_by_tag_needs_no_second_apply() {
    let text = "timezone: Asia/Seoul
schedules:
  office: {select: {tags: {env: dev}, services: [ec2]}, run: ['mon-fri 09:00-19:00'], delivery: {by: eventbridge, resolve: tags}}
";
    let planned = Planned::new(text);
    planned.world.at("2026-11-20T08:30:00");
    planned.pass();
    assert_eq!(planned.standing(), 2);
    planned.world.at("2026-11-20T09:10:00");
    assert_eq!([APP, WEB].map(|id| planned.world.state(id)), [InstanceState::Running; 2]);
    planned.world.sandbox.set_tag(OTHER, "env", "dev").expect("tagged");
    planned.world.at("2026-11-20T19:10:00");
    assert_eq!([APP, WEB, OTHER].map(|id| planned.world.state(id)), [InstanceState::Stopped; 3]);
    assert_eq!(planned.undelivered(), 0);
}

const USERS: &str = "timezone: Asia/Seoul
users:
  defaults: {ssh-from: [203.0.113.0/24], key: generate, schedule: lab}
  alice: {}
  bob: {disk: {kms-key: alias/disks}}
schedules:
  lab: {run: ['mon-fri 09:00-19:00'], delivery: eventbridge}
";

/// Machines that one apply makes together with their edges; one of them under a key of the customer's, which a start must be granted.
#[test]
fn newborn_machines_follow_their_edges() {
    let planned = Planned::new(USERS);
    planned.world.at("2026-11-20T10:00:00");
    planned.pass();
    assert_eq!(planned.standing(), 4);
    let states = || {
        let view = planned.world.view(Need::Instances);
        let ours = view.instances.seen().iter().filter(|instance| instance.key_name.is_some());
        ours.map(|instance| instance.state).collect::<Vec<_>>()
    };
    for (at, state) in [
        ("2026-11-20T18:59:00", InstanceState::Running),
        ("2026-11-20T19:02:00", InstanceState::Stopped),
        ("2026-11-23T08:59:00", InstanceState::Stopped),
        ("2026-11-23T09:02:00", InstanceState::Running),
    ] {
        planned.world.at(at);
        assert_eq!(states(), [state, state], "{at}");
        assert!(planned.plan().is_empty(), "{at}: {:?}", lines(&planned.plan()));
    }
    assert_eq!(planned.undelivered(), 0);
}

/// A person's hand on what stands there is drift, and is mended.
#[test]
fn what_a_hand_changed_is_put_back() {
    let planned = Planned::new(BOTH);
    planned.world.at("2026-11-20T12:00:00");
    planned.all_on();
    planned.pass();
    let names: Vec<String> = planned.world.edges().into_iter().map(|edge| edge.name).collect();
    planned.world.at("2026-11-20T15:00:00");
    planned.world.sandbox.enable_edge(&names[0], false).expect("disabled");
    planned.world.sandbox.move_edge(&names[1], "cron(0 3 * * ? *)").expect("moved");
    planned.world.sandbox.delete_delivery(&names[2]).expect("deleted");
    let queue = planned.world.view(Need::Queues("muster-lms-".to_owned())).queues.seen()[0].name.clone();
    planned.world.sandbox.delete_delivery(&queue).expect("deleted");
    planned.world.sandbox.advance(SignedDuration::from_mins(2)).expect("the clock moves");
    let plan = planned.pass();
    assert_eq!(plan.steps.len(), 4, "{:?}", lines(&plan));
    assert!(planned.world.edges().iter().all(|edge| edge.is_untouched()) && planned.standing() == names.len());
    let role = planned.world.view(Need::Roles("/muster/lms/ap-northeast-2/".to_owned())).roles.seen()[0].name.clone();
    planned.world.sandbox.delete_delivery(&role).expect("deleted");
    planned.world.sandbox.advance(SignedDuration::from_mins(2)).expect("the clock moves");
    planned.pass();
    planned.idle_until(seoul("2026-12-04T12:00:00"));
    assert_eq!(planned.undelivered(), 0);
}

#[test]
fn nothing_is_left_when_the_schedule_goes() {
    let mut planned = Planned::new(BOTH);
    planned.world.at("2026-11-20T12:00:00");
    planned.all_on();
    planned.pass();
    planned.fleet = fleet("timezone: Asia/Seoul\nschedules:\n  office: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00']}\n");
    let plan = planned.pass();
    assert!(plan.steps.iter().all(|step| step.action == Action::Delete), "{:?}", lines(&plan));
    assert_eq!(planned.world.group(), None);
    assert!(planned.world.view(Need::Roles("/muster/lms/".to_owned())).roles.seen().is_empty());
    assert!(planned.world.view(Need::Queues("muster-lms-".to_owned())).queues.seen().is_empty());
    planned.world.at("2026-11-20T20:00:00");
    assert!(planned.on().iter().all(|(_, on)| *on), "nobody stops it any more but the loop");
}
