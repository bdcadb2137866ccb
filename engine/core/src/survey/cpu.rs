//! How busy a machine was, and in which hours of the week.

use jiff::{SignedDuration, Timestamp};

use super::WEEKS;
use crate::cloud::CpuHistory;
use crate::schedule::{Stretch, Zone};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// More windows than this are no office hours.
const WINDOWS: usize = 4;

/// How busy an instance was.
#[derive(Debug, Clone, PartialEq)]
pub struct CpuUse {
    /// Hours with a value: those in which it ran.
    pub hours: Vec<Stretch>,
    /// Those of them in which it exceeded the limit.
    pub busy: Vec<Stretch>,
    /// The highest value, in percent; nothing when there is none.
    pub peak: Option<f64>,
    /// In which hours of the local week it exceeded the limit, in any of the weeks.
    pub week: BusyHours,
}

/// Hours of the local week, Monday first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusyHours {
    hours: [[bool; 24]; 7],
    /// Minutes past the hour at which an hour of UTC begins there.
    minute: i8,
}

impl CpuUse {
    /// Reads what CloudWatch answered.
    #[must_use]
    pub fn of(history: &CpuHistory, limit: f64, zone: &Zone) -> Self {
        let mut cpu = Self { hours: Vec::new(), busy: Vec::new(), peak: None, week: BusyHours::default() };
        let mut from = history.from;
        for peak in &history.peaks {
            let to = from.saturating_add(HOUR).unwrap_or(Timestamp::MAX);
            if let Some(peak) = *peak {
                cpu.add(Stretch { from, to }, peak, limit, zone);
            }
            from = to;
        }
        cpu
    }

    fn add(&mut self, hour: Stretch, peak: f64, limit: f64, zone: &Zone) {
        self.hours.push(hour);
        self.peak = Some(self.peak.map_or(peak, |highest| highest.max(peak)));
        if peak > limit {
            self.busy.push(hour);
            self.week.add(hour.from, zone);
        }
    }

    /// Hours a week in which it ran.
    #[must_use]
    pub fn running(&self) -> f64 {
        a_week(self.hours.len())
    }

    /// True when it ran and was never over the limit.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.hours.is_empty() && self.busy.is_empty()
    }
}

/// So many hours of all that was measured, as a mean of a week.
#[expect(clippy::cast_precision_loss, reason = "hours of two weeks")]
pub(super) fn a_week(hours: usize) -> f64 {
    hours as f64 / f64::from(WEEKS)
}

impl BusyHours {
    fn add(&mut self, at: Timestamp, zone: &Zone) {
        let local = zone.tz().to_datetime(at);
        let day = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        if let Some(hour) = self.hours.get_mut(day).and_then(|day| day.get_mut(usize::from(local.hour().unsigned_abs()))) {
            *hour = true;
        }
        self.minute = local.minute();
    }

    /// How many of the 168 hours.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hours.iter().flatten().filter(|busy| **busy).count()
    }

    /// As windows of a schedule; nothing when that would be more than a handful.
    #[must_use]
    pub fn windows(&self) -> Option<Vec<String>> {
        let mut spans: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for (day, hours) in self.hours.iter().enumerate() {
            for span in runs(hours) {
                match spans.iter_mut().find(|(other, _)| *other == span) {
                    Some((_, days)) => days.push(day),
                    None => spans.push((span, vec![day])),
                }
            }
        }
        let text = |(span, days): &((usize, usize), Vec<usize>)| format!("{} {}", named(days), self.clock(*span));
        (spans.len() <= WINDOWS).then(|| spans.iter().map(text).collect())
    }

    fn clock(&self, (begin, end): (usize, usize)) -> String {
        let end = if self.minute > 0 { end % 24 } else { end };
        format!("{begin:02}:{:02}-{end:02}:{:02}", self.minute, self.minute)
    }
}

/// First hour and first hour after of each run of busy hours.
fn runs(hours: &[bool; 24]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for hour in (0..24).filter(|hour| hours[*hour]) {
        match out.last_mut().filter(|(_, end)| *end == hour) {
            Some(run) => run.1 = hour + 1,
            None => out.push((hour, hour + 1)),
        }
    }
    out
}

/// `mon-fri`, `mon,wed`, `daily`.
fn named(days: &[usize]) -> String {
    let consecutive = days.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match days {
        [first, .., last] if days.len() == 7 && first < last => "daily".to_owned(),
        [first, .., last] if consecutive && days.len() > 2 => format!("{}-{}", DAYS[*first], DAYS[*last]),
        days => days.iter().map(|day| DAYS[*day]).collect::<Vec<_>>().join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Window;

    fn of(peaks: &[(usize, f64)], zone: &str) -> CpuUse {
        // A Monday.
        let from = "2026-11-02T00:00:00Z".parse().expect("instant");
        let mut history = CpuHistory { from, peaks: vec![None; 336] };
        peaks.iter().for_each(|(hour, peak)| history.peaks[*hour] = Some(*peak));
        CpuUse::of(&history, 5.0, &Zone::find(zone).expect("zone"))
    }

    #[test]
    fn hours_without_a_value_did_not_run() {
        let cpu = of(&[(0, 5.0), (1, 4.0), (30, 5.1)], "UTC");
        assert!((cpu.running() - 1.5).abs() < 1e-9);
        assert_eq!((cpu.hours.len(), cpu.busy.len(), cpu.peak, cpu.is_idle()), (3, 1, Some(5.1), false));
        assert!(of(&[(0, 5.0)], "UTC").is_idle(), "the limit itself is not over it");
        assert!(!of(&[], "UTC").is_idle(), "what never ran does not idle");
    }

    #[test]
    fn busy_hours_are_windows_on_the_local_clock() {
        let office: Vec<(usize, f64)> = (0..5).flat_map(|day| (0..9).map(move |hour| (day * 24 + hour, 40.0))).collect();
        assert_eq!(of(&office, "Asia/Seoul").week.windows(), Some(vec!["mon-fri 09:00-18:00".to_owned()]));
        let windows = of(&office, "Asia/Kolkata").week.windows().expect("few");
        assert_eq!(windows, ["mon-fri 05:30-14:30"]);
        windows.iter().for_each(|window| drop(Window::parse(window).expect("a window")));
        assert_eq!(of(&office, "UTC").week.count(), 45);
    }

    #[test]
    fn weeks_are_laid_over_each_other_and_scattered_hours_are_no_windows() {
        let twice = [(10, 50.0), (168 + 11, 50.0), (24 + 10, 50.0), (24 + 11, 50.0), (72 + 3, 9.0)];
        assert_eq!(of(&twice, "UTC").week.windows(), Some(vec!["mon,tue 10:00-12:00".to_owned(), "thu 03:00-04:00".to_owned()]));
        let scattered: Vec<(usize, f64)> = (0..5).map(|n| (n * 26, 50.0)).collect();
        assert_eq!(of(&scattered, "UTC").week.windows(), None);
        let always: Vec<(usize, f64)> = (0..168).map(|n| (n, 50.0)).collect();
        assert_eq!(of(&always, "UTC").week.windows(), Some(vec!["daily 00:00-24:00".to_owned()]));
    }
}
