//! What protects objects from being replaced or deleted.

use muster_rule::prelude::*;
use muster_rule::s3::Bucket;

pub const VERSIONING: Rule = Rule {
    id: "versioning",
    title: "Bucket does not keep versions",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "s3.bucket", facets: &["versioning"] }],
    risk: "What is overwritten or deleted, by mistake or by malware, is gone.",
    remediation: Remediation {
        text: "Turn versioning on, together with a lifecycle rule that deletes old versions after a while.",
        command: "aws s3api put-bucket-versioning --bucket {resource} --region {region} --versioning-configuration Status=Enabled",
    },
    controls: &["FSBP S3.14"],
    check: Check::each(|_, doc| match status(doc).as_deref() {
        Some("Enabled") => pass(),
        Some(status) => fail(format!("versioning is {}", status.to_lowercase())).with("Status", status),
        None => fail("versioning was never turned on").with("Status", None::<bool>),
    }),
    ..Rule::EMPTY
};

pub const MFA_DELETE: Rule = Rule {
    id: "mfa-delete",
    title: "Versions of the bucket can be deleted without MFA",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["versioning"] }],
    risk: "Stolen keys suffice to delete every version for good, or to turn versioning off.",
    remediation: Remediation {
        text: "Turn MFA delete on as the root user; where that does not do, object lock protects as well.",
        command: "aws s3api put-bucket-versioning --bucket {resource} --region {region} \
            --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'",
    },
    params: &[Param::boolean("unversioned", false, "Buckets that keep no versions fail too, since MFA delete cannot be on there")],
    controls: &["CIS 3.1.2"],
    help: "Judged of buckets that keep versions. Lifecycle rules cannot be set where MFA delete is on.",
    check: Check::each(|ask, doc| {
        let versioning = status(doc);
        if versioning.as_deref() != Some("Enabled") {
            let asked = ask.params.boolean("unversioned");
            return if asked { fail("no versions are kept, so MFA delete is off").with("Status", versioning) } else { skip() };
        }
        let mfa = Bucket(doc.body).versioning_configuration().and_then(|versioning| versioning.mfa_delete());
        if mfa.as_deref() == Some("Enabled") { pass() } else { fail("MFA delete is off").with("MFADelete", mfa) }
    }),
};

pub const OBJECT_LOCK: Rule = Rule {
    id: "object-lock",
    title: "Objects of the bucket cannot be held",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "s3.bucket", facets: &["object-lock"] }],
    params: &[Param::boolean("retention", false, "New objects must be held by default, too")],
    risk: "Logs and backups can be deleted by whoever took over an administrator.",
    remediation: Remediation {
        text: "Turn object lock on, which needs versioning; then set a default retention. \
            The put replaces what the get printed: repeat a retention that must stay.",
        command: "aws s3api get-object-lock-configuration --bucket {resource} --region {region}; \
            aws s3api put-object-lock-configuration --bucket {resource} --region {region} \
            --object-lock-configuration ObjectLockEnabled=Enabled",
    },
    controls: &["FSBP S3.15"],
    check: Check::each(|ask, doc| {
        let Some(lock) = Bucket(doc.body).object_lock_configuration() else { return fail("object lock is off") };
        let held = lock.rule().and_then(|rule| rule.default_retention()).is_some();
        if held || !ask.params.boolean("retention") { pass() } else { fail("object lock is on, and holds nothing by default") }
    }),
    ..Rule::EMPTY
};

/// `Enabled`, `Suspended`, or nothing when versioning was never on.
pub(crate) fn status(doc: Doc<'_>) -> Option<Text<'_>> {
    Bucket(doc.body).versioning_configuration()?.status()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    const ON: &str = r#"{"VersioningConfiguration": {"Status": "Enabled"}}"#;
    const SUSPENDED: &str = r#"{"VersioningConfiguration": {"Status": "Suspended"}}"#;
    const NEVER: &str = r#"{"VersioningConfiguration": {}}"#;

    #[test]
    fn versions_are_kept_when_it_is_on_not_when_it_was() {
        let found = Case::of(&VERSIONING).given("on", ON).given("suspended", SUSPENDED).given("never", NEVER).run();
        assert_eq!(found.of("on"), "pass");
        assert_eq!(found.of("suspended"), r#"fail: versioning is suspended {"Status":"Suspended"}"#);
        assert_eq!(found.of("never"), r#"fail: versioning was never turned on {"Status":null}"#);
    }

    #[test]
    fn mfa_matters_where_versions_are_kept() {
        let mfa = r#"{"VersioningConfiguration": {"Status": "Enabled", "MFADelete": "Enabled"}}"#;
        let case = |params| {
            Case::of(&MFA_DELETE).params(params).given("mfa", mfa).given("on", ON).given("suspended", SUSPENDED).given("never", NEVER).run()
        };
        let found = case("{}");
        assert_eq!((found.of("mfa"), found.of("suspended"), found.of("never")), ("pass", "skip", "skip"));
        assert_eq!(found.of("on"), r#"fail: MFA delete is off {"MFADelete":null}"#);
        let strict = case(r#"{"unversioned": true}"#);
        assert_eq!((strict.of("mfa"), strict.of("on")), ("pass", found.of("on")));
        assert_eq!(strict.of("suspended"), r#"fail: no versions are kept, so MFA delete is off {"Status":"Suspended"}"#);
        assert_eq!(strict.of("never"), r#"fail: no versions are kept, so MFA delete is off {"Status":null}"#);
    }

    #[test]
    fn a_lock_holds_by_default_when_a_policy_wants_that() {
        let on = r#"{"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}"#;
        let held = r#"{"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}}}"#;
        let case = Case::of(&OBJECT_LOCK).given("off", r#"{"ObjectLockConfiguration": null}"#).given("on", on).given("held", held);
        let found = case.run();
        assert_eq!((found.of("off"), found.of("on"), found.of("held")), ("fail: object lock is off", "pass", "pass"));
        let strict = case.params(r#"{"retention": true}"#).run();
        assert_eq!((strict.of("on"), strict.of("held")), ("fail: object lock is on, and holds nothing by default", "pass"));
    }
}
