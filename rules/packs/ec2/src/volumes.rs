//! EBS volumes.

use muster_rule::ec2::{Instance, Volume};
use muster_rule::prelude::*;

use crate::common::{age, by_id, days, is, stopped_since, usd};
use crate::prices;

pub const ENCRYPTED: Rule = Rule {
    id: "volume-encryption",
    title: "EBS volume is not encrypted",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::integer("min-size", 0, "Volumes below this many GiB are not judged").min(0)],
    risk: "Whoever gets at the disk or one of its snapshots reads everything on it.",
    remediation: Remediation {
        text: "Copy a snapshot with encryption and make the volume from the copy; turn encryption by default on for the region.",
        command: "aws ec2 enable-ebs-encryption-by-default --region {region}",
    },
    controls: &["CIS 6.1.1", "FSBP EC2.3"],
    check: Check::each(|ask, doc| {
        let volume = Volume(doc.body);
        if volume.size().unwrap_or(0) < ask.params.integer("min-size") {
            return skip();
        }
        if volume.encrypted() == Some(true) {
            return pass();
        }
        fail("not encrypted").with("Encrypted", volume.encrypted()).with("Size", volume.size())
    }),
    ..Rule::EMPTY
};

pub const UNATTACHED: Rule = Rule {
    id: "unattached-volume",
    title: "EBS volume hangs on no instance",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::integer("min-days", 0, "Volumes made less than this many days ago are not judged").min(0)],
    risk: "It is paid for by the GiB, whether it is used or not, and nobody looks after what is on it.",
    remediation: Remediation {
        text: "Take a snapshot, which costs half or less. When `aws ec2 wait snapshot-completed` says that it is complete, delete the volume.",
        command: "aws ec2 create-snapshot --volume-id {resource} --region {region}",
    },
    controls: &["TA DAvU99Dc4C"],
    help: "AWS does not tell since when a volume hangs on nothing; its age is that of the volume.",
    check: Check::each(|ask, doc| {
        let volume = Volume(doc.body);
        if !is(volume.state(), "available") {
            return pass();
        }
        let made = volume.create_time().map(|made| age(ask, made));
        if made.is_some_and(|age| age < ask.params.integer("min-days")) {
            return skip();
        }
        let since = made.map_or_else(String::new, |age| format!(", made {} ago", days(age)));
        let price = prices::volume(ask, volume);
        let costs = price.map_or_else(String::new, |price| format!(", {} USD a month", usd(price)));
        let answer = fail(format!("attached to nothing{since}{costs}")).with("Size", volume.size()).with("AgeDays", made);
        prices::saving(answer, price, Confidence::Static, prices::basis("the whole volume", doc), &prices::STORAGE)
    }),
};

pub const GP2: Rule = Rule {
    id: "gp2-volume",
    title: "EBS volume is gp2 where gp3 costs less",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    risk: "gp3 gives the same and more for a fifth less, and changes over while the volume is in use.",
    remediation: Remediation {
        text: "Change the type. Above 1,000 GiB, ask for as many IOPS as gp2 gave, three for each GiB.",
        command: "aws ec2 modify-volume --volume-id {resource} --volume-type gp3 --region {region}",
    },
    help: "What it saves is counted with the IOPS and MiB/s that gp2 gave at that size. Where gp3 with as much costs no less, gp2 passes.",
    check: Check::each(|ask, doc| {
        let volume = Volume(doc.body);
        if !is(volume.volume_type(), "gp2") {
            return pass();
        }
        let gib = volume.size().unwrap_or(0);
        let (iops, mibps) = ((3 * gib).clamp(3_000, 16_000), if gib > 170 { 250 } else { 125 });
        let saved = difference(ask, volume, prices::storage(ask, "gp3", gib, iops, mibps));
        if saved.is_some_and(|usd| usd < 0.005) {
            return pass();
        }
        let answer = fail("type is gp2, gp3 wanted").with("VolumeType", "gp2").with("Size", gib);
        prices::saving(answer, saved, Confidence::Static, prices::basis("gp2 to gp3", doc), &prices::STORAGE)
    }),
    ..Rule::EMPTY
};

