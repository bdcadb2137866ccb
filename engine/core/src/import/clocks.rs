//! Where clocks go back over the times of a schedule.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::draft::DAY;
use crate::schedule::Zone;

/// Changes of clocks that are looked at: 1990 to 2060.
const FIRST: Timestamp = Timestamp::constant(631_152_000, 0);
/// See [`FIRST`].
const LAST_SECOND: i64 = 2_840_140_800;

/// The IANA name of a zone, or why there is none.
pub(super) fn zone(name: &str) -> Result<Zone, String> {
    Zone::find(name).map_err(|error| format!("{error}; {}", error.help()))
}

/// Whether clocks ever go back over one of these minutes of the day: where a tool that reads the wall clock decides twice.
pub(super) fn goes_back_over(tz: &TimeZone, minutes: &[u16]) -> bool {
    repeats(tz).any(|(first, length)| minutes.iter().any(|minute| within(minute % DAY, first, length)))
}

/// Whether clocks ever skip one of these minutes of the day.
pub(super) fn skips(tz: &TimeZone, minutes: &[u16]) -> bool {
    changes(tz).filter(|(_, by)| *by > 0).any(|(first, by)| minutes.iter().any(|minute| within(minute % DAY, first, by)))
}

/// Repeated stretches of the wall clock: their first minute and how many there are.
fn repeats(tz: &TimeZone) -> impl Iterator<Item = (i32, i32)> + '_ {
    changes(tz).filter(|(_, by)| *by < 0).map(|(first, by)| (first + by, -by))
}

/// The minute that clocks show right before they are moved, and by how many minutes they are.
fn changes(tz: &TimeZone) -> impl Iterator<Item = (i32, i32)> + '_ {
    let following = tz.following(FIRST).take_while(|change| change.timestamp().as_second() < LAST_SECOND);
    following.map(|change| {
        let at = change.timestamp();
        let before = tz.to_offset(at - jiff::SignedDuration::from_secs(1)).seconds();
        let shown = (at.as_second() + i64::from(before)).rem_euclid(86_400) / 60;
        (i32::try_from(shown).unwrap_or(0), (change.offset().seconds() - before) / 60)
    })
}

/// Whether a minute of the day lies in a stretch that may go over midnight on either side.
fn within(minute: u16, first: i32, length: i32) -> bool {
    (i32::from(minute) - first).rem_euclid(i32::from(DAY)) < length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_that_clocks_change() {
        let tz = |name: &str| zone(name).expect("zone").tz().clone();
        let back = |name: &str, minute| goes_back_over(&tz(name), &[minute]);
        assert!(back("America/New_York", 60) && back("America/New_York", 119));
        assert!(!back("America/New_York", 120) && !back("America/New_York", 59));
        assert!(back("Australia/Lord_Howe", 90) && !back("Australia/Lord_Howe", 89));
        assert!(back("America/Havana", 0) && back("America/Havana", 1440) && !back("Asia/Tokyo", 0));
        assert!(skips(&tz("Europe/London"), &[60]) && !skips(&tz("Europe/London"), &[120]));
        assert!(skips(&tz("Pacific/Apia"), &[720]), "a whole day was skipped");
    }
}
