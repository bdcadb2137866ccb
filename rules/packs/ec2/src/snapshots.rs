//! Snapshots: whether there are any, who may read them, and how long they stay.

use std::collections::{BTreeMap, BTreeSet};

use muster_rule::ec2::{Image, Snapshot, Volume};
use muster_rule::prelude::*;

use crate::common::{age, days, is};
use crate::prices;

pub const BACKUP: Rule = Rule {
    id: "volume-backup",
    title: "EBS volume has no recent snapshot",
    category: Category::Reliability,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.volume", facets: &[] }, Need { kind: "ec2.snapshot", facets: &[] }],
    params: &[Param::integer("max-days", 7, "Days that the newest snapshot of a volume may be old").min(1)],
    risk: "What is written since the last snapshot is lost with the volume, by failure, by mistake or by ransom.",
    remediation: Remediation {
        text: "Let Data Lifecycle Manager or AWS Backup take snapshots each day; take one now.",
        command: "aws ec2 create-snapshot --volume-id {resource} --region {region}",
    },
    controls: &["FSBP EC2.28", "TA H7IgTzjTYb"],
    help: "Complete snapshots count, from when they were begun. Volumes that hang on nothing, or are younger than `max-days`, are not judged.",
    check: Check::scope(|ask, batch, found| {
        let mut newest = BTreeMap::new();
        let snapshots = batch.of("ec2.snapshot").iter().map(|doc| Snapshot(doc.body));
        for snapshot in snapshots.filter(|snapshot| is(snapshot.state(), "completed")) {
            if let (Some(volume), Some(begun)) = (snapshot.volume_id(), snapshot.start_time()) {
                let at = newest.entry(volume).or_insert(begun);
                *at = begun.max(*at);
            }
        }
        for doc in batch.of("ec2.volume") {
            let volume = Volume(doc.body);
            let id = volume.volume_id().unwrap_or_default();
            found.push(*doc, backed_up(ask, volume, newest.get(&id).copied()));
        }
        Ok(())
    }),
};

fn backed_up(ask: &Ask<'_>, volume: Volume<'_>, newest: Option<Time>) -> Answer {
    let most = ask.params.integer("max-days");
    let is_young = volume.create_time().is_some_and(|made| age(ask, made) < most);
    match newest {
        _ if !is(volume.state(), "in-use") => skip(),
        Some(begun) if ask.now.minus_days(most) <= begun => pass(),
        Some(begun) => {
            fail(format!("newest snapshot is {} old, at most {most} wanted", days(age(ask, begun)))).with("NewestSnapshot", begun)
        }
        None if is_young => skip(),
        None => fail(format!("no snapshot, one of the last {} wanted", days(most))).with("NewestSnapshot", None::<Time>),
    }
}

pub const PUBLIC: Rule = Rule {
    id: "public-snapshot",
    title: "Snapshot is public",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "ec2.snapshot", facets: &["public"] }],
    risk: "Everybody with an AWS account can make a volume of it and read all that was ever on the disk, deleted files included.",
    remediation: Remediation {
        text: "Make it private, take what it held for known, and block public sharing for the region.",
        command: "aws ec2 modify-snapshot-attribute --snapshot-id {resource} --attribute createVolumePermission --operation-type remove --group-names all --region {region}",
    },
    controls: &["FSBP EC2.1"],
    check: Check::each(|_, doc| match Snapshot(doc.body).public() {
        Some(false) => pass(),
        Some(true) => {
            fail("everybody may read it").with("VolumeId", Snapshot(doc.body).volume_id()).with("Encrypted", Snapshot(doc.body).encrypted())
        }
        None => unknown("AWS does not say who may read it"),
    }),
    ..Rule::EMPTY
};

