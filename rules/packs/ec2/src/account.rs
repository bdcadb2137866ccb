//! What an account has set for a region as a whole.

use muster_rule::ec2::Account;
use muster_rule::prelude::*;

use crate::common::counted;

pub const ENCRYPTION: Rule = Rule {
    id: "ebs-default-encryption",
    title: "New EBS volumes are not encrypted by default",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.account", facets: &["ebs-encryption"] }, Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::boolean("empty-regions", false, "Whether regions without a volume are judged too")],
    risk: "Each volume is encrypted only if whoever makes it thinks of it.",
    remediation: Remediation {
        text: "Turn encryption by default on. Volumes that are there stay as they are.",
        command: "aws ec2 enable-ebs-encryption-by-default --region {region}",
    },
    controls: &["CIS 6.1.1", "FSBP EC2.7"],
    check: Check::scope(|ask, batch, found| {
        let volumes = batch.of("ec2.volume").len() as i64;
        for doc in batch.of("ec2.account") {
            let answer = match Account(doc.body).ebs_encryption_by_default() {
                _ if volumes == 0 && !ask.params.boolean("empty-regions") => skip(),
                Some(true) => pass(),
                Some(false) => fail(format!("off in a region with {}", counted(volumes, "volume"))).with("EbsEncryptionByDefault", false),
                None => unknown("AWS does not say whether it is on"),
            };
            found.push(*doc, answer);
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const SNAPSHOTS: Rule = Rule {
    id: "snapshot-public-access",
    title: "Account lets snapshots be made public",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.account", facets: &["snapshot-sharing"] }],
    risk: "One wrong call shows a disk to everybody.",
    remediation: Remediation {
        text: "Block public sharing in each region.",
        command: "aws ec2 enable-snapshot-block-public-access --state block-all-sharing --region {region}",
    },
    controls: &["FSBP EC2.182"],
    check: Check::each(|_, doc| {
        blocked(Account(doc.body).snapshot_block_public_access_state(), "SnapshotBlockPublicAccessState", "snapshots")
    }),
    ..Rule::EMPTY
};

pub const IMAGES: Rule = Rule {
    id: "image-public-access",
    title: "Account lets images be made public",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.account", facets: &["image-sharing"] }],
    risk: "One wrong call gives an image, and what was left on its disk, to everybody.",
    remediation: Remediation {
        text: "Block public sharing in each region.",
        command: "aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing --region {region}",
    },
    check: Check::each(|_, doc| blocked(Account(doc.body).image_block_public_access_state(), "ImageBlockPublicAccessState", "images")),
    ..Rule::EMPTY
};

fn blocked(state: Option<Text<'_>>, member: &'static str, things: &str) -> Answer {
    match state.as_deref() {
        Some("unblocked") => fail(format!("public {things} are unblocked, block-new-sharing or more wanted")).with(member, "unblocked"),
        Some(state) if state.starts_with("block-") => pass(),
        Some(state) => unknown(format!("whether public {things} are blocked by state `{state}` is not known")).with(member, state),
        None => unknown(format!("AWS does not say whether public {things} are blocked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_region_with_volumes_encrypts_new_ones() {
        let region = |rule, on: bool, scope: &str, volumes: usize| {
            let case = Case::of(rule).scope(scope).given("account", &format!(r#"{{"EbsEncryptionByDefault":{on}}}"#));
            (0..volumes).fold(case, |case, n| case.given_of("ec2.volume", &format!("vol-{n}"), "{}"))
        };
        let place = "123456789012/eu-west-1";
        assert_eq!(region(&ENCRYPTION, true, place, 1).run().of("account"), "pass");
        assert_eq!(region(&ENCRYPTION, false, place, 0).run().of("account"), "skip");
        let said = r#"fail: off in a region with 2 volumes {"EbsEncryptionByDefault":false}"#;
        assert_eq!(region(&ENCRYPTION, false, place, 2).run().of("account"), said);
        let empty = region(&ENCRYPTION, false, place, 0).params(r#"{"empty-regions": true}"#).run();
        assert!(empty.of("account").starts_with("fail: off in a region with 0 volumes"));
    }

    #[test]
    fn sharing_is_blocked_in_either_way() {
        let found = Case::of(&SNAPSHOTS)
            .given("all", r#"{"SnapshotBlockPublicAccessState": "block-all-sharing"}"#)
            .given("new", r#"{"SnapshotBlockPublicAccessState": "block-new-sharing"}"#)
            .given("off", r#"{"SnapshotBlockPublicAccessState": "unblocked"}"#)
            .given("unsaid", "{}")
            .given("strange", r#"{"SnapshotBlockPublicAccessState": "unblocking"}"#)
            .run();
        assert!(found.of("strange").starts_with("unknown: whether public snapshots are blocked by state `unblocking` is not known"));
        assert_eq!((found.of("all"), found.of("new")), ("pass", "pass"));
        assert!(found.of("off").starts_with("fail: public snapshots are unblocked") && found.of("unsaid").starts_with("unknown: "));
        let found = Case::of(&IMAGES)
            .given("new", r#"{"ImageBlockPublicAccessState": "block-new-sharing"}"#)
            .given("off", r#"{"ImageBlockPublicAccessState": "unblocked"}"#)
            .run();
        assert_eq!(found.of("new"), "pass");
        assert!(found.of("off").starts_with("fail: public images are unblocked"));
    }
}
