//! What CloudWatch measured.

use muster_rule::ec2::{Day, Instance, Metric};
use muster_rule::prelude::*;

use crate::common::{days, is};

/// Days that must be known before anything is concluded from them.
pub const MIN_DAYS: Param = Param::integer("min-days", 7, "Days that must have been measured before an instance is judged").min(1).max(14);

/// How busy an instance was.
pub struct Cpu {
    /// Average of each day, in percent.
    pub averages: Vec<f64>,
    /// Highest value of each day, in percent.
    pub maxima: Vec<f64>,
}

impl Cpu {
    /// The days of a running instance. `Err` is the answer where it cannot be judged: it does not run, or too little is known.
    pub fn of(ask: &Ask<'_>, instance: Instance<'_>) -> Result<Self, Answer> {
        if !is(instance.state(), "running") {
            return Err(skip());
        }
        let (averages, maxima) = (values(instance.cpu(), Day::average), values(instance.cpu(), Day::maximum));
        let (known, wanted) = (averages.len().min(maxima.len()) as i64, ask.params.integer("min-days"));
        if known < wanted {
            let short = format!("CPU is known of {}, at least {wanted} needed", days(known));
            return Err(unknown(short).with("Days", known));
        }
        Ok(Self { averages, maxima })
    }

    /// Days that were measured.
    pub fn days(&self) -> i64 {
        self.averages.len() as i64
    }
}

/// The values of a statistic, by day.
fn values<'a>(metric: Option<Metric<'a>>, statistic: fn(Day<'a>) -> Option<f64>) -> Vec<f64> {
    metric.into_iter().flat_map(|metric| metric.days()).filter_map(statistic).collect()
}

/// The highest of some values.
pub fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// Their mean.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// MiB in and out on the day with most of it; nothing when no day was measured.
pub fn traffic(instance: Instance<'_>) -> Option<f64> {
    let (received, sent) = (values(instance.network_in(), Day::sum), values(instance.network_out(), Day::sum));
    (!received.is_empty() && !sent.is_empty()).then(|| (highest(&received) + highest(&sent)) / 1_048_576.0)
}

/// One decimal, for evidence and messages.
pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
