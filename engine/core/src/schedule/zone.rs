//! Time zones by their IANA names, from the data bundled with the program.

use std::fmt;
use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Serialize, Serializer};

/// The data compiled into the program: the same answer on every machine, whatever its own zone files say.
static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone and its name in the database's own spelling.
#[derive(Debug, Clone)]
pub struct Zone {
    tz: TimeZone,
}

/// A name that is no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone")]
pub struct ZoneError {
    /// What was written.
    pub name: String,
    /// The zone probably meant.
    pub suggestion: Option<String>,
}

impl ZoneError {
    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.suggestion {
            Some(zone) => format!("did you mean `{zone}`?"),
            None => "zones have IANA names such as `Asia/Seoul`, `Europe/London`, `UTC`".to_owned(),
        }
    }
}

impl Zone {
    /// Finds a zone by its IANA name, in any case.
    ///
    /// # Errors
    /// When the bundled data has no such zone, with the nearest name.
    pub fn find(name: &str) -> Result<Self, ZoneError> {
        // A zone without a name would be one that the database does not list.
        let found = BUNDLED.get(name).ok().filter(|tz| !tz.is_unknown() && tz.iana_name().is_some());
        let Some(tz) = found else {
            return Err(ZoneError { name: name.to_owned(), suggestion: nearest(name) });
        };
        Ok(Self { tz })
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.tz.iana_name().unwrap_or("UTC")
    }

    /// The zone itself.
    #[must_use]
    pub const fn tz(&self) -> &TimeZone {
        &self.tz
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The zone whose name, or whose city, is nearest to what was written.
fn nearest(written: &str) -> Option<String> {
    let written = written.to_ascii_lowercase().replace(' ', "_");
    let distance = |zone: &str| {
        let zone = zone.to_ascii_lowercase();
        let city = zone.rsplit('/').next().unwrap_or(&zone);
        strsim::damerau_levenshtein(&zone, &written).min(strsim::damerau_levenshtein(city, &written))
    };
    let scored = BUNDLED.available().map(|name| (distance(name.as_str()), name.as_str().to_owned()));
    let (best, name) = scored.min_by_key(|(d, name)| (*d, !name.contains('/'), name.len()))?;
    (best <= (written.len() / 3).max(1)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_in_any_case_and_a_slip_gets_a_suggestion() {
        assert_eq!(Zone::find("asia/seoul").expect("zone").name(), "Asia/Seoul");
        let suggested = |name: &str| Zone::find(name).expect_err("no zone").suggestion;
        assert_eq!(suggested("Asia/Soul").as_deref(), Some("Asia/Seoul"));
        assert_eq!(suggested("Seoul").as_deref(), Some("Asia/Seoul"));
        assert_eq!(suggested("Mars/Olympus_Mons"), None);
        assert!(Zone::find("Etc/Unknown").is_err());
    }
}