pub const IO1: Rule = Rule {
    id: "io1-volume",
    title: "EBS volume is io1 where gp3 or io2 is better",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    risk: "io1 is the dearest type for each operation, and fails a hundred times as often as io2 at the same price.",
    remediation: Remediation {
        text: "Up to 16,000 IOPS gp3 does, unless latency must stay under a millisecond; above, io2 is better at no higher price. For gp3 name \
               both: its IOPS, at least 3,000, and a quarter of them in MiB/s, 125 to 500, or it gives no more than 125.",
        command: "aws ec2 modify-volume --volume-id {resource} --volume-type gp3 --iops IOPS --throughput MIBPS --region {region}",
    },
    check: Check::each(|ask, doc| {
        let volume = Volume(doc.body);
        if !is(volume.volume_type(), "io1") {
            return pass();
        }
        let (gib, iops) = (volume.size().unwrap_or(0), volume.iops().unwrap_or(0));
        let (better, mibps) = (if iops <= 16_000 { "gp3" } else { "io2" }, (iops / 4).clamp(125, 500));
        let then = if better == "gp3" { prices::storage(ask, "gp3", gib, iops, mibps) } else { None };
        let answer =
            fail(format!("type is io1 with {iops} IOPS, {better} wanted")).with("VolumeType", "io1").with("Iops", iops).with("Size", gib);
        let basis = prices::basis("io1 to gp3", doc);
        prices::saving(answer, difference(ask, volume, then), Confidence::Static, basis, &prices::STORAGE)
    }),
    ..Rule::EMPTY
};

/// What a volume costs now, less what it would cost then.
fn difference(ask: &Ask<'_>, volume: Volume<'_>, then: Option<f64>) -> Option<f64> {
    prices::volume(ask, volume).zip(then).map(|(now, then)| now - then)
}

