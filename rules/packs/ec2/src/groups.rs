//! Security groups.

use std::collections::{BTreeMap, BTreeSet};

use muster_rule::ec2::{LaunchTemplate, NetworkInterface, SecurityGroup, Subnet};
use muster_rule::prelude::*;

use crate::common::{ById, by_id, counted, is, some_of};
use crate::openness::{Openness, Port, WIDER_THAN, written};

/// Remote administration, file shares, databases and their kin: FSBP EC2.19, and what scanners look for besides.
const PORTS: &[i64] = &[
    20, 21, 22, 23, 25, 110, 135, 139, 143, 389, 445, 1433, 1434, 1521, 2375, 2376, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 5985,
    6379, 8080, 8088, 8888, 9042, 9092, 9200, 9300, 11_211, 27_017, 27_018,
];

/// Most reachable things that evidence lists.
const SHOWN: usize = 20;

pub const OPEN_PORTS: Rule = Rule {
    id: "open-ports",
    title: "Security group opens ports to the internet",
    category: Category::Security,
    severity: Severity::High,
    needs: &[
        Need { kind: "ec2.security-group", facets: &[] },
        Need { kind: "ec2.network-interface", facets: &[] },
        Need { kind: "ec2.subnet", facets: &["routes"] },
    ],
    params: &[Param::integers("ports", PORTS, "Ports that the internet shall not reach, of TCP and of UDP").min(0).max(65_535), WIDER_THAN],
    risk: "Every address of the internet is scanned within the hour; what listens there is attacked by password, by old vulnerability, by both.",
    remediation: Remediation {
        text: "Revoke the rule, or narrow it to the networks that need it; reach machines by Session Manager instead of by an open port.",
        command: "aws ec2 revoke-security-group-ingress --group-id {resource} --protocol tcp --port PORT --cidr CIDR --region {region}",
    },
    controls: &[
        "CIS 6.1.2",
        "CIS 6.3",
        "CIS 6.4",
        "FSBP EC2.13",
        "FSBP EC2.14",
        "FSBP EC2.18",
        "FSBP EC2.19",
        "TA HCP4007jGY",
        "TA 1iG5NDGVre",
    ],
    help: "Sources are judged together: `0.0.0.0/1` and `128.0.0.0/1` are the internet. A group that nothing uses fails too, and says so: it \
           takes one click to use it. The networks of prefix lists are not read: a group that lets such a list in, and nothing else, is unknown. `Reachable` lists instances, and other interfaces, with a public address in a subnet that leads to an internet gateway.",
    check: Check::scope(|ask, batch, found| {
        let ports = ask.params.integers("ports");
        let (users, subnets) = (users(batch), by_id(batch, "ec2.subnet", "SubnetId"));
        for doc in batch.of("ec2.security-group") {
            let openness = Openness::of(ask, SecurityGroup(doc.body));
            let open = openness.open(&ports);
            found.push(*doc, if open.is_empty() { openness.closed(&ports) } else { opened(*doc, &openness, &open, &users, &subnets) });
        }
        Ok(())
    }),
};

/// Interfaces by the group that protects them.
type Users<'a> = BTreeMap<Text<'a>, Vec<Doc<'a>>>;

fn users<'a>(batch: &Batch<'a>) -> Users<'a> {
    let mut users = Users::new();
    for doc in batch.of("ec2.network-interface") {
        for group in NetworkInterface(doc.body).groups() {
            users.entry(group).or_default().push(*doc);
        }
    }
    users
}

fn opened(doc: Doc<'_>, openness: &Openness, open: &[Port], users: &Users<'_>, subnets: &ById<'_>) -> Answer {
    let id = SecurityGroup(doc.body).group_id().unwrap_or_default();
    let interfaces = users.get(&*id).map_or(&[][..], Vec::as_slice);
    let reachable: Vec<String> =
        interfaces.iter().map(|doc| NetworkInterface(doc.body)).filter(|it| is_reachable(*it, subnets)).map(served).collect();
    let reach = match (interfaces.len() as i64, reachable.len()) {
        (0, _) => "nothing uses it".to_owned(),
        (used, 0) => format!("{} behind it, none reachable", counted(used, "interface")),
        _ => format!("reaches {}", some_of(&reachable)),
    };
    let (what, sources) = (if openness.is_all() { "every port".to_owned() } else { written(open) }, openness.sources(open));
    let ports: Vec<String> = open.iter().map(|(protocol, port)| format!("{protocol}/{port}")).collect();
    fail(format!("{what} open to {}; {reach}", some_of(&sources)))
        .with("Ports", ports)
        .with("Sources", sources)
        .with("Interfaces", interfaces.len() as i64)
        .with("ReachableCount", reachable.len() as i64)
        .with("Reachable", reachable.into_iter().take(SHOWN).collect::<Vec<_>>())
}

/// What an interface belongs to, as far as that is known.
fn served(interface: NetworkInterface<'_>) -> String {
    interface.instance_id().or_else(|| interface.network_interface_id()).unwrap_or_default().into_owned()
}

