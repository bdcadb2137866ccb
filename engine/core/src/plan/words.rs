//! Numbers and times as people read them.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// `14 d`, `3 h 20 min`, `45 s`.
#[must_use]
pub fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).take(2).map(|(count, unit)| format!("{count} {unit}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// `Mon 19:00 KST (10:00 UTC)`, or UTC alone when the zone is not known.
#[must_use]
pub fn instant(at: Timestamp, zone: &str) -> String {
    let utc = at.to_zoned(TimeZone::UTC);
    match TimeZone::get(zone) {
        Ok(zone) if zone != TimeZone::UTC => {
            let local = at.to_zoned(zone);
            format!("{} ({} UTC)", local.strftime("%a %Y-%m-%d %H:%M %Z"), utc.strftime("%H:%M"))
        }
        _ => utc.strftime("%a %Y-%m-%d %H:%M UTC").to_string(),
    }
}

/// Two remarks as one; an empty one is left out.
#[must_use]
pub fn joined(one: &str, other: &str) -> String {
    [one, other].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        let of = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!(
            [of(0), of(45), of(3_600), of(12_000), of(14 * 86_400), of(90_061)],
            ["0 s", "45 s", "1 h", "3 h 20 min", "14 d", "1 d 1 h"]
        );
    }

    #[test]
    fn remarks_are_joined_where_there_are_two() {
        assert_eq!([joined("a", "b"), joined("", "b"), joined("a", "")], ["a; b", "b", "a"]);
    }

    #[test]
    fn instants_are_local_first() {
        let at = "2026-11-23T10:00:00Z".parse().expect("instant");
        assert_eq!(instant(at, "Asia/Seoul"), "Mon 2026-11-23 19:00 KST (10:00 UTC)");
        assert_eq!(instant(at, "UTC"), "Mon 2026-11-23 10:00 UTC");
    }
}
