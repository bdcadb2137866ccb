//! From plans, outcomes and views to text. Nothing here reads anything.

#[cfg(feature = "rules")]
pub(crate) mod advice;
#[cfg(feature = "rules")]
mod advice_gaps;
#[cfg(feature = "rules")]
pub(crate) mod advice_json;
#[cfg(all(test, feature = "rules"))]
mod advice_sample;
#[cfg(feature = "rules")]
pub(crate) mod advice_text;
pub(crate) mod diagnostics;
mod edges;
mod groups;
pub(crate) mod outcome;
pub(crate) mod plan_json;
pub(crate) mod plan_markdown;
pub(crate) mod plan_text;
pub(crate) mod progress;
pub(crate) mod schedule;
pub(crate) mod status;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod words;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use muster_core::plan::words as core_words;

/// A local time with its zone: `2026-11-21 18:02 KST`.
pub(crate) fn local_time(at: Timestamp, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// An instant that something waits for: `Sat 2026-11-21 18:02 KST (09:02 UTC)`.
pub(crate) fn instant(at: Timestamp, zone: Option<&str>) -> String {
    core_words::instant(at, zone.unwrap_or("UTC"))
}

/// `1234…9012`: enough of an account id to know it by.
pub(crate) fn short_account(id: &str) -> String {
    match (id.get(..4), id.get(8..)) {
        (Some(head), Some(tail)) if id.len() == 12 => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

/// `sha256:9f2c…a71e`.
pub(crate) fn short_digest(digest: &str) -> String {
    let Some((algorithm, hex)) = digest.split_once(':') else { return digest.to_owned() };
    match (hex.get(..4), hex.get(hex.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if hex.len() > 12 => format!("{algorithm}:{head}…{tail}"),
        _ => digest.to_owned(),
    }
}

/// `1 step`, `3 steps`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        assert_eq!(short_account("123456789012"), "1234…9012");
        assert_eq!(short_account("main"), "main");
        assert_eq!(short_digest(&format!("sha256:{}", "ab".repeat(32))), "sha256:abab…abab");
        assert_eq!((count(1, "step"), count(2, "step")), ("1 step".to_owned(), "2 steps".to_owned()));
        let at: Timestamp = "2026-11-21T09:02:00Z".parse().expect("instant");
        assert_eq!(local_time(at, Some("Asia/Seoul")), "2026-11-21 18:02 KST");
        assert_eq!(local_time(at, None), "2026-11-21 09:02 UTC");
    }
}
