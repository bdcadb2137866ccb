//! Muster's marks on a resource: the tags, or the description of kinds whose list call returns no tags.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::address::Address;
use crate::name::{FleetName, Name};
use crate::percent::decoded;
use crate::schedule::RunState;
use crate::tags::{self, Tags};

/// What the marks say. They claim; only a proof makes them true (`claim`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// `muster:fleet`.
    pub fleet: Option<String>,
    /// `muster:address`.
    pub address: Option<Address>,
    /// `muster:digest`.
    pub digest: Option<String>,
    /// `muster:self`.
    pub self_id: Option<String>,
    /// `muster:protect`.
    pub protect: bool,
    /// `muster:retire-after`.
    pub retire: Option<RetireTag>,
}

/// The value of `muster:retire-after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetireTag {
    /// When the resource may be deleted.
    pub after: Timestamp,
    /// Whether a last snapshot is kept.
    pub snapshot: bool,
}

impl RetireTag {
    /// The tag's value.
    #[must_use]
    pub fn text(&self) -> String {
        let suffix = if self.snapshot { "" } else { " snapshot=no" };
        format!("{}{suffix}", self.after)
    }

    fn parse(text: &str) -> Option<Self> {
        let (instant, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(Self { after: instant.parse().ok()?, snapshot: rest != "snapshot=no" })
    }
}

/// The value of `muster:override`: `running until=2026-10-02T11:00Z by=kim`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideTag {
    /// The state asked for.
    pub state: RunState,
    /// Until when.
    pub until: Timestamp,
    /// By whom.
    pub by: Option<String>,
}

impl OverrideTag {
    /// The tag's value.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} until={}", self.state.as_str(), self.until);
        if let Some(by) = &self.by {
            // Writing to a string cannot fail.
            let _ = write!(text, " by={by}");
        }
        text
    }

    /// Reads a tag's value; nothing when it does not say a state and an end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let state = match words.next()? {
            "running" => RunState::Running,
            "stopped" => RunState::Stopped,
            _ => return None,
        };
        let pairs: std::collections::BTreeMap<&str, &str> = words.filter_map(|word| word.split_once('=')).collect();
        Some(Self { state, until: pairs.get("until")?.parse().ok()?, by: pairs.get("by").map(|by| (*by).to_owned()) })
    }

    /// The override a resource carries.
    #[must_use]
    pub fn of(tags: &Tags) -> Option<Self> {
        Self::parse(tags.get(tags::OVERRIDE)?)
    }
}

/// The value of `muster:snapshot-of` on a snapshot that a schedule took before a stop: `rds/app schedule=lms/office`. The
/// last snapshot of something removed carries the address alone, and no schedule ever prunes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotTag {
    /// What it was made from.
    pub of: Address,
    /// `FLEET/SCHEDULE`, or the schedule alone in a fleet without a name.
    pub schedule: String,
}

/// Stands before the schedule's name in `muster:snapshot-of`.
const BY_SCHEDULE: &str = " schedule=";

impl SnapshotTag {
    /// The mark of one schedule's snapshots of one address.
    #[must_use]
    pub fn new(fleet: Option<&FleetName>, schedule: &Name, of: &Address) -> Self {
        Self { of: of.clone(), schedule: owner(fleet, schedule) }
    }

    /// The tag's value.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{BY_SCHEDULE}{}", self.of, self.schedule)
    }

    /// What the value ends with on all snapshots of a schedule.
    #[must_use]
    pub fn ending(fleet: Option<&FleetName>, schedule: &Name) -> String {
        format!("{BY_SCHEDULE}{}", owner(fleet, schedule))
    }

    /// True on a snapshot that carries this mark.
    #[must_use]
    pub fn is_on(&self, tags: &Tags) -> bool {
        tags.get(tags::SNAPSHOT_OF).is_some_and(|text| *text == self.text())
    }
}

fn owner(fleet: Option<&FleetName>, schedule: &Name) -> String {
    fleet.map_or_else(|| schedule.to_string(), |fleet| format!("{fleet}/{schedule}"))
}

