//! Maintenance windows of databases, as stretches of real time: RDS works in them, and only on what runs.

use jiff::{SignedDuration, Timestamp};

use super::machine::{Machine, members};
use crate::plan::site::Site;
use crate::schedule::{Interval, RunState, Schedule, Stretch};

/// A database is started so long before its window: it takes minutes to be there, and the shortest window lasts thirty.
pub const LEAD: SignedDuration = SignedDuration::from_mins(10);
/// How far around the present windows are laid out: a start or stop is explained by windows of the time RDS keeps events, and
/// every window comes again within a week.
const AROUND: SignedDuration = SignedDuration::from_hours(15 * 24);
/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;
/// The first Monday after 1970-01-01, a Thursday, in minutes.
const FIRST_MONDAY: i64 = 4 * 24 * 60;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A window that comes every week, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekly {
    /// Minute of the week, from Monday 00:00.
    begin: i64,
    /// Minutes.
    length: i64,
}

impl Weekly {
    /// Reads RDS's form: `sun:19:00-sun:19:30`, `sun:23:45-mon:00:15`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (begin, end) = text.split_once('-')?;
        let (begin, end) = (minute(begin)?, minute(end)?);
        Some(Self { begin, length: (end - begin).rem_euclid(WEEK) })
    }

    /// Each time it is open between two instants.
    #[must_use]
    pub fn stretches(&self, from: Timestamp, to: Timestamp) -> Vec<Stretch> {
        let (from, to) = (from.as_second() / 60, to.as_second() / 60);
        let first = (from - FIRST_MONDAY).div_euclid(WEEK) - 1;
        let begins = (first..).map(|week| FIRST_MONDAY + week * WEEK + self.begin).take_while(|begin| *begin <= to);
        begins.filter(|begin| *begin + self.length >= from).filter_map(|begin| stretch(begin, begin + self.length)).collect()
    }
}

fn minute(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, ':');
    let day = parts.next()?;
    let day = i64::try_from(DAYS.iter().position(|name| name.eq_ignore_ascii_case(day))?).ok()?;
    let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((day * 24 + hour) * 60 + minute)
}

fn stretch(from: i64, to: i64) -> Option<Stretch> {
    Some(Stretch { from: Timestamp::from_second(from * 60).ok()?, to: Timestamp::from_second(to * 60).ok()? })
}

/// The times at which a schedule that honours maintenance windows keeps a database running for one, its start included.
pub(super) fn intervals<'a>(site: &Site<'a>, machine: Machine<'a>, schedule: Option<&Schedule>, now: Timestamp) -> Vec<Interval> {
    if !schedule.is_some_and(|schedule| schedule.rds.maintenance) {
        return Vec::new();
    }
    let own = match machine {
        Machine::Rds(database) => Some(&database.maintenance_window),
        Machine::Cluster(cluster) => Some(&cluster.maintenance_window),
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => None,
    };
    // RDS works on a cluster in its window, and on each member in the member's.
    let mut windows: Vec<&String> = own.into_iter().chain(members(site, machine).map(|member| &member.maintenance_window)).collect();
    windows.sort();
    windows.dedup();
    windows.into_iter().flat_map(|window| around(window, now)).collect()
}

fn around(window: &str, now: Timestamp) -> Vec<Interval> {
    let Some(weekly) = Weekly::parse(window) else { return Vec::new() };
    let (from, to) = (now.saturating_sub(AROUND).unwrap_or(now), now.saturating_add(AROUND).unwrap_or(now));
    let interval = |open: Stretch| Interval {
        from: open.from.checked_sub(LEAD).ok(),
        until: open.to,
        state: RunState::Running,
        why: format!("maintenance window {window} UTC"),
    };
    weekly.stretches(from, to).into_iter().map(interval).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    #[test]
    fn a_window_is_open_once_a_week() {
        let weekly = Weekly::parse("sun:19:00-sun:19:30").expect("window");
        let open = weekly.stretches(at("2026-11-20T10:30:00Z"), at("2026-12-05T00:00:00Z"));
        let expected =
            ["2026-11-22", "2026-11-29"].map(|day| Stretch { from: at(&format!("{day}T19:00:00Z")), to: at(&format!("{day}T19:30:00Z")) });
        assert_eq!(open, expected);
    }

    #[test]
    fn a_window_may_end_in_the_next_week_and_is_seen_while_it_is_open() {
        let weekly = Weekly::parse("sun:23:45-mon:00:15").expect("window");
        let now = at("2026-11-23T00:05:00Z");
        assert_eq!(weekly.stretches(now, now), [Stretch { from: at("2026-11-22T23:45:00Z"), to: at("2026-11-23T00:15:00Z") }]);
        for wrong in ["", "sun:19:00", "son:19:00-sun:19:30", "sun:24:00-mon:00:30", "sun 19:00-sun 19:30"] {
            assert_eq!(Weekly::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_database_is_started_before_its_window() {
        let now = at("2026-11-20T10:30:00Z");
        let all = around("sun:19:00-sun:19:30", now);
        let next = all.iter().find(|interval| interval.until > now).expect("a next one");
        assert_eq!((next.from, next.until), (Some(at("2026-11-22T18:50:00Z")), at("2026-11-22T19:30:00Z")));
        assert!(all.len() >= 4, "two weeks back and two ahead");
    }
}
