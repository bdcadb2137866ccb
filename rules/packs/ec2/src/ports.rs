//! Ports that security groups open to the internet.

use muster_rule::ec2::{NetworkInterface, SecurityGroup, Subnet};
use muster_rule::prelude::*;

use crate::common::{ById, by_id, counted, some_of};
use crate::groups::{Users, users};
use crate::openness::{Lists, Openness, PROTOCOLS, Ports, WIDER_THAN, row, written};

/// Remote administration, file shares, databases, clusters and their kin: FSBP EC2.19, and what scanners look for besides.
const RISKY: &[i64] = &[
    20, 21, 22, 23, 25, 110, 135, 139, 143, 389, 445, 1433, 1434, 1521, 2375, 2376, 2379, 2380, 3000, 3306, 3389, 4333, 5000, 5432, 5500,
    5601, 5985, 6379, 6443, 8080, 8088, 8888, 9042, 9092, 9200, 9300, 10_250, 11_211, 27_017, 27_018, 27_019,
];
/// The web.
const AUTHORIZED: &[i64] = &[80, 443];
/// Most reachable things that evidence lists, and most ports.
const SHOWN: usize = 20;
const NEEDS: &[Need] = &[
    Need { kind: "ec2.security-group", facets: &[] },
    Need { kind: "ec2.network-interface", facets: &[] },
    Need { kind: "ec2.subnet", facets: &["routes"] },
];
const RISK: &str =
    "Every address of the internet is scanned within the hour; what listens there is attacked by password, by old vulnerability, by both.";

pub const ALL: Rule = Rule {
    id: "open-all-ports",
    title: "Security group opens every port to the internet",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    params: &[WIDER_THAN],
    risk: "Whatever is started behind it, now or later, can be reached by everybody, and nobody decided so.",
    remediation: Remediation {
        text: "Look which ports are used, write a rule for each with the networks that need it, then revoke the one that opens all. The command \
               revokes a rule of every protocol; for one of TCP or UDP write `--protocol tcp --port 0-65535`.",
        command: "aws ec2 revoke-security-group-ingress --group-id {resource} --protocol all --cidr CIDR --region {region}",
    },
    controls: &["FSBP EC2.18", "FSBP EC2.19", "TA 1iG5NDGVre"],
    help: "Every port of TCP, of UDP, or of both, by one rule or by several that make up the whole.",
    check: Check::scope(|ask, batch, found| judge(ask, batch, found, all)),
};

pub const OPEN: Rule = Rule {
    id: "open-ports",
    title: "Security group opens risky ports to the internet",
    category: Category::Security,
    severity: Severity::High,
    needs: NEEDS,
    params: &[
        Param::integers("ports", RISKY, "Ports that the internet shall not reach, of TCP and of UDP").min(0).max(65_535),
        Param::boolean("every-port", true, "Whether groups that open every port are judged, too: `open-all-ports` tells of them"),
        WIDER_THAN,
    ],
    risk: RISK,
    remediation: Remediation {
        text: "Revoke the rule, or narrow it to the networks that need it; reach machines by Session Manager instead of by an open port.",
        command: "aws ec2 revoke-security-group-ingress --group-id {resource} --protocol tcp --port PORT --cidr CIDR --region {region}",
    },
    controls: &["CIS 6.1.2", "CIS 6.3", "CIS 6.4", "FSBP EC2.13", "FSBP EC2.14", "FSBP EC2.19", "TA HCP4007jGY", "TA 1iG5NDGVre"],
    help: "Sources are judged together: `0.0.0.0/1` and `128.0.0.0/1` are the internet. A group that nothing uses fails too, and says so: it \
           takes one click to use it. The networks of prefix lists are not read: a group that lets such a list in, and nothing else, is unknown. `Reachable` lists instances, and other interfaces, with a public address in a subnet that leads to an internet gateway.",
    check: Check::scope(|ask, batch, found| judge(ask, batch, found, risky)),
};

