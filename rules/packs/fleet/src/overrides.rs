//! Overrides of fleet.yaml.

use muster_rule::fleet::Override;
use muster_rule::prelude::*;

const OVERRIDE: &[Need] = &[Need { kind: "fleet.override", facets: &[] }];

pub const LONG: Rule = Rule {
    id: "override-long",
    title: "Override lasts longer than an exception should",
    category: Category::Cost,
    severity: Severity::Medium,
    needs: OVERRIDE,
    params: &[Param::integer("days", 30, "Most days from its beginning, or from now when it has none, to its end").min(1)],
    risk: "An exception that lasts for months is the rule, and the schedule that everybody reads does not say so.",
    remediation: Remediation {
        text: "Write a nearer end in the entry of `overrides`, or change the schedule under `schedules`.",
        command: "",
    },
    check: Check::each(|ask, doc| {
        let Some(until) = Override(doc.body).until() else { return skip() };
        let begun = Override(doc.body).from().unwrap_or(ask.now);
        let (days, most) = (until.days_since(begun), ask.params.integer("days"));
        if days <= most {
            return pass();
        }
        fail(format!("lasts {days} days, at most {most} wanted")).with("From", Override(doc.body).from()).with("Until", until)
    }),
    ..Rule::EMPTY
};

pub const ENDED: Rule = Rule {
    id: "override-ended",
    title: "Override has ended",
    category: Category::Operations,
    severity: Severity::Info,
    needs: OVERRIDE,
    params: &[Param::integer("after", 7, "Days after its end in which it may stay").min(0)],
    risk: "Entries that do nothing hide those that do.",
    remediation: Remediation { text: "Take its entry out of `overrides`.", command: "" },
    check: Check::each(|ask, doc| {
        let Some(until) = Override(doc.body).until() else { return skip() };
        let ago = ask.now.days_since(until);
        if ago <= ask.params.integer("after") {
            return pass();
        }
        fail(format!("ended {ago} days ago")).with("Until", until)
    }),
    ..Rule::EMPTY
};

pub const REASON: Rule = Rule {
    id: "override-reason",
    title: "Override gives no reason",
    category: Category::Operations,
    severity: Severity::Info,
    needs: OVERRIDE,
    risk: "Nobody dares to take out what nobody can explain.",
    remediation: Remediation { text: "Write why in the entry of `overrides`: `reason: release test`.", command: "" },
    check: Check::each(|_, doc| match Override(doc.body).reason() {
        Some(reason) if !reason.trim().is_empty() => pass(),
        said => fail("no reason").with("Reason", said),
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn said(rule: &'static Rule, body: &str) -> String {
        Case::of(rule).given("o", body).run().of("o").to_string()
    }

    #[test]
    fn an_override_lasts_from_its_beginning_or_from_now() {
        assert_eq!(said(&LONG, r#"{"From": "2026-11-01T00:00:00Z", "Until": "2026-12-01T00:00:00Z"}"#), "pass");
        let long = said(&LONG, r#"{"From": "2026-10-31T00:00:00Z", "Until": "2026-12-01T00:00:00Z"}"#);
        assert!(long.starts_with("fail: lasts 31 days, at most 30 wanted"), "{long}");
        assert_eq!(said(&LONG, r#"{"Until": "2026-12-21T09:00:00Z"}"#), "pass");
        assert!(said(&LONG, r#"{"Until": "2026-12-22T09:00:00Z"}"#).starts_with("fail"));
        assert_eq!(said(&LONG, "{}"), "skip");
    }

    #[test]
    fn an_override_stays_a_week_after_its_end() {
        assert_eq!(said(&ENDED, r#"{"Until": "2026-11-22T00:00:00Z"}"#), "pass");
        assert_eq!(said(&ENDED, r#"{"Until": "2026-11-14T09:00:00Z"}"#), "pass");
        let gone = said(&ENDED, r#"{"Until": "2026-11-13T09:00:00Z"}"#);
        assert_eq!(gone, r#"fail: ended 8 days ago {"Until":"2026-11-13T09:00:00Z"}"#);
        assert_eq!(said(&ENDED, "{}"), "skip");
    }

    #[test]
    fn a_reason_is_words() {
        assert_eq!(said(&REASON, r#"{"Reason": "release test"}"#), "pass");
        assert!(said(&REASON, r#"{"Reason": " "}"#).starts_with("fail: no reason"));
        assert_eq!(said(&REASON, "{}"), r#"fail: no reason {"Reason":null}"#);
    }
}
