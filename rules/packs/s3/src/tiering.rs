//! Storage that could move to a cheaper class.

use muster_rule::prelude::*;
use muster_rule::s3::{Bucket, LifecycleRule};

use crate::lifecycle::{COMMAND, whole};

/// List prices of storage.
const PRICES: Dated = Dated::new("s3-prices", include_str!("../../../data/s3-prices.json"));
const GIB: f64 = 1_073_741_824.0;

pub const TIERING: Rule = Rule {
    id: "intelligent-tiering",
    title: "Much storage stays in class Standard whether it is read or not",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["lifecycle", "intelligent-tiering", "size"] }],
    params: &[
        Param::integer("min-gib", 1024, "Buckets with less than this many GiB in class Standard are not judged").min(1),
        Param::integer("short-lived", 30, "Objects that are deleted within this many days may stay in class Standard").min(1),
    ],
    risk: "Objects that nobody reads for a month cost twice what they would in the tier for infrequent access.",
    remediation: Remediation {
        text: "Add a lifecycle rule for the whole bucket that moves objects to INTELLIGENT_TIERING, or upload them with that class. \
            The put replaces every rule: add to the Rules that the get printed.",
        command: COMMAND,
    },
    help: "How much it saves depends on how often objects are read, which no call tells; the evidence says what they cost in Standard. \
        Lifecycle rules for some prefixes, tags or sizes only do not count.",
    check: Check::each(|ask, doc| {
        let Some(gib) = standard(doc).filter(|gib| *gib >= ask.params.integer("min-gib") as f64) else { return skip() };
        let archive = Bucket(doc.body).intelligent_tiering_configuration_list().any(|config| config.status().as_deref() == Some("Enabled"));
        let goes = |rule: LifecycleRule<'_>| moves(rule) || expires(rule) <= ask.params.integer("short-lived");
        if archive || whole(doc).any(goes) {
            return pass();
        }
        let price = ask.data(&PRICES).object("standard").and_then(|standard| standard.number("usd-per-gib-month"));
        fail(format!("{gib:.0} GiB in class Standard, and nothing moves them"))
            .with("StandardGiB", gib.round())
            .with("UsdPerMonth", price.map(|price| (price * gib).round()))
    }),
    ..Rule::EMPTY
};

/// GiB in class Standard on the newest day that is known; nothing for a bucket that holds none there.
fn standard(doc: Doc<'_>) -> Option<f64> {
    let days = Bucket(doc.body).standard_storage_bytes()?;
    Some(days.days().last()?.average()? / GIB)
}

/// True when a rule moves objects to another class.
fn moves(rule: LifecycleRule<'_>) -> bool {
    rule.transitions().any(|transition| transition.storage_class().is_some())
}

/// Days after which a rule deletes every object.
fn expires(rule: LifecycleRule<'_>) -> i64 {
    let days = rule.expiration().and_then(|expiration| expiration.days());
    days.unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    /// So many TiB, with lifecycle rules and archive tiers.
    fn body(tib: f64, rules: &str, tiers: &str) -> String {
        let bytes = tib * 1024.0 * GIB;
        format!(
            r#"{{"StandardStorageBytes": {{"Days": [{{"Day": "2026-11-18", "Average": 1.0}}, {{"Day": "2026-11-19", "Average": {bytes}}}]}}, "LifecycleConfiguration": {{"Rules": [{rules}]}}, "IntelligentTieringConfigurationList": [{tiers}]}}"#
        )
    }

    fn moving(whole: bool) -> String {
        format!(r#"{{"Status": "Enabled", "WholeBucket": {whole}, "Transitions": [{{"Days": 0, "StorageClass": "INTELLIGENT_TIERING"}}]}}"#)
    }

    #[test]
    fn much_storage_that_nothing_moves() {
        let found = Case::of(&TIERING)
            .given("edge", &body(1.0, "", ""))
            .given("small", &body(0.999, "", ""))
            .given("moved", &body(2.0, &moving(true), ""))
            .given("part", &body(2.0, &moving(false), ""))
            .given("short-part", &body(2.0, r#"{"Status": "Enabled", "WholeBucket": false, "Expiration": {"Days": 1}}"#, ""))
            .given(
                "off",
                &body(2.0, r#"{"Status": "Disabled", "WholeBucket": true, "Transitions": [{"Days": 0, "StorageClass": "GLACIER"}]}"#, ""),
            )
            .given("short", &body(2.0, r#"{"Status": "Enabled", "WholeBucket": true, "Expiration": {"Days": 30}}"#, ""))
            .given("long", &body(2.0, r#"{"Status": "Enabled", "WholeBucket": true, "Expiration": {"Days": 31}}"#, ""))
            .given("tiers", &body(2.0, "", r#"{"Id": "a", "Status": "Enabled"}"#))
            .given(
                "empty",
                r#"{"StandardStorageBytes": {"Days": []}, "LifecycleConfiguration": null, "IntelligentTieringConfigurationList": []}"#,
            )
            .run();
        assert_eq!(found.of("edge"), r#"fail: 1024 GiB in class Standard, and nothing moves them {"StandardGiB":1024,"UsdPerMonth":24}"#);
        assert_eq!((found.of("small"), found.of("empty")), ("skip", "skip"));
        assert_eq!((found.of("moved"), found.of("short"), found.of("tiers")), ("pass", "pass", "pass"));
        assert!(found.of("part").starts_with("fail: 2048 GiB") && found.of("short-part").starts_with("fail: 2048 GiB"));
        assert!(found.of("off").starts_with("fail: 2048 GiB") && found.of("long").starts_with("fail"));
    }
}
