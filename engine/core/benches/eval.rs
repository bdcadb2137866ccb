//! How fast lines are answered: `cargo bench -p muster-core --bench eval`. Prints, asserts nothing.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use muster_core::eval::Evaluator;

/// Lines of one measurement.
const LINES: i64 = 100_000;

fn lines(schedule: impl Fn(i64) -> String) -> Vec<Vec<u8>> {
    let start: Timestamp = Timestamp::constant(1_767_225_600, 0);
    let line = |n: i64| format!(r#"{{"schedule":{},"at":"{}"}}"#, schedule(n), start + SignedDuration::from_mins(n * 17));
    (0..LINES).map(|n| line(n).into_bytes()).collect()
}

/// A name on the command line measures that one alone.
fn measure(what: &str, lines: impl FnOnce() -> Vec<Vec<u8>>) {
    if std::env::args().skip(1).any(|word| !word.starts_with('-') && word != what) {
        return;
    }
    let lines = lines();
    let (mut evaluator, mut out) = (Evaluator::new(None), Vec::new());
    let start = Instant::now();
    for line in &lines {
        out.clear();
        evaluator.answer(line, &mut out);
        black_box(&out);
    }
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "counts of lines are small")]
    let rate = lines.len() as f64 / seconds;
    println!("  {what:48} {rate:>10.0} lines/s   {}", String::from_utf8_lossy(&out).trim_end());
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
    measure("an edge once a month", || lines(|_| r#"{"timezone":"UTC","run":["day L 22:00-24:00"]}"#.to_owned()));
    measure("no edge at all", || lines(|_| r#"{"timezone":"UTC","otherwise":"running"}"#.to_owned()));
    measure("a window that is over", || lines(|_| r#"{"timezone":"UTC","run":["2020-01-01 09:00-10:00"]}"#.to_owned()));
}
