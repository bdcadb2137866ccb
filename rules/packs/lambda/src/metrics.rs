//! What functions did.

use muster_rule::lambda::{Day, Function, Metric};
use muster_rule::prelude::*;

/// Days that metrics cover.
const WINDOW: f64 = 14.0;
/// Days of a month.
const MONTH: f64 = 30.0;

/// What 95 of 100 runs of a day used at most; the most that one did where no percentile is known.
pub(crate) fn used(day: Day<'_>) -> Option<f64> {
    day.p95().or_else(|| day.maximum())
}

/// What 99 of 100 runs of a day took at most; the longest where no percentile is known.
pub(crate) fn took(day: Day<'_>) -> Option<f64> {
    day.p99().or_else(|| day.maximum())
}

/// The value that all but `percent` of a function's runs stayed within, from the `value` of each day: the highest, unless so few runs were
/// on its day that all of them are among those left out. So one run that hung on a quiet day is not the measure of two weeks.
pub(crate) fn level(function: Function<'_>, metric: Option<Metric<'_>>, value: fn(Day<'_>) -> Option<f64>, percent: f64) -> Option<f64> {
    level_of(function, metric, value, percent)
}

fn level_of(function: Function<'_>, metric: Option<Metric<'_>>, value: impl Fn(Day<'_>) -> Option<f64>, percent: f64) -> Option<f64> {
    // Where runs are not known each day counts the same.
    let runs = |day: Day<'_>| total(function.invocations(), |other| other.day() == day.day()).max(1.0);
    let mut days: Vec<(f64, f64)> = metric?.days().filter_map(|day| Some((value(day)?, runs(day)))).collect();
    days.sort_by(|one, other| other.0.total_cmp(&one.0));
    let left_out = days.iter().map(|(_, runs)| runs).sum::<f64>() * percent / 100.0;
    let mut seen = 0.0;
    let counts = |(_, runs): &(f64, f64)| {
        seen += runs;
        seen > left_out
    };
    days.into_iter().find(counts).map(|(value, _)| value)
}

/// How much of its memory a function's runs used since the last change of code or settings, in percent, the hungriest `percent` of them left
/// out: what was measured before belongs to other code, or to another size. Nothing where Lambda Insights is off. `Err` is the answer where
/// too little was measured since.
pub(crate) fn hungriest(ask: &Ask<'_>, function: Function<'_>, percent: f64) -> Result<Option<f64>, Answer> {
    let (metric, wanted) = (function.memory_utilization(), ask.params.integer("min-days"));
    let Some(all) = level(function, metric, used, percent) else { return Ok(None) };
    let Some(changed) = function.last_modified() else { return Ok(Some(all)) };
    // Of the day of the change nobody knows which runs came after it.
    let since = |day: Day<'_>| used(day).filter(|_| day.day().is_some_and(|day| *day > *changed.date()));
    let days = metric.into_iter().flat_map(|metric| metric.days()).filter_map(since).count();
    if i64::try_from(days).unwrap_or(i64::MAX) < wanted {
        let plural = if days == 1 { "" } else { "s" };
        let said = format!("changed on {}, {days} whole day{plural} measured since, at least {wanted} needed", changed.date());
        return Err(unknown(said).with("LastModified", changed));
    }
    Ok(level_of(function, metric, since, percent))
}

/// The sum of a metric over days that `counts` takes.
pub(crate) fn total<'a>(metric: Option<Metric<'a>>, counts: impl Fn(Day<'a>) -> bool) -> f64 {
    metric.into_iter().flat_map(|metric| metric.days()).filter(|day| counts(*day)).filter_map(|day| day.sum()).sum()
}

/// GB-seconds that a function is charged for in a month, by what it did in the days that are known.
pub(crate) fn gb_seconds(function: Function<'_>) -> f64 {
    let memory = function.memory_size().unwrap_or(0) as f64 / 1024.0;
    let took = |day: Day<'_>| {
        let same = |other: &Day<'_>| other.day() == day.day();
        let average = function.duration().into_iter().flat_map(|metric| metric.days()).find(same).and_then(|day| day.average());
        day.sum().unwrap_or(0.0) * average.unwrap_or(0.0) / 1000.0
    };
    let seconds: f64 = function.invocations().into_iter().flat_map(|metric| metric.days()).map(took).sum();
    seconds * memory * MONTH / WINDOW
}

/// List prices of Lambda.
pub(crate) const PRICES: Dated = Dated::new("lambda-prices", include_str!("../../../data/lambda-prices.json"));

/// USD for a GB-second on an architecture.
pub(crate) fn price(ask: &Ask<'_>, architecture: &str) -> Option<f64> {
    ask.data(&PRICES).object("usd-per-gb-second")?.number(architecture)
}
