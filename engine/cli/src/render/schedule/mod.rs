//! Schedules on a terminal.

pub(crate) mod explain;
pub(crate) mod list;
pub(crate) mod set;
pub(crate) mod show;
mod week;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::plan::words;
use muster_core::schedule::WantedState;

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
            format!("{} ({} UTC)", local.strftime("%a %H:%M %Z"), utc.strftime(&format!("{day}%H:%M")))
        }
        _ => utc.strftime("%a %H:%M UTC").to_string(),
    }
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
    }

    #[test]
    fn hours_have_their_minutes() {
        let of = |minutes| hours(SignedDuration::from_mins(minutes));
        assert_eq!([of(0), of(600), of(570), of(20)], ["0 h", "10 h", "9 h 30 min", "20 min"]);
    }
}
