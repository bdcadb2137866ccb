//! Schedules of fleet.yaml.

use muster_rule::fleet::{Match, Place, Schedule, Selection};
use muster_rule::prelude::*;

const SCHEDULE: &[Need] = &[Need { kind: "fleet.schedule", facets: &[] }];

pub const ALWAYS_ON: Rule = Rule {
    id: "schedule-always-on",
    title: "Schedule stops nothing all week",
    category: Category::Cost,
    severity: Severity::Low,
    needs: SCHEDULE,
    params: &[Param::integer("hours", 1, "Fewest hours of a week in which it wants things stopped").min(1).max(168)],
    risk: "It looks like a schedule and saves nothing; whoever names it believes that nights are off.",
    remediation: Remediation {
        text: "Narrow `run` in the schedule's entry, or write `schedule: none` in the entries that name it.",
        command: "",
    },
    check: Check::each(|ask, doc| {
        let (off, wanted) = (Schedule(doc.body).hours_off().unwrap_or(0.0), ask.params.integer("hours"));
        if off >= wanted as f64 {
            return pass();
        }
        fail(format!("stopped for {off} hours this week, at least {wanted} wanted"))
            .with("HoursOn", Schedule(doc.body).hours_on())
            .with("HoursOff", off)
            .with("Run", doc.body.get("Run"))
    }),
    ..Rule::EMPTY
};

pub const UNANNOUNCED: Rule = Rule {
    id: "schedule-unannounced",
    title: "Nobody is told before a schedule stops things",
    category: Category::Operations,
    severity: Severity::Low,
    needs: SCHEDULE,
    risk: "People lose the work of the moment, and start keeping machines awake by hand.",
    remediation: Remediation {
        text: "Write `notify: {before-stop: 15m, to: [{webhook: {env: SLACK_WEBHOOK}, format: slack}]}` in the schedule's entry or at the top of fleet.yaml.",
        command: "",
    },
    check: Check::each(|_, doc| {
        if Schedule(doc.body).hours_off().unwrap_or(0.0) == 0.0 {
            return skip();
        }
        match Schedule(doc.body).tells_before_stop() {
            Some(true) => pass(),
            said => fail("nobody is told before it stops things").with("TellsBeforeStop", said),
        }
    }),
    ..Rule::EMPTY
};

pub const UNUSED: Rule = Rule {
    id: "schedule-unused",
    title: "Schedule is for nothing",
    category: Category::Operations,
    severity: Severity::Medium,
    needs: &[
        Need { kind: "fleet.schedule", facets: &[] },
        Need { kind: "ec2.instance", facets: &["tags"] },
        Need { kind: "rds.instance", facets: &["tags"] },
        Need { kind: "rds.cluster", facets: &["tags"] },
    ],
    risk: "Machines that should be stopped by it run on: often a tag was misspelt, or renamed in one place only.",
    remediation: Remediation {
        text: "Compare `select` in the schedule's entry with the tags that machines carry, name it by `schedule:` in an entry, or take its entry out.",
        command: "",
    },
    help: "Judged against instances, databases and clusters of them. A schedule that also selects `asg` or `ecs` and matches none of the former is not judged.",
    check: Check::fleet(unused),
    ..Rule::EMPTY
};

fn unused<'a>(_: &Ask<'_>, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let mut open = Vec::new();
    for doc in batch.of("fleet.schedule") {
        match Schedule(doc.body).select() {
            _ if Schedule(doc.body).members().unwrap_or(0) > 0 => found.push(*doc, pass()),
            None => found.push(*doc, fail("no user and no database names it").with("Members", 0)),
            Some(select) => open.push((*doc, select)),
        }
    }
    for (service, kind) in [("ec2", "ec2.instance"), ("rds", "rds.instance"), ("rds", "rds.cluster")] {
        for thing in batch.of(kind) {
            if open.is_empty() {
                return Ok(());
            }
            let Some(tags) = thing.body.object("Tags") else { continue };
            open.retain(|(doc, select)| {
                let matched = selects(*select, service, tags, thing);
                if matched {
                    found.push(*doc, pass());
                }
                !matched
            });
        }
    }
    for (doc, select) in open {
        let unseen = select.services().any(|service| service == "asg" || service == "ecs");
        let nothing = fail("no instance and no database carries the tags it selects").with("Select", select.0);
        found.push(doc, if unseen { skip() } else { nothing });
    }
    Ok(())
}