pub const UNAUTHORIZED: Rule = Rule {
    id: "unauthorized-ports",
    title: "Security group opens ports to the internet that nobody authorized",
    category: Category::Security,
    severity: Severity::Medium,
    needs: NEEDS,
    params: &[Param::integers("ports", AUTHORIZED, "Ports that the internet may reach, of TCP and of UDP").min(0).max(65_535), WIDER_THAN],
    risk: RISK,
    remediation: Remediation {
        text: "Revoke the rule, narrow it to the networks that need it, or write the port into the parameter `ports`.",
        command: OPEN.remediation.command,
    },
    controls: &["FSBP EC2.18"],
    help: "Any port but those of `ports` counts, whatever usually listens there. Sources are judged as by `open-ports`.",
    check: Check::scope(|ask, batch, found| judge(ask, batch, found, unauthorized)),
};

/// What a rule holds against a group: ports, or the answer that there are none.
type Judge = fn(&Ask<'_>, &Openness) -> Result<Vec<Ports>, Answer>;

fn judge<'a>(ask: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>, held: Judge) -> Result<(), Failure> {
    let (users, subnets) = (users(batch), by_id(batch, "ec2.subnet", "SubnetId"));
    for doc in batch.of("ec2.security-group") {
        let openness = Openness::of(ask, [SecurityGroup(doc.body)]);
        found.push(*doc, held(ask, &openness).map_or_else(|answer| answer, |open| opened(*doc, &openness, &open, &users, &subnets)));
    }
    Ok(())
}

fn all(_: &Ask<'_>, openness: &Openness) -> Result<Vec<Ports>, Answer> {
    let whole = openness.whole(Lists::Nobody);
    if !whole.is_empty() {
        return Ok(whole.into_iter().flat_map(|protocol| openness.all_open(protocol, Lists::Nobody)).collect());
    }
    let maybe = !openness.whole(Lists::Everybody).is_empty();
    Err(openness.unread().filter(|_| maybe).unwrap_or_else(pass))
}

fn risky(ask: &Ask<'_>, openness: &Openness) -> Result<Vec<Ports>, Answer> {
    if !ask.params.boolean("every-port") && !openness.whole(Lists::Nobody).is_empty() {
        return Err(skip());
    }
    let ports = ask.params.integers("ports");
    let open = openness.open(&ports);
    if open.is_empty() { Err(openness.closed(&ports)) } else { Ok(open) }
}

fn unauthorized(ask: &Ask<'_>, openness: &Openness) -> Result<Vec<Ports>, Answer> {
    let mut allowed = ask.params.integers("ports");
    allowed.sort_unstable();
    let open = |lists| -> Vec<Ports> {
        PROTOCOLS.into_iter().flat_map(|protocol| openness.all_open(protocol, lists)).flat_map(|ports| without(ports, &allowed)).collect()
    };
    let found = open(Lists::Nobody);
    if !found.is_empty() {
        return Ok(found);
    }
    let maybe = !open(Lists::Everybody).is_empty();
    Err(openness.unread().filter(|_| maybe).unwrap_or_else(pass))
}

/// The ports of a row that are not among some others, which are sorted.
fn without((protocol, first, last): Ports, allowed: &[i64]) -> Vec<Ports> {
    let (mut left, mut next) = (Vec::new(), first);
    for port in allowed.iter().copied().filter(|port| (first..=last).contains(port)) {
        left.push((protocol, next, port - 1));
        next = port + 1;
    }
    left.push((protocol, next, last));
    left.retain(|(_, first, last)| first <= last);
    left
}

