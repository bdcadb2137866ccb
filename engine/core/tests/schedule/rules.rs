//! Each rule of schedules by an example.

use jiff::SignedDuration;
use muster_core::schedule::{Edge, HORIZON, Rank, RunState, Schedule, WantedState};

use super::support::{With as _, World, at, day, local, schedule};

/// The edges of a schedule between two local times, as local times.
fn edges(schedule: &Schedule, from: &str, to: &str) -> Vec<String> {
    let zone = schedule.timezone.clone();
    let instant = |text: &str| local(&format!("{text}[{zone}]"));
    let shown = |edge: Edge| edge.at.in_tz(&zone).expect("zone").strftime("%d %H:%M%:z").to_string();
    schedule.edges(instant(from), instant(to), &World::default().context()).into_iter().map(shown).collect()
}

fn decided(schedule: &Schedule, world: &World, local_time: &str) -> (WantedState, String) {
    let decision = schedule.decide(local(local_time), &world.context());
    (decision.state, decision.rule)
}

#[test]
fn a_window_belongs_to_the_date_on_which_it_begins() {
    let nights = schedule("Asia/Seoul", &["fri 22:00-06:00"]);
    assert_eq!(edges(&nights, "2026-11-16T00:00", "2026-11-23T00:00"), ["20 22:00+09:00", "21 06:00+09:00"]);
    let noon_to_noon = schedule("Asia/Seoul", &["2026-11-20 12:00-12:00"]);
    assert_eq!(edges(&noon_to_noon, "2026-11-16T00:00", "2026-11-23T00:00"), ["20 12:00+09:00", "21 12:00+09:00"]);
    let weekend = schedule("Asia/Seoul", &["fri 20:00 - mon 08:00"]);
    assert_eq!(edges(&weekend, "2026-11-16T09:00", "2026-11-24T00:00"), ["20 20:00+09:00", "23 08:00+09:00"]);
}

#[test]
fn a_week_span_that_ends_before_it_begins_ends_a_week_later() {
    let almost = schedule("UTC", &["mon 10:00 - mon 08:00"]);
    assert_eq!(edges(&almost, "2026-11-17T00:00", "2026-11-24T00:00"), ["23 08:00+00:00", "23 10:00+00:00"]);
    let morning = schedule("UTC", &["mon 08:00 - mon 10:00"]);
    assert_eq!(edges(&morning, "2026-11-17T00:00", "2026-11-24T00:00"), ["23 08:00+00:00", "23 10:00+00:00"]);
    assert_eq!(morning.decide(at("2026-11-17T09:00Z"), &World::default().context()).state, WantedState::Stopped);
    assert_eq!(almost.decide(at("2026-11-17T09:00Z"), &World::default().context()).state, WantedState::Running);
}

#[test]
fn midnight_as_24_is_the_next_days() {
    let evening = schedule("UTC", &["mon 23:00-24:00", "mon 24:00-02:00"]);
    assert_eq!(edges(&evening, "2026-11-23T00:00", "2026-11-25T00:00"), ["23 23:00+00:00", "24 02:00+00:00"]);
}

#[test]
fn a_time_inside_a_gap_moves_to_the_first_instant_after() {
    let begin = schedule("America/New_York", &["02:30-05:00"]);
    assert_eq!(edges(&begin, "2026-03-08T00:00", "2026-03-08T12:00"), ["08 03:00-04:00", "08 05:00-04:00"]);
    let end = schedule("America/New_York", &["01:00-02:30"]);
    assert_eq!(edges(&end, "2026-03-08T00:00", "2026-03-08T12:00"), ["08 01:00-05:00", "08 03:00-04:00"]);
    let inside = schedule("America/New_York", &["02:15-02:45"]);
    assert!(edges(&inside, "2026-03-08T00:00", "2026-03-08T12:00").is_empty());
    let half_hour = schedule("Australia/Lord_Howe", &["02:10-03:00"]);
    assert_eq!(edges(&half_hour, "2026-10-04T00:00", "2026-10-04T12:00"), ["04 02:30+11:00", "04 03:00+11:00"]);
}

#[test]
fn a_repeated_hour_is_one_run_from_first_begin_to_last_end() {
    let inside = schedule("America/New_York", &["01:15-01:45"]);
    assert_eq!(edges(&inside, "2026-11-01T00:00", "2026-11-01T12:00"), ["01 01:15-04:00", "01 01:45-05:00"]);
    let ends_in_it = schedule("Europe/London", &["00:00-01:30"]);
    assert_eq!(edges(&ends_in_it, "2026-10-24T12:00", "2026-10-25T12:00"), ["25 00:00+01:00", "25 01:30+00:00"]);
}

