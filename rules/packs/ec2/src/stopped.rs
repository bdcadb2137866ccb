//! Instances that have been stopped for so long that nobody seems to want them.

use muster_rule::ec2::{Instance, Volume};
use muster_rule::prelude::*;

use crate::common::{ById, age, by_id, counted, days, is, stopped_since, usd, volume_ids};
use crate::prices;

pub const LONG_STOPPED: Rule = Rule {
    id: "long-stopped-instance",
    title: "Instance has been stopped for a long time",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.instance", facets: &[] }, Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::integer("max-days", 30, "Days for which an instance may be stopped").min(1)],
    risk: "Its disks are paid for, and it misses the patches of all that time; whoever starts it again starts an old machine.",
    remediation: Remediation {
        text: "Make an image of it and terminate it.",
        command: "aws ec2 create-image --instance-id {resource} --name archive-{resource} --region {region}",
    },
    controls: &["FSBP EC2.4"],
    help: "By the time in `StateTransitionReason`. Where AWS says none, the answer is unknown. What its volumes cost is told, and counted as \
           saved by `stopped-instance-volume`, volume by volume: other rules may find the same money there.",
    check: Check::scope(|ask, batch, found| {
        let volumes = by_id(batch, "ec2.volume", "VolumeId");
        for doc in batch.of("ec2.instance") {
            found.push(*doc, if is(Instance(doc.body).state(), "stopped") { judged(ask, *doc, &volumes) } else { skip() });
        }
        Ok(())
    }),
};

fn judged(ask: &Ask<'_>, doc: Doc<'_>, volumes: &ById<'_>) -> Answer {
    let Some(since) = stopped_since(Instance(doc.body)) else {
        let reason = Instance(doc.body).state_transition_reason();
        return unknown("AWS does not say since when it is stopped").with("StateTransitionReason", reason);
    };
    let (stopped, most) = (age(ask, since), ask.params.integer("max-days"));
    if stopped <= most {
        return pass();
    }
    let mine: Vec<Doc<'_>> = volume_ids(Instance(doc.body)).filter_map(|id| volumes.get(&id).copied()).collect();
    let price: f64 = mine.iter().filter_map(|volume| prices::volume(ask, Volume(volume.body))).sum();
    let disks =
        if mine.is_empty() { String::new() } else { format!("; {} USD a month for {}", usd(price), counted(mine.len() as i64, "volume")) };
    let answer = fail(format!("stopped for {}, at most {most} wanted{disks}", days(stopped))).with("StoppedSince", since);
    if mine.is_empty() { answer } else { answer.with("UsdPerMonth", (price * 100.0).round() / 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_month_is_the_boundary_and_disks_are_priced() {
        let stopped = |reason: &str, disk: &str| {
            format!(r#"{{"State":"stopped","StateTransitionReason":"{reason}","BlockDeviceMappings":[{{"Ebs":{{"VolumeId":"{disk}"}}}}]}}"#)
        };
        let found = Case::of(&LONG_STOPPED)
            .given("old", &stopped("User initiated (2026-10-21 09:00:00 GMT)", "vol-1"))
            .given("edge", &stopped("User initiated (2026-10-22 09:00:00 GMT)", "vol-1"))
            .given("bare", &stopped("User initiated (2026-10-21 09:00:00 GMT)", "vol-9"))
            .given("unclear", &stopped("Server.SpotInstanceShutdown", "vol-1"))
            .given("runs", r#"{"State": "running"}"#)
            .given_of("ec2.volume", "v", r#"{"VolumeId": "vol-1", "VolumeType": "gp2", "Size": 80}"#)
            .run();
        let said = found.of("old");
        assert!(said.starts_with("fail: stopped for 31 days, at most 30 wanted; 8.00 USD a month for 1 volume {"), "{said}");
        assert!(said.ends_with(r#" {"StoppedSince":"2026-10-21T09:00:00Z","UsdPerMonth":8}"#), "money is the volumes': {said}");
        assert_eq!(found.of("bare"), r#"fail: stopped for 31 days, at most 30 wanted {"StoppedSince":"2026-10-21T09:00:00Z"}"#);
        let unclear = r#"unknown: AWS does not say since when it is stopped {"StateTransitionReason":"Server.SpotInstanceShutdown"}"#;
        assert_eq!((found.of("edge"), found.of("runs"), found.of("unclear")), ("pass", "skip", unclear));
    }
}
