//! Who on the internet gets at a database.

use std::collections::BTreeMap;

use muster_rule::ec2::{IpPermission, SecurityGroup, Subnet};
use muster_rule::prelude::*;
use muster_rule::rds::Instance;

use crate::cidr::{self, Family, Range};

/// How wide sources are that count as the internet: as for `ec2/open-ports`.
const WIDER_THAN: Param = Param::integer(
    "wider-than",
    8,
    "Sources that together hold more public addresses than a network of this prefix length count as the internet",
)
.min(0)
.max(32);

pub const PUBLIC_ACCESS: Rule = Rule {
    id: "public-access",
    title: "Database has a public address",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "One rule of a security group too wide, and everybody can try passwords on it.",
    remediation: Remediation {
        text: "Take the public address away, which counts at once and cuts off whoever comes by it; let people come through a bastion, a VPN or \
               Session Manager.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --no-publicly-accessible --region {region}",
    },
    controls: &["CIS 3.2.3", "FSBP RDS.2"],
    help: "Whether somebody really gets there is what `reachable` tells.",
    check: Check::each(|_, doc| match Instance(doc.body).publicly_accessible() {
        Some(false) => pass(),
        other => fail("publicly accessible").with("PubliclyAccessible", other),
    }),
    ..Rule::EMPTY
};

pub const REACHABLE: Rule = Rule {
    id: "reachable",
    title: "Database is reachable from the internet",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[
        Need { kind: "rds.instance", facets: &[] },
        Need { kind: "ec2.security-group", facets: &[] },
        Need { kind: "ec2.subnet", facets: &["routes"] },
    ],
    params: &[WIDER_THAN],
    risk: "Everybody on the internet can try passwords and faults of the engine on it, and robots do, within minutes.",
    remediation: Remediation {
        text: "Take the public address away, which counts at once and cuts off whoever comes by it; let only the security groups of its clients in.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --no-publicly-accessible --region {region}",
    },
    controls: &["CIS 3.2.3", "FSBP RDS.2"],
    help: "It fails when all three hold: the database has a public address, one of its subnets leads to an internet gateway, and its \
           security groups together open its port to the internet, in one piece or in several. The networks of prefix lists are not read.",
    check: Check::scope(check),
    ..Rule::EMPTY
};

fn check<'a>(ask: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let groups = batch.of("ec2.security-group").iter().map(|doc| SecurityGroup(doc.body));
    let subnets = batch.of("ec2.subnet").iter().map(|doc| Subnet(doc.body));
    let network = Network {
        groups: groups.filter_map(|group| Some((group.group_id()?, group))).collect(),
        subnets: subnets.filter_map(|subnet| Some((subnet.subnet_id()?, subnet))).collect(),
        wider_than: ask.params.integer("wider-than"),
    };
    for doc in batch.of("rds.instance") {
        found.push(*doc, network.judge(Instance(doc.body)));
    }
    Ok(())
}

/// What surrounds the databases, by id.
struct Network<'a> {
    groups: BTreeMap<Text<'a>, SecurityGroup<'a>>,
    subnets: BTreeMap<Text<'a>, Subnet<'a>>,
    wider_than: i64,
}

impl Network<'_> {
    fn judge(&self, instance: Instance<'_>) -> Answer {
        if instance.publicly_accessible() != Some(true) {
            return pass();
        }
        let Some(port) = instance.port() else { return unknown("it has no endpoint yet, so its port is not known") };
        let subnets: Vec<_> = instance.subnets().collect();
        let public = subnets.iter().find(|id| self.subnets.get(*id).is_some_and(|subnet| subnet.public() == Some(true)));
        let Some(subnet) = public else { return missing(&subnets, &self.subnets, "subnet").unwrap_or_else(pass) };
        let groups: Vec<_> = instance.vpc_security_groups().collect();
        let open = World::of(groups.iter().filter_map(|id| self.groups.get(id)), port);
        if !open.is_open(self.wider_than) {
            return missing(&groups, &self.groups, "security group").or_else(|| open.unread()).unwrap_or_else(pass);
        }
        fail(format!("port {port} is open to the internet, in public subnet {subnet}")).with("Port", port).with("VpcSecurityGroups", groups)
    }
}

/// Unknown when one of what would have to be looked at was not listed: it may belong to another account.
fn missing<T>(ids: &[Text<'_>], known: &BTreeMap<Text<'_>, T>, what: &str) -> Option<Answer> {
    let id = ids.iter().find(|id| !known.contains_key(*id))?;
    Some(unknown(format!("{what} {id} is not in the list, it may belong to another account")))
}

/// The sources that get to a port.
#[derive(Default)]
struct World {
    ipv4: Vec<Range>,
    ipv6: Vec<Range>,
    /// A prefix list, whose networks are not read.
    unread: Option<String>,
}

impl World {
    fn of<'a>(groups: impl Iterator<Item = &'a SecurityGroup<'a>>, port: i64) -> Self {
        let mut world = Self::default();
        for rule in groups.flat_map(|group| group.ip_permissions()).filter(|rule| covers(*rule, port)) {
            let named = rule.ip_ranges().chain(rule.ipv6_ranges());
            for (family, range) in named.filter_map(|name| cidr::range(&name)) {
                if family == Family::V4 { world.ipv4.push(range) } else { world.ipv6.push(range) }
            }
            world.unread = world.unread.or_else(|| rule.prefix_list_ids().next().map(Text::into_owned));
        }
        world
    }

    /// Parts of the internet written as several rules are judged together.
    fn is_open(&self, wider_than: i64) -> bool {
        Family::V4.is_wider(&self.ipv4, wider_than) || Family::V6.is_wider(&self.ipv6, wider_than)
    }

    /// Unknown when a source was not read.
    fn unread(&self) -> Option<Answer> {
        self.unread.as_ref().map(|list| unknown(format!("source {list} was not read")))
    }
}

