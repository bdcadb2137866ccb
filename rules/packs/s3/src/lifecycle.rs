//! What becomes of objects as they age.

use muster_rule::prelude::*;
use muster_rule::s3::{Bucket, LifecycleRule, NoncurrentExpiration};

use crate::versions::status;

/// All rules are put at once, so those that stand there come first; without an edit, or when the get fails, nothing is put. The get prints
/// a member that the put refuses, so it is cut to the rules.
pub(crate) const COMMAND: &str = "aws s3api get-bucket-lifecycle-configuration --bucket {resource} --region {region} \
    --query '{Rules: Rules}' > lifecycle.json && ${EDITOR:-vi} lifecycle.json && \
    aws s3api put-bucket-lifecycle-configuration --bucket {resource} --region {region} --lifecycle-configuration file://lifecycle.json";

pub const ANY: Rule = Rule {
    id: "lifecycle",
    title: "Nothing is ever done about objects as they age",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["lifecycle"] }],
    risk: "Storage only grows, and what nobody reads costs as much as what everybody does.",
    remediation: Remediation {
        text: "Add a rule that moves or deletes objects after as many days as they are needed. \
            The put replaces every rule: add to the Rules that the get printed; of a bucket without any the get fails, and lifecycle.json is \
            yours to write before the put.",
        command: COMMAND,
    },
    controls: &["FSBP S3.13"],
    check: Check::each(|_, doc| {
        let all = Bucket(doc.body).lifecycle_configuration().into_iter().flat_map(|lifecycle| lifecycle.rules()).count();
        match (enabled(doc).count(), all) {
            (0, 0) => fail("no lifecycle rule"),
            (0, 1) => fail("the one lifecycle rule is disabled"),
            (0, all) => fail(format!("all {all} lifecycle rules are disabled")),
            _ => pass(),
        }
    }),
    ..Rule::EMPTY
};

pub const NONCURRENT: Rule = Rule {
    id: "noncurrent-expiry",
    title: "Old versions of objects are kept for ever",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["lifecycle", "versioning"] }],
    params: &[
        Param::integer("max-days", 365, "Old versions must be deleted after this many days at most").min(1),
        Param::integer("newer-versions", 0, "So many old versions of an object may be kept for ever").min(0),
    ],
    risk: "Each overwritten or deleted object is still paid for, and nobody sees it in a list.",
    remediation: Remediation {
        text: "Add NoncurrentVersionExpiration to a rule for the whole bucket, without NewerNoncurrentVersions. \
            The put replaces every rule: change the Rules that the get printed.",
        command: COMMAND,
    },
    controls: &["FSBP S3.10"],
    help: "Judged of buckets that keep versions or did. Rules for some prefixes or tags only do not count.",
    check: Check::each(|ask, doc| {
        let Some(status) = status(doc) else { return skip() };
        let (max, most) = (ask.params.integer("max-days"), ask.params.integer("newer-versions"));
        let ends = || whole(doc).filter_map(|rule| rule.noncurrent_version_expiration());
        let days = ends().filter(|end| kept(*end) <= most).filter_map(|end| end.noncurrent_days()).min();
        match (days, ends().map(kept).min()) {
            (Some(days), _) if days <= max => pass(),
            (Some(days), _) => {
                fail(format!("old versions are deleted after {days} days, at most {max} wanted")).with("NoncurrentDays", days)
            }
            (None, Some(kept)) if kept > most => {
                fail(format!("of each object {kept} old versions are kept for ever, at most {most} wanted"))
                    .with("NewerNoncurrentVersions", kept)
            }
            _ => fail("no rule for the whole bucket deletes old versions").with("Status", status),
        }
    }),
};

pub const MULTIPART: Rule = Rule {
    id: "multipart-abort",
    title: "Uploads that were begun and not ended are kept for ever",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["lifecycle"] }],
    params: &[Param::integer("max-days", 7, "Uploads must be given up after this many days at most").min(1)],
    risk: "Parts of uploads that broke off are charged as storage and stand in no list of objects.",
    remediation: Remediation {
        text: "Add AbortIncompleteMultipartUpload to a rule for the whole bucket. \
            The put replaces every rule: change the Rules that the get printed.",
        command: COMMAND,
    },
    check: Check::each(|ask, doc| {
        let max = ask.params.integer("max-days");
        let days = whole(doc).filter_map(|rule| rule.abort_incomplete_multipart_upload()?.days_after_initiation()).min();
        match days {
            Some(days) if days <= max => pass(),
            Some(days) => fail(format!("uploads are given up after {days} days, at most {max} wanted")).with("DaysAfterInitiation", days),
            None => fail("no rule for the whole bucket gives up uploads"),
        }
    }),
    ..Rule::EMPTY
};

