//! A schedule's week, hours and money.

use jiff::Timestamp;
use muster_core::schedule::{Edge, Savings, Schedule, Week};

use super::week::chart;
use super::{hours, moment};
use crate::render::count;
use crate::render::style::{Accent, Style};
use crate::render::table::{Table, wrap};

/// A schedule and its week.
pub(crate) struct Shown<'a> {
    /// The schedule.
    pub(crate) schedule: &'a Schedule,
    /// The week.
    pub(crate) week: Week,
    /// Its hours, and what they save.
    pub(crate) savings: Savings,
    /// Whether the account was read.
    pub(crate) counted: bool,
    /// When the price lists were published that amounts are from; nothing for those of the file.
    pub(crate) published: Vec<String>,
    /// Edges after now.
    pub(crate) next: Vec<Edge>,
}

/// Every schedule shown, an empty line between two.
pub(crate) fn render(shown: &[Shown<'_>], now: Timestamp, style: &Style) -> String {
    shown.iter().map(|one| block(one, now, style)).collect::<Vec<_>>().join("\n")
}

fn block(shown: &Shown<'_>, now: Timestamp, style: &Style) -> String {
    let mut table = Table::indented(0);
    let monday = shown.week.days.first().map(|day| day.date.to_string()).unwrap_or_default();
    table.heading(format!("{}, week of {monday}", shown.schedule.name), shown.schedule.span.file_line());
    let mut out = table.render(style) + &chart(&shown.week, style);
    for line in [sums(shown), next(&shown.next, &shown.schedule.timezone, now)] {
        wrap(&line, style.width).iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    for remark in published(shown).into_iter().chain(unpriced(&shown.savings).filter(|_| shown.counted)) {
        wrap(&remark, style.width).iter().for_each(|line| out.push_str(&format!("{}\n", style.paint(Accent::Held, line))));
    }
    out
}

/// `50 h of 168 h on; 3 machines save 354 h, 9.20 USD.`
fn sums(shown: &Shown<'_>) -> String {
    let savings = &shown.savings;
    let own = savings.hours;
    let left = if own.left.is_zero() { String::new() } else { format!(", {} left alone", hours(own.left)) };
    let on = format!("{} of {} on{left}; ", hours(own.running), hours(own.length()));
    if !shown.counted {
        return format!("{on}off for {}.", hours(own.stopped));
    }
    if own.stopped.is_zero() {
        return format!("{on}nothing is ever off.");
    }
    let all = own.stopped * i32::try_from(savings.machines).unwrap_or(i32::MAX);
    match savings.machines {
        0 => format!("{on}it moves no machine now, each would save {}.", hours(own.stopped)),
        machines => {
            format!("{on}{} {} {}{}.", count(machines, "machine"), if machines == 1 { "saves" } else { "save" }, hours(all), money(savings))
        }
    }
}

fn money(savings: &Savings) -> String {
    let Some(amount) = &savings.amount else { return String::new() };
    let part = if amount.machines == savings.machines { String::new() } else { format!(" (of {} with a price)", amount.machines) };
    format!(", {:.2} {}{part}", amount.value, amount.currency)
}

/// `amounts: AWS Price List of 2026-11-18.`
fn published(shown: &Shown<'_>) -> Option<String> {
    let days: Vec<&str> = shown.published.iter().map(|at| at.get(..10).unwrap_or(at)).collect();
    let told = !days.is_empty() && shown.savings.amount.is_some();
    told.then(|| format!("amounts: what fleet.yaml gives no price for is of the AWS Price List of {}.", days.join(", ")))
}

fn unpriced(savings: &Savings) -> Option<String> {
    let names = savings.unpriced.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let reasons = savings.reasons.iter().map(String::as_str).collect::<Vec<_>>().join("; ");
    let why = if reasons.is_empty() { String::new() } else { format!(" ({reasons})") };
    (!names.is_empty()).then(|| format!("no price for {names}{why}: `prices: {{per-hour: {{TYPE: …}}}}` adds the money."))
}

fn next(edges: &[Edge], zone: &str, now: Timestamp) -> String {
    let words: Vec<String> = edges.iter().map(|edge| format!("{} {}", noun(edge), moment(edge.at, zone, now))).collect();
    if words.is_empty() { "next: nothing, it never changes".to_owned() } else { format!("next: {}", words.join(", ")) }
}

const fn noun(edge: &Edge) -> &'static str {
    use muster_core::schedule::WantedState;
    match edge.state {
        WantedState::Running => "start",
        WantedState::Stopped => "stop",
        WantedState::Leave => "leave",
    }
}
