//! A volume without a name is one nobody dares to delete.

use muster_rule::ec2::Volume;
use muster_rule::prelude::*;

/// A volume is called as the house wants it.
pub const NAME: Rule = Rule {
    id: "volume-name",
    title: "Volume has no name, or another than the house wants",
    category: Category::Operations,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.volume", facets: &["tags"] }],
    params: &[Param::text("prefix", "", "What every name begins with")],
    risk: "What nobody can name nobody deletes, and everybody pays.",
    remediation: Remediation {
        text: "Set the tag Name.",
        command: "aws ec2 create-tags --resources {resource} --tags Key=Name,Value=… --region {region}",
    },
    check: Check::each(|ask, doc| {
        let prefix = ask.params.text("prefix");
        let Some(name) = Volume(doc.body).tags().text("Name") else {
            return fail("no tag `Name`");
        };
        if name.starts_with(&*prefix) { pass() } else { fail(format!("its name does not begin with {prefix}")).with("Name", name) }
    }),
    ..Rule::EMPTY
};

muster_rule::pack![NAME];

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_name_is_there_and_begins_as_it_should() {
        let case = Case::of(&NAME).params(r#"{"prefix": "lms-"}"#);
        let case = case.given("vol-1", r#"{"Tags": {"Name": "lms-db"}}"#).given("vol-2", r#"{"Tags": {"Name": "db"}}"#);
        let found = case.given("vol-3", r#"{"Tags": {}}"#).run();
        assert_eq!(found.of("vol-1"), "pass");
        assert_eq!(found.of("vol-2"), r#"fail: its name does not begin with lms- {"Name":"db"}"#);
        assert_eq!(found.of("vol-3"), "fail: no tag `Name`");
    }
}
