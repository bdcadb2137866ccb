//! Alarms of CloudWatch.

use std::collections::BTreeSet;

use muster_rule::cloudwatch::Alarm;
use muster_rule::prelude::*;

pub const WITHOUT_ACTION: Rule = Rule {
    id: "alarm-without-action",
    title: "Alarm does nothing when it goes off",
    category: Category::Operations,
    severity: Severity::Medium,
    needs: &[Need { kind: "cloudwatch.alarm", facets: &[] }],
    risk: "Somebody believes to be called, or a machine to be stopped, and neither happens.",
    remediation: Remediation {
        text: "Name a topic or an action for state ALARM and turn actions on, or delete the alarm.",
        command: "aws cloudwatch enable-alarm-actions --alarm-names {resource} --region {region}",
    },
    controls: &["FSBP CloudWatch.15", "FSBP CloudWatch.17"],
    help: "Alarms on machines, databases and everything else. An alarm that a composite alarm names may well be without actions of its own: it is \
           not judged, the composite alarm is.",
    check: Check::scope(without_action),
    ..Rule::EMPTY
};

fn without_action<'a>(_: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let alarms = batch.of("cloudwatch.alarm");
    let mut parts = BTreeSet::new();
    for rule in alarms.iter().filter_map(|doc| Alarm(doc.body).alarm_rule()) {
        parts.extend(named(&rule).into_iter().map(str::to_owned));
    }
    for doc in alarms {
        found.push(*doc, judged(Alarm(doc.body), &parts));
    }
    Ok(())
}

fn judged(alarm: Alarm<'_>, parts: &BTreeSet<String>) -> Answer {
    let part = [alarm.alarm_name(), alarm.alarm_arn()].into_iter().flatten().any(|name| parts.contains(&*name));
    match (alarm.alarm_actions().count(), alarm.actions_enabled() == Some(true)) {
        (1.., true) => pass(),
        _ if part => skip(),
        (0, _) => fail("no action in state ALARM").with("AlarmActions", 0),
        (_, false) => fail("its actions are turned off").with("ActionsEnabled", false),
    }
}

/// The alarms that a rule like `ALARM(disk) OR ALARM("cpu (high)")` names, by name or ARN, and the words between. What stands in quotes
/// may hold parentheses.
fn named(rule: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), rule);
    while let Some(at) = rest.find(['(', ')', '"', '\'']) {
        let (before, mark) = (rest[..at].trim(), &rest[at..=at]);
        names.push(before);
        rest = &rest[at + 1..];
        if let Some((quoted, after)) = rest.split_once(mark).filter(|_| matches!(mark, "\"" | "'")) {
            names.push(quoted);
            rest = after;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn thousands_of_alarms_beside_as_many_composites() {
        let topic = r#"["arn:aws:sns:us-east-1:123456789012:ops"]"#;
        let case = (0..2000).fold(Case::of(&WITHOUT_ACTION), |case, n| {
            let whole =
                format!(r#"{{"AlarmName": "w{n}", "AlarmRule": "ALARM('p{n}')", "AlarmActions": {topic}, "ActionsEnabled": true}}"#);
            case.given(&format!("p{n}"), &format!(r#"{{"AlarmName": "p{n}", "AlarmActions": []}}"#)).given(&format!("w{n}"), &whole)
        });
        let found = case.run();
        assert_eq!((found.of("p0"), found.of("p1999"), found.of("w7")), ("skip", "skip", "pass"));
    }

    #[test]
    fn an_alarm_does_something_or_is_part_of_one_that_does() {
        let topic = r#"["arn:aws:sns:us-east-1:123456789012:ops"]"#;
        let found = Case::of(&WITHOUT_ACTION)
            .given("a-good", &format!(r#"{{"AlarmName": "good", "AlarmActions": {topic}, "ActionsEnabled": true}}"#))
            .given("b-none", r#"{"AlarmName": "none", "AlarmActions": [], "ActionsEnabled": true}"#)
            .given("c-off", &format!(r#"{{"AlarmName": "off", "AlarmActions": {topic}, "ActionsEnabled": false}}"#))
            .given("d-part", r#"{"AlarmName": "disk", "AlarmActions": [], "ActionsEnabled": true}"#)
            .given(
                "e-whole",
                &format!(
                    r#"{{"AlarmName": "both", "AlarmRule": "ALARM(disk) OR ALARM(\"none at all\") OR ALARM('cpu (high)')", "AlarmActions": {topic}, "ActionsEnabled": true}}"#
                ),
            )
            .given("f-database", r#"{"AlarmName": "db", "Namespace": "AWS/RDS", "AlarmActions": [], "ActionsEnabled": true}"#)
            .given("g-part", r#"{"AlarmName": "cpu (high)", "Namespace": "AWS/RDS", "AlarmActions": [], "ActionsEnabled": true}"#)
            .run();
        let said: Vec<_> =
            ["a-good", "b-none", "c-off", "d-part", "e-whole", "f-database", "g-part"].map(|key| found.of(key).to_string()).into();
        assert_eq!(
            said,
            [
                "pass",
                r#"fail: no action in state ALARM {"AlarmActions":0}"#,
                r#"fail: its actions are turned off {"ActionsEnabled":false}"#,
                "skip",
                "pass",
                r#"fail: no action in state ALARM {"AlarmActions":0}"#,
                "skip"
            ]
        );
    }
}
