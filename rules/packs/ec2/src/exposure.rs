//! Instances that stand in the internet.

use muster_rule::ec2::{Instance, SecurityGroup};
use muster_rule::prelude::*;

use crate::common::{by_id, is};
use crate::groups::is_public;
use crate::openness::{Openness, Port, WIDER_THAN, closed_at_all, written};

pub const WITH_PROFILE: Rule = Rule {
    id: "internet-facing-profile",
    title: "Instance in the internet can act as a role",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[
        Need { kind: "ec2.instance", facets: &["imds"] },
        Need { kind: "ec2.security-group", facets: &[] },
        Need { kind: "ec2.subnet", facets: &["routes"] },
    ],
    params: &[WIDER_THAN],
    risk: "Who takes over what listens there, or makes it fetch an address, holds the credentials of the role.",
    remediation: Remediation {
        text: "Put a load balancer in front and the instance in a private subnet; require IMDSv2, and give the role no more than it needs.",
        command: "aws ec2 modify-instance-metadata-options --instance-id {resource} --http-tokens required --region {region}",
    },
    help: "A public address, a subnet that leads to an internet gateway, a port open to the internet and an instance profile, all at once.",
    check: Check::scope(|ask, batch, found| {
        let groups = by_id(batch, "ec2.security-group", "GroupId");
        let subnets = by_id(batch, "ec2.subnet", "SubnetId");
        for doc in batch.of("ec2.instance") {
            let instance = Instance(doc.body);
            let Some(profile) = profile(instance) else {
                found.push(*doc, skip());
                continue;
            };
            let faces = instance.subnet_id().is_some_and(|id| is_public(&id, &subnets));
            if !faces {
                found.push(*doc, pass());
                continue;
            }
            let mine = instance.security_groups().filter_map(|id| groups.get(&id));
            let mine: Vec<Openness> = mine.map(|group| Openness::of(ask, SecurityGroup(group.body))).collect();
            let open = mine.iter().find_map(Openness::any);
            found.push(*doc, open.map_or_else(|| closed_at_all(&mine), |port| exposed(instance, port, &profile)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// The role of a running instance with a public address.
fn profile<'a>(instance: Instance<'a>) -> Option<Text<'a>> {
    let addressed = instance.public_ip_address().is_some() || instance.ipv6_address().is_some();
    instance.iam_instance_profile()?.arn().filter(|_| addressed && is(instance.state(), "running"))
}

fn exposed(instance: Instance<'_>, port: Port, profile: &str) -> Answer {
    let name = profile.rsplit('/').next().unwrap_or(profile);
    let tokens = instance.metadata_options().and_then(|options| options.http_tokens());
    fail(format!("{} open to the internet, and it acts as {name}", written(&[port])))
        .with("PublicIpAddress", instance.public_ip_address())
        .with("IamInstanceProfile", profile)
        .with("HttpTokens", tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn instance(more: &str) -> String {
        format!(r#"{{"State":"running","SubnetId":"subnet-1","SecurityGroups":["sg-0","sg-1"]{more}}}"#)
    }

    const PROFILE: &str = r#","IamInstanceProfile":{"Arn":"arn:aws:iam::1:instance-profile/app"}"#;
    const ADDRESS: &str = r#","PublicIpAddress":"198.51.100.1","MetadataOptions":{"HttpTokens":"optional"}"#;

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
        let open = r#"{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":["0.0.0.0/0"]}"#;
        let found = case(open, true).run();
        let said = found.of("both");
        assert!(said.starts_with("fail: tcp 443 open to the internet, and it acts as app {"), "{said}");
        assert_eq!((found.of("inside"), found.of("nobody")), ("skip", "skip"));
        assert_eq!(case(open, false).run().of("both"), "pass", "no way to it");
        assert_eq!(case("", true).run().of("both"), "pass", "no port is open");
        let list = open.replace(r#""IpRanges":["0.0.0.0/0"]"#, r#""PrefixListIds":["pl-1"]"#);
        assert_eq!(case(&list, true).run().of("both"), "unknown: source pl-1 was not read");
        assert_eq!(case(&list, false).run().of("both"), "pass");
        assert_eq!(case(&open.replace("0.0.0.0/0", "203.0.113.0/24"), true).run().of("both"), "pass");
    }
}
