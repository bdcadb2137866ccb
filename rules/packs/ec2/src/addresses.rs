//! Elastic IP addresses.

use muster_rule::ec2::{Address, Instance};
use muster_rule::prelude::*;

use crate::common::{by_id, is};
use crate::prices;

pub const IDLE: Rule = Rule {
    id: "idle-address",
    title: "Elastic IP address serves nothing that runs",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.address", facets: &[] }, Need { kind: "ec2.instance", facets: &[] }],
    risk: "It is paid for by the hour, and a name that still points to it goes to whoever gets it after you.",
    remediation: Remediation {
        text: "Look for names that point to it, then release it.",
        command: "aws ec2 release-address --allocation-id {resource} --region {region}",
    },
    controls: &["FSBP EC2.12", "TA Z4AUBRNSmz"],
    help: "Idle is what is bound to nothing, and what is bound to an instance that is stopped.",
    check: Check::scope(|ask, batch, found| {
        let instances = by_id(batch, "ec2.instance", "InstanceId");
        for doc in batch.of("ec2.address") {
            let address = Address(doc.body);
            let instance = address.instance_id().and_then(|id| instances.get(&id)).map(|doc| Instance(doc.body));
            let stopped = instance.filter(|instance| is(instance.state(), "stopped"));
            let why = match (address.association_id(), stopped.and_then(Instance::instance_id)) {
                (None, _) => Some("bound to nothing".to_owned()),
                (Some(_), Some(id)) => Some(format!("bound to {id}, which is stopped")),
                (Some(_), None) => None,
            };
            found.push(*doc, why.map_or_else(pass, |why| idle(ask, *doc, why)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

fn idle(ask: &Ask<'_>, doc: Doc<'_>, why: String) -> Answer {
    let answer = fail(why).with("PublicIp", Address(doc.body).public_ip()).with("InstanceId", Address(doc.body).instance_id());
    prices::saving(answer, prices::address(ask), Confidence::Static, prices::basis("the address", doc), &prices::STORAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn an_address_serves_what_runs() {
        let bound = |to: &str| format!(r#"{{"PublicIp":"198.51.100.7","AssociationId":"eipassoc-1"{to}}}"#);
        let found = Case::of(&IDLE)
            .given("free", r#"{"PublicIp": "198.51.100.7"}"#)
            .given("used", &bound(r#","InstanceId":"i-1""#))
            .given("stopped", &bound(r#","InstanceId":"i-2""#))
            .given("gateway", &bound(r#","NetworkInterfaceId":"eni-1""#))
            .given_of("ec2.instance", "1", r#"{"InstanceId": "i-1", "State": "running"}"#)
            .given_of("ec2.instance", "2", r#"{"InstanceId": "i-2", "State": "stopped"}"#)
            .run();
        assert_eq!((found.of("used"), found.of("gateway")), ("pass", "pass"));
        assert!(
            found.of("free").starts_with("fail: bound to nothing {") && found.of("free").contains(r#""amount":3.65"#),
            "{}",
            found.of("free")
        );
        assert!(found.of("stopped").starts_with("fail: bound to i-2, which is stopped {"));
    }
}
