//! Entries: timings with targets, and the names by which they are known.

use super::spec::EdgeSpec;
use super::target::Target;
use super::timing::Timing;
use crate::address::Address;
use crate::cron::Expression;
use crate::name::FleetName;
use crate::schedule::Schedule;

/// What the entries of a fleet in one place share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The role that EventBridge, and a runbook, works with.
    pub role: String,
    /// ARN of the queue for edges that could not be delivered.
    pub dead_letter: Option<String>,
}

/// A schedule of EventBridge Scheduler. It is made as it is and never changed: whatever would change it gives another
/// name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub timing: Timing,
    /// Everything that EventBridge is told, and the address it is for.
    pub spec: EdgeSpec,
}

/// The schedule group that holds all entries of a fleet: `muster-lms-2026`. A listing of it shows no tags, so the name has to be
/// this fleet's alone, upper case and double hyphens included.
#[must_use]
pub fn group_name(fleet: &FleetName) -> String {
    format!("muster-{fleet}")
}

/// The entries of a schedule in one place: each timing for each target.
#[must_use]
pub fn entries(schedule: &Schedule, timings: &[Timing], targets: &[Target], wiring: &Wiring) -> Vec<Entry> {
    let of = |target| timings.iter().map(move |timing| entry(schedule, timing, target, wiring));
    targets.iter().flat_map(of).collect()
}

fn entry(schedule: &Schedule, timing: &Timing, target: &Target, wiring: &Wiring) -> Entry {
    let when = when(timing, &schedule.timezone);
    let spec = EdgeSpec {
        address: Address::from_text(&format!("schedule/{}/edge/{}/{when}", schedule.name, target.words())),
        readable: format!("{}-{when}", schedule.name),
        action: timing.action,
        expression: timing.expression.to_string(),
        zone: timing.zone.name().to_owned(),
        start: timing.start,
        end: timing.end,
        delete_after: timing.delete_after(),
        target: target.clone(),
        partition: wiring.partition.clone(),
        role: wiring.role.clone(),
        dead_letter: wiring.dead_letter.clone(),
        awaits: None,
    };
    Entry { timing: timing.clone(), spec }
}

/// A timing in characters that addresses and names may hold: `start-0900-mon-fri`, `stop-20261125T0030`.
fn when(timing: &Timing, own_zone: &str) -> String {
    let mut words = vec![timing.action.as_str().to_owned()];
    match &timing.expression {
        Expression::At(local) => words.push(local.strftime("%Y%m%dT%H%M%S").to_string().trim_end_matches("00").to_owned()),
        other => words.extend(cron_words(&other.to_string())),
    }
    if timing.zone.name() != own_zone {
        words.push(timing.zone.name().replace('/', "."));
    }
    let date = |at| timing.zone.tz().to_datetime(at).strftime("%Y%m%d").to_string();
    words.extend(timing.start.map(|at| format!("from-{}", date(at))));
    words.extend(timing.end.map(|at| format!("until-{}", date(at))));
    words.join("-")
}

/// `0900`, `mon-fri`, `jan.feb` of `cron(0 9 ? JAN,FEB MON-FRI *)`.
fn cron_words(text: &str) -> Vec<String> {
    let inner = text.trim_start_matches("cron(").trim_end_matches(')').to_ascii_lowercase();
    let fields: Vec<&str> = inner.split(' ').collect();
    let [minute, hour, of_month, month, of_week, year] = fields.as_slice() else { return vec![inner.replace(' ', "-")] };
    let days = if *of_month == "?" { of_week } else { of_month };
    let days = if *days == "*" { "daily" } else { days };
    let plain = |field: &str| field.replace(',', ".").replace('#', "n").replace('/', "_");
    let rest = [*month, *year].into_iter().filter(|field| *field != "*");
    std::iter::once(format!("{hour:0>2}{minute:0>2}")).chain(std::iter::once(plain(days))).chain(rest.map(plain)).collect()
}