impl Mark {
    /// Reads the marks from tags.
    #[must_use]
    pub fn from_tags(all: &Tags) -> Self {
        let get = |key: &str| all.get(key).cloned();
        Self {
            fleet: get(tags::FLEET),
            address: get(tags::ADDRESS).map(|text| Address::from_text(&text)),
            digest: get(tags::DIGEST),
            self_id: get(tags::SELF),
            protect: all.get(tags::PROTECT).is_some_and(|value| value == "true"),
            retire: all.get(tags::RETIRE_AFTER).and_then(|text| RetireTag::parse(text)),
        }
    }

    /// Reads the marks from a description that [`Mark::description`] wrote.
    #[must_use]
    pub fn from_description(text: &str) -> Self {
        let pairs: Tags =
            text.split(' ').filter_map(|word| word.split_once('=')).map(|(key, value)| (key.to_owned(), decoded(value))).collect();
        Self::from_tags(&pairs)
    }

    /// The marks as a description: ASCII, one word each.
    #[must_use]
    pub fn description(&self) -> String {
        let address = self.address.as_ref().map(Address::as_str);
        let pairs = [
            (tags::FLEET, self.fleet.as_deref()),
            (tags::ADDRESS, address),
            (tags::DIGEST, self.digest.as_deref()),
            (tags::SELF, self.self_id.as_deref()),
        ];
        pairs.iter().filter_map(|(key, value)| value.map(|value| format!("{key}={}", escape(value)))).collect::<Vec<_>>().join(" ")
    }

    /// The marks as tags, for creating.
    #[must_use]
    pub fn tags(&self) -> Tags {
        let address = self.address.as_ref().map(|address| address.as_str().to_owned());
        let protect = self.protect.then(|| "true".to_owned());
        let retire = self.retire.map(|retire| retire.text());
        let pairs = [
            (tags::FLEET, self.fleet.clone()),
            (tags::ADDRESS, address),
            (tags::DIGEST, self.digest.clone()),
            (tags::SELF, self.self_id.clone()),
            (tags::PROTECT, protect),
            (tags::RETIRE_AFTER, retire),
        ];
        pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value))).collect()
    }
}

/// Percent-escapes what is not visible ASCII: services differ in what a description may hold.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%' && byte != b'=';
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_survive_a_description_in_any_script() {
        let mark = Mark {
            fleet: Some("lms".into()),
            address: Some(Address::from_text("user/김철수 %=/alarm")),
            digest: Some("1:aabbcc".into()),
            self_id: Some("muster-lms-x".into()),
            ..Mark::default()
        };
        let text = mark.description();
        assert!(text.is_ascii(), "{text}");
        assert_eq!(Mark::from_description(&text), mark);
        assert_eq!(Mark::from_description("made by hand, 100% = all"), Mark::default());
    }

    #[test]
    fn retire_and_override_tags_round_trip() {
        let after = "2026-12-05T00:00:00Z".parse().expect("instant");
        for snapshot in [true, false] {
            let tag = RetireTag { after, snapshot };
            assert_eq!(RetireTag::parse(&tag.text()), Some(tag));
        }
        let tag = OverrideTag { state: RunState::Running, until: after, by: Some("kim".into()) };
        assert_eq!(OverrideTag::parse(&tag.text()), Some(tag.clone()));
        assert_eq!(OverrideTag::parse("running until=2026-10-02T11:00Z by=kim").map(|tag| tag.state), Some(RunState::Running));
        assert_eq!(OverrideTag::parse("running"), None, "an override must end");
        assert_eq!(OverrideTag::parse("paused until=2026-10-02T11:00Z"), None);
    }

    #[test]
    fn a_snapshot_says_which_schedule_took_it() {
        let (fleet, office) = (FleetName::new("lms").expect("fleet"), Name::new("office").expect("name"));
        let mark = SnapshotTag::new(Some(&fleet), &office, &Address::foreign_database("app"));
        assert_eq!(mark.text(), "rds/app schedule=lms/office");
        assert!(mark.text().ends_with(&SnapshotTag::ending(Some(&fleet), &office)));
        let tags = |text: &str| Tags::from([(tags::SNAPSHOT_OF.to_owned(), text.to_owned())]);
        assert!(mark.is_on(&tags(&mark.text())));
        assert!(!mark.is_on(&tags("rds/app")), "what a removal kept is nobody's to prune");
        assert!(!mark.is_on(&tags("rds/app schedule=other/office")));
    }
}
