//! Values that are written as one scalar.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::suggest::did_you_mean;
use crate::name::{FleetName, Name};
use crate::schedule::Window;
use crate::schedule::lint::{BAD_WINDOW, UNKNOWN_ZONE};
use crate::yaml::{Plain, Scalar, bool_of, float_of, int_of};

/// Why a scalar was refused.
#[derive(Debug, Default)]
pub(crate) struct Flaw {
    /// Instead of ``KEY wants WANTED, not `TEXT` ``.
    pub(crate) message: Option<String>,
    /// Words under it.
    pub(crate) label: Option<String>,
    /// What next.
    pub(crate) help: Option<String>,
    /// The part of the text that is wrong.
    pub(crate) range: Option<Range<usize>>,
    /// The text must not be shown.
    pub(crate) secret: bool,
    /// For programs.
    pub(crate) code: Option<&'static str>,
}

impl Flaw {
    /// With words under the value.
    pub(crate) fn label(label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..Self::default() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// A value that is written as one scalar.
pub(crate) trait Leaf: Sized {
    /// What is wanted, with an example.
    const WANTED: &'static str;
    /// Reads it.
    fn read(scalar: &Scalar) -> Result<Self, Flaw>;
    /// How an editor checks it.
    fn schema() -> Json;
}

/// The text of a scalar that has to be text: a number or truth value without quotes is something else to YAML.
pub(crate) fn text_of(scalar: &Scalar) -> Result<&str, Flaw> {
    match scalar.plain() {
        Plain::Text => Ok(&scalar.text),
        other => Err(Flaw::label(format!("without quotes this is {}; write `'{}'`", other.kind(), scalar.text))),
    }
}

/// A newtype over text, checked by a function.
macro_rules! text {
    ($($(#[doc = $doc:literal])+ $name:ident, $wanted:literal, $pattern:expr, $check:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(pub(crate) String);

        impl $crate::fleet::leaf::Leaf for $name {
            const WANTED: &'static str = $wanted;

            fn read(scalar: &$crate::yaml::Scalar) -> Result<Self, $crate::fleet::leaf::Flaw> {
                let check: fn(&str) -> Result<String, $crate::fleet::leaf::Flaw> = $check;
                check($crate::fleet::leaf::text_of(scalar)?).map(Self)
            }

            fn schema() -> serde_json::Value {
                let pattern: Option<&str> = $pattern;
                match pattern {
                    Some(pattern) => serde_json::json!({"type": "string", "pattern": pattern}),
                    None => serde_json::json!({"type": "string"}),
                }
            }
        }
    )+};
}
pub(crate) use text;

/// An enum of words.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident, $wanted:literal { $($variant:ident = $word:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $(#[doc = $word] $variant,)+
        }

        impl $crate::fleet::leaf::Leaf for $name {
            const WANTED: &'static str = $wanted;

            fn read(scalar: &$crate::yaml::Scalar) -> Result<Self, $crate::fleet::leaf::Flaw> {
                match scalar.text.as_str() {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::fleet::leaf::Flaw {
                        label: $crate::fleet::suggest::did_you_mean(other, [$($word),+]),
                        ..Default::default()
                    }),
                }
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({"enum": [$($word),+]})
            }
        }
    )+};
}
pub(crate) use words;

impl Leaf for bool {
    const WANTED: &'static str = "`true` or `false`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        bool_of(scalar).map_err(Flaw::label)
    }

    fn schema() -> Json {
        json!({"type": "boolean"})
    }
}

impl Leaf for Name {
    const WANTED: &'static str = "a name";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        Self::new(text_of(scalar)?).map_err(|why| Flaw::label(why.to_string()))
    }

    fn schema() -> Json {
        json!({"type": "string", "maxLength": crate::name::NAME_MAX_CHARS})
    }
}

impl Leaf for FleetName {
    const WANTED: &'static str = "a name of ASCII letters, digits and `-`, such as `lms-2026`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        Self::new(text_of(scalar)?).map_err(|why| Flaw::label(why.to_string()))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^[A-Za-z0-9-]{1,24}$"})
    }
}

impl Leaf for Window {
    const WANTED: &'static str = "a window such as `mon-fri 09:00-19:00`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        Self::parse(text_of(scalar)?).map_err(|why| Flaw {
            message: Some(format!("this is no window: {}", why.message)),
            help: why.help,
            range: Some(why.range),
            code: Some(if why.unknown_zone { UNKNOWN_ZONE } else { BAD_WINDOW }),
            ..Flaw::default()
        })
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

