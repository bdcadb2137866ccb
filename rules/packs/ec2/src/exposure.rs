//! Instances that stand in the internet.

use std::collections::BTreeMap;

use muster_rule::ec2::{Instance, NetworkInterface, SecurityGroup};
use muster_rule::prelude::*;

use crate::common::{ById, by_id, is};
use crate::openness::{Openness, Ports, WIDER_THAN, written};
use crate::ports::leads_out;

pub const WITH_PROFILE: Rule = Rule {
    id: "internet-facing-profile",
    title: "Instance in the internet can act as a role",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[
        Need { kind: "ec2.instance", facets: &["imds"] },
        Need { kind: "ec2.network-interface", facets: &[] },
        Need { kind: "ec2.security-group", facets: &[] },
        Need { kind: "ec2.subnet", facets: &["routes"] },
    ],
    params: &[WIDER_THAN],
    risk: "Who takes over what listens there, or makes it fetch an address, holds the credentials of the role.",
    remediation: Remediation {
        text: "Put a load balancer in front and the instance in a private subnet; require IMDSv2, after you saw that what runs there asks for \
               tokens, and give the role no more than it needs.",
        command: "aws ec2 modify-instance-metadata-options --instance-id {resource} --http-tokens required --region {region}",
    },
    help: "A public address, a subnet that leads to an internet gateway, a port open to the internet and an instance profile, all at once. Each \
           interface of the instance is judged by itself, with its own subnet and groups. A group or subnet that is not in the list, as of \
           another account, makes the answer unknown unless the rest already closes the way.",
    check: Check::scope(|ask, batch, found| {
        let network = Network::of(ask, batch);
        for doc in batch.of("ec2.instance") {
            found.push(*doc, network.judge(Instance(doc.body)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// What surrounds the instances.
struct Network<'a, 'q> {
    ask: &'q Ask<'q>,
    groups: ById<'a>,
    subnets: ById<'a>,
    /// Interfaces by the instance they hang on.
    interfaces: BTreeMap<Text<'a>, Vec<NetworkInterface<'a>>>,
}

/// A public address of an instance, and what stands around it.
struct Face<'a> {
    address: Text<'a>,
    subnet: Option<Text<'a>>,
    groups: Vec<Text<'a>>,
}

impl<'a, 'q> Network<'a, 'q> {
    fn of(ask: &'q Ask<'q>, batch: &Batch<'a>) -> Self {
        let mut interfaces = BTreeMap::<_, Vec<_>>::new();
        for interface in batch.of("ec2.network-interface").iter().map(|doc| NetworkInterface(doc.body)) {
            if let Some(instance) = interface.instance_id() {
                interfaces.entry(instance).or_default().push(interface);
            }
        }
        Self { ask, groups: by_id(batch, "ec2.security-group", "GroupId"), subnets: by_id(batch, "ec2.subnet", "SubnetId"), interfaces }
    }

    fn judge(&self, instance: Instance<'a>) -> Answer {
        let profile = instance.iam_instance_profile().and_then(|profile| profile.arn());
        let Some(profile) = profile.filter(|_| is(instance.state(), "running")) else { return skip() };
        let faces = self.faces(instance);
        if faces.is_empty() {
            return skip();
        }
        let mut unseen = None;
        for face in faces {
            match self.open(&face) {
                Ok(Some(port)) => return exposed(instance, &face, port, &profile),
                Ok(None) => {}
                Err(answer) => unseen = unseen.or(Some(answer)),
            }
        }
        unseen.unwrap_or_else(pass)
    }

    /// Where it has public addresses: its own words first, then each of its interfaces.
    fn faces(&self, instance: Instance<'a>) -> Vec<Face<'a>> {
        let own = instance.public_ip_address().or_else(|| instance.ipv6_address());
        let own = own.map(|address| Face { address, subnet: instance.subnet_id(), groups: instance.security_groups().collect() });
        let interfaces = instance.instance_id().and_then(|id| self.interfaces.get(&id)).into_iter().flatten();
        let others = interfaces.filter_map(|interface| {
            let address = interface.public_ip().or_else(|| interface.ipv6_addresses().next())?;
            Some(Face { address, subnet: interface.subnet_id(), groups: interface.groups().collect() })
        });
        own.into_iter().chain(others).collect()
    }

    /// A port that the internet reaches there; an answer where that cannot be known.
    fn open(&self, face: &Face<'a>) -> Result<Option<Ports>, Answer> {
        let leads = face.subnet.as_ref().and_then(|id| leads_out(id, &self.subnets));
        if leads == Some(false) {
            return Ok(None);
        }
        let seen = face.groups.iter().filter_map(|id| self.groups.get(id));
        let openness = Openness::of(self.ask, seen.map(|group| SecurityGroup(group.body)));
        let port = openness.any();
        let maybe = if port.is_some() { None } else { missing(&face.groups, &self.groups).or_else(|| openness.unread()) };
        match (leads, port, maybe) {
            (Some(true), Some(port), _) => Ok(Some(port)),
            (Some(true), None, Some(unknown)) => Err(unknown),
            (None, None, Some(_)) | (None, Some(_), _) => Err(unlisted("subnet", face.subnet.as_deref().unwrap_or("of an interface"))),
            _ => Ok(None),
        }
    }
}

/// Unknown when one of the groups was not listed.
fn missing(ids: &[Text<'_>], known: &ById<'_>) -> Option<Answer> {
    ids.iter().find(|id| !known.contains_key(*id)).map(|id| unlisted("security group", id))
}

fn unlisted(what: &str, id: &str) -> Answer {
    unknown(format!("{what} {id} is not in the list, it may belong to another account"))
}

fn exposed(instance: Instance<'_>, face: &Face<'_>, port: Ports, profile: &str) -> Answer {
    let name = profile.rsplit('/').next().unwrap_or(profile);
    let tokens = instance.metadata_options().and_then(|options| options.http_tokens());
    fail(format!("{} open to the internet, and it acts as {name}", written(&[port])))
        .with("PublicIpAddress", &face.address)
        .with("IamInstanceProfile", profile)
        .with("HttpTokens", tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn instance(more: &str) -> String {
        format!(r#"{{"InstanceId":"i-1","State":"running","SubnetId":"subnet-1","SecurityGroups":["sg-0","sg-1"]{more}}}"#)
    }

    const PROFILE: &str = r#","IamInstanceProfile":{"Arn":"arn:aws:iam::1:instance-profile/app"}"#;
    const ADDRESS: &str = r#","PublicIpAddress":"198.51.100.1","MetadataOptions":{"HttpTokens":"optional"}"#;
    const OPEN: &str = r#"{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":["0.0.0.0/0"]}"#;
    const SAID: &str = "fail: tcp 443 open to the internet, and it acts as app {";

    fn case(port: &str, public: bool) -> Case<'static> {
        let group = format!(r#"{{"GroupId":"sg-1","IpPermissions":[{port}]}}"#);
        Case::of(&WITH_PROFILE)
            .given("both", &instance(&format!("{PROFILE}{ADDRESS}")))
            .given("inside", &instance(PROFILE))
            .given("nobody", &instance(ADDRESS))
            .given_of("ec2.security-group", "0", r#"{"GroupId": "sg-0", "IpPermissions": []}"#)
            .given_of("ec2.security-group", "1", &group)
            .given_of("ec2.subnet", "s", &format!(r#"{{"SubnetId":"subnet-1","Public":{public}}}"#))
    }

    #[test]
    fn it_takes_all_four() {
        let found = case(OPEN, true).run();
        let said = found.of("both");
        assert!(said.starts_with(SAID), "{said}");
        assert_eq!((found.of("inside"), found.of("nobody")), ("skip", "skip"));
        assert_eq!(case(OPEN, false).run().of("both"), "pass", "no way to it");
        assert_eq!(case("", true).run().of("both"), "pass", "no port is open");
        let list = OPEN.replace(r#""IpRanges":["0.0.0.0/0"]"#, r#""PrefixListIds":["pl-1"]"#);
        assert_eq!(case(&list, true).run().of("both"), "unknown: source pl-1 was not read");
        assert_eq!(case(&list, false).run().of("both"), "pass");
        assert_eq!(case(&OPEN.replace("0.0.0.0/0", "203.0.113.0/24"), true).run().of("both"), "pass");
    }

    #[test]
    fn groups_open_a_port_together() {
        let half = |range: &str| OPEN.replace("0.0.0.0/0", range);
        let other = format!(r#"{{"GroupId":"sg-0","IpPermissions":[{}]}}"#, half("128.0.0.0/2"));
        let found = Case::of(&WITH_PROFILE)
            .params(r#"{"wider-than": 2}"#)
            .given("i", &instance(&format!("{PROFILE}{ADDRESS}")))
            .given_of("ec2.security-group", "0", &other)
            .given_of("ec2.security-group", "1", &format!(r#"{{"GroupId":"sg-1","IpPermissions":[{}]}}"#, half("64.0.0.0/2")))
            .given_of("ec2.subnet", "s", r#"{"SubnetId":"subnet-1","Public":true}"#)
            .run();
        assert!(found.of("i").starts_with(SAID), "{}", found.of("i"));
    }

    #[test]
    fn what_was_not_listed_is_unknown() {
        let both = instance(&format!("{PROFILE}{ADDRESS}"));
        let group = |permissions: &str| format!(r#"{{"GroupId":"sg-1","IpPermissions":[{permissions}]}}"#);
        let case = |permissions: &str, groups: &str| {
            Case::of(&WITH_PROFILE).given("i", &both.replace(r#""sg-0","sg-1""#, groups)).given_of(
                "ec2.security-group",
                "1",
                &group(permissions),
            )
        };
        let subnet = |case: Case<'static>, public: bool| {
            case.given_of("ec2.subnet", "s", &format!(r#"{{"SubnetId":"subnet-1","Public":{public}}}"#)).run().of("i").to_owned()
        };
        let (one, both) = (r#""sg-1""#, r#""sg-0","sg-1""#);
        assert_eq!(case(OPEN, one).run().of("i"), "unknown: subnet subnet-1 is not in the list, it may belong to another account");
        assert_eq!(case("", one).run().of("i"), "pass", "no port is open, wherever it leads");
        let unlisted = "unknown: security group sg-0 is not in the list, it may belong to another account";
        assert_eq!(subnet(case("", both), true), unlisted);
        assert_eq!(subnet(case("", both), false), "pass", "no way to it");
        assert!(subnet(case(OPEN, both), true).starts_with(SAID), "what is listed opens it already");
        assert_eq!(case("", both).run().of("i"), "unknown: subnet subnet-1 is not in the list, it may belong to another account");
    }

    #[test]
    fn an_address_of_another_interface_counts() {
        let second = |address: &str| {
            format!(r#"{{"NetworkInterfaceId":"eni-2","InstanceId":"i-1","SubnetId":"subnet-1","Groups":["sg-1"]{address}}}"#)
        };
        let found = |interface: &str| {
            let case = Case::of(&WITH_PROFILE)
                .given("i", &instance(PROFILE).replace("subnet-1", "subnet-2"))
                .given_of("ec2.security-group", "1", &format!(r#"{{"GroupId":"sg-1","IpPermissions":[{OPEN}]}}"#))
                .given_of("ec2.subnet", "s", r#"{"SubnetId":"subnet-1","Public":true}"#)
                .given_of("ec2.network-interface", "eni", interface);
            case.run().of("i").to_owned()
        };
        let public = found(&second(r#","PublicIp":"198.51.100.2""#));
        assert!(public.starts_with(SAID) && public.contains(r#""PublicIpAddress":"198.51.100.2""#), "{public}");
        assert!(found(&second(r#","Ipv6Addresses":["2001:db8::1"]"#)).starts_with(SAID));
        assert_eq!(found(&second("")), "skip", "no public address anywhere");
        assert_eq!(found(&second(r#","PublicIp":"198.51.100.2""#).replace("i-1", "i-2")), "skip", "another instance's");
    }
}