pub const OF_STOPPED: Rule = Rule {
    id: "stopped-instance-volume",
    title: "EBS volume belongs to a stopped instance",
    category: Category::Cost,
    severity: Severity::Info,
    needs: &[Need { kind: "ec2.volume", facets: &[] }, Need { kind: "ec2.instance", facets: &[] }],
    params: &[Param::integer("max-days", 7, "Days for which an instance may be stopped before its volumes count").min(0)],
    risk: "The instance costs nothing, its disks cost the same as ever.",
    remediation: Remediation {
        text: "Where the instance is not needed soon, take a snapshot of each volume, or an image of the whole, and terminate it when that is \
               complete; large disks can be of type sc1 or st1 meanwhile.",
        command: "aws ec2 create-snapshot --volume-id {resource} --region {region}",
    },
    help: "`long-stopped-instance` says the same of the instance; the money is counted here, where it is spent. Instances that a schedule stops each \
           night are up again in time.",
    check: Check::scope(|ask, batch, found| {
        let instances = by_id(batch, "ec2.instance", "InstanceId");
        for doc in batch.of("ec2.volume") {
            let volume = Volume(doc.body);
            let instance = volume.attachments().filter_map(|attachment| attachment.instance_id()).find_map(|id| instances.get(&id));
            found.push(*doc, instance.map_or_else(skip, |instance| of_instance(ask, *doc, Instance(instance.body))));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

fn of_instance(ask: &Ask<'_>, doc: Doc<'_>, instance: Instance<'_>) -> Answer {
    if !is(instance.state(), "stopped") {
        return pass();
    }
    let id = instance.instance_id();
    let Some(since) = stopped_since(instance) else {
        return unknown("AWS does not say since when its instance is stopped").with("InstanceId", id);
    };
    let (stopped, most) = (age(ask, since), ask.params.integer("max-days"));
    if stopped <= most {
        return pass();
    }
    let said = format!("{} is stopped for {}, at most {most} wanted", id.clone().unwrap_or_default(), days(stopped));
    let answer = fail(said).with("InstanceId", id).with("StoppedSince", since);
    let price = prices::volume(ask, Volume(doc.body));
    prices::saving(answer, price, Confidence::Static, prices::basis("the whole volume", doc), &prices::STORAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn a_volume_is_encrypted_or_not() {
        let found = Case::of(&ENCRYPTED)
            .given("vol-1", r#"{"Encrypted": true, "Size": 8}"#)
            .given("vol-2", r#"{"Encrypted": false, "Size": 8}"#)
            .run();
        assert_eq!(found.of("vol-1"), "pass");
        assert_eq!(found.of("vol-2"), r#"fail: not encrypted {"Encrypted":false,"Size":8}"#);
    }

    #[test]
    fn a_volume_below_the_least_size_is_not_judged() {
        let case = Case::of(&ENCRYPTED).params(r#"{"min-size": 8}"#).given("vol-1", r#"{"Size": 7}"#).given("vol-2", r#"{"Size": 8}"#);
        let found = case.run();
        assert_eq!((found.of("vol-1"), found.of("vol-2")), ("skip", r#"fail: not encrypted {"Encrypted":null,"Size":8}"#));
    }

    #[test]
    fn what_hangs_on_nothing_has_an_age_and_a_price() {
        let case = Case::of(&UNATTACHED)
            .given("used", r#"{"State": "in-use", "Size": 8}"#)
            .given("free", r#"{"State": "available", "Size": 100, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125, "CreateTime": "2026-11-01T00:00:00Z"}"#);
        let found = case.run();
        let said = found.of("free");
        assert!(said.starts_with("fail: attached to nothing, made 20 days ago, 8.00 USD a month {"), "{said}");
        assert!(said.contains(r#""amount":8,"#) || said.contains(r#""amount":8.0,"#), "{said}");
        assert_eq!(found.of("used"), "pass");
        let at = |days: &str| case.clone().params(&format!(r#"{{"min-days": {days}}}"#)).run().of("free").starts_with("fail");
        assert_eq!((at("20"), at("21")), (true, false));
    }

    #[test]
    fn gp2_is_compared_with_what_it_gave() {
        let gp2 = |gib: i64| format!(r#"{{"VolumeType": "gp2", "Size": {gib}, "Iops": {}}}"#, (3 * gib).clamp(100, 16_000));
        let found =
            Case::of(&GP2).given("small", &gp2(100)).given("large", &gp2(5000)).given("gp3", r#"{"VolumeType": "gp3", "Size": 100}"#).run();
        assert!(
            found.of("small").starts_with("fail: type is gp2, gp3 wanted {") && found.of("small").contains(r#""amount":2,"#),
            "{}",
            found.of("small")
        );
        assert!(found.of("large").contains(r#""amount":35,"#), "500 against 400, 60 for IOPS and 5 for MiB/s: {}", found.of("large"));
        assert_eq!(found.of("gp3"), "pass");
    }

    #[test]
    fn gp2_passes_where_gp3_costs_no_less() {
        let gp2 = |gib: i64| format!(r#"{{"VolumeType": "gp2", "Size": {gib}}}"#);
        let found =
            Case::of(&GP2).given("below", &gp2(170)).given("dearer", &gp2(171)).given("same", &gp2(250)).given("above", &gp2(251)).run();
        assert_eq!((found.of("dearer"), found.of("same")), ("pass", "pass"), "2 USD less a 100 GiB, 5 more for 250 MiB/s");
        assert!(found.of("below").starts_with("fail: ") && found.of("above").starts_with("fail: "));
    }

    #[test]
    fn commands_lose_nothing() {
        assert!(!UNATTACHED.remediation.command.contains("delete"), "the snapshot may still fail");
        assert!(IO1.remediation.command.contains(" --throughput "));
    }

    #[test]
    fn io1_is_gp3_up_to_sixteen_thousand() {
        let io1 = |iops: i64| format!(r#"{{"VolumeType": "io1", "Size": 100, "Iops": {iops}}}"#);
        let found = Case::of(&IO1).given("low", &io1(16_000)).given("high", &io1(16_001)).given("io2", r#"{"VolumeType": "io2"}"#).run();
        assert!(found.of("low").starts_with("fail: type is io1 with 16000 IOPS, gp3 wanted {") && found.of("low").contains("saves"));
        assert!(found.of("high").starts_with("fail: type is io1 with 16001 IOPS, io2 wanted {") && !found.of("high").contains("saves"));
        assert_eq!(found.of("io2"), "pass");
    }

    #[test]
    fn volumes_of_what_is_stopped_for_long() {
        let volume = |instance: &str| format!(r#"{{"VolumeType":"gp3","Size":10,"Attachments":[{{"InstanceId":"{instance}"}}]}}"#);
        let stopped = |id: &str, reason: &str| format!(r#"{{"InstanceId":"{id}","State":"stopped","StateTransitionReason":"{reason}"}}"#);
        let found = Case::of(&OF_STOPPED)
            .given("old", &volume("i-1"))
            .given("new", &volume("i-2"))
            .given("unclear", &volume("i-3"))
            .given("runs", &volume("i-4"))
            .given("free", r#"{"Attachments": []}"#)
            .given_of("ec2.instance", "1", &stopped("i-1", "User initiated (2026-11-13 09:00:00 GMT)"))
            .given_of("ec2.instance", "2", &stopped("i-2", "User initiated (2026-11-14 09:00:00 GMT)"))
            .given_of("ec2.instance", "3", &stopped("i-3", ""))
            .given_of("ec2.instance", "4", r#"{"InstanceId": "i-4", "State": "running"}"#)
            .run();
        let said = r#"fail: i-1 is stopped for 8 days, at most 7 wanted {"InstanceId":"i-1","StoppedSince":"2026-11-13T09:00:00Z","saves":{"amount":0.8,"#;
        assert!(found.of("old").starts_with(said), "{}", found.of("old"));
        assert!(found.of("unclear").starts_with("unknown: AWS does not say since when"));
        assert_eq!((found.of("new"), found.of("runs"), found.of("free")), ("pass", "pass", "skip"));
    }
}
