//! Secrets in what instances run at their first start: everybody who may describe an instance, and every process on it, can read it.

use muster_rule::ec2::{Instance, LaunchTemplate};
use muster_rule::prelude::*;

use crate::scan::secrets;

const RISK: &str =
    "Whoever may describe the instance, and every process that runs on it, reads the secret; it stays there after it was rotated.";
const MEND: &str =
    "Put the secret into Secrets Manager or Parameter Store, let the role read it at the start, and rotate it: it was readable.";

pub const USER_DATA: Rule = Rule {
    id: "user-data-secrets",
    title: "User data of the instance holds a secret",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "ec2.instance", facets: &["user-data"] }],
    risk: RISK,
    remediation: Remediation {
        text: "Put the secret into Secrets Manager or Parameter Store, let the role read it at the start, and rotate it: it was readable. \
               Then save the script, stop the instance, take the secret out, and set what is left by \
               `aws ec2 modify-instance-attribute --user-data`.",
        command: "aws ec2 describe-instance-attribute --instance-id {resource} --attribute userData --query UserData.Value --output text --region {region}",
    },
    help: "Keys of known services by their form, private keys, and values of names such as `password`. Findings name lines, never values.",
    check: Check::each(|_, doc| match Instance(doc.body).user_data() {
        Some(text) => judged(&text),
        None => pass(),
    }),
    ..Rule::EMPTY
};

pub const TEMPLATE: Rule = Rule {
    id: "launch-template-secrets",
    title: "User data of the launch template holds a secret",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "ec2.launch-template", facets: &["data"] }],
    risk: RISK,
    remediation: Remediation {
        text: MEND,
        command: "aws ec2 describe-launch-template-versions --launch-template-id {resource} --versions '$Default' --region {region}",
    },
    help: "By the default version. Findings name lines, never values.",
    check: Check::each(|_, doc| match LaunchTemplate(doc.body).launch_template_data().and_then(|data| data.user_data()) {
        Some(text) => judged(&text),
        None => pass(),
    }),
    ..Rule::EMPTY
};

fn judged(text: &str) -> Answer {
    // gzip begins with 1f 8b, of which the second is no UTF-8.
    if text.starts_with('\u{1f}') {
        return unknown("it is compressed, so it was not read");
    }
    let hits = secrets(text);
    let Some(first) = hits.first() else { return pass() };
    let more = if hits.len() > 1 { format!(" and {} more", hits.len() - 1) } else { String::new() };
    fail(format!("line {} holds a {}{more}", first.line, first.sort))
        .with("Lines", hits.iter().map(|hit| hit.line).collect::<Vec<_>>())
        .with("Sorts", hits.iter().map(|hit| hit.sort).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn the_line_is_told_and_the_secret_is_not() {
        let text = r##"{"UserData": "#!/bin/sh\nexport DB_PASSWORD=correct-horse\nTOKEN=battery-staple\n"}"##;
        let found = Case::of(&USER_DATA)
            .given("two", text)
            .given("none", r#"{"UserData": null}"#)
            .given("clean", r##"{"UserData": "#!/bin/sh\napt-get update\n"}"##)
            .given("gzip", "{\"UserData\": \"\\u001f\u{fffd}\\b\"}")
            .run();
        assert_eq!(found.of("two"), r#"fail: line 2 holds a password and 1 more {"Lines":[2,3],"Sorts":["password","password"]}"#);
        assert_eq!((found.of("none"), found.of("clean")), ("pass", "pass"));
        assert_eq!(found.of("gzip"), "unknown: it is compressed, so it was not read");
    }

    #[test]
    fn the_script_is_read_and_not_wiped() {
        assert!(USER_DATA.remediation.command.starts_with("aws ec2 describe-instance-attribute "));
    }

    #[test]
    fn a_template_is_read_alike() {
        let found = Case::of(&TEMPLATE)
            .given("one", r#"{"LaunchTemplateData": {"UserData": "password=correct-horse"}}"#)
            .given("none", r#"{"LaunchTemplateData": {}}"#)
            .run();
        assert_eq!(found.of("one"), r#"fail: line 1 holds a password {"Lines":[1],"Sorts":["password"]}"#);
        assert_eq!(found.of("none"), "pass");
    }
}