/// As `muster` selects: the service is listed, every key matches, no excepted key does, and the place is one of those listed.
fn selects(select: Selection<'_>, service: &str, tags: Object<'_>, thing: &Doc<'_>) -> bool {
    let matches = |wanted: Match<'_>| {
        let value = wanted.key().and_then(|key| tags.text(&key));
        value.is_some_and(|value| wanted.values().any(|one| one == "*" || one == value))
    };
    let here = |place: Place<'_>| {
        place.region().as_deref() == Some(thing.region()) && place.account_id().is_none_or(|account| account == thing.account())
    };
    select.services().any(|one| one == service)
        && select.tags().all(matches)
        && !select.except_tags().any(matches)
        && (select.places().next().is_none() || select.places().any(here))
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn said(rule: &'static Rule, body: &str) -> String {
        Case::of(rule).given("s", body).run().of("s").to_string()
    }

    #[test]
    fn a_schedule_stops_something() {
        assert_eq!(said(&ALWAYS_ON, r#"{"HoursOn": 167, "HoursOff": 1}"#), "pass");
        let always = said(&ALWAYS_ON, r#"{"HoursOn": 168, "HoursOff": 0, "Run": ["daily 00:00-24:00"]}"#);
        assert!(always.starts_with("fail: stopped for 0 hours this week, at least 1 wanted"), "{always}");
    }

    #[test]
    fn who_is_stopped_is_told() {
        assert_eq!(said(&UNANNOUNCED, r#"{"HoursOff": 118, "TellsBeforeStop": true}"#), "pass");
        assert!(said(&UNANNOUNCED, r#"{"HoursOff": 118, "TellsBeforeStop": false}"#).starts_with("fail"));
        assert_eq!(said(&UNANNOUNCED, r#"{"HoursOff": 0, "TellsBeforeStop": false}"#), "skip");
    }

    const SELECT: &str = r#"{"Members": 0, "Select": {"Services": ["ec2"], "Tags": [{"Key": "env", "Values": ["dev", "qa"]}],
        "ExceptTags": [{"Key": "keep", "Values": ["*"]}], "Places": [{"AccountId": "123456789012", "Region": "us-east-1"}]}}"#;

    fn selecting(tags: &str, scope: &'static str) -> String {
        let case = Case::of(&UNUSED).scope("").given("s", SELECT).scope(scope);
        case.given_of("ec2.instance", "i-1", &format!(r#"{{"Tags": {tags}}}"#)).run().of("s").to_string()
    }

    #[test]
    fn databases_are_instances_and_clusters() {
        let of = |kind: &'static str| {
            let case = Case::of(&UNUSED).scope("").given("s", &SELECT.replace(r#"["ec2"]"#, r#"["rds"]"#)).scope("123456789012/us-east-1");
            case.given_of(kind, "db", r#"{"Tags": {"env": "qa"}}"#).run().of("s").to_string()
        };
        assert_eq!((of("rds.instance"), of("rds.cluster")), ("pass".to_owned(), "pass".to_owned()));
        assert!(of("ec2.instance").starts_with("fail: "));
    }

    #[test]
    fn a_schedule_is_for_entries_or_for_tags() {
        assert_eq!(said(&UNUSED, r#"{"Members": 1}"#), "pass");
        assert_eq!(said(&UNUSED, r#"{"Members": 0}"#), r#"fail: no user and no database names it {"Members":0}"#);
        assert_eq!(selecting(r#"{"env": "qa"}"#, "123456789012/us-east-1"), "pass");
        for (tags, scope) in [
            (r#"{"env": "prod"}"#, "123456789012/us-east-1"),
            (r#"{"env": "dev", "keep": ""}"#, "123456789012/us-east-1"),
            (r#"{"env": "dev"}"#, "123456789012/eu-west-1"),
            (r#"{"env": "dev"}"#, "210987654321/us-east-1"),
        ] {
            assert!(selecting(tags, scope).starts_with("fail: no instance and no database carries"), "{tags} {scope}");
        }
        assert_eq!(said(&UNUSED, &SELECT.replace(r#"["ec2"]"#, r#"["ec2", "asg"]"#)), "skip");
    }
}