/// Rules that are on.
fn enabled(doc: Doc<'_>) -> impl Iterator<Item = LifecycleRule<'_>> {
    let rules = Bucket(doc.body).lifecycle_configuration().into_iter().flat_map(|lifecycle| lifecycle.rules());
    rules.filter(|rule| rule.status().as_deref() == Some("Enabled"))
}

/// How many old versions of an object are never deleted.
fn kept(end: NoncurrentExpiration<'_>) -> i64 {
    end.newer_noncurrent_versions().unwrap_or(0)
}

/// Rules that are on and about every object.
pub(crate) fn whole(doc: Doc<'_>) -> impl Iterator<Item = LifecycleRule<'_>> {
    enabled(doc).filter(|rule| rule.whole_bucket() == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn lifecycle(rules: &str) -> String {
        format!(r#""LifecycleConfiguration": {{"Rules": [{rules}]}}"#)
    }

    #[test]
    fn a_rule_counts_when_it_is_on() {
        let body = |rules: &str| format!("{{{}}}", lifecycle(rules));
        let (on, off) = (r#"{"Status": "Enabled", "WholeBucket": false}"#, r#"{"Status": "Disabled", "WholeBucket": true}"#);
        let found = Case::of(&ANY)
            .given("on", &body(&format!("{off}, {on}")))
            .given("off", &body(off))
            .given("two", &body(&format!("{off}, {off}")))
            .given("none", r#"{"LifecycleConfiguration": null}"#)
            .run();
        assert_eq!((found.of("on"), found.of("off")), ("pass", "fail: the one lifecycle rule is disabled"));
        assert_eq!((found.of("two"), found.of("none")), ("fail: all 2 lifecycle rules are disabled", "fail: no lifecycle rule"));
    }

    #[test]
    fn old_versions_go_after_a_while() {
        let body = |status: &str, days: u32, whole: bool| {
            let rule =
                format!(r#"{{"Status": "Enabled", "WholeBucket": {whole}, "NoncurrentVersionExpiration": {{"NoncurrentDays": {days}}}}}"#);
            format!(r#"{{"VersioningConfiguration": {{{status}}}, {}}}"#, lifecycle(&rule))
        };
        let enabled = r#""Status": "Enabled""#;
        let found = Case::of(&NONCURRENT)
            .given("edge", &body(enabled, 365, true))
            .given("late", &body(enabled, 366, true))
            .given("part", &body(enabled, 30, false))
            .given("was", &body(r#""Status": "Suspended""#, 30, true))
            .given("never", &body("", 30, true))
            .run();
        assert_eq!((found.of("edge"), found.of("was"), found.of("never")), ("pass", "pass", "skip"));
        assert_eq!(found.of("late"), r#"fail: old versions are deleted after 366 days, at most 365 wanted {"NoncurrentDays":366}"#);
        assert_eq!(found.of("part"), r#"fail: no rule for the whole bucket deletes old versions {"Status":"Enabled"}"#);
    }

    #[test]
    fn newer_ones_of_old_versions_are_kept_for_ever() {
        let body = |ends: &[&str]| {
            let rule = |end: &&str| format!(r#"{{"Status": "Enabled", "WholeBucket": true, "NoncurrentVersionExpiration": {{{end}}}}}"#);
            let rules: Vec<String> = ends.iter().map(rule).collect();
            format!(r#"{{"VersioningConfiguration": {{"Status": "Enabled"}}, {}}}"#, lifecycle(&rules.join(",")))
        };
        let (keeps, late) = (r#""NoncurrentDays": 30, "NewerNoncurrentVersions": 3"#, r#""NoncurrentDays": 366"#);
        let case = |params: &str| {
            let case = Case::of(&NONCURRENT).params(params);
            case.given("keeps", &body(&[keeps]))
                .given("both", &body(&[keeps, r#""NoncurrentDays": 365"#]))
                .given("late", &body(&[keeps, late]))
                .run()
        };
        let found = case("{}");
        assert_eq!(
            found.of("keeps"),
            r#"fail: of each object 3 old versions are kept for ever, at most 0 wanted {"NewerNoncurrentVersions":3}"#
        );
        assert_eq!(found.of("both"), "pass");
        assert!(found.of("late").starts_with("fail: old versions are deleted after 366 days"));
        assert_eq!(case(r#"{"newer-versions": 3}"#).of("keeps"), "pass");
        assert!(case(r#"{"newer-versions": 2}"#).of("keeps").starts_with("fail"));
    }

    #[test]
    fn commands_read_before_they_replace() {
        for rule in [
            ANY,
            NONCURRENT,
            MULTIPART,
            crate::tiering::TIERING,
            crate::policy::SECURE_TRANSPORT,
            crate::policy::CROSS_ACCOUNT,
            crate::versions::OBJECT_LOCK,
        ] {
            let command = rule.remediation.command;
            assert!(command.find(" get-").is_some_and(|get| command.find(" put-").is_some_and(|put| get < put)), "{command}");
            if let Some((get, rest)) = command.split_once(" > ") {
                let (file, put) = rest.split_once(" && ${EDITOR:-vi} ").expect("an edit in between, after a get that did not fail");
                assert!(
                    !get.contains(';') && put.starts_with(&format!("{file} && aws ")) && put.ends_with(&format!("file://{file}")),
                    "{command}"
                );
            }
            assert!(rule.remediation.text.contains("put replaces"), "{}", rule.id);
        }
    }

    #[test]
    fn what_the_get_prints_is_what_the_put_takes() {
        assert!(COMMAND.contains("--query '{Rules: Rules}'"), "TransitionDefaultMinimumObjectSize is no member of LifecycleConfiguration");
    }

    #[test]
    fn uploads_are_given_up() {
        let body = |days: u32, status: &str| {
            let abort = format!(r#""AbortIncompleteMultipartUpload": {{"DaysAfterInitiation": {days}}}"#);
            format!("{{{}}}", lifecycle(&format!(r#"{{"Status": "{status}", "WholeBucket": true, {abort}}}"#)))
        };
        let found = Case::of(&MULTIPART)
            .given("edge", &body(7, "Enabled"))
            .given("late", &body(8, "Enabled"))
            .given("off", &body(7, "Disabled"))
            .given("none", r#"{"LifecycleConfiguration": null}"#)
            .run();
        assert_eq!(found.of("edge"), "pass");
        assert_eq!(found.of("late"), r#"fail: uploads are given up after 8 days, at most 7 wanted {"DaysAfterInitiation":8}"#);
        assert_eq!(found.of("off"), "fail: no rule for the whole bucket gives up uploads");
        assert_eq!(found.of("none"), found.of("off"));
    }
}