fn opened(doc: Doc<'_>, openness: &Openness, open: &[Ports], users: &Users<'_>, subnets: &ById<'_>) -> Answer {
    let id = SecurityGroup(doc.body).group_id().unwrap_or_default();
    let interfaces = users.get(&*id).map_or(&[][..], Vec::as_slice);
    let reachable: Vec<String> =
        interfaces.iter().map(|doc| NetworkInterface(doc.body)).filter(|it| is_reachable(*it, subnets)).map(served).collect();
    let reach = match (interfaces.len() as i64, reachable.len()) {
        (0, _) => "nothing uses it".to_owned(),
        (used, 0) => format!("{} behind it, none reachable", counted(used, "interface")),
        _ => format!("reaches {}", some_of(&reachable)),
    };
    let sources = openness.sources(open);
    let ports = open.iter().take(SHOWN).map(|(protocol, first, last)| format!("{protocol}/{}", row(*first, *last)));
    fail(format!("{} open to {}; {reach}", what(openness, open), some_of(&sources)))
        .with("Ports", ports.collect::<Vec<_>>())
        .with("Sources", sources)
        .with("Interfaces", interfaces.len() as i64)
        .with("ReachableCount", reachable.len() as i64)
        .with("Reachable", reachable.into_iter().take(SHOWN).collect::<Vec<_>>())
}

/// The ports in words: a group that opens all of them says so, whichever were asked for.
fn what(openness: &Openness, open: &[Ports]) -> String {
    match openness.whole(Lists::Nobody)[..] {
        [] => written(open),
        [protocol] => {
            let others: Vec<Ports> = open.iter().filter(|(its, ..)| *its != protocol).copied().collect();
            let more = if others.is_empty() { String::new() } else { format!("; {}", written(&others)) };
            format!("every port of {protocol}{more}")
        }
        _ => "every port".to_owned(),
    }
}

/// What an interface belongs to, as far as that is known.
fn served(interface: NetworkInterface<'_>) -> String {
    interface.instance_id().or_else(|| interface.network_interface_id()).unwrap_or_default().into_owned()
}

/// A public address, and a way for packets to come to it.
fn is_reachable(interface: NetworkInterface<'_>, subnets: &ById<'_>) -> bool {
    let addressed = interface.public_ip().is_some() || interface.ipv6_addresses().next().is_some();
    addressed && interface.subnet_id().is_some_and(|id| leads_out(&id, subnets) == Some(true))
}