impl Leaf for Date {
    const WANTED: &'static str = "a date such as `2026-12-20`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        date(text_of(scalar)?)
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"})
    }
}

/// Reads `2026-12-20`, and only that.
pub(crate) fn date(text: &str) -> Result<Date, Flaw> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !shape {
        return Err(Flaw::default());
    }
    text.parse().map_err(|_| Flaw::label("there is no such day"))
}

/// A day, or the first and last of several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days(pub(crate) Date, pub(crate) Date);

/// Most days in one range: ten years. A slip of the pen in a year would otherwise make a set of millions.
pub(crate) const MAX_RANGE_DAYS: i32 = 3660;

impl Leaf for Days {
    const WANTED: &'static str = "a date `2026-12-20` or a range `2026-12-07..2026-12-11`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (date(first.trim())?, date(last.trim())?);
        if last < first {
            return Err(Flaw::label("this ends before it begins"));
        }
        if (last - first).get_days() > MAX_RANGE_DAYS {
            return Err(Flaw::label("this is longer than ten years"));
        }
        Ok(Self(first, last))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?$"})
    }
}

impl Leaf for Timestamp {
    const WANTED: &'static str = "an instant with its offset such as `2026-10-02T20:00+09:00`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        text.parse().map_err(|_| match text.parse::<jiff::civil::DateTime>() {
            Ok(_) => Flaw::label("which zone? add an offset such as `+09:00`, or `Z` for UTC"),
            Err(_) => Flaw::default(),
        })
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$"})
    }
}

/// A length of time: `5m`, `14d`, `1h30m`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Duration(pub(crate) SignedDuration);

impl Duration {
    /// Whole days, when it is that.
    pub(crate) fn days(self) -> Option<u32> {
        let seconds = self.0.as_secs();
        (seconds % 86_400 == 0).then(|| u32::try_from(seconds / 86_400).ok()).flatten()
    }
}

impl Leaf for Duration {
    const WANTED: &'static str = "a length of time such as `5m`, `12h` or `14d`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        if matches!(scalar.plain(), Plain::Int(_)) {
            return Err(Flaw::label("of what? write `s`, `m`, `h`, `d` or `w` behind it"));
        }
        let text = text_of(scalar)?;
        seconds(text)
            .map(|seconds| Self(SignedDuration::from_secs(seconds)))
            .ok_or_else(|| Flaw::label("units are s, m, h, d and w, in whole numbers"))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^(\d+[smhdw])+$"})
    }
}

/// Longest duration that means anything here: ten years in seconds.
const MAX_SECONDS: i64 = 3660 * 86_400;

fn seconds(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..unit_at].parse().ok()?;
        let each = match rest[unit_at..].chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = count.checked_mul(each)?.checked_add(total).filter(|total| *total <= MAX_SECONDS)?;
        rest = &rest[unit_at + 1..];
    }
    (!text.is_empty()).then_some(total)
}

/// A size of storage, in GiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size(pub(crate) u32);

/// Largest volume EBS makes (io2 Block Express; RDS ends there too): 64 TiB.
const MAX_GIB: u32 = 65_536;

impl Leaf for Size {
    const WANTED: &'static str = "a size such as `30GiB`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        if matches!(scalar.plain(), Plain::Int(_)) {
            return Err(Flaw::label(format!("of what? write `{}GiB`", scalar.text)));
        }
        let text = text_of(scalar)?;
        let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number = text[..unit_at].parse::<u32>().map_err(|_| Flaw::default())?;
        let gib = match text[unit_at..].trim_start() {
            "GiB" => Some(number),
            "TiB" => number.checked_mul(1024),
            "GB" | "G" | "Gi" | "gib" | "gb" | "g" => return Err(Flaw::label(format!("AWS counts in GiB: write `{number}GiB`"))),
            _ => return Err(Flaw::label("units are GiB and TiB")),
        };
        match gib {
            Some(0) => Err(Flaw::label("nothing fits into that")),
            Some(gib) if gib <= MAX_GIB => Ok(Self(gib)),
            _ => Err(Flaw::label("AWS has no volume over 64 TiB")),
        }
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d+ ?(GiB|TiB)$"})
    }
}

/// A network in canonical form: no host bits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cidr(pub(crate) String);

