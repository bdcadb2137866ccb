//! A year of passes over two hundred resources: every start and stop explained, none missing, none twice.
//!
//! Once an hour, every pass is made. Once a minute, the passes are made at which anything can differ from the minute before, and
//! one in [`SAMPLE`] of the others, drawn from the seed, to see that it does nothing: see [`year::Year`]'s `quiet_until` for why
//! the others plan what the minute before planned. `MUSTER_YEAR=full` makes every one of the 525,600 passes, which takes an hour
//! or two, and must come to the same log; `MUSTER_YEAR=hours` leaves the minutes out, as `./test quick` does.
//!
//! What had to be done is known from a second reading: [`wishes`] and [`judge`] say what each resource should be from what is
//! true of it ([`life`]), which is what was done to it and by whom, and not what AWS shows.
//!
//! `UPDATE=1` writes the golden files; `cargo test -p muster-sandbox --test year -- --nocapture` prints the time it took, and what
//! goes against a law when it does.
#![allow(clippy::print_stdout)]

mod judge;
mod life;
mod log;
mod people;
#[path = "../simulator/random.rs"]
#[allow(dead_code, reason = "the simulator picks from lists, a year does not")]
mod random;
mod recorder;
mod strays;
mod town;
mod verify;
mod wishes;
mod year;

use year::{Pace, Passes, live};

/// Of the minutes at which nothing can differ, one in so many is looked at all the same.
const SAMPLE: u64 = 500;

fn check(name: &str, pace: Pace) {
    let lived = live(pace);
    let Passes { made, idle, skipped } = lived.passes;
    println!("{name}: {made} passes, {idle} of them idle, {skipped} skipped, {} lines, in {:.1?}", lived.log.len(), lived.took);
    let title = format!("# A year, a pass every {} min, {} resources", pace.minutes, lived.all.len());
    let seen = lived.log.golden(&lived.all, &title);
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/year").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &seen).expect("written");
    }
    let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
    let differs = wanted.lines().zip(seen.lines()).find(|(wanted, seen)| wanted != seen);
    assert!(wanted == seen, "{name}.txt differs, first in {differs:?}; UPDATE=1 accepts what was seen");
}

#[test]
fn there_are_two_hundred() {
    let all = town::resources();
    let names: std::collections::BTreeSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((all.len(), names.len()), (200, 200));
}

#[test]
fn a_year_of_hours() {
    check("hourly", Pace { minutes: 60, sample: None });
}

#[test]
fn a_year_of_minutes() {
    let asked = std::env::var("MUSTER_YEAR").unwrap_or_default();
    if asked != "hours" {
        check("minutely", Pace { minutes: 1, sample: (asked != "full").then_some(SAMPLE) });
    }
}
