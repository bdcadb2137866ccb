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
}
