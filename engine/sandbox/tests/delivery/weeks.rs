//! Weeks in which nothing but time runs: at each minute things are as the schedule says.

use jiff::{SignedDuration, Timestamp};
use muster_core::delivery::{Target, Wiring, compile, entries};
use muster_core::fleet::Fleet;
use muster_core::schedule::{Context, Schedule, Stretch, WantedState};
use muster_sandbox::Faults;

use super::world::{APP, QUEUE, ROLE, World, fleet, instance, is_on, is_on_db};

fn only(fleet: &Fleet) -> &Schedule {
    fleet.schedules.values().next().expect("a schedule")
}

/// Puts both into a state. RDS has started the database by itself a week after its stop.
fn begin(world: &World, on: bool) {
    let set = |id: &str, is: bool| match (is, on) {
        (false, true) => world.sandbox.start(id).expect("started"),
        (true, false) => world.sandbox.stop(id).expect("stopped"),
        _ => {}
    };
    set(APP, is_on(&world.state(APP)));
    set("shop", is_on_db(&world.database().state));
    world.sandbox.advance(SignedDuration::from_mins(10)).expect("the clock moves");
}

/// Lets so many days pass from an instant on, minute by minute.
fn pass(fleet: &Fleet, from: &str, days: i64) {
    let schedule = only(fleet);
    let from: Timestamp = from.parse().expect("an instant");
    let to = from.checked_add(SignedDuration::from_hours(24 * days)).expect("an instant");
    let world = World::with(Faults { late_schedules: Some(SignedDuration::from_secs(50)), ..Faults::none(5) });
    world.sandbox.at(from).expect("the clock moves");
    let context = Context { calendars: &fleet.calendars, overrides: &[] };
    let timings = compile(schedule, &context, Stretch { from, to }).expect("a zone");
    let wiring = Wiring { partition: "aws".to_owned(), role: ROLE.to_owned(), dead_letter: Some(QUEUE.to_owned()) };
    let targets = [instance(APP), Target::Database { id: "shop".to_owned() }];
    for entry in entries(schedule, &timings, &targets, &wiring) {
        world.stand(entry.spec);
    }
    let wanted = |at| schedule.decide(at, &context).state == WantedState::Running;
    begin(&world, wanted(from));
    let (mut minute, mut changes, mut was) = (world.now(), 0, wanted(from));
    while minute < to {
        minute = minute.checked_add(SignedDuration::from_mins(1)).expect("an instant");
        // Late in each minute, when what fires in it has fired.
        world.sandbox.at(minute.checked_add(SignedDuration::from_secs(55)).expect("an instant")).expect("the clock moves");
        let want = wanted(minute);
        assert_eq!(is_on(&world.state(APP)), want, "the instance at {minute}");
        assert_eq!(is_on_db(&world.database().state), want, "the database at {minute}");
        changes += usize::from(want != was);
        was = want;
    }
    assert!(changes >= 8, "{changes} edges are not worth a test");
    assert_eq!(world.queue().waiting, 0, "every edge was delivered");
}

#[test]
fn office_hours() {
    pass(&fleet("timezone: Asia/Seoul\nschedules: {office: {run: ['mon-fri 09:00-19:00']}}\n"), "2026-11-20T00:00:00Z", 7);
}

/// Berlin's clocks show 02:00 to 03:00 twice on the morning of 2027-10-31: the stop is at the second time.
#[test]
fn nights_while_clocks_go_back() {
    let fleet = fleet("timezone: Europe/Berlin\nschedules: {nights: {run: ['22:00-02:30']}}\n");
    pass(&fleet, "2027-10-27T10:00:00Z", 7);
}

/// Berlin's clocks show no 02:30 on the morning of 2027-03-28.
#[test]
fn nights_while_clocks_go_forward() {
    let fleet = fleet("timezone: Europe/Berlin\nschedules: {nights: {run: ['02:30-05:00']}}\n");
    pass(&fleet, "2027-03-24T10:00:00Z", 7);
}
