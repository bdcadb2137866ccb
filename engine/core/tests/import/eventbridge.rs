//! EventBridge's events in order against the windows between them.

use jiff::{SignedDuration, Timestamp};
use muster_core::cron::Expression;
use muster_core::eval::Evaluator;
use muster_core::import::Source;
use serde_json::{Value, json};

use super::support::{Chance, ZONES, cases, clocks_change, decided, imported, instant, schedule, tz};

/// The last event of some expressions before or at an instant, looked for from 40 days before.
fn last(expressions: &[Expression], zone: &str, at: Timestamp) -> Option<Timestamp> {
    let (tz, from) = (tz(zone), at - SignedDuration::from_hours(40 * 24));
    expressions.iter().filter_map(|one| one.firings(&tz, from).take_while(|fired| *fired <= at).last()).max()
}

fn days(chance: &mut Chance) -> &'static str {
    chance.pick(&[
        "? * MON-FRI",
        "? * MON",
        "? * SUN,WED",
        "? * *",
        "* * ?",
        "? * 2#1",
        "? * 6L",
        "1 * ?",
        "L * ?",
        "15W * ?",
        "1,16 * ?",
        "? 3-10 TUE",
        "L-3 * ?",
    ])
}

fn cron(chance: &mut Chance) -> String {
    let hours = if chance.one_in(5) { format!("{},{}", chance.below(12), 12 + chance.below(12)) } else { chance.below(24).to_string() };
    format!("cron({} {hours} {} *)", chance.pick(&["0", "30", "15"]), days(chance))
}

fn entry(name: &str, expression: &str, zone: &str, call: &str) -> Value {
    json!({
        "Name": name, "ScheduleExpression": expression, "ScheduleExpressionTimezone": zone, "State": "ENABLED",
        "Target": {"Arn": format!("arn:aws:scheduler:::aws-sdk:ec2:{call}"), "Input": "{\"InstanceIds\":[\"i-0a\"]}"},
    })
}

#[test]
fn the_last_event_decides() {
    let (mut compared, mut refused) = (0, 0);
    for seed in 0..cases() {
        let mut chance = Chance::new(seed);
        let zone = chance.pick(&ZONES);
        let crons = |chance: &mut Chance| (0..1 + chance.below(2)).map(|_| cron(chance)).collect::<Vec<_>>();
        let (on, off) = (crons(&mut chance), crons(&mut chance));
        let starts = on.iter().map(|cron| entry("start", cron, zone, "startInstances"));
        let line =
            json!({"schedules": starts.chain(off.iter().map(|cron| entry("stop", cron, zone, "stopInstances"))).collect::<Vec<_>>()});
        let answer = imported(Source::Eventbridge, &line);
        if let Some(error) = answer["error"].as_str() {
            // A start in December with a stop that pauses for the winter.
            assert!(error.contains("within 31 days"), "{error}\n{line}");
            refused += 1;
            continue;
        }
        let (schedule, notes) = schedule(Source::Eventbridge, &line);
        let parse = |all: &[String]| all.iter().map(|text| Expression::parse(text).unwrap()).collect::<Vec<_>>();
        let (on, off) = (parse(&on), parse(&off));
        let (tz, mut evaluator) = (tz(zone), Evaluator::new(None));
        for _ in 0..20 {
            let at = instant(&mut chance, &tz, &[0, 15, 30, 60, 540, 1080, 1425]);
            let (started, stopped) = (last(&on, zone, at), last(&off, zone, at));
            if started.is_none() && stopped.is_none() {
                continue;
            }
            let wanted = if started > stopped { "running" } else { "stopped" };
            let (found, _) = decided(&mut evaluator, &schedule, at);
            compared += 1;
            let by_leap_year =
                at.to_zoned(jiff::tz::TimeZone::UTC).in_leap_year() && notes.iter().any(|note| note.contains("in leap years"));
            let by_clocks =
                notes.iter().any(|note| note.contains("clocks skip") || note.contains("comes twice")) && clocks_change(&tz, at, 40 * 24, 2);
            assert!(
                found == wanted || by_clocks || by_leap_year,
                "seed {seed}, {at} in {zone}: {found}, EventBridge {wanted}\n{line}\n{schedule}\n{notes:?}"
            );
        }
    }
    assert!(compared > 1_000 && refused * 4 < cases(), "{compared} compared, {refused} refused");
}