fn covers(rule: IpPermission<'_>, port: i64) -> bool {
    match rule.ip_protocol().as_deref() {
        Some("-1") => true,
        Some("tcp" | "6") => rule.from_port().unwrap_or(0) <= port && port <= rule.to_port().unwrap_or(65_535),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_public_address_is_told() {
        let found =
            Case::of(&PUBLIC_ACCESS).given("a", r#"{"PubliclyAccessible": false}"#).given("b", r#"{"PubliclyAccessible": true}"#).run();
        assert_eq!(found.all(), ["a pass", r#"b fail: publicly accessible {"PubliclyAccessible":true}"#]);
    }

    const OPEN: &str = r#"{"PubliclyAccessible": true, "Port": 5432, "Subnets": ["subnet-1"], "VpcSecurityGroups": ["sg-1"]}"#;

    fn case(rules: &str, public: bool) -> Case<'static> {
        Case::of(&REACHABLE)
            .given("db", OPEN)
            .given_of("ec2.security-group", "g", &format!(r#"{{"GroupId": "sg-1", "IpPermissions": [{rules}]}}"#))
            .given_of("ec2.subnet", "s", &format!(r#"{{"SubnetId": "subnet-1", "Public": {public}}}"#))
    }

    fn rule(from: i64, to: i64, ranges: &str) -> String {
        format!(r#"{{"IpProtocol": "tcp", "FromPort": {from}, "ToPort": {to}, "IpRanges": [{ranges}], "Ipv6Ranges": []}}"#)
    }

    const FAILS: &str = r#"fail: port 5432 is open to the internet, in public subnet subnet-1 {"Port":5432,"VpcSecurityGroups":["sg-1"]}"#;

    #[test]
    fn all_three_make_it_reachable() {
        let world = rule(5432, 5432, r#""0.0.0.0/0""#);
        assert_eq!(case(&world, true).run().of("db"), FAILS);
        assert_eq!(case(&world, false).run().of("db"), "pass");
        assert_eq!(case(&rule(5432, 5432, r#""10.0.0.0/8""#), true).run().of("db"), "pass");
        let closed = Case::of(&REACHABLE).given("db", r#"{"PubliclyAccessible": false}"#).run();
        assert_eq!(closed.of("db"), "pass");
    }

    #[test]
    fn ports_are_inclusive() {
        let world = r#""0.0.0.0/0""#;
        assert_eq!(case(&rule(0, 5432, world), true).run().of("db"), FAILS);
        assert_eq!(case(&rule(5432, 6000, world), true).run().of("db"), FAILS);
        assert_eq!(case(&rule(0, 5431, world), true).run().of("db"), "pass");
        assert_eq!(case(&rule(5433, 6000, world), true).run().of("db"), "pass");
        assert_eq!(case(r#"{"IpProtocol": "-1", "IpRanges": ["0.0.0.0/0"], "Ipv6Ranges": []}"#, true).run().of("db"), FAILS);
        assert_eq!(
            case(r#"{"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, "IpRanges": ["0.0.0.0/0"]}"#, true).run().of("db"),
            "pass"
        );
    }

    #[test]
    fn the_world_in_pieces_is_the_world() {
        assert_eq!(case(&rule(5432, 5432, r#""0.0.0.0/2", "64.0.0.0/2""#), true).run().of("db"), FAILS);
        assert_eq!(case(&rule(5432, 5432, r#""52.0.0.0/9", "52.128.0.0/9", "54.0.0.0/32""#), true).run().of("db"), FAILS);
        assert_eq!(case(&rule(5432, 5432, r#""52.0.0.0/9", "52.0.0.0/9""#), true).run().of("db"), "pass", "twice the same is once");
        assert_eq!(case(&rule(5432, 5432, r#""10.0.0.0/8", "172.16.0.0/12""#), true).run().of("db"), "pass", "private networks");
        assert_eq!(case(&rule(5432, 5432, r#""52.0.0.0/7""#), true).params(r#"{"wider-than": 7}"#).run().of("db"), "pass");
        let ipv6 = r#"{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [], "Ipv6Ranges": ["::/0"]}"#;
        assert_eq!(case(ipv6, true).run().of("db"), FAILS);
    }

    #[test]
    fn a_prefix_list_is_not_read() {
        let list = rule(5432, 5432, "").replace(r#""IpRanges""#, r#""PrefixListIds": ["pl-1"], "IpRanges""#);
        assert_eq!(case(&list, true).run().of("db"), "unknown: source pl-1 was not read");
        assert_eq!(case(&list.replace("5432", "3306"), true).run().of("db"), "pass", "another port");
        assert_eq!(case(&list, false).run().of("db"), "pass", "no way to it");
        assert_eq!(case(&format!("{list},{}", rule(5432, 5432, r#""0.0.0.0/0""#)), true).run().of("db"), FAILS);
    }

    #[test]
    fn what_was_not_listed_is_unknown() {
        let found = Case::of(&REACHABLE).given("db", OPEN).run();
        assert_eq!(found.of("db"), "unknown: subnet subnet-1 is not in the list, it may belong to another account");
        let found = Case::of(&REACHABLE).given("db", OPEN).given_of("ec2.subnet", "s", r#"{"SubnetId": "subnet-1", "Public": true}"#).run();
        assert_eq!(found.of("db"), "unknown: security group sg-1 is not in the list, it may belong to another account");
    }
}