/// A public address, and a way for packets to come to it.
fn is_reachable(interface: NetworkInterface<'_>, subnets: &ById<'_>) -> bool {
    let addressed = interface.public_ip().is_some() || interface.ipv6_addresses().next().is_some();
    addressed && interface.subnet_id().is_some_and(|id| is_public(&id, subnets))
}

/// True when a subnet leads to an internet gateway.
pub fn is_public(subnet: &str, subnets: &ById<'_>) -> bool {
    subnets.get(subnet).is_some_and(|doc| Subnet(doc.body).public() == Some(true))
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

    fn judged(permissions: &str) -> Case<'static> {
        Case::of(&OPEN_PORTS).given("sg", &group("sg-1", "web", permissions))
    }

    #[test]
    fn a_port_is_open_to_the_whole_or_to_parts_that_make_it_up() {
        let halves = r#""0.0.0.0/1","128.0.0.0/1""#;
        let apart = format!("{},{}", tcp(22, r#""0.0.0.0/1""#), tcp(22, r#""128.0.0.0/1""#));
        for open in [tcp(22, r#""0.0.0.0/0""#), tcp(22, halves), apart] {
            let found = judged(&open).run();
            assert!(found.of("sg").starts_with("fail: tcp 22 open to "), "{}", found.of("sg"));
        }
        let v6 = r#"{"IpProtocol":"tcp","FromPort":3389,"ToPort":3389,"IpRanges":[],"Ipv6Ranges":["::/0"]}"#;
        let said = r#"fail: tcp 3389 open to ::/0; nothing uses it {"Interfaces":0,"Ports":["tcp/3389"],"Reachable":[],"ReachableCount":0,"Sources":["::/0"]}"#;
        assert_eq!(judged(v6).run().of("sg"), said);
    }

    #[test]
    fn all_ports_are_not_hidden() {
        let all = r#"{"IpProtocol":"-1","IpRanges":["0.0.0.0/0"]}"#;
        assert!(judged(all).run().of("sg").starts_with("fail: every port open to 0.0.0.0/0; nothing uses it"));
        let range = r#"{"IpProtocol":"tcp","FromPort":3300,"ToPort":3400,"IpRanges":["0.0.0.0/0"]}"#;
        assert!(judged(range).run().of("sg").starts_with("fail: tcp 3306, 3389 open to 0.0.0.0/0"));
    }

    #[test]
    fn what_is_narrow_or_not_asked_for_passes() {
        let icmp = r#"{"IpProtocol":"icmp","FromPort":-1,"ToPort":-1,"IpRanges":["0.0.0.0/0"]}"#;
        let group = r#"{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"UserIdGroupPairs":["sg-2"]}"#;
        for closed in
            ["", &tcp(443, r#""0.0.0.0/0""#), &tcp(22, r#""203.0.113.0/24","10.0.0.0/8""#), &tcp(22, r#""52.0.0.0/8""#), icmp, group]
        {
            assert_eq!(judged(closed).run().of("sg"), "pass", "{closed}");
        }
        assert!(judged(&tcp(22, r#""52.0.0.0/7""#)).run().of("sg").starts_with("fail: "), "one step over the boundary");
        assert_eq!(judged(&tcp(22, r#""0.0.0.0/0""#)).params(r#"{"ports": [80]}"#).run().of("sg"), "pass");
    }

    #[test]
    fn a_prefix_list_is_not_read() {
        let list = r#"{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[],"PrefixListIds":["pl-1"]}"#;
        assert_eq!(judged(list).run().of("sg"), "unknown: source pl-1 was not read");
        assert_eq!(judged(&list.replace("22", "443")).run().of("sg"), "pass", "a port that nobody asks about");
        let both = format!("{list},{}", tcp(22, r#""0.0.0.0/0""#));
        assert!(judged(&both).run().of("sg").starts_with("fail: tcp 22 open to 0.0.0.0/0"));
    }

    #[test]
    fn what_it_reaches_is_named() {
        let interface = |id: &str, subnet: &str, public: &str| {
            format!(r#"{{"NetworkInterfaceId":"{id}","InstanceId":"i-{id}","Groups":["sg-1"],"SubnetId":"{subnet}"{public}}}"#)
        };
        let case = judged(&tcp(22, r#""0.0.0.0/0""#))
            .given_of("ec2.subnet", "s-1", r#"{"SubnetId": "subnet-1", "Public": true}"#)
            .given_of("ec2.subnet", "s-2", r#"{"SubnetId": "subnet-2", "Public": false}"#)
            .given_of("ec2.network-interface", "a", &interface("a", "subnet-2", r#","PublicIp":"198.51.100.1""#))
            .given_of("ec2.network-interface", "b", &interface("b", "subnet-1", ""));
        let said = "fail: tcp 22 open to 0.0.0.0/0; 2 interfaces behind it, none reachable";
        assert!(case.run().of("sg").starts_with(said), "{}", case.run().of("sg"));
        let case = case.given_of("ec2.network-interface", "c", &interface("c", "subnet-1", r#","PublicIp":"198.51.100.2""#));
        assert!(case.run().of("sg").starts_with("fail: tcp 22 open to 0.0.0.0/0; reaches i-c {"), "{}", case.run().of("sg"));
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
