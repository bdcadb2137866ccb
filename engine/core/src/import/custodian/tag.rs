//! The value of the tag: `off=[(M-F,21),(U,18)];on=(M-F,6);tz=pt`.

/// Places that Custodian's zone names stand for.
const ALIASES: [(&str, &str); 26] = [
    ("pdt", "America/Los_Angeles"),
    ("pt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("ast", "America/Phoenix"),
    ("at", "America/Phoenix"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("et", "America/New_York"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("ct", "America/Chicago"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("mt", "America/Denver"),
    ("gmt", "Etc/GMT"),
    ("gt", "Etc/GMT"),
    ("bst", "Europe/London"),
    ("ist", "Europe/Dublin"),
    ("cet", "Europe/Berlin"),
    ("it", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("kst", "Asia/Seoul"),
    ("sgt", "Asia/Singapore"),
    ("aet", "Australia/Sydney"),
    ("brt", "America/Sao_Paulo"),
    ("nzst", "Pacific/Auckland"),
];
/// Characters that some services refuse in tags, as Custodian lets them be written.
const ESCAPES: [(&str, &str); 9] =
    [("u28", "("), ("u29", ")"), ("u5b", "["), ("u5d", "]"), ("u2c", ","), ("u3b", ";"), ("u3d", "="), ("u2f", "/"), ("u2d", "-")];

/// Weekdays (bit 0 is Monday) and an hour.
pub(super) type Event = (u8, u8);

/// When something happens, and in which zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hours {
    /// Starts.
    pub(super) on: Vec<Event>,
    /// Stops.
    pub(super) off: Vec<Event>,
    /// As it is written.
    pub(super) zone: String,
}

/// What the two policies make of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Managed {
    /// Neither ever acts; why.
    Nothing(&'static str),
    /// They act then.
    Hours(Hours),
}

impl Managed {
    pub(super) fn zone(&self) -> Option<&str> {
        if let Self::Hours(hours) = self { Some(&hours.zone) } else { None }
    }
}

/// The place that a zone's name stands for.
pub(super) fn place(zone: &str) -> &str {
    let folded = zone.trim().to_lowercase();
    match ALIASES.iter().find(|(alias, _)| *alias == folded) {
        Some((_, place)) => place,
        None if folded == "utc" => "Etc/UTC",
        None => zone.trim(),
    }
}

/// Reads a tag's value as the two filters do, each by itself.
///
/// # Errors
/// When a filter finds the value invalid: it then never acts, which nobody who writes such a tag means.
pub(super) fn read(written: &str, defaults: &Hours, notes: &mut Vec<String>) -> Result<Managed, String> {
    let value = unescaped(&written.to_lowercase());
    let value = value.trim_matches('\'').trim_matches('"');
    if value == "off" {
        return Ok(Managed::Nothing("its tag says `off`"));
    }
    let value = value.split(';').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(";");
    let parts = parts(&value);
    if let Some((key, _)) = parts.iter().find(|(key, _)| !matches!(*key, "on" | "off" | "tz")) {
        return Err(format!("`{written}`: Custodian knows on, off and tz, not `{key}`, and never acts on it"));
    }
    if parts.is_empty() && !matches!(value.as_str(), "" | "on") {
        notes.push(format!("`{written}` says nothing to Custodian, which takes the policy's own hours"));
    }
    let has = |key: &str| parts.iter().any(|(other, _)| *other == key);
    let zone = parts.iter().rev().find(|(key, _)| *key == "tz").map(|(_, zone)| (*zone).to_owned()).filter(|zone| !zone.is_empty());
    let mut hours = Hours { zone: zone.unwrap_or_else(|| defaults.zone.clone()), ..defaults.clone() };
    if has("on") || has("off") {
        let schedule = schedule(&value).ok_or_else(|| refused(written))?;
        hours.on = schedule.on.unwrap_or(hours.on);
        hours.off = schedule.off.unwrap_or(hours.off);
        for (key, other) in [("on", "off"), ("off", "on")] {
            if has(key) && !has(other) {
                notes.push(format!("`{written}` gives no `{other}`, so the policy's own hours count for it"));
            }
        }
    }
    Ok(Managed::Hours(hours))
}

fn refused(written: &str) -> String {
    format!(
        "`{written}` is no schedule to Custodian, which then never acts on it; \
         it reads like `off=[(M-F,21),(U,18)];on=(M-F,6);tz=pt`, without blanks"
    )
}

fn unescaped(value: &str) -> String {
    ESCAPES.iter().fold(value.to_owned(), |value, (escape, character)| value.replace(escape, character))
}

/// `key=value` between blanks and semicolons; what is not of this form is passed over.
fn parts(value: &str) -> Vec<(&str, &str)> {
    value.split([' ', ';']).filter_map(pair).collect()
}

/// One key and one value.
fn pair(part: &str) -> Option<(&str, &str)> {
    part.split_once('=').filter(|(_, value)| !value.contains('='))
}

/// What a tag gives itself.
#[derive(Default)]
struct Schedule {
    on: Option<Vec<Event>>,
    off: Option<Vec<Event>>,
}

/// All of it or nothing: one part that is not understood refuses the others. A key that is repeated keeps its last value.
fn schedule(value: &str) -> Option<Schedule> {
    let mut out = Schedule::default();
    for part in value.split(';') {
        match pair(part)? {
            ("on", hours) => out.on = Some(events(hours)?),
            ("off", hours) => out.off = Some(events(hours)?),
            ("tz", _) => {}
            _ => return None,
        }
    }
    Some(out)
}

/// `[(m-f,21),(u,18)]`, and with brackets left out wherever.
fn events(text: &str) -> Option<Vec<Event>> {
    let text = text.replace(['[', ']'], "");
    text.split(",(").map(event).collect()
}

fn event(text: &str) -> Option<Event> {
    let text = text.replace(['(', ')'], "");
    let (days, hour) = text.split_once(',').filter(|(_, hour)| !hour.contains(','))?;
    let plain = !hour.is_empty() && hour.bytes().all(|byte| byte.is_ascii_digit());
    let hour = plain.then(|| hour.parse::<u8>().ok())?.filter(|hour| *hour < 24)?;
    Some((weekdays(days)?, hour))
}

/// `m`, `m-f`, `f-m`: days are m t w h f s u.
fn weekdays(text: &str) -> Option<u8> {
    let day = |text: &str| ["m", "t", "w", "h", "f", "s", "u"].iter().position(|day| *day == text);
    if let Some(day) = day(text) {
        return Some(1 << day);
    }
    // Parts that are no day are passed over, so `m-x-f` is `m-f`.
    let ends: Vec<usize> = text.split('-').filter_map(day).collect();
    let [first, last] = ends.as_slice() else { return None };
    let length = (7 + last - first) % 7;
    Some((0..=length).fold(0, |mask, step| mask | 1 << ((first + step) % 7)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Hours {
        Hours { on: vec![(0x1f, 7)], off: vec![(0x1f, 19)], zone: "et".to_owned() }
    }

    fn hours(written: &str) -> Option<Hours> {
        match read(written, &policy(), &mut Vec::new()) {
            Ok(Managed::Hours(hours)) => Some(hours),
            _ => None,
        }
    }

    #[test]
    fn documented_tags() {
        let both = hours("off=[(M-F,21),(U,18)];on=[(M-F,6),(U,10)];tz=pt").expect("hours");
        assert_eq!((both.off, both.on, both.zone.as_str()), (vec![(0x1f, 21), (0x40, 18)], vec![(0x1f, 6), (0x40, 10)], "pt"));
        assert_eq!(hours("off=(M-F,19);on=(M-F,7)"), Some(policy()));
        for default in ["", "on", "ON", "'on'", "\"on\"", "anything"] {
            assert_eq!(hours(default), Some(policy()), "{default}");
        }
        assert_eq!(read("off", &policy(), &mut Vec::new()), Ok(Managed::Nothing("its tag says `off`")));
        assert_eq!(hours("tz=pt"), Some(Hours { zone: "pt".to_owned(), ..policy() }));
        assert_eq!(hours("off=(m-f,1);"), Some(Hours { off: vec![(0x1f, 1)], ..policy() }), "on stays at the policy's hour");
    }

    #[test]
    fn what_was_run_against_custodian() {
        assert_eq!(hours("off=m-f,19"), Some(policy()));
        assert_eq!(hours("off=(m, 7)"), None);
        assert_eq!(hours("off=(m,7);off=(t,8)").map(|hours| hours.off), Some(vec![(2, 8)]), "the last one counts");
        assert_eq!(hours("off=u5bu28mu2dfu2c21u29u5d"), Some(Hours { off: vec![(0x1f, 21)], ..policy() }));
        assert_eq!(hours("off=(f-m,5)").map(|hours| hours.off), Some(vec![(0b111_0001, 5)]));
        for refused in ["off=(m-f,24)", "off=(m-f)", "off=m", "off=(x,7)", "off=(m-f,7) tz=pt", "off=(m,7);x=1", "off=(m,7);pt", "off="] {
            assert_eq!(hours(refused), None, "{refused}");
        }
    }

    #[test]
    fn zones_are_places() {
        let found = ["et", "IST", "it", "ast", "utc", "America/Los_Angeles"].map(place);
        assert_eq!(found, ["America/New_York", "Europe/Dublin", "Asia/Kolkata", "America/Phoenix", "Etc/UTC", "America/Los_Angeles"]);
    }
}
