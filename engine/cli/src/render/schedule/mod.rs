//! Schedules on a terminal.

pub(crate) mod eventbridge;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod set;
pub(crate) mod show;
mod week;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::plan::words;
use muster_core::schedule::{Stretch, WantedState};

/// Instants further away than this carry their date: a weekday alone would be taken for the next one.
const NEAR: SignedDuration = SignedDuration::from_hours(6 * 24);

/// `Fri 2026-11-20 19:00 KST (10:00 UTC)`.
pub(crate) fn instant(at: Timestamp, zone: &str) -> String {
    words::instant(at, zone)
}

/// `Fri 19:00 KST (10:00 UTC)`, with the date where the weekday alone would mislead.
pub(crate) fn moment(at: Timestamp, zone: &str, now: Timestamp) -> String {
    if at.duration_since(now).abs() >= NEAR {
        return instant(at, zone);
    }
    let utc = at.to_zoned(TimeZone::UTC);
    match TimeZone::get(zone) {
        Ok(zone) if zone != TimeZone::UTC => {
            let local = at.to_zoned(zone);
            let day = if local.date() == utc.date() { "" } else { "%a " };
            let beside = utc.strftime(&format!(" ({day}%H:%M UTC)")).to_string();
            // Greenwich in winter shows UTC already.
            format!("{}{}", local.strftime("%a %H:%M %Z"), if local.offset().is_zero() { "" } else { &beside })
        }
        _ => utc.strftime("%a %H:%M UTC").to_string(),
    }
}

/// `09:00-19:00`: what clocks show at both ends; midnight at the end is 24:00.
pub(crate) fn clocks(stretch: Stretch, zone: &TimeZone) -> String {
    let (from, to) = (zone.to_datetime(stretch.from), zone.to_datetime(stretch.to));
    let end = if to.time() == jiff::civil::Time::midnight() { "24:00".to_owned() } else { to.strftime("%H:%M").to_string() };
    format!("{}-{end}", from.strftime("%H:%M"))
}

/// `Sat 10:00-13:00 KST (01:00-04:00 UTC)`, or two moments where it reaches over midnight.
pub(crate) fn stretch(stretch: Stretch, zone: &str, now: Timestamp) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let last = stretch.to.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(stretch.to);
    let (from, until, utc) = (tz.to_datetime(stretch.from), tz.to_datetime(last), TimeZone::UTC.to_datetime(stretch.from));
    if from.date() != until.date() {
        return format!("{} - {}", moment(stretch.from, zone, now), moment(stretch.to, zone, now));
    }
    let far = stretch.from.duration_since(now).abs() >= NEAR;
    let day = from.strftime(if far { "%a %Y-%m-%d" } else { "%a" });
    let name = stretch.from.to_zoned(tz.clone()).strftime("%Z").to_string();
    if [stretch.from, stretch.to].iter().all(|at| tz.to_offset(*at).is_zero()) {
        return format!("{day} {} {name}", clocks(stretch, &tz));
    }
    let utc_day = if utc.date() == from.date() { String::new() } else { utc.strftime("%a ").to_string() };
    format!("{day} {} {name} ({utc_day}{} UTC)", clocks(stretch, &tz), clocks(stretch, &TimeZone::UTC))
}

/// `10 h`, `9 h 30 min`, `0 h`.
pub(crate) fn hours(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What happens at an edge to this state.
pub(crate) const fn verb(state: WantedState) -> &'static str {
    match state {
        WantedState::Running => "starts",
        WantedState::Stopped => "stops",
        WantedState::Leave => "lets go",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_moments_have_a_weekday_and_far_ones_a_date() {
        let at = |text: &str| text.parse::<Timestamp>().expect("instant");
        let now = at("2026-11-20T01:00:00Z");
        assert_eq!(moment(at("2026-11-20T10:00:00Z"), "Asia/Seoul", now), "Fri 19:00 KST (10:00 UTC)");
        assert_eq!(moment(at("2026-11-20T20:00:00Z"), "Asia/Seoul", now), "Sat 05:00 KST (Fri 20:00 UTC)");
        assert_eq!(moment(at("2026-12-20T10:00:00Z"), "Asia/Seoul", now), "Sun 2026-12-20 19:00 KST (10:00 UTC)");
        assert_eq!(moment(at("2026-11-20T20:00:00Z"), "UTC", now), "Fri 20:00 UTC");
        assert_eq!(moment(at("2026-11-20T20:00:00Z"), "Europe/London", now), "Fri 20:00 GMT");
    }

    #[test]
    fn stretches_of_one_day_are_said_once() {
        let at = |text: &str| text.parse::<Timestamp>().expect("instant");
        let now = at("2026-11-20T01:00:00Z");
        let said = |from: &str, to: &str, zone: &str| stretch(Stretch { from: at(from), to: at(to) }, zone, now);
        assert_eq!(said("2026-11-21T01:00:00Z", "2026-11-21T04:00:00Z", "Asia/Seoul"), "Sat 10:00-13:00 KST (01:00-04:00 UTC)");
        assert_eq!(said("2026-11-20T23:00:00Z", "2026-11-21T15:00:00Z", "Asia/Seoul"), "Sat 08:00-24:00 KST (Fri 23:00-15:00 UTC)");
        assert_eq!(said("2026-11-21T01:00:00Z", "2026-11-22T00:00:00Z", "UTC"), "Sat 01:00-24:00 UTC");
        assert_eq!(
            said("2026-11-21T01:00:00Z", "2026-11-22T01:00:00Z", "Asia/Seoul"),
            "Sat 10:00 KST (01:00 UTC) - Sun 10:00 KST (01:00 UTC)"
        );
        assert_eq!(said("2026-11-27T01:00:00Z", "2026-11-27T04:00:00Z", "Asia/Seoul"), "Fri 2026-11-27 10:00-13:00 KST (01:00-04:00 UTC)");
    }

    #[test]
    fn hours_have_their_minutes() {
        let of = |minutes| hours(SignedDuration::from_mins(minutes));
        assert_eq!([of(0), of(600), of(570), of(20)], ["0 h", "10 h", "9 h 30 min", "20 min"]);
    }
}