pub const OLD: Rule = Rule {
    id: "old-snapshot",
    title: "Snapshot is old and belongs to no image or plan",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.snapshot", facets: &["tags"] }, Need { kind: "ec2.image", facets: &[] }],
    params: &[
        Param::integer("max-days", 90, "Days for which a snapshot may stay").min(1),
        Param::texts(
            "keep",
            &["muster:*"],
            "Keys of tags that say a snapshot is kept on purpose; one that ends in `*` stands for all that begin so",
        ),
    ],
    risk: "Each keeps blocks that nobody will ask for again, and is one more copy to guard.",
    remediation: Remediation {
        text: "Check that its volume still exists: of one that is gone it may be the last copy. Then delete it, or move it to the archive tier; \
               let Data Lifecycle Manager do so from now on.",
        command: "aws ec2 describe-snapshots --snapshot-ids {resource} --region {region}",
    },
    help: "Snapshots of the account's own images, and those that AWS Backup or Data Lifecycle Manager made and will delete, are not judged. A snapshot \
           shares blocks with others, so what it costs alone is not known: `UsdPerMonthAtMost` is the price of all its blocks.",
    check: Check::scope(|ask, batch, found| {
        let used: BTreeSet<Text<'_>> = batch.of("ec2.image").iter().flat_map(|doc| Image(doc.body).snapshot_ids()).collect();
        let keep = ask.params.texts("keep");
        for doc in batch.of("ec2.snapshot") {
            let snapshot = Snapshot(doc.body);
            let id = snapshot.snapshot_id().unwrap_or_default();
            let kept = used.contains(&id) || is_planned(snapshot) || keep.iter().any(|key| carries(snapshot.tags(), key));
            found.push(*doc, if kept { skip() } else { aged(ask, snapshot) });
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// A service made it and deletes it when its time has come.
fn is_planned(snapshot: Snapshot<'_>) -> bool {
    ["aws:backup:source-resource", "aws:dlm:lifecycle-policy-id"].into_iter().any(|key| snapshot.tags().text(key).is_some())
}

/// Whether there is a tag of this key, or of one that begins so when the key ends in `*`.
fn carries(tags: Object<'_>, key: &str) -> bool {
    match key.strip_suffix('*') {
        Some(start) => tags.members().any(|(name, _)| name.starts_with(start)),
        None => tags.get(key).is_some(),
    }
}

fn aged(ask: &Ask<'_>, snapshot: Snapshot<'_>) -> Answer {
    let Some(begun) = snapshot.start_time() else { return unknown("AWS does not say when it was taken") };
    let (old, most) = (age(ask, begun), ask.params.integer("max-days"));
    if old <= most {
        return pass();
    }
    let tier = snapshot.storage_tier();
    let price = prices::snapshot(ask, tier.as_deref().unwrap_or("standard"), snapshot.volume_size().unwrap_or(0));
    fail(format!("{} old, at most {most} wanted", days(old)))
        .with("StartTime", begun)
        .with("VolumeSize", snapshot.volume_size())
        .with("UsdPerMonthAtMost", price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn the_newest_complete_snapshot_counts() {
        let snapshot = |volume: &str, state: &str, at: &str| format!(r#"{{"VolumeId":"{volume}","State":"{state}","StartTime":"{at}"}}"#);
        let volume = |id: &str, made: &str| format!(r#"{{"VolumeId":"{id}","State":"in-use","CreateTime":"{made}"}}"#);
        let found = Case::of(&BACKUP)
            .given("good", &volume("vol-1", "2026-01-01T00:00:00Z"))
            .given("edge", &volume("vol-2", "2026-01-01T00:00:00Z"))
            .given("late", &volume("vol-3", "2026-01-01T00:00:00Z"))
            .given("none", &volume("vol-4", "2026-11-14T09:00:00Z"))
            .given("young", &volume("vol-5", "2026-11-14T09:00:01Z"))
            .given("free", r#"{"VolumeId": "vol-6", "State": "available"}"#)
            .given_of("ec2.snapshot", "1", &snapshot("vol-1", "completed", "2026-11-20T00:00:00Z"))
            .given_of("ec2.snapshot", "2", &snapshot("vol-2", "completed", "2026-11-14T09:00:00Z"))
            .given_of("ec2.snapshot", "3", &snapshot("vol-3", "completed", "2026-11-14T08:59:59Z"))
            .given_of("ec2.snapshot", "4", &snapshot("vol-3", "error", "2026-11-20T00:00:00Z"))
            .given_of("ec2.snapshot", "5", &snapshot("vol-3", "completed", "2026-10-01T00:00:00Z"))
            .run();
        assert_eq!(["good", "edge", "young", "free"].map(|key| found.of(key)), ["pass", "pass", "skip", "skip"]);
        assert_eq!(found.of("late"), r#"fail: newest snapshot is 7 days old, at most 7 wanted {"NewestSnapshot":"2026-11-14T08:59:59Z"}"#);
        assert_eq!(found.of("none"), r#"fail: no snapshot, one of the last 7 days wanted {"NewestSnapshot":null}"#);
    }

    #[test]
    fn a_public_snapshot_is_read_by_everybody() {
        let found = Case::of(&PUBLIC)
            .given("own", r#"{"Public": false}"#)
            .given("open", r#"{"Public": true, "VolumeId": "vol-1", "Encrypted": false}"#)
            .given("unsaid", "{}")
            .run();
        assert_eq!((found.of("own"), found.of("unsaid")), ("pass", "unknown: AWS does not say who may read it"));
        assert_eq!(found.of("open"), r#"fail: everybody may read it {"Encrypted":false,"VolumeId":"vol-1"}"#);
    }

    #[test]
    fn old_snapshots_that_nothing_needs() {
        let snapshot =
            |id: &str, at: &str, tags: &str| format!(r#"{{"SnapshotId":"{id}","StartTime":"{at}","VolumeSize":100,"Tags":{{{tags}}}}}"#);
        let found = Case::of(&OLD)
            .given("old", &snapshot("snap-1", "2026-08-22T09:00:00Z", ""))
            .given("edge", &snapshot("snap-2", "2026-08-23T09:00:00Z", ""))
            .given("image", &snapshot("snap-3", "2020-01-01T00:00:00Z", ""))
            .given("plan", &snapshot("snap-4", "2020-01-01T00:00:00Z", r#""aws:dlm:lifecycle-policy-id":"policy-1""#))
            .given("ours", &snapshot("snap-5", "2020-01-01T00:00:00Z", r#""muster:snapshot-of":"vol-1""#))
            .given_of("ec2.image", "ami", r#"{"SnapshotIds": ["snap-3"]}"#)
            .run();
        let evidence = r#"{"StartTime":"2026-08-22T09:00:00Z","UsdPerMonthAtMost":5,"VolumeSize":100}"#;
        assert_eq!(found.of("old"), format!("fail: 91 days old, at most 90 wanted {evidence}"));
        assert_eq!(["edge", "image", "plan", "ours"].map(|key| found.of(key)), ["pass", "skip", "skip", "skip"]);
        assert!(OLD.remediation.command.starts_with("aws ec2 describe-snapshots ") && OLD.remediation.text.contains("still exists"));
    }
}