impl Leaf for Cidr {
    const WANTED: &'static str = "a network such as `203.0.113.0/24`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        let Some((address, bits)) = text.split_once('/') else {
            let example = text.parse::<IpAddr>().map(|ip| format!("for one address write `{ip}/{}`", if ip.is_ipv4() { 32 } else { 128 }));
            return Err(example.map_or_else(|_| Flaw::default(), Flaw::label));
        };
        let address: IpAddr = address.parse().map_err(|_| Flaw { range: Some(0..address.len()), ..Flaw::label("this is no address") })?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let valid = bits
            .parse::<u32>()
            .ok()
            .filter(|n| *n <= width && !(bits.len() > 1 && bits.starts_with('0')) && bits.bytes().all(|c| c.is_ascii_digit()));
        let Some(bits) = valid else {
            return Err(Flaw { range: Some(text.len() - bits.len()..text.len()), ..Flaw::label(format!("a number from 0 to {width}")) });
        };
        Ok(Self(format!("{}/{bits}", masked(address, bits))))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^[0-9a-fA-F.:]+/\d{1,3}$"})
    }
}

fn masked(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4((u32::from(v4) & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).into()),
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into()),
    }
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Int<const MIN: i64, const MAX: i64>(pub(crate) i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// As an unsigned number; its bounds are checked, and never negative where this is asked.
    pub(crate) fn unsigned(self) -> u32 {
        u32::try_from(self.0).unwrap_or_default()
    }
}

impl<const MIN: i64, const MAX: i64> Leaf for Int<MIN, MAX> {
    const WANTED: &'static str = "a whole number";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let value = int_of(scalar).map_err(Flaw::label)?;
        if (MIN..=MAX).contains(&value) { Ok(Self(value)) } else { Err(Flaw::label(format!("from {MIN} to {MAX}"))) }
    }

    fn schema() -> Json {
        json!({"type": "integer", "minimum": MIN, "maximum": MAX})
    }
}

/// A percentage over 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Percent(pub(crate) f64);

impl Leaf for Percent {
    const WANTED: &'static str = "a percentage such as `5`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = scalar.text.strip_suffix('%');
        if text.is_some_and(|number| number.trim().parse::<f64>().is_ok()) {
            return Err(Flaw::label("leave the `%` out"));
        }
        let value = float_of(scalar).map_err(Flaw::label)?;
        if value > 0.0 && value <= 100.0 { Ok(Self(value)) } else { Err(Flaw::label("over 0, at most 100")) }
    }

    fn schema() -> Json {
        json!({"type": "number", "exclusiveMinimum": 0, "maximum": 100})
    }
}

/// An amount of money, not negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount(pub(crate) f64);

impl Leaf for Amount {
    const WANTED: &'static str = "an amount such as `0.026`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let value = float_of(scalar).map_err(Flaw::label)?;
        if value >= 0.0 { Ok(Self(value)) } else { Err(Flaw::label("not negative")) }
    }

    fn schema() -> Json {
        json!({"type": "number", "minimum": 0})
    }
}

/// Text as it is written, numbers included: tag values, parameter values, versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AsWritten(pub(crate) String);

impl Leaf for AsWritten {
    const WANTED: &'static str = "text";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        Ok(Self(scalar.text.clone()))
    }

    fn schema() -> Json {
        json!({"type": ["string", "number", "boolean"]})
    }
}

/// A time zone of the bundled database, spelt as there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(pub(crate) String);

impl Leaf for Zone {
    const WANTED: &'static str = "a time zone such as `Asia/Seoul`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        zone(text_of(scalar)?).map(Self)
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

/// The bundled time zones: never the machine's, so that one file means the same everywhere.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone by a name that was checked.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// The canonical spelling of a zone's name.
fn zone(text: &str) -> Result<String, Flaw> {
    let database = &*ZONES;
    if let Some(name) = database.get(text).ok().and_then(|zone| zone.iana_name().map(str::to_owned)) {
        return Ok(name);
    }
    let names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
    let by_city = names.iter().find(|name| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text)));
    let label = by_city
        .map(|name| format!("did you mean `{name}`?"))
        .or_else(|| did_you_mean(text, names.iter().map(String::as_str).filter(|name| name.contains('/'))));
    let flaw = Flaw { label, code: Some(UNKNOWN_ZONE), ..Flaw::default() }.message(format!("unknown time zone `{text}`"));
    Err(flaw.help("zones are IANA names: Area/City, or UTC"))
}

