//! Custodian's hourly runs, one after the other, against the imported schedule.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::eval::Evaluator;
use muster_core::import::Source;
use serde_json::json;

use super::support::{Chance, cases, clocks_change, decided, instant, schedule, tz, wall};

/// One part of a tag: days and hour.
type Part = (String, i8);

const LETTERS: [&str; 7] = ["m", "t", "w", "h", "f", "s", "u"];

/// `expand_day_range`.
fn expanded(days: &str) -> Vec<i8> {
    let index = |day: &str| i8::try_from(LETTERS.iter().position(|letter| *letter == day.to_lowercase()).unwrap()).unwrap();
    match days.split_once('-') {
        None => vec![index(days)],
        Some((first, last)) if index(first) > index(last) => (index(first)..7).chain(0..=index(last)).collect(),
        Some((first, last)) => (index(first)..=index(last)).collect(),
    }
}

/// `Time.match`, for a run in this hour.
fn due(parts: &[Part], tz: &TimeZone, run: Timestamp, skip: &BTreeSet<Date>) -> bool {
    let now = wall(tz, run);
    let matches = |(days, hour): &Part| expanded(days).contains(&now.weekday().to_monday_zero_offset()) && now.hour() == *hour;
    !skip.contains(&now.date()) && parts.iter().any(matches)
}

/// What the last event before an instant did, by runs at the start of every local hour, and whether two policies clashed.
fn last_event(on: &[Part], off: &[Part], tz: &TimeZone, at: Timestamp, skip: &BTreeSet<Date>) -> Option<(bool, bool)> {
    let shown = wall(tz, at);
    let past = SignedDuration::from_mins(shown.minute().into()) + SignedDuration::from_secs(shown.second().into());
    let mut run = at - past;
    for _ in 0..24 * 24 {
        let (starts, stops) = (due(on, tz, run, skip), due(off, tz, run, skip));
        if starts || stops {
            return Some((starts && !stops, starts && stops));
        }
        run -= SignedDuration::from_hours(1);
    }
    None
}

fn part(chance: &mut Chance) -> Part {
    let (a, b) = (chance.pick(&LETTERS), chance.pick(&LETTERS));
    let days = match chance.below(4) {
        0 => a.to_owned(),
        1 => "M-F".to_owned(),
        _ => format!("{a}-{b}"),
    };
    (days, i8::try_from(chance.below(24)).unwrap())
}

fn written(parts: &[Part]) -> String {
    let one = |(days, hour): &Part| format!("({days},{hour})");
    if let [only] = parts { one(only) } else { format!("[{}]", parts.iter().map(one).collect::<Vec<_>>().join(",")) }
}

#[test]
fn the_last_event_decides() {
    let aliases = [
        ("pt", "America/Los_Angeles"),
        ("et", "America/New_York"),
        ("kst", "Asia/Seoul"),
        ("it", "Asia/Kolkata"),
        ("bst", "Europe/London"),
        ("utc", "UTC"),
    ];
    let (mut compared, mut differed) = (0, 0);
    for seed in 0..cases() {
        let mut chance = Chance::new(seed);
        let (alias, zone) = aliases[usize::try_from(chance.below(6)).unwrap()];
        let parts = |chance: &mut Chance| (0..1 + chance.below(3)).map(|_| part(chance)).collect::<Vec<_>>();
        let (on, off) = (parts(&mut chance), parts(&mut chance));
        let start: Date = "2025-03-03".parse().unwrap();
        let mut skip = BTreeSet::new();
        for _ in 0..chance.below(5) {
            skip.insert(start + SignedDuration::from_hours(24 * i64::try_from(chance.below(20)).unwrap()));
        }
        let line = json!({
            "tag": format!("off={};on={};tz={alias}", written(&off), written(&on)),
            "options": {"default_tz": "et", "skip-days": skip.iter().map(ToString::to_string).collect::<Vec<_>>()},
        });
        let (schedule, notes) = schedule(Source::Custodian, &line);
        let (tz, mut evaluator) = (tz(zone), Evaluator::new(None));
        let times: Vec<i64> = on.iter().chain(&off).map(|(_, hour)| 60 * i64::from(*hour)).collect();
        for turn in 0..30 {
            let mut at = instant(&mut chance, &tz, &times);
            if turn % 2 == 0 {
                let near = start.at(0, 0, 0, 0).to_zoned(tz.clone()).unwrap().timestamp();
                at = near + SignedDuration::from_mins(i64::try_from(chance.below(26 * 24 * 60)).unwrap());
            }
            let Some((running, clash)) = last_event(&on, &off, &tz, at, &skip) else { continue };
            let wanted = if running { "running" } else { "stopped" };
            let (found, _) = decided(&mut evaluator, &schedule, at);
            compared += 1;
            if found != wanted {
                differed += 1;
                let said = |word: &str| notes.iter().any(|note| note.contains(word));
                let by_clocks = said("clocks") && clocks_change(&tz, at, 24 * 8, 2);
                assert!(
                    by_clocks || (clash && said("chance")),
                    "seed {seed}, {at} ({}): {found}, Custodian {wanted}\n{line}\n{schedule}",
                    wall(&tz, at)
                );
            }
        }
    }
    assert!(compared > 1_000 && differed * 20 < compared, "{differed} of {compared} differ around clock changes");
}
