//! What functions did.

use muster_rule::lambda::{Day, Function, Metric};
use muster_rule::prelude::*;

/// Days that metrics cover.
const WINDOW: f64 = 14.0;
/// Days of a month.
const MONTH: f64 = 30.0;

/// The largest value of a metric's maxima.
pub(crate) fn peak(metric: Option<Metric<'_>>) -> Option<f64> {
    metric?.days().filter_map(|day| day.maximum()).reduce(f64::max)
}

/// How much of its memory a function's hungriest run used since the last change of code or settings, in percent: what was measured before
/// belongs to other code, or to another size. Nothing where Lambda Insights is off. `Err` is the answer where too little was measured since.
pub(crate) fn hungriest(ask: &Ask<'_>, function: Function<'_>) -> Result<Option<f64>, Answer> {
    let (metric, wanted) = (function.memory_utilization(), ask.params.integer("min-days"));
    let Some(all) = peak(metric) else { return Ok(None) };
    let Some(changed) = function.last_modified() else { return Ok(Some(all)) };
    // Of the day of the change nobody knows which runs came after it.
    let since = |day: &Day<'_>| day.day().is_some_and(|day| *day > *changed.date());
    let peaks: Vec<f64> = metric.into_iter().flat_map(|metric| metric.days()).filter(since).filter_map(|day| day.maximum()).collect();
    let days = i64::try_from(peaks.len()).unwrap_or(i64::MAX);
    if days < wanted {
        let plural = if days == 1 { "" } else { "s" };
        let said = format!("changed on {}, {days} whole day{plural} measured since, at least {wanted} needed", changed.date());
        return Err(unknown(said).with("LastModified", changed));
    }
    Ok(peaks.into_iter().reduce(f64::max))
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