text! {
    /// A path under the folder of the file.
    RelPath, "a path under this folder such as `keys/alice.pub`", None, |text| {
        let climbs = text.split(['/', '\\']).any(|part| part == "..");
        let absolute = text.starts_with(['/', '\\', '~']) || text.get(1..2) == Some(":");
        if text.is_empty() || text.contains('\0') {
            Err(Flaw::default())
        } else if climbs || absolute {
            Err(Flaw::label("this leaves the folder of the file").help("a pull request edits this file, so it names nothing outside of its own folder"))
        } else {
            Ok(text.to_owned())
        }
    };
    /// Any text that is not empty.
    Text, "text", None, |text| if text.trim().is_empty() { Err(Flaw::label("nothing is written")) } else { Ok(text.to_owned()) };
    /// The name of an environment variable.
    EnvName, "the name of an environment variable such as `SLACK_WEBHOOK`", Some("^[A-Za-z_][A-Za-z0-9_]*$"), |text| {
        let fits = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if fits { Ok(text.to_owned()) } else { Err(Flaw { secret: true, ..Flaw::default() }.message("`env` wants the name of an environment variable such as `SLACK_WEBHOOK`, not its value")) }
    };
    /// A bucket and a key in it.
    S3Place, "a bucket and a key such as `audit-bucket/muster`", Some("^[a-z0-9.-]{3,63}/.+$"), |text| {
        let fits = text.split_once('/').is_some_and(|(bucket, key)| (3..=63).contains(&bucket.len()) && !key.is_empty() && bucket.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-".contains(&c)));
        if fits { Ok(text.to_owned()) } else if text.starts_with("s3://") { Err(Flaw::label("leave the `s3://` out")) } else { Err(Flaw::default()) }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), quoted: false }
    }

    fn cidr(text: &str) -> Option<String> {
        Cidr::read(&plain(text)).ok().map(|cidr| cidr.0)
    }

    #[test]
    fn networks_are_canonical() {
        for (written, canonical) in [
            ("10.0.0.9/24", Some("10.0.0.0/24")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("203.0.113.7/32", Some("203.0.113.7/32")),
            ("2001:db8::1/64", Some("2001:db8::/64")),
            ("10.0.0.0/33", None),
            ("10.0.0.0/08", None),
            ("10.0.0/8", None),
            ("10.0.0.0", None),
            ("10.0.0.0/+8", None),
        ] {
            assert_eq!(cidr(written).as_deref(), canonical, "{written}");
        }
    }

    #[test]
    fn sizes_and_durations() {
        let size = |text| Size::read(&plain(text)).ok().map(|size| size.0);
        assert_eq!((size("30GiB"), size("2 TiB"), size("64TiB"), size("65TiB")), (Some(30), Some(2048), Some(65_536), None));
        assert_eq!((size("30"), size("30GB"), size("GiB"), size("0GiB"), size("-1GiB")), (None, None, None, None, None));
        let duration = |text| Duration::read(&plain(text)).ok().map(|duration| duration.0.as_secs());
        assert_eq!((duration("5m"), duration("1h30m"), duration("14d"), duration("0s")), (Some(300), Some(5400), Some(1_209_600), Some(0)));
        assert_eq!(
            (duration("5"), duration("5x"), duration("m"), duration("99999999999w"), duration("1.5h")),
            (None, None, None, None, None)
        );
    }

    #[test]
    fn instants_need_an_offset() {
        assert!(Timestamp::read(&plain("2026-10-02T20:00+09:00")).is_ok());
        assert!(Timestamp::read(&plain("2026-10-02T11:00Z")).is_ok());
        let flaw = Timestamp::read(&plain("2026-10-02T20:00")).expect_err("no zone");
        assert!(flaw.label.is_some_and(|label| label.contains("offset")));
    }

    #[test]
    fn zones_are_found_without_case_and_suggested() {
        assert_eq!(zone("asia/seoul").ok().as_deref(), Some("Asia/Seoul"));
        assert_eq!(zone("UTC").ok().as_deref(), Some("UTC"));
        for (written, wanted) in [("Asia/Soul", "Asia/Seoul"), ("seoul", "Asia/Seoul"), ("Europe/Lodnon", "Europe/London")] {
            assert_eq!(zone(written).expect_err(written).label, Some(format!("did you mean `{wanted}`?")));
        }
    }

    #[test]
    fn paths_stay_in_the_folder() {
        for bad in ["/etc/passwd", "../x", "a/../../x", "~/x", "C:\\x", "", "a\\..\\b"] {
            assert!(RelPath::read(&Scalar { text: bad.to_owned(), quoted: true }).is_err(), "{bad}");
        }
        assert!(RelPath::read(&plain("calendars/kr.ics")).is_ok());
    }
}
