//! Security groups.

use std::collections::{BTreeMap, BTreeSet};

use muster_rule::ec2::{LaunchTemplate, NetworkInterface, SecurityGroup};
use muster_rule::prelude::*;

use crate::common::{counted, is};

/// Interfaces by the group that protects them.
pub type Users<'a> = BTreeMap<Text<'a>, Vec<Doc<'a>>>;

/// Every interface, under each of its groups.
pub fn users<'a>(batch: &Batch<'a>) -> Users<'a> {
    let mut users = Users::new();
    for doc in batch.of("ec2.network-interface") {
        for group in NetworkInterface(doc.body).groups() {
            users.entry(group).or_default().push(*doc);
        }
    }
    users
}

pub const DEFAULT: Rule = Rule {
    id: "default-security-group",
    title: "Default security group lets traffic through",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.security-group", facets: &[] }],
    risk: "What is launched without naming a group gets this one, and with it whatever somebody once allowed there.",
    remediation: Remediation {
        text: "Give everything that uses it a group of its own, then remove all rules of the default group.",
        command: "aws ec2 describe-security-group-rules --filters Name=group-id,Values={resource} --region {region}",
    },
    controls: &["CIS 6.5", "FSBP EC2.2"],
    check: Check::each(|_, doc| {
        let group = SecurityGroup(doc.body);
        if !is(group.group_name(), "default") {
            return skip();
        }
        let (ingress, egress) = (group.ip_permissions().count() as i64, group.ip_permissions_egress().count() as i64);
        if ingress + egress == 0 {
            return pass();
        }
        fail(format!("lets in by {}, out by {egress}, none of either wanted", counted(ingress, "rule")))
            .with("Ingress", ingress)
            .with("Egress", egress)
    }),
    ..Rule::EMPTY
};

pub const UNUSED: Rule = Rule {
    id: "unused-security-group",
    title: "Security group is used by nothing",
    category: Category::Operations,
    severity: Severity::Low,
    needs: &[
        Need { kind: "ec2.security-group", facets: &[] },
        Need { kind: "ec2.network-interface", facets: &[] },
        Need { kind: "ec2.launch-template", facets: &["data"] },
    ],
    risk: "It hides which rules count, uses up the quota, and is one click from being attached by mistake.",
    remediation: Remediation { text: "Delete it.", command: "aws ec2 delete-security-group --group-id {resource} --region {region}" },
    controls: &["FSBP EC2.22"],
    help: "Used is what an interface bears, what another group refers to and what the default version of a launch template names. Default groups \
           cannot be deleted and are not judged.",
    check: Check::scope(|_, batch, found| {
        let used = used(batch);
        for doc in batch.of("ec2.security-group") {
            let group = SecurityGroup(doc.body);
            let is_used = group.group_id().is_some_and(|id| used.contains(&id));
            let answer = match (is(group.group_name(), "default"), is_used) {
                (true, _) => skip(),
                (false, true) => pass(),
                (false, false) => fail("no interface, group or launch template uses it").with("GroupName", group.group_name()),
            };
            found.push(*doc, answer);
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// Ids of groups that something refers to.
fn used<'a>(batch: &Batch<'a>) -> BTreeSet<Text<'a>> {
    let mut used: BTreeSet<Text<'a>> = users(batch).into_keys().collect();
    for doc in batch.of("ec2.security-group") {
        let group = SecurityGroup(doc.body);
        let own = group.group_id();
        let named = group.ip_permissions().chain(group.ip_permissions_egress()).flat_map(|rule| rule.user_id_group_pairs());
        used.extend(named.filter(|id| Some(id) != own.as_ref()));
    }
    let templates = batch.of("ec2.launch-template").iter().filter_map(|doc| LaunchTemplate(doc.body).launch_template_data());
    used.extend(templates.flat_map(|data| data.security_group_ids()));
    used
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn group(id: &str, name: &str, permissions: &str) -> String {
        format!(r#"{{"GroupId":"{id}","GroupName":"{name}","IpPermissions":[{permissions}],"IpPermissionsEgress":[]}}"#)
    }

    fn tcp(port: i64, sources: &str) -> String {
        format!(r#"{{"IpProtocol":"tcp","FromPort":{port},"ToPort":{port},"IpRanges":[{sources}],"Ipv6Ranges":[],"UserIdGroupPairs":[]}}"#)
    }

    #[test]
    fn a_default_group_has_no_rules() {
        let egress = r#"{"GroupName":"default","IpPermissions":[],"IpPermissionsEgress":[{"IpProtocol":"-1"}]}"#;
        let found = Case::of(&DEFAULT)
            .given("bare", &group("sg-1", "default", ""))
            .given("rule", &group("sg-2", "default", &tcp(22, "")))
            .given("out", egress)
            .given("other", &group("sg-3", "web", &tcp(22, "")))
            .run();
        assert_eq!((found.of("bare"), found.of("other")), ("pass", "skip"));
        assert_eq!(found.of("rule"), r#"fail: lets in by 1 rule, out by 0, none of either wanted {"Egress":0,"Ingress":1}"#);
        assert!(found.of("out").starts_with("fail: lets in by 0 rules, out by 1"));
    }

    #[test]
    fn used_is_what_something_refers_to() {
        let refers = r#"{"IpProtocol":"-1","UserIdGroupPairs":["sg-2","sg-3"]}"#;
        let found = Case::of(&UNUSED)
            .given("1", &group("sg-1", "of an interface", ""))
            .given("2", &group("sg-2", "of a group", ""))
            .given("3", &group("sg-3", "of itself alone", &refers.replace("\"sg-2\",", "")))
            .given("4", &group("sg-4", "of a template", ""))
            .given("5", &group("sg-5", "default", ""))
            .given("6", &group("sg-6", "refers", &refers.replace(",\"sg-3\"", "")))
            .given_of("ec2.network-interface", "eni", r#"{"Groups": ["sg-1", "sg-6"]}"#)
            .given_of("ec2.launch-template", "lt", r#"{"LaunchTemplateData": {"SecurityGroupIds": ["sg-4"]}}"#)
            .run();
        assert_eq!(["1", "2", "4", "5", "6"].map(|key| found.of(key)), ["pass", "pass", "pass", "skip", "pass"]);
        assert_eq!(found.of("3"), r#"fail: no interface, group or launch template uses it {"GroupName":"of itself alone"}"#);
    }
}