#[test]
fn midnight_itself_may_be_skipped_and_so_may_a_day() {
    let havana = schedule("America/Havana", &["sun 00:00-08:00"]);
    assert_eq!(edges(&havana, "2026-03-07T12:00", "2026-03-09T00:00"), ["08 01:00-04:00", "08 08:00-04:00"]);
    let cairo = schedule("Africa/Cairo", &["thu 20:00-24:00"]);
    assert_eq!(edges(&cairo, "2026-04-23T12:00", "2026-04-24T12:00"), ["23 20:00+02:00", "24 01:00+03:00"]);
    let apia = schedule("Pacific/Apia", &["fri 09:00-17:00", "thu 22:00-06:00", "fri 23:00-02:00"]);
    assert_eq!(edges(&apia, "2011-12-29T12:00", "2012-01-01T00:00"), ["29 22:00-10:00", "31 02:00+14:00"]);
}

/// In St John's clocks went from 00:01 on 7 November 2010 back to 23:01 on the 6th, at 02:31 UTC.
#[test]
fn where_midnight_comes_twice_a_day_begins_with_the_first() {
    let late = schedule("America/St_Johns", &["sat 22:00-23:30"]);
    assert_eq!(edges(&late, "2010-11-06T12:00", "2010-11-07T12:00"), ["06 22:00-02:30", "06 23:30-03:30"]);
    let early = schedule("America/St_Johns", &["sun 00:00-00:30"]);
    assert_eq!(edges(&early, "2010-11-06T12:00", "2010-11-07T12:00"), ["07 00:00-02:30", "07 00:30-03:30"]);
    let state = |schedule: &Schedule, time: &str| schedule.decide(at(time), &World::default().context()).state;
    assert_eq!(state(&late, "2010-11-07T02:30:30Z"), WantedState::Running);
    assert_eq!(state(&early, "2010-11-07T02:40:00Z"), WantedState::Running);

    let sunday = World::default().calendar("it", [day("2010-11-07")]);
    let on_that_day = schedule("America/St_Johns", &[]).except("it", Some(RunState::Running));
    let begins = at("2010-11-07T02:30Z");
    let state = |time| on_that_day.decide(time, &sunday.context()).state;
    assert_eq!(state(begins - SignedDuration::from_secs(1)), WantedState::Stopped);
    assert_eq!(state(begins), WantedState::Running);
    assert_eq!(state(at("2010-11-07T02:40Z")), WantedState::Running);
    let edges = on_that_day.edges(begins - SignedDuration::from_hours(9), at("2010-11-09T00:00Z"), &sunday.context());
    assert_eq!(edges.iter().map(|edge| edge.at).collect::<Vec<_>>(), [begins, at("2010-11-08T03:30Z")]);
}

#[test]
fn a_duration_is_of_the_local_clock() {
    let long = schedule("America/New_York", &["2026-03-07,2026-10-31 18:00 - +14h"]);
    assert_eq!(edges(&long, "2026-03-07T00:00", "2026-03-09T00:00"), ["07 18:00-05:00", "08 08:00-04:00"]);
    assert_eq!(edges(&long, "2026-10-31T00:00", "2026-11-02T00:00"), ["31 18:00-04:00", "01 08:00-05:00"]);
}

#[test]
fn a_window_has_its_own_zone_the_schedule_the_others() {
    let both = schedule("Asia/Seoul", &["mon 09:00-10:00", "mon 09:00-10:00 Europe/London"]);
    assert_eq!(
        edges(&both, "2026-11-23T00:00", "2026-11-24T00:00"),
        ["23 09:00+09:00", "23 10:00+09:00", "23 18:00+09:00", "23 19:00+09:00"]
    );
}

#[test]
fn windows_are_united_before_edges() {
    let touching = schedule("UTC", &["mon 08:00-12:00", "mon 12:00-14:00", "mon 13:00-18:00", "mon 09:00-10:00"]);
    assert_eq!(edges(&touching, "2026-11-23T00:00", "2026-11-24T00:00"), ["23 08:00+00:00", "23 18:00+00:00"]);
    let overlapping_itself = schedule("UTC", &["mon,tue 08:00 - +30h"]);
    assert_eq!(edges(&overlapping_itself, "2026-11-23T00:00", "2026-11-27T00:00"), ["23 08:00+00:00", "25 14:00+00:00"]);
}

