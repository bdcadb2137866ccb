//! The metadata service, which hands out the credentials of a role to whoever asks from within.

use muster_rule::ec2::{Account, Instance, LaunchTemplate, MetadataOptions};
use muster_rule::prelude::*;

use crate::common::is;

pub const IMDSV2: Rule = Rule {
    id: "imdsv2",
    title: "Instance answers metadata requests without a token",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.instance", facets: &["imds"] }],
    risk: "A server that can be made to fetch an address hands out the credentials of its role: IMDSv1 needs one plain request.",
    remediation: Remediation {
        text: "Check MetadataNoToken in CloudWatch for callers of version 1, then require tokens.",
        command: "aws ec2 modify-instance-metadata-options --instance-id {resource} --http-tokens required --region {region}",
    },
    controls: &["CIS 6.7", "FSBP EC2.8"],
    check: Check::each(|_, doc| match Instance(doc.body).metadata_options() {
        Some(options) => judged(options, "tokens are optional, required wanted"),
        None => unknown("AWS says nothing of its metadata options"),
    }),
    ..Rule::EMPTY
};

pub const TEMPLATE: Rule = Rule {
    id: "launch-template-imdsv2",
    title: "Launch template does not require IMDSv2",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.launch-template", facets: &["data"] }],
    risk: "Every instance that it starts answers metadata requests without a token, unless the account or the image says otherwise.",
    remediation: Remediation {
        text: "Write `{\"MetadataOptions\":{\"HttpTokens\":\"required\"}}` into tokens.json, make a version of it, and make that the default by \
               `aws ec2 modify-launch-template --default-version`.",
        command: "aws ec2 create-launch-template-version --launch-template-id {resource} --source-version '$Default' --launch-template-data file://tokens.json --region {region}",
    },
    controls: &["FSBP EC2.170"],
    help: "By the default version.",
    check: Check::each(|_, doc| {
        let Some(data) = LaunchTemplate(doc.body).launch_template_data() else { return unknown("AWS says nothing of its default version") };
        match data.metadata_options() {
            Some(options) if options.http_tokens().is_some() || is(options.http_endpoint(), "disabled") => {
                judged(options, "tokens are optional in the default version, required wanted")
            }
            _ => fail("the default version leaves tokens open, required wanted").with("HttpTokens", None::<Text<'_>>),
        }
    }),
    ..Rule::EMPTY
};

pub const DEFAULTS: Rule = Rule {
    id: "imds-defaults",
    title: "Account does not require IMDSv2 of new instances",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.account", facets: &["imds-defaults"] }],
    risk: "Whoever launches an instance and does not think of it gets one that answers without a token.",
    remediation: Remediation {
        text: "Require tokens by default in each region.",
        command: "aws ec2 modify-instance-metadata-defaults --http-tokens required --region {region}",
    },
    check: Check::each(|_, doc| {
        let Some(options) = Account(doc.body).instance_metadata_defaults() else { return unknown("AWS says nothing of its defaults") };
        match options.http_tokens().as_deref() {
            Some("required") => pass(),
            tokens => fail("tokens are not required by default").with("HttpTokens", tokens),
        }
    }),
    ..Rule::EMPTY
};

fn judged(options: MetadataOptions<'_>, message: &'static str) -> Answer {
    if is(options.http_tokens(), "required") || is(options.http_endpoint(), "disabled") {
        return pass();
    }
    fail(message).with("HttpTokens", options.http_tokens()).with("HttpPutResponseHopLimit", options.http_put_response_hop_limit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn an_instance_requires_tokens_or_answers_nobody() {
        let options = |options: &str| format!(r#"{{"MetadataOptions": {{{options}}}}}"#);
        let found = Case::of(&IMDSV2)
            .given("required", &options(r#""HttpTokens":"required","HttpEndpoint":"enabled""#))
            .given("off", &options(r#""HttpTokens":"optional","HttpEndpoint":"disabled""#))
            .given("optional", &options(r#""HttpTokens":"optional","HttpEndpoint":"enabled","HttpPutResponseHopLimit":2"#))
            .given("unsaid", "{}")
            .run();
        assert_eq!((found.of("required"), found.of("off")), ("pass", "pass"));
        let said = r#"fail: tokens are optional, required wanted {"HttpPutResponseHopLimit":2,"HttpTokens":"optional"}"#;
        assert_eq!(found.of("optional"), said);
        assert!(found.of("unsaid").starts_with("unknown: "));
    }

    #[test]
    fn a_template_says_so_itself() {
        let data = |data: &str| format!(r#"{{"LaunchTemplateData": {{{data}}}}}"#);
        let found = Case::of(&TEMPLATE)
            .given("required", &data(r#""MetadataOptions":{"HttpTokens":"required"}"#))
            .given("optional", &data(r#""MetadataOptions":{"HttpTokens":"optional"}"#))
            .given("open", &data(r#""MetadataOptions":{"HttpPutResponseHopLimit":1}"#))
            .given("silent", &data(""))
            .given("off", &data(r#""MetadataOptions":{"HttpEndpoint":"disabled"}"#))
            .run();
        assert_eq!((found.of("required"), found.of("off")), ("pass", "pass"));
        assert!(found.of("optional").starts_with("fail: tokens are optional in the default version"));
        let said = r#"fail: the default version leaves tokens open, required wanted {"HttpTokens":null}"#;
        assert_eq!((found.of("open"), found.of("silent")), (said, said));
    }

    #[test]
    fn the_data_of_a_template_is_json() {
        let said = TEMPLATE.remediation;
        assert!(
            said.command.contains(" --launch-template-data file://tokens.json ")
                && said.text.contains("modify-launch-template --default-version")
        );
        let data = said.text.split('`').nth(1).expect("data").to_owned();
        let found = Case::of(&TEMPLATE).given("mended", &format!(r#"{{"LaunchTemplateData": {data}}}"#)).run();
        assert_eq!(found.of("mended"), "pass");
    }

    #[test]
    fn an_account_has_a_default() {
        let found = Case::of(&DEFAULTS)
            .given("set", r#"{"InstanceMetadataDefaults": {"HttpTokens": "required"}}"#)
            .given("unset", r#"{"InstanceMetadataDefaults": {}}"#)
            .given("optional", r#"{"InstanceMetadataDefaults": {"HttpTokens": "optional"}}"#)
            .run();
        assert_eq!(found.of("set"), "pass");
        assert_eq!(found.of("unset"), r#"fail: tokens are not required by default {"HttpTokens":null}"#);
        assert!(found.of("optional").starts_with("fail: "));
    }
}
