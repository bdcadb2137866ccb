//! How fast lines are answered: `cargo bench -p muster-core --bench eval`. Prints, asserts nothing.
//!
//! The floor is what no answer can do without: each line read as JSON, nothing kept of it.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use muster_core::eval::Evaluator;

/// Lines of one measurement.
const LINES: i64 = 100_000;
/// Passes over them, each with nothing remembered.
const PASSES: u32 = 5;

fn at(n: i64) -> Timestamp {
    Timestamp::constant(1_767_225_600, 0) + SignedDuration::from_mins(n * 17)
}

fn lines(schedule: impl Fn(i64) -> String) -> Vec<Vec<u8>> {
    (0..LINES).map(|n| format!(r#"{{"schedule":{},"at":"{}"}}"#, schedule(n), at(n)).into_bytes()).collect()
}

const ZONES: [&str; 12] = [
    "Asia/Seoul",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/Los_Angeles",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/St_Johns",
    "UTC",
];
const HOLIDAYS: &str = r#""2026-01-01","2026-02-16..2026-02-18","2026-03-01","2026-05-05","2026-05-24","2026-08-15","2026-09-24..2026-09-26","2026-10-03","2026-10-09","2026-12-25""#;

/// Schedules as fleets have them, no two of a thousand alike: most are office hours of some zone, a few count workdays, run
/// over night or over the weekend, resize, except a calendar's days, or are under an override.
fn varied(n: i64) -> String {
    let (zone, hour, minute) = (ZONES[usize::try_from(n % 12).unwrap_or(0)], 5 + n % 7, n / 84 % 60);
    let begin = format!("{hour:02}:{minute:02}");
    let windows = match n % 10 {
        0 => format!(r#""run":["mon-thu 22:{minute:02}-06:00","workday#-1 18:00 - +14h"],"workdays":{{"except":"holidays"}}"#),
        1 => format!(r#""run":["mon {begin} - fri 20:00"],"stop":["daily 23:00-23:30"],"otherwise":"stopped""#),
        2 => format!(r#""run":["daily {begin}-12:00","daily 13:00-18:00"],"manual":"enforce","hibernate":true"#),
        3 => format!(
            r#""run":["mon-fri {begin}-20:00"],"sizes":[{{"in":"mon-fri 09:00-18:00","types":["c7i.4xlarge","c7a.4xlarge"]}},{{"else":"c7i.large"}}]"#
        ),
        4 => format!(r#""run":["first sat after tue#2 {begin}-12:00","day L 22:00-24:00"],"leave":["sun 00:00-24:00"]"#),
        _ => format!(r#""run":["mon-fri {begin}-{}:00"],"select":{{"tags":{{"env":["dev","stage"],"team":"t{n}"}}}}"#, hour + 10),
    };
    let except = if n % 3 == 0 { r#","except":[{"calendar":"holidays","state":"stopped"}]"# } else { "" };
    format!(r#"{{"timezone":"{zone}",{windows}{except},"priority":{}}}"#, n / 5040 % 1000)
}

/// A line about one of `different` schedules, with the calendar and the override that it needs.
fn varied_line(n: i64, different: i64) -> Vec<u8> {
    let which = n % different;
    let calendars =
        if which % 3 == 0 || which % 10 == 0 { format!(r#","calendars":{{"holidays":{{"dates":[{HOLIDAYS}]}}}}"#) } else { String::new() };
    let overrides = if which % 20 == 7 {
        r#","overrides":[{"state":"running","from":"2026-06-01T00:00:00Z","until":"2026-06-08T00:00:00Z","reason":"exam week"}]"#
    } else {
        ""
    };
    format!(r#"{{"schedule":{},"at":"{}"{calendars}{overrides}}}"#, varied(which), at(n)).into_bytes()
}

/// A name on the command line measures that one alone.
fn measure(what: &str, lines: impl FnOnce() -> Vec<Vec<u8>>) {
    if std::env::args().skip(1).any(|word| !word.starts_with('-') && word != what) {
        return;
    }
    let lines = lines();
    let mut out = Vec::new();
    let floor = fastest(|| lines.iter().for_each(|line| _ = black_box(serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok())));
    let seconds = fastest(|| {
        let mut evaluator = Evaluator::new(None);
        for line in &lines {
            out.clear();
            evaluator.answer(line, &mut out);
            black_box(&out);
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "counts of lines are small")]
    let rate = lines.len() as f64 / seconds;
    let times = seconds / floor;
    println!("  {what:40} {rate:>10.0} lines/s {times:>6.1} × its floor   {}", String::from_utf8_lossy(&out).trim_end());
}

/// Seconds of the fastest of several passes: what else the machine does only makes one slower.
fn fastest(mut pass: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        pass();
        start.elapsed().as_secs_f64()
    };
    (0..PASSES).map(once).fold(f64::INFINITY, f64::min)
}

fn main() {
    let office = r#"{"timezone":"America/New_York","run":["mon-fri 09:00-19:00"]}"#;
    let rich = r#"{"timezone":"Europe/London","run":["sun 22:00 - fri 20:00","first sat after tue#2 02:00-08:00"],"stop":["daily 23:00-23:30"],"leave":["workday#-1 00:00-06:00"],"sizes":[{"in":"mon-fri 08:00-18:00","types":["c7i.4xlarge","c7a.4xlarge"]},{"else":"c7i.large"}]}"#;
    measure("one schedule", || lines(|_| office.to_owned()));
    measure("one schedule with everything", || lines(|_| rich.to_owned()));
    measure("a hundred schedules", || {
        lines(|n| format!(r#"{{"timezone":"Asia/Seoul","run":["mon-fri {:02}:{:02}-20:00"]}}"#, n % 10 + 5, n % 10))
    });
    measure("no schedule twice", || {
        lines(|n| {
            format!(r#"{{"timezone":"America/New_York","run":["mon-fri 09:00-19:00"],"priority":{}}}"#, n % 1000)
                .replace("09:00", &format!("{:02}:{:02}", n / 1000 / 60 % 18, n / 1000 % 60))
        })
    });
    measure("a thousand schedules of all kinds", || (0..LINES).map(|n| varied_line(n, 1_000)).collect());
    measure("schedules of all kinds, none twice", || (0..LINES).map(|n| varied_line(n, LINES)).collect());
    measure("an edge once a month", || lines(|_| r#"{"timezone":"UTC","run":["day L 22:00-24:00"]}"#.to_owned()));
    measure("no edge at all", || lines(|_| r#"{"timezone":"UTC","otherwise":"running"}"#.to_owned()));
    measure("a window that is over", || lines(|_| r#"{"timezone":"UTC","run":["2020-01-01 09:00-10:00"]}"#.to_owned()));
}