#[test]
fn precedence_is_override_exception_stop_run_leave_otherwise() {
    let full = schedule("Asia/Seoul", &["mon-fri 09:00-19:00"])
        .stop(&["daily 12:00-13:00"])
        .leave(&["mon-fri 08:00-10:00"])
        .otherwise(WantedState::Running)
        .except("kr", Some(RunState::Stopped));
    let world = World::default().calendar("kr", [day("2026-11-25")]).override_(
        RunState::Running,
        Some(at("2026-11-25T00:00Z")),
        at("2026-11-25T02:00Z"),
    );
    let decided = |time: &str| decided(&full, &world, &format!("2026-11-{time}[Asia/Seoul]"));
    let why = |rule: &str| rule.to_owned();
    assert_eq!(decided("24T07:00"), (WantedState::Running, why("otherwise running")));
    assert_eq!(decided("24T08:00"), (WantedState::Leave, why("leave `mon-fri 08:00-10:00`")));
    assert_eq!(decided("24T09:00"), (WantedState::Running, why("run `mon-fri 09:00-19:00`")));
    assert_eq!(decided("24T12:00"), (WantedState::Stopped, why("stop `daily 12:00-13:00`")));
    assert_eq!(decided("24T13:00"), (WantedState::Running, why("run `mon-fri 09:00-19:00`")));
    assert_eq!(decided("25T08:59"), (WantedState::Stopped, why("except `kr`: stopped")));
    assert_eq!(
        decided("25T09:00"),
        (WantedState::Running, why("override, running until Wed 2026-11-25 11:00 KST (02:00 UTC): release test"))
    );
    assert_eq!(decided("25T11:00"), (WantedState::Stopped, why("except `kr`: stopped")));
}

#[test]
fn a_decision_points_at_the_line_of_its_rule() {
    let full = schedule("UTC", &["tue 09:00-19:00", "mon 09:00-19:00"]).stop(&["mon 12:00-13:00"]).except("kr", Some(RunState::Running));
    let world = World::default().calendar("kr", [day("2026-11-24")]);
    let place = |time: &str| {
        let decision = full.decide(at(time), &world.context());
        (decision.rank, decision.span.map(|span| span.line))
    };
    assert_eq!(place("2026-11-23T10:00Z"), (Rank::Run, Some(11)));
    assert_eq!(place("2026-11-23T12:00Z"), (Rank::Stop, Some(20)));
    assert_eq!(place("2026-11-24T12:00Z"), (Rank::Exception, Some(40)));
    assert_eq!(place("2026-11-25T12:00Z"), (Rank::Otherwise, Some(1)));
    let held = World::default().override_(RunState::Stopped, None, at("2026-12-01T00:00Z"));
    let decision = full.decide(at("2026-11-23T10:00Z"), &held.context());
    assert_eq!((decision.rank, decision.span), (Rank::Override, None));
}

#[test]
fn the_first_override_decides_and_ends() {
    let always = schedule("UTC", &["daily 00:00-24:00"]);
    let world = World::default().override_(RunState::Stopped, Some(at("2026-11-23T01:00Z")), at("2026-11-23T02:00Z")).override_(
        RunState::Running,
        None,
        at("2026-11-23T03:00Z"),
    );
    let edges = always.edges(at("2026-11-23T00:00Z"), at("2026-11-24T00:00Z"), &world.context());
    let expected = [(at("2026-11-23T01:00Z"), WantedState::Stopped), (at("2026-11-23T02:00Z"), WantedState::Running)];
    assert_eq!(edges.iter().map(|edge| (edge.at, edge.state)).collect::<Vec<_>>(), expected);
}

#[test]
fn the_first_matching_calendar_wins_and_ignore_makes_a_day_like_any_other() {
    let office = schedule("UTC", &["mon-fri 09:00-19:00"])
        .except("exams", None)
        .except("kr", Some(RunState::Stopped))
        .except("shutdown", Some(RunState::Running));
    let world = World::default()
        .calendar("exams", [day("2026-11-23")])
        .calendar("kr", [day("2026-11-23"), day("2026-11-24")])
        .calendar("shutdown", [day("2026-11-24"), day("2026-11-25")]);
    let state = |time: &str| office.decide(at(time), &world.context()).state;
    assert_eq!(state("2026-11-23T10:00Z"), WantedState::Running);
    assert_eq!(state("2026-11-23T20:00Z"), WantedState::Stopped);
    assert_eq!(state("2026-11-24T10:00Z"), WantedState::Stopped);
    assert_eq!(state("2026-11-25T20:00Z"), WantedState::Running);
}

