//! GoKubeDownscaler's spans against the imported schedule.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::eval::Evaluator;
use muster_core::import::Source;
use serde_json::json;

use super::support::{Chance, ZONES, cases, clocks_change, decided, instant, schedule, tz, wall};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

#[derive(Debug)]
enum Span {
    Relative { zone: &'static str, tz: TimeZone, from: i8, to: i8, begin: i32, end: i32 },
    Absolute { from: Timestamp, until: Timestamp },
}

impl Span {
    fn text(&self) -> String {
        match self {
            Self::Relative { zone, from, to, begin, end, .. } => {
                let clock = |minute: &i32| format!("{:02}:{:02}", minute / 60, minute % 60);
                let day = |day: &i8| DAYS[usize::try_from(*day).unwrap()];
                format!("{}-{} {}-{} {zone}", day(from), day(to), clock(begin), clock(end))
            }
            Self::Absolute { from, until } => {
                let text = |at: &Timestamp| at.to_zoned(tz("Asia/Kolkata")).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
                format!("{}-{}", text(from), text(until))
            }
        }
    }

    /// `isTimeInSpan`.
    fn has(&self, at: Timestamp) -> bool {
        match self {
            Self::Relative { tz, from, to, begin, end, .. } => {
                let now = wall(tz, at);
                let (time, day) = (i32::from(now.hour()) * 60 + i32::from(now.minute()), now.weekday().to_sunday_zero_offset());
                let in_time = if begin > end { time >= *begin || time < *end } else { *begin <= time && *end > time };
                let in_week = if from <= to { (*from..=*to).contains(&day) } else { day >= *from || day <= *to };
                in_time && in_week
            }
            Self::Absolute { from, until } => *from <= at && at < *until,
        }
    }
}

fn span(chance: &mut Chance) -> Span {
    if chance.one_in(4) {
        let start: Timestamp = "2024-06-01T00:00:00Z".parse().unwrap();
        let from = start + SignedDuration::from_mins(i64::try_from(chance.below(2 * 365 * 24 * 60)).unwrap());
        let length = if chance.one_in(2) { chance.below(100 * 24 * 60) } else { chance.below(3 * 24 * 60) };
        return Span::Absolute { from, until: from + SignedDuration::from_mins(1 + i64::try_from(length).unwrap()) };
    }
    let zone = chance.pick(&ZONES);
    let mut time = || match chance.below(5) {
        0 => 0,
        1 => 1440,
        _ => 30 * i32::try_from(chance.below(48)).unwrap(),
    };
    let (begin, end) = (time(), time());
    let mut day = || i8::try_from(chance.below(7)).unwrap();
    Span::Relative { zone, tz: tz(zone), from: day(), to: day(), begin, end }
}

#[test]
fn it_is_up_when_a_span_has_the_time() {
    let (mut compared, mut differed) = (0, 0);
    for seed in 0..cases() {
        let mut chance = Chance::new(seed);
        let spans = |count: u64, chance: &mut Chance| (0..count).map(|_| span(chance)).collect::<Vec<Span>>();
        let (up, down) = (spans(1 + seed % 3, &mut chance), spans(u64::from(seed % 4 == 0), &mut chance));
        let text = |spans: &[Span]| spans.iter().map(Span::text).collect::<Vec<_>>().join(", ");
        let mut line = json!({"spec": text(&up)});
        if !down.is_empty() {
            line["downtime"] = text(&down).into();
        }
        let (schedule, notes) = schedule(Source::KubeDownscaler, &line);
        let mut evaluator = Evaluator::new(None);
        let zones: Vec<TimeZone> =
            up.iter().chain(&down).map(|span| if let Span::Relative { tz, .. } = span { tz.clone() } else { TimeZone::UTC }).collect();
        let times: Vec<i64> = up
            .iter()
            .map(|span| if let Span::Relative { begin, end, .. } = span { if seed % 2 == 0 { *begin } else { *end } } else { 0 })
            .map(i64::from)
            .collect();
        for turn in 0..30 {
            let mut at = instant(&mut chance, &zones[turn % zones.len()], &times);
            if let (Span::Absolute { from, until }, true) = (&up[0], turn % 2 == 0) {
                at = [*from, *until][turn / 2 % 2] + SignedDuration::from_secs(i64::try_from(turn).unwrap() - 15);
            }
            let wanted = if up.iter().any(|span| span.has(at)) && !down.iter().any(|span| span.has(at)) { "running" } else { "stopped" };
            let (found, _) = decided(&mut evaluator, &schedule, at);
            compared += 1;
            if found != wanted {
                differed += 1;
                let said = notes.iter().any(|note| note.contains("clocks go back"));
                assert!(
                    said && zones.iter().any(|tz| clocks_change(tz, at, 26, 26)),
                    "seed {seed}, {at}: {found}, kube-downscaler {wanted}\n{line}\n{schedule}"
                );
            }
        }
    }
    assert!(compared > 1_000 && differed * 50 < compared, "{differed} of {compared} differ where clocks go back");
}