/// Whether a subnet leads to an internet gateway; nothing where that is not known, as of one of another account.
pub fn leads_out(subnet: &str, subnets: &ById<'_>) -> Option<bool> {
    Subnet(subnets.get(subnet)?.body).public()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn group(id: &str, permissions: &str) -> String {
        format!(r#"{{"GroupId":"{id}","IpPermissions":[{permissions}],"IpPermissionsEgress":[]}}"#)
    }

    fn rule(protocol: &str, first: i64, last: i64, sources: &str) -> String {
        format!(
            r#"{{"IpProtocol":"{protocol}","FromPort":{first},"ToPort":{last},"IpRanges":[{sources}],"Ipv6Ranges":[],"UserIdGroupPairs":[]}}"#
        )
    }

    fn tcp(port: i64, sources: &str) -> String {
        rule("tcp", port, port, sources)
    }

    const WORLD: &str = r#""0.0.0.0/0""#;
    const EVERYTHING: &str = r#"{"IpProtocol":"-1","IpRanges":["0.0.0.0/0"]}"#;

    fn asked(rule: &'static Rule, permissions: &str) -> Case<'static> {
        Case::of(rule).given("sg", &group("sg-1", permissions))
    }

    #[test]
    fn every_port_is_critical() {
        let halves = format!("{},{}", rule("tcp", 0, 32_767, WORLD), rule("tcp", 32_768, 65_535, WORLD));
        let gap = format!("{},{}", rule("tcp", 0, 32_767, WORLD), rule("tcp", 32_769, 65_535, WORLD));
        let said = |permissions: &str| asked(&ALL, permissions).run().of("sg").to_owned();
        assert!(said(EVERYTHING).starts_with("fail: every port open to 0.0.0.0/0; nothing uses it {"), "{}", said(EVERYTHING));
        assert!(said(&rule("udp", 1, 65_535, WORLD)).starts_with("fail: every port of udp open to 0.0.0.0/0; nothing uses it {"));
        assert!(said(&halves).contains(r#""Ports":["tcp/1-65535"]"#), "{}", said(&halves));
        let office = rule("-1", 0, 65_535, r#""203.0.113.0/24""#);
        for closed in ["", &gap, &office, &tcp(22, WORLD), &rule("icmp", -1, -1, WORLD)] {
            assert_eq!(said(closed), "pass", "{closed}");
        }
        assert_eq!(said(r#"{"IpProtocol":"-1","PrefixListIds":["pl-1"]}"#), "unknown: source pl-1 was not read");
        assert_eq!(said(r#"{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"PrefixListIds":["pl-1"]}"#), "pass");
    }

    #[test]
    fn a_port_that_is_not_authorized_fails_whatever_it_is_for() {
        let said = |permissions: &str| asked(&UNAUTHORIZED, permissions).run().of("sg").to_owned();
        for port in [1, 79, 81, 442, 444, 6443, 10_250, 27_019, 65_535] {
            let wanted = format!("fail: tcp {port} open to 0.0.0.0/0; nothing uses it {{");
            assert!(said(&tcp(port, WORLD)).starts_with(&wanted), "{}", said(&tcp(port, WORLD)));
        }
        let row = said(&rule("tcp", 79, 444, WORLD));
        assert!(
            row.starts_with("fail: tcp 79, 81-442, 444 open to 0.0.0.0/0") && row.contains(r#"["tcp/79","tcp/81-442","tcp/444"]"#),
            "{row}"
        );
        assert!(said(EVERYTHING).starts_with("fail: every port open to 0.0.0.0/0"));
        let both = format!("{},{}", rule("udp", 0, 65_535, WORLD), tcp(22, WORLD));
        assert!(said(&both).starts_with("fail: every port of udp; tcp 22 open to 0.0.0.0/0"), "{}", said(&both));
        for closed in ["", &tcp(80, WORLD), &tcp(443, WORLD), &tcp(22, r#""10.0.0.0/8""#), &rule("udp", 443, 443, WORLD)] {
            assert_eq!(said(closed), "pass", "{closed}");
        }
        let params = asked(&UNAUTHORIZED, &tcp(6443, WORLD)).params(r#"{"ports": [443, 6443]}"#).run();
        assert_eq!(params.of("sg"), "pass");
        let list = r#"{"IpProtocol":"tcp","FromPort":6443,"ToPort":6443,"PrefixListIds":["pl-1"]}"#;
        assert_eq!(said(list), "unknown: source pl-1 was not read");
        assert_eq!(said(&list.replace("6443", "443")), "pass", "a port that is authorized");
    }

    #[test]
    fn clusters_are_risky() {
        for port in [2379, 6443, 10_250, 27_019] {
            assert!(asked(&OPEN, &tcp(port, WORLD)).run().of("sg").starts_with("fail: tcp "), "{port}");
        }
    }

    #[test]
    fn a_port_is_open_to_the_whole_or_to_parts_that_make_it_up() {
        let halves = r#""0.0.0.0/1","128.0.0.0/1""#;
        let apart = format!("{},{}", tcp(22, r#""0.0.0.0/1""#), tcp(22, r#""128.0.0.0/1""#));
        for open in [tcp(22, r#""0.0.0.0/0""#), tcp(22, halves), apart] {
            let found = asked(&OPEN, &open).run();
            assert!(found.of("sg").starts_with("fail: tcp 22 open to "), "{}", found.of("sg"));
        }
        let v6 = r#"{"IpProtocol":"tcp","FromPort":3389,"ToPort":3389,"IpRanges":[],"Ipv6Ranges":["::/0"]}"#;
        let said = r#"fail: tcp 3389 open to ::/0; nothing uses it {"Interfaces":0,"Ports":["tcp/3389"],"Reachable":[],"ReachableCount":0,"Sources":["::/0"]}"#;
        assert_eq!(asked(&OPEN, v6).run().of("sg"), said);
    }

    #[test]
    fn all_ports_are_not_hidden() {
        let case = asked(&OPEN, EVERYTHING);
        assert!(case.run().of("sg").starts_with("fail: every port open to 0.0.0.0/0; nothing uses it"));
        assert_eq!(case.params(r#"{"every-port": false}"#).run().of("sg"), "skip", "a policy leaves it to the other rule");
        let some = asked(&OPEN, &tcp(22, WORLD)).params(r#"{"every-port": false}"#).run();
        assert!(some.of("sg").starts_with("fail: tcp 22 open to "));
        let range = r#"{"IpProtocol":"tcp","FromPort":3300,"ToPort":3400,"IpRanges":["0.0.0.0/0"]}"#;
        assert!(asked(&OPEN, range).run().of("sg").starts_with("fail: tcp 3306, 3389 open to 0.0.0.0/0"));
    }

    #[test]
    fn what_is_narrow_or_not_asked_for_passes() {
        let icmp = r#"{"IpProtocol":"icmp","FromPort":-1,"ToPort":-1,"IpRanges":["0.0.0.0/0"]}"#;
        let group = r#"{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"UserIdGroupPairs":["sg-2"]}"#;
        for closed in
            ["", &tcp(443, r#""0.0.0.0/0""#), &tcp(22, r#""203.0.113.0/24","10.0.0.0/8""#), &tcp(22, r#""52.0.0.0/8""#), icmp, group]
        {
            assert_eq!(asked(&OPEN, closed).run().of("sg"), "pass", "{closed}");
        }
        assert!(asked(&OPEN, &tcp(22, r#""52.0.0.0/7""#)).run().of("sg").starts_with("fail: "), "one step over the boundary");
        assert_eq!(asked(&OPEN, &tcp(22, r#""0.0.0.0/0""#)).params(r#"{"ports": [80]}"#).run().of("sg"), "pass");
    }

    #[test]
    fn a_prefix_list_is_not_read() {
        let list = r#"{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[],"PrefixListIds":["pl-1"]}"#;
        assert_eq!(asked(&OPEN, list).run().of("sg"), "unknown: source pl-1 was not read");
        assert_eq!(asked(&OPEN, &list.replace("22", "443")).run().of("sg"), "pass", "a port that nobody asks about");
        let both = format!("{list},{}", tcp(22, r#""0.0.0.0/0""#));
        assert!(asked(&OPEN, &both).run().of("sg").starts_with("fail: tcp 22 open to 0.0.0.0/0"));
    }

    #[test]
    fn what_it_reaches_is_named() {
        let interface = |id: &str, subnet: &str, public: &str| {
            format!(r#"{{"NetworkInterfaceId":"{id}","InstanceId":"i-{id}","Groups":["sg-1"],"SubnetId":"{subnet}"{public}}}"#)
        };
        let case = asked(&OPEN, &tcp(22, r#""0.0.0.0/0""#))
            .given_of("ec2.subnet", "s-1", r#"{"SubnetId": "subnet-1", "Public": true}"#)
            .given_of("ec2.subnet", "s-2", r#"{"SubnetId": "subnet-2", "Public": false}"#)
            .given_of("ec2.network-interface", "a", &interface("a", "subnet-2", r#","PublicIp":"198.51.100.1""#))
            .given_of("ec2.network-interface", "b", &interface("b", "subnet-1", ""));
        let said = "fail: tcp 22 open to 0.0.0.0/0; 2 interfaces behind it, none reachable";
        assert!(case.run().of("sg").starts_with(said), "{}", case.run().of("sg"));
        let case = case.given_of("ec2.network-interface", "c", &interface("c", "subnet-1", r#","PublicIp":"198.51.100.2""#));
        assert!(case.run().of("sg").starts_with("fail: tcp 22 open to 0.0.0.0/0; reaches i-c {"), "{}", case.run().of("sg"));
    }
}
