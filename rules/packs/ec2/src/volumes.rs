//! EBS volumes.

use muster_rule::ec2::Volume;
use muster_rule::prelude::*;

pub const ENCRYPTED: Rule = Rule {
    id: "volume-encryption",
    title: "EBS volume is not encrypted",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::integer("min-size", 0, "Volumes below this many GiB are not judged").min(0)],
    risk: "Whoever gets at the disk or one of its snapshots reads everything on it.",
    remediation: Remediation {
        text: "Copy a snapshot with encryption and make the volume from the copy; turn encryption by default on for the region.",
        command: "aws ec2 enable-ebs-encryption-by-default --region {region}",
    },
    controls: &["CIS 6.1.1", "FSBP EC2.3"],
    check: Check::each(|ask, doc| {
        let volume = Volume(doc.body);
        if volume.size().unwrap_or(0) < ask.params.integer("min-size") {
            return skip();
        }
        if volume.encrypted() == Some(true) {
            return pass();
        }
        fail("not encrypted").with("Encrypted", volume.encrypted()).with("Size", volume.size())
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_volume_is_encrypted_or_not() {
        let found = Case::of(&ENCRYPTED)
            .given("vol-1", r#"{"Encrypted": true, "Size": 8}"#)
            .given("vol-2", r#"{"Encrypted": false, "Size": 8}"#)
            .run();
        assert_eq!(found.of("vol-1"), "pass");
        assert_eq!(found.of("vol-2"), r#"fail: not encrypted {"Encrypted":false,"Size":8}"#);
    }

    #[test]
    fn a_volume_below_the_least_size_is_not_judged() {
        let case = Case::of(&ENCRYPTED).params(r#"{"min-size": 8}"#).given("vol-1", r#"{"Size": 7}"#).given("vol-2", r#"{"Size": 8}"#);
        let found = case.run();
        assert_eq!((found.of("vol-1"), found.of("vol-2")), ("skip", r#"fail: not encrypted {"Encrypted":null,"Size":8}"#));
    }
}
