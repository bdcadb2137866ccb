//! How instances are looked after.

use muster_rule::ec2::Instance;
use muster_rule::prelude::*;

use crate::common::{age, days, is, is_scaled, is_spot};

pub const TERMINATION_PROTECTION: Rule = Rule {
    id: "termination-protection",
    title: "Instance that matters can be terminated by one call",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.instance", facets: &["tags", "termination-protection"] }],
    params: &[Param::map(
        "tags",
        &[("env", "prod")],
        "Tags of instances that matter, any of them; with no tag given, all instances matter",
    )],
    risk: "A slip in a console, a script or a plan of another tool ends it, and its root volume with it.",
    remediation: Remediation {
        text: "Protect it.",
        command: "aws ec2 modify-instance-attribute --instance-id {resource} --disable-api-termination --region {region}",
    },
    help: "Spot instances and those of Auto Scaling groups come and go, and are not judged.",
    check: Check::each(|ask, doc| {
        let (instance, wanted) = (Instance(doc.body), ask.params.map("tags"));
        let matters = wanted.is_empty() || wanted.iter().any(|(key, value)| instance.tags().text(key).as_ref() == Some(value));
        if !matters || is_spot(instance) || is_scaled(instance) {
            return skip();
        }
        match instance.disable_api_termination() {
            Some(true) => pass(),
            Some(false) => fail("not protected against termination").with("DisableApiTermination", false),
            None => unknown("AWS does not say whether it is protected"),
        }
    }),
    ..Rule::EMPTY
};

pub const DETAILED_MONITORING: Rule = Rule {
    id: "detailed-monitoring",
    title: "Instance is measured every five minutes only",
    category: Category::Operations,
    severity: Severity::Info,
    needs: &[Need { kind: "ec2.instance", facets: &[] }],
    risk: "Alarms and scaling see a peak five minutes late, or not at all.",
    remediation: Remediation {
        text: "Turn detailed monitoring on where alarms or scaling depend on it. It costs money by the metric.",
        command: "aws ec2 monitor-instances --instance-ids {resource} --region {region}",
    },
    check: Check::each(|_, doc| {
        let instance = Instance(doc.body);
        if !is(instance.state(), "running") {
            return skip();
        }
        let Some(state) = instance.monitoring().and_then(|monitoring| monitoring.state()) else {
            return unknown("AWS does not say how it is measured");
        };
        if matches!(&*state, "enabled" | "pending") {
            return pass();
        }
        fail(format!("monitoring is {state}, enabled wanted")).with("State", state)
    }),
    ..Rule::EMPTY
};

pub const SSM_MANAGED: Rule = Rule {
    id: "ssm-managed",
    title: "Instance is not managed by Systems Manager",
    category: Category::Operations,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.instance", facets: &["ssm"] }],
    params: &[Param::integer("min-days", 1, "Days since its start before an instance is judged").min(0)],
    risk: "It cannot be patched, inspected or reached without an open port and a key.",
    remediation: Remediation {
        text: "Give it a role with AmazonSSMManagedInstanceCore, and see that its agent runs and reaches the service.",
        command: "aws ssm describe-instance-information --filters Key=InstanceIds,Values={resource} --region {region}",
    },
    controls: &["FSBP SSM.1"],
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        let young = instance.launch_time().is_some_and(|at| age(ask, at) < ask.params.integer("min-days"));
        if !is(instance.state(), "running") || young {
            return skip();
        }
        let Some(known) = instance.instance_information() else { return fail("not known to Systems Manager") };
        if is(known.ping_status(), "Online") {
            return pass();
        }
        let (status, last) = (known.ping_status().unwrap_or_default(), known.last_ping_date_time());
        let ago = last.map_or_else(String::new, |last| format!(", heard of {} ago", days(age(ask, last))));
        fail(format!("its agent is {status}{ago}, Online wanted")).with("PingStatus", status).with("LastPingDateTime", last)
    }),
    ..Rule::EMPTY
};

