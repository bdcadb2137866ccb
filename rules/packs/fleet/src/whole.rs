//! The fleet file as a whole.

use muster_rule::fleet::Fleet;
use muster_rule::prelude::*;

const FLEET: &[Need] = &[Need { kind: "fleet.fleet", facets: &[] }];

pub const NOTIFY: Rule = Rule {
    id: "notify",
    title: "Nobody is told of failures",
    category: Category::Operations,
    severity: Severity::Medium,
    needs: FLEET,
    risk: "A machine that could not be started in the morning, or not stopped at night, is noticed by its users or on the bill.",
    remediation: Remediation {
        text: "Write `notify: {when: [before-stop, failure], to: [{webhook: {env: SLACK_WEBHOOK}, format: slack}]}` at the top of fleet.yaml.",
        command: "",
    },
    check: Check::each(|_, doc| match Fleet(doc.body).tells_failures() {
        Some(true) => pass(),
        said => fail("nobody is told of failures").with("Receivers", Fleet(doc.body).receivers()).with("TellsFailures", said),
    }),
    ..Rule::EMPTY
};

pub const RETIRE: Rule = Rule {
    id: "retire-grace",
    title: "Removed entries are deleted soon or without a snapshot",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: FLEET,
    params: &[Param::integer("days", 7, "Fewest days between the stop and the delete of what was taken out").min(0)],
    risk: "A line deleted by mistake is noticed when what it stood for is gone.",
    remediation: Remediation { text: "Write `retire: {after: 14d, snapshot: true}` at the top of fleet.yaml.", command: "" },
    check: Check::each(|ask, doc| {
        let (hours, wanted) = (Fleet(doc.body).retire_after_hours().unwrap_or(0), ask.params.integer("days"));
        let answer = match Fleet(doc.body).retire_snapshot() {
            Some(true) if hours >= wanted * 24 => return pass(),
            Some(true) => fail(format!("deleted after {hours} hours, at least {} wanted", wanted * 24)),
            _ => fail("no snapshot is kept"),
        };
        answer.with("RetireAfterHours", hours).with("RetireSnapshot", Fleet(doc.body).retire_snapshot())
    }),
    ..Rule::EMPTY
};

pub const HISTORY: Rule = Rule {
    id: "history-copy",
    title: "History of the fleet is kept on one machine only",
    category: Category::Operations,
    severity: Severity::Info,
    needs: FLEET,
    risk: "What was done to the account, when and why, goes with the disk it is written on.",
    remediation: Remediation { text: "Write `history: {keep: 400d, s3: audit-bucket/muster}` at the top of fleet.yaml.", command: "" },
    check: Check::each(|_, doc| match Fleet(doc.body).history_copied() {
        Some(true) => pass(),
        said => fail("not copied").with("History", Fleet(doc.body).history()).with("HistoryCopied", said),
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn said(rule: &'static Rule, body: &str) -> String {
        Case::of(rule).given("f", body).run().of("f").to_string()
    }

    #[test]
    fn failures_are_told() {
        assert_eq!(said(&NOTIFY, r#"{"TellsFailures": true, "Receivers": 1}"#), "pass");
        let nobody = said(&NOTIFY, r#"{"TellsFailures": false, "Receivers": 0}"#);
        assert_eq!(nobody, r#"fail: nobody is told of failures {"Receivers":0,"TellsFailures":false}"#);
    }

    #[test]
    fn what_is_taken_out_stays_a_week() {
        assert_eq!(said(&RETIRE, r#"{"RetireAfterHours": 168, "RetireSnapshot": true}"#), "pass");
        let soon = said(&RETIRE, r#"{"RetireAfterHours": 167, "RetireSnapshot": true}"#);
        assert!(soon.starts_with("fail: deleted after 167 hours, at least 168 wanted"), "{soon}");
        assert!(said(&RETIRE, r#"{"RetireAfterHours": 999, "RetireSnapshot": false}"#).starts_with("fail: no snapshot is kept"));
    }

    #[test]
    fn history_is_copied() {
        assert_eq!(said(&HISTORY, r#"{"History": true, "HistoryCopied": true}"#), "pass");
        assert_eq!(
            said(&HISTORY, r#"{"History": true, "HistoryCopied": false}"#),
            r#"fail: not copied {"History":true,"HistoryCopied":false}"#
        );
    }
}