#[test]
fn a_calendars_day_is_the_schedules_from_midnight_to_midnight() {
    let nights = schedule("Asia/Seoul", &["daily 20:00-08:00"]).except("kr", Some(RunState::Stopped));
    let world = World::default().calendar("kr", [day("2026-11-25")]);
    let edges = nights.edges(local("2026-11-24T12:00[Asia/Seoul]"), local("2026-11-26T12:00[Asia/Seoul]"), &world.context());
    let expected =
        ["2026-11-24T20:00[Asia/Seoul]", "2026-11-25T00:00[Asia/Seoul]", "2026-11-26T00:00[Asia/Seoul]", "2026-11-26T08:00[Asia/Seoul]"];
    assert_eq!(edges.iter().map(|edge| edge.at).collect::<Vec<_>>(), expected.map(local));
}

#[test]
fn a_calendars_day_is_an_hour_shorter_or_longer_with_the_clocks() {
    let day_length = |zone: &str, date: &str| {
        let on_that_day = schedule(zone, &[]).except("it", Some(RunState::Running));
        let world = World::default().calendar("it", [day(date)]);
        let (from, to) = (local(&format!("{date}T12:00[UTC]")), SignedDuration::from_hours(72));
        on_that_day.hours_running(from - to, from + to, &world.context()).as_hours()
    };
    assert_eq!(day_length("America/Havana", "2026-03-08"), 23);
    assert_eq!(day_length("America/Havana", "2026-11-01"), 25);
    assert_eq!(day_length("Asia/Seoul", "2026-11-01"), 24);
    assert_eq!(day_length("Pacific/Apia", "2011-12-30"), 0);
}

#[test]
fn hours_are_exact_on_days_of_a_clock_change() {
    let nights = schedule("America/New_York", &["daily 00:00-06:00"]);
    let hours = |date: &str| {
        let from = local(&format!("{date}T00:00[America/New_York]"));
        nights.hours_running(from, from + SignedDuration::from_hours(12), &World::default().context()).as_hours()
    };
    assert_eq!((hours("2026-03-08"), hours("2026-06-01"), hours("2026-11-01")), (5, 6, 7));
}

#[test]
fn an_edge_at_the_instant_asked_about_has_happened() {
    let office = schedule("UTC", &["mon 09:00-19:00"]);
    let world = World::default();
    let next = office.next_edge(at("2026-11-23T09:00Z"), &world.context());
    assert_eq!(next, Some(Edge { at: at("2026-11-23T19:00Z"), state: WantedState::Stopped }));
    let two = office.edges(at("2026-11-23T08:59Z"), at("2026-11-23T09:00Z"), &world.context());
    assert_eq!(two, [Edge { at: at("2026-11-23T09:00Z"), state: WantedState::Running }]);
}

#[test]
fn an_edge_is_a_change_of_what_is_decided() {
    let hidden = schedule("UTC", &["mon 09:00-19:00"]).stop(&["mon 08:00-20:00"]);
    assert!(edges(&hidden, "2026-11-16T00:00", "2026-11-30T00:00").is_empty());
    let left = schedule("UTC", &[]).leave(&["mon 08:00-20:00"]);
    assert_eq!(edges(&left, "2026-11-23T00:00", "2026-11-24T00:00"), ["23 08:00+00:00", "23 20:00+00:00"]);
}

#[test]
fn what_never_changes_has_no_next_edge() {
    let now = at("2026-11-23T09:00Z");
    let world = World::default();
    for run in [
        &["daily 00:00-24:00"][..],
        &["09:00-09:00"],
        &["mon 08:00 - mon 08:00"],
        &["mon-fri 00:00-24:00", "sat,sun 00:00-24:00"],
        &["day 31 & feb 09:00-10:00"],
        &["2026-11-20 09:00-10:00"],
        &[],
    ] {
        assert_eq!(schedule("America/New_York", run).next_edge(now, &world.context()), None, "{run:?}");
    }
}

#[test]
fn the_horizon_holds_the_longest_wait_of_the_calendar() {
    let leap = schedule("UTC", &["day 29 & feb 09:00-10:00"]);
    let world = World::default();
    let next = leap.next_edge(at("2028-02-29T10:00Z"), &world.context());
    assert_eq!(next.map(|edge| edge.at), Some(at("2032-02-29T09:00Z")));
    let far = World::default().override_(RunState::Running, None, at("2026-11-23T09:00Z") + HORIZON + SignedDuration::from_secs(1));
    assert_eq!(leap.next_edge(at("2026-11-23T09:00Z"), &far.context()), None);
}

#[test]
fn a_zone_that_does_not_exist_leaves_things_alone() {
    let lost = schedule("Asia/Soul", &["daily 00:00-24:00"]);
    let world = World::default();
    let decision = lost.decide(at("2026-11-23T09:00Z"), &world.context());
    assert_eq!((decision.state, decision.rule.as_str()), (WantedState::Leave, "`Asia/Soul` is not a time zone"));
    assert_eq!(lost.next_edge(at("2026-11-23T09:00Z"), &world.context()), None);
}
