//! How busy instances are: the same in every process, since it follows from the id and the hour alone.

use jiff::{SignedDuration, Timestamp, Unit};
use muster_core::cloud::{CpuHistory, InstanceState};
use muster_core::digest::sha256_hex;
use muster_core::plan::last_change::Life;
use serde::{Deserialize, Serialize};

use super::Machine;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How busy a machine is in its week of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Load {
    /// Percent that it never exceeds when nobody works.
    pub(crate) idle: f64,
    /// Percent that it never exceeds, and comes near, when somebody does.
    pub(crate) busy: f64,
    /// First and last day on which somebody works; Monday is 1.
    pub(crate) days: (i8, i8),
    /// From which hour, and until before which.
    pub(crate) hours: (i8, i8),
}

impl Load {
    /// An office's in Seoul: busy on weekdays from 09:00 to 18:00.
    pub(crate) const OFFICE: Self = Self { idle: 2.0, busy: 60.0, days: (1, 5), hours: (0, 9) };

    /// The highest percentage in an hour: between three quarters of the limit and the limit.
    fn peak(self, id: &str, hour: Timestamp) -> f64 {
        let local = hour.to_zoned(jiff::tz::TimeZone::UTC);
        let works = (self.days.0..=self.days.1).contains(&local.weekday().to_monday_one_offset());
        let limit = if works && (self.hours.0..self.hours.1).contains(&local.hour()) { self.busy } else { self.idle };
        let drawn = u32::from_str_radix(&sha256_hex(format!("{id}/{hour}").as_bytes())[..4], 16).unwrap_or_default();
        (limit * (0.75 + 0.25 * f64::from(drawn) / 65_535.0) * 10.0).round() / 10.0
    }
}

impl Default for Load {
    fn default() -> Self {
        Self::OFFICE
    }
}

impl Machine {
    /// As CloudWatch answers: an hour without a value where it did not run since its last start.
    pub(crate) fn cpu_history(&self, from: Timestamp, hours: u16, now: Timestamp) -> CpuHistory {
        let until = match self.view.state {
            InstanceState::Pending | InstanceState::Running => now,
            _ => Life::of_instance(&self.view).stopped.unwrap_or(self.view.launch_time),
        };
        let began = self.view.launch_time.round(jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc));
        let began = began.unwrap_or(self.view.launch_time);
        let at = |n: u16| from.saturating_add(HOUR * i32::from(n)).unwrap_or(from);
        let value = |hour: Timestamp| (began <= hour && hour < until).then(|| self.cpu.peak(&self.view.id, hour));
        CpuHistory { from, peaks: (0..hours).map(|n| value(at(n))).collect() }
    }
}