pub const AGE: Rule = Rule {
    id: "instance-age",
    title: "Instance has not been replaced for a long time",
    category: Category::Operations,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.instance", facets: &[] }],
    params: &[Param::integer("max-days", 180, "Days since its first launch that an instance may be old").min(1)],
    risk: "What nobody ever made anew nobody may be able to make anew: changes by hand pile up on it, and its hardware gets old.",
    remediation: Remediation {
        text: "Make it anew from code and a current image, move over and terminate the old one. The image that the command makes is to fall back on.",
        command: "aws ec2 create-image --instance-id {resource} --name before-{resource} --no-reboot --region {region}",
    },
    help: "By the time since when its root volume hangs on it: `LaunchTime` begins anew at each start. Only what runs is judged.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        if !is(instance.state(), "running") {
            return skip();
        }
        let root = instance.root_device_name();
        let device = instance.block_device_mappings().find(|device| root.is_some() && device.device_name() == root);
        let Some(since) = device.and_then(|device| device.ebs()?.attach_time()) else {
            return unknown("AWS does not say since when its root volume hangs on it").with("RootDeviceName", root);
        };
        let (old, most) = (age(ask, since), ask.params.integer("max-days"));
        if old <= most {
            return pass();
        }
        fail(format!("first launched {} ago, at most {most} wanted", days(old))).with("AttachTime", since)
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn what_matters_is_protected() {
        let instance =
            |tags: &str, protected: bool, more: &str| format!(r#"{{"Tags":{{{tags}}},"DisableApiTermination":{protected}{more}}}"#);
        let case = Case::of(&TERMINATION_PROTECTION)
            .given("good", &instance(r#""env":"prod""#, true, ""))
            .given("bad", &instance(r#""env":"prod""#, false, ""))
            .given("dev", &instance(r#""env":"dev""#, false, ""))
            .given("spot", &instance(r#""env":"prod""#, false, r#","InstanceLifecycle":"spot""#))
            .given("scaled", &instance(r#""env":"prod","aws:autoscaling:groupName":"web""#, false, ""));
        let found = case.run();
        assert_eq!(found.of("bad"), r#"fail: not protected against termination {"DisableApiTermination":false}"#);
        assert_eq!(["good", "dev", "spot", "scaled"].map(|key| found.of(key)), ["pass", "skip", "skip", "skip"]);
        let found = case.params(r#"{"tags": {}}"#).run();
        assert!(found.of("dev").starts_with("fail: ") && found.of("spot") == "skip");
    }

    #[test]
    fn monitoring_is_detailed() {
        let at = |state: &str| format!(r#"{{"State":"running","Monitoring":{{"State":"{state}"}}}}"#);
        let found = Case::of(&DETAILED_MONITORING)
            .given("on", &at("enabled"))
            .given("soon", &at("pending"))
            .given("off", &at("disabled"))
            .given("stopped", r#"{"State": "stopped", "Monitoring": {"State": "disabled"}}"#)
            .run();
        assert_eq!(["on", "soon", "stopped"].map(|key| found.of(key)), ["pass", "pass", "skip"]);
        assert_eq!(found.of("off"), r#"fail: monitoring is disabled, enabled wanted {"State":"disabled"}"#);
    }

    #[test]
    fn the_agent_is_online() {
        let at = |launched: &str, known: &str| format!(r#"{{"State":"running","LaunchTime":"{launched}","InstanceInformation":{known}}}"#);
        let lost = r#"{"PingStatus":"ConnectionLost","LastPingDateTime":"2026-11-01T09:00:00Z"}"#;
        let found = Case::of(&SSM_MANAGED)
            .given("online", &at("2026-11-01T00:00:00Z", r#"{"PingStatus":"Online"}"#))
            .given("lost", &at("2026-11-01T00:00:00Z", lost))
            .given("never", &at("2026-11-20T09:00:00Z", "null"))
            .given("young", &at("2026-11-20T09:00:01Z", "null"))
            .given("stopped", r#"{"State": "stopped"}"#)
            .run();
        assert_eq!(["online", "young", "stopped"].map(|key| found.of(key)), ["pass", "skip", "skip"]);
        assert_eq!(found.of("never"), "fail: not known to Systems Manager");
        assert!(found.of("lost").starts_with("fail: its agent is ConnectionLost, heard of 20 days ago, Online wanted {"));
    }

    #[test]
    fn an_instance_is_as_old_as_its_root_volume_hangs_on_it() {
        let at = |since: &str| {
            let device = |name: &str, at: &str| format!(r#"{{"DeviceName":"{name}","Ebs":{{"VolumeId":"vol-1","AttachTime":"{at}"}}}}"#);
            let devices = format!("{},{}", device("/dev/sdf", "2020-01-01T00:00:00Z"), device("/dev/sda1", since));
            format!(
                r#"{{"State":"running","LaunchTime":"2026-11-20T00:00:00Z","RootDeviceName":"/dev/sda1","BlockDeviceMappings":[{devices}]}}"#
            )
        };
        let found = Case::of(&AGE)
            .given("edge", &at("2026-05-25T09:00:00Z"))
            .given("old", &at("2026-05-24T09:00:00Z"))
            .given("stopped", &at("2020-01-01T00:00:00Z").replace("running", "stopped"))
            .given("unsaid", r#"{"State": "running", "RootDeviceName": "/dev/sda1", "BlockDeviceMappings": []}"#)
            .run();
        assert_eq!((found.of("edge"), found.of("stopped")), ("pass", "skip"));
        assert_eq!(found.of("old"), r#"fail: first launched 181 days ago, at most 180 wanted {"AttachTime":"2026-05-24T09:00:00Z"}"#);
        assert!(found.of("unsaid").starts_with("unknown: AWS does not say since when its root volume hangs on it"));
    }
}
