//! The law of the digest: one change has one digest, whatever runs or is stopped when it is planned.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::InstanceState;
use muster_core::plan::{Options, Plan};

use crate::world::{PUBLIC, World, fleet};

/// Friday, 09:00 and 23:00 in Seoul.
const MORNING: &str = "2026-11-27T00:00:00Z";
const NIGHT: &str = "2026-11-27T14:00:00Z";
const MACHINES: [&str; 2] = ["user/alice/instance", "user/bob/instance"];
const DATABASES: [&str; 2] = ["database/app/instance", "database/grades/instance"];

/// What is written; `carol` is there only at first.
struct File {
    instance: &'static str,
    class: &'static str,
    retention: &'static str,
    connections: u32,
    apply: &'static str,
    carol: bool,
}

const BEFORE: File = File { instance: "t3.small", class: "db.t4g.micro", retention: "7d", connections: 100, apply: "now", carol: true };

fn text(file: &File) -> String {
    let File { instance, class, retention, connections, apply, carol } = file;
    let carol = if *carol { "  carol: {}\n" } else { "" };
    format!(
        "fleet: lms
timezone: Asia/Seoul
cloud: {{provider: sandbox}}
schedules: {{office: {{run: ['mon-fri 08:00-19:00'], manual: hold}}}}
parameter-groups: {{seoul: {{family: mysql8.0, max-connections: {connections}}}}}
users:
  defaults: {{ssh-from: [203.0.113.0/24], key: '{PUBLIC}', type: {instance}, schedule: office}}
  alice: {{}}
  bob: {{schedule: none}}
  dave: {{}}
  erin: {{}}
  frank: {{}}
{carol}databases:
  defaults: {{engine: mysql, version: '8.0', class: {class}, storage: {{size: 20GiB}}, master-user: admin, apply: {apply}, parameter-group: seoul}}
  app: {{schedule: office, allow: [{{user: alice}}], backup: {{retention: {retention}}}}}
  grades: {{}}
"
    )
}

/// Stops the machines whose bit is set, if they are up.
fn stop(world: &World, chosen: u32) {
    let of = |addresses: &'static [&'static str], first: usize| {
        addresses.iter().enumerate().filter(move |(at, _)| chosen & (1 << (first + at)) != 0).map(|(_, address)| *address)
    };
    let machines = of(&MACHINES, 0).map(|address| world.instance(address)).filter(|instance| instance.state == InstanceState::Running);
    let databases = of(&DATABASES, MACHINES.len()).map(|address| world.database(address)).filter(|database| database.state.is_available());
    let ids: Vec<String> = machines.map(|instance| instance.id).chain(databases.map(|database| database.name)).collect();
    ids.iter().for_each(|id| world.0.stop(id).expect("stopped"));
}

fn at(world: &World, instant: &str) {
    world.0.at(instant.parse::<Timestamp>().expect("an instant")).expect("the clock moves");
}

fn settings(plan: &Plan) -> Vec<String> {
    plan.steps.iter().filter(|step| !step.is_run_state()).map(|step| format!("{} {}", step.action.as_str(), step.address)).collect()
}

/// The plan at an instant, after these were stopped so many minutes before.
fn planned(instant: &str, chosen: u32, minutes_before: i64, file: &File, options: &Options) -> Plan {
    let world = World::with(&text(&BEFORE));
    let instant: Timestamp = instant.parse().expect("an instant");
    let stopping = instant.checked_sub(SignedDuration::from_mins(minutes_before)).expect("an instant");
    at(&world, &stopping.to_string());
    stop(&world, chosen);
    at(&world, &instant.to_string());
    world.plan(&fleet(&text(file)), options)
}

#[test]
fn the_same_change_has_one_digest_at_nine_and_at_eleven_whatever_was_stopped_in_between() {
    let changes = [
        File { instance: "t3.medium", class: "db.t4g.small", ..BEFORE },
        File { class: "db.t4g.small", apply: "maintenance-window", ..BEFORE },
        File { retention: "14d", connections: 200, ..BEFORE },
        File { instance: "t3.medium", carol: false, ..BEFORE },
    ];
    let options = Options { allow_reboot: true, ..Options::default() };
    for (which, change) in changes.iter().enumerate() {
        let morning = planned(MORNING, 0, 60, change, &options);
        assert!(!settings(&morning).is_empty(), "change {which} changes something");
        // Sixty minutes before: all the way down. Two: on the way.
        for (chosen, minutes_before) in (0..16).flat_map(|chosen| [(chosen, 60), (chosen, 2)]) {
            let night = planned(NIGHT, chosen, minutes_before, change, &options);
            assert_eq!(settings(&night), settings(&morning), "change {which}, stopped {chosen:04b} {minutes_before} min before");
            assert_eq!(night.digest, morning.digest, "change {which}, stopped {chosen:04b} {minutes_before} min before");
        }
    }
}

#[test]
fn what_was_approved_in_the_morning_is_done_at_night() {
    let change = File { instance: "t3.medium", class: "db.t4g.small", ..BEFORE };
    let world = World::with(&text(&BEFORE));
    at(&world, NIGHT);
    stop(&world, 0b1111);
    at(&world, "2026-11-27T14:30:00Z");
    world.done(&fleet(&text(&change)), &Options::default());
    for address in MACHINES {
        let machine = world.instance(address);
        assert_eq!((machine.instance_type.as_str(), machine.state), ("t3.medium", InstanceState::Stopped), "{address}");
    }
    for address in DATABASES {
        let database = world.database(address);
        assert_eq!((database.class.as_str(), database.state.0.as_str()), ("db.t4g.small", "stopped"), "{address}");
    }
}
