//! Alarms about databases.

use muster_rule::cloudwatch::Alarm;
use muster_rule::prelude::*;

pub const WITHOUT_ACTION: Rule = Rule {
    id: "alarm-without-action",
    title: "Alarm about a database tells nobody",
    category: Category::Operations,
    severity: Severity::Low,
    needs: &[Need { kind: "cloudwatch.alarm", facets: &[] }],
    risk: "It turns red where nobody looks; people believe that the database is watched.",
    remediation: Remediation {
        text: "Give it an action, such as a topic that reaches whoever is on call, and switch its actions on; or delete it.",
        command: "aws cloudwatch enable-alarm-actions --alarm-names {resource} --region {region}",
    },
    controls: &["FSBP CloudWatch.15", "FSBP CloudWatch.17"],
    help: "Alarms on metrics of RDS are judged, no others.",
    check: Check::each(|_, doc| {
        let alarm = Alarm(doc.body);
        if alarm.namespace().as_deref() != Some("AWS/RDS") {
            return skip();
        }
        if alarm.alarm_actions().next().is_none() {
            return fail("no action when it goes off").with("AlarmActions", List::EMPTY);
        }
        match alarm.actions_enabled() {
            Some(true) => pass(),
            other => fail("its actions are switched off").with("ActionsEnabled", other),
        }
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn an_alarm_does_something_or_not() {
        let body = |namespace: &str, enabled: bool, actions: &str| {
            format!(r#"{{"Namespace": "{namespace}", "ActionsEnabled": {enabled}, "AlarmActions": [{actions}]}}"#)
        };
        let found = Case::of(&WITHOUT_ACTION)
            .given("a", &body("AWS/RDS", true, r#""arn:aws:sns:us-east-1:123456789012:ops""#))
            .given("b", &body("AWS/RDS", false, r#""arn:aws:sns:us-east-1:123456789012:ops""#))
            .given("c", &body("AWS/RDS", true, ""))
            .given("d", &body("AWS/EC2", true, ""))
            .given("e", r#"{"AlarmRule": "ALARM(x)", "ActionsEnabled": true, "AlarmActions": []}"#)
            .run();
        assert_eq!((found.of("a"), found.of("d"), found.of("e")), ("pass", "skip", "skip"));
        assert_eq!(found.of("b"), r#"fail: its actions are switched off {"ActionsEnabled":false}"#);
        assert_eq!(found.of("c"), r#"fail: no action when it goes off {"AlarmActions":[]}"#);
    }
}
