//! How far ahead is compiled, and the options of `delivery`.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::fleet::Delivery;
use crate::schedule::Zone;

/// How far ahead edges are compiled when fleet.yaml does not say.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 90);

/// How targets are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolve {
    /// At apply: each entry carries an id.
    Ids,
    /// When the edge fires: Systems Manager looks for the tag.
    Tags,
}

/// The options of `delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How targets are found; ids unless said otherwise.
    pub resolve: Resolve,
    /// How far ahead edges are compiled; [`HORIZON`] unless said otherwise.
    pub horizon: SignedDuration,
    /// Whether edges that could not be delivered are kept in a queue; yes unless said otherwise.
    pub dead_letter: bool,
}

impl Options {
    /// What a schedule's `delivery` says. The loader has checked it; what cannot be read counts as not written.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        let option = |key: &str| delivery.options.get(key);
        let resolve = match option("resolve").and_then(|word| word.as_str()) {
            Some("tags") => Resolve::Tags,
            _ => Resolve::Ids,
        };
        let horizon = option("horizon").and_then(|text| duration(text.as_str()?)).unwrap_or(HORIZON);
        Self { resolve, horizon, dead_letter: option("dead-letter").and_then(serde_json::Value::as_bool).unwrap_or(true) }
    }
}

/// ARN of the policy that bounds what the schedule's role may be allowed, when its `delivery` names one.
#[must_use]
pub fn boundary(delivery: &Delivery) -> Option<&str> {
    delivery.options.get("boundary").and_then(serde_json::Value::as_str)
}

/// `90d`; a day is 24 hours.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: jiff::Span = text.parse().ok()?;
    span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok().filter(SignedDuration::is_positive)
}

/// Where the compiled window ends: with the local month in which `now` plus the horizon lies.
///
/// A window that moved with the clock would give every apply of every day a few new edges to make, and every plan a
/// digest of its own.
#[must_use]
pub fn until(now: Timestamp, horizon: SignedDuration, zone: &Zone) -> Timestamp {
    let end = now.saturating_add(horizon).unwrap_or(Timestamp::MAX);
    let date = zone.tz().to_datetime(end).date();
    let next = |date: Date| date.last_of_month().tomorrow().ok()?.to_zoned(zone.tz().clone()).ok();
    next(date).map_or(end, |month| month.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fleet::DeliveryBy;

    #[test]
    fn options_have_defaults() {
        let of = |options| Options::of(&Delivery { by: DeliveryBy::Both, options });
        let default = Options { resolve: Resolve::Ids, horizon: HORIZON, dead_letter: true };
        assert_eq!(of(serde_json::Value::Null), default);
        let all = of(json!({"resolve": "tags", "horizon": "30d", "dead-letter": false}));
        assert_eq!(all, Options { resolve: Resolve::Tags, horizon: SignedDuration::from_hours(720), dead_letter: false });
    }

    #[test]
    fn a_boundary_is_named_or_not() {
        let of = |options| Delivery { by: DeliveryBy::Both, options };
        let arn = "arn:aws:iam::123456789012:policy/edges";
        assert_eq!(boundary(&of(json!({"boundary": arn}))), Some(arn));
        assert_eq!(boundary(&of(serde_json::Value::Null)), None);
    }

    #[test]
    fn the_window_ends_with_a_local_month() {
        let seoul = Zone::find("Asia/Seoul").expect("zone");
        let end = |now: &str| until(now.parse().expect("instant"), HORIZON, &seoul).to_string();
        assert_eq!(end("2026-11-21T00:00:00Z"), "2027-02-28T15:00:00Z");
        assert_eq!(end("2026-11-30T14:59:59Z"), "2027-02-28T15:00:00Z");
        assert_eq!(end("2026-11-30T15:00:00Z"), "2027-03-31T15:00:00Z");
    }
}
