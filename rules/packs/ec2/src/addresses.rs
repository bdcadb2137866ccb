//! Elastic IP addresses.

use muster_rule::ec2::{Address, Instance};
use muster_rule::prelude::*;

use crate::common::{ById, age, by_id, days, is, stopped_since};
use crate::prices;

pub const IDLE: Rule = Rule {
    id: "idle-address",
    title: "Elastic IP address serves nothing that runs",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.address", facets: &[] }, Need { kind: "ec2.instance", facets: &[] }],
    params: &[Param::integer("max-days", 7, "Days for which an instance may be stopped before its address counts").min(0)],
    risk: "It is paid for by the hour, and a name that still points to it goes to whoever gets it after you.",
    remediation: Remediation {
        text: "The command shows what it is bound to. One bound to nothing: take out the names that point to it, then release it. One bound to a \
               stopped instance: decide about the instance first, since a released address seldom comes back.",
        command: "aws ec2 describe-addresses --allocation-ids {resource} --region {region}",
    },
    controls: &["FSBP EC2.12", "TA Z4AUBRNSmz"],
    help: "Idle is what is bound to nothing, and what is bound to an instance that is stopped for more than `max-days`: one that a schedule stops \
           each night passes.",
    check: Check::scope(|ask, batch, found| {
        let instances = by_id(batch, "ec2.instance", "InstanceId");
        for doc in batch.of("ec2.address") {
            found.push(*doc, judged(ask, *doc, &instances));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

fn judged(ask: &Ask<'_>, doc: Doc<'_>, instances: &ById<'_>) -> Answer {
    let address = Address(doc.body);
    if address.association_id().is_none() {
        return idle(ask, doc, "bound to nothing".to_owned());
    }
    let instance = address.instance_id().and_then(|id| instances.get(&id)).map(|doc| Instance(doc.body));
    let Some(stopped) = instance.filter(|instance| is(instance.state(), "stopped")) else { return pass() };
    let (id, most) = (stopped.instance_id().unwrap_or_default(), ask.params.integer("max-days"));
    match stopped_since(stopped).map(|since| age(ask, since)) {
        None => unknown(format!("bound to {id}, and AWS does not say since when that is stopped")).with("InstanceId", id),
        Some(stopped) if stopped <= most => pass(),
        Some(stopped) => idle(ask, doc, format!("bound to {id}, which is stopped for {}, at most {most} wanted", days(stopped))),
    }
}

fn idle(ask: &Ask<'_>, doc: Doc<'_>, why: String) -> Answer {
    let answer = fail(why).with("PublicIp", Address(doc.body).public_ip()).with("InstanceId", Address(doc.body).instance_id());
    prices::saving(answer, prices::address(ask), Confidence::Static, prices::basis("the address", doc), &prices::STORAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn case() -> Case<'static> {
        let bound = |to: &str| format!(r#"{{"PublicIp":"198.51.100.7","AssociationId":"eipassoc-1"{to}}}"#);
        let stopped = |id: &str, reason: &str| format!(r#"{{"InstanceId":"{id}","State":"stopped","StateTransitionReason":"{reason}"}}"#);
        Case::of(&IDLE)
            .given("free", r#"{"PublicIp": "198.51.100.7"}"#)
            .given("used", &bound(r#","InstanceId":"i-1""#))
            .given("stopped", &bound(r#","InstanceId":"i-2""#))
            .given("for the night", &bound(r#","InstanceId":"i-3""#))
            .given("edge", &bound(r#","InstanceId":"i-4""#))
            .given("unclear", &bound(r#","InstanceId":"i-5""#))
            .given("gateway", &bound(r#","NetworkInterfaceId":"eni-1""#))
            .given_of("ec2.instance", "1", r#"{"InstanceId": "i-1", "State": "running"}"#)
            .given_of("ec2.instance", "2", &stopped("i-2", "User initiated (2026-11-13 09:00:00 GMT)"))
            .given_of("ec2.instance", "3", &stopped("i-3", "User initiated (2026-11-20 19:00:00 GMT)"))
            .given_of("ec2.instance", "4", &stopped("i-4", "User initiated (2026-11-13 09:00:01 GMT)"))
            .given_of("ec2.instance", "5", &stopped("i-5", "Server.ScheduledStop"))
    }

    #[test]
    fn an_address_serves_what_runs() {
        let found = case().run();
        assert_eq!(["used", "gateway", "for the night", "edge"].map(|key| found.of(key)), ["pass"; 4]);
        let free = found.of("free");
        assert!(free.starts_with("fail: bound to nothing {") && free.contains(r#""amount":3.65"#), "{free}");
        assert!(found.of("stopped").starts_with("fail: bound to i-2, which is stopped for 8 days, at most 7 wanted {"));
        assert!(found.of("unclear").starts_with("unknown: bound to i-5, and AWS does not say since when that is stopped {"));
        let strict = case().params(r#"{"max-days": 0}"#).now("2026-11-22T09:00:00Z").run();
        assert!(strict.of("for the night").starts_with("fail: bound to i-3, which is stopped for 1 day, at most 0 wanted {"));
    }

    #[test]
    fn the_command_loses_no_address() {
        assert!(!IDLE.remediation.command.contains("release"), "one that is bound may still be wanted");
    }
}
