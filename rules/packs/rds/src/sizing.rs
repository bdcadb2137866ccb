//! Databases that do nothing, little, or on old machines.

use muster_rule::prelude::*;
use muster_rule::rds::{Day, Instance, Metric};

use crate::class::{Class, Smaller, is_aurora, is_priced};
use crate::data::{ENGINES, copies, days, is_member, is_running};

const MIN_DAYS: Param = Param::integer("min-days", 7, "Days of metrics below which nothing is said").min(1).max(14);

pub const IDLE: Rule = Rule {
    id: "idle",
    title: "Database is not used",
    category: Category::Cost,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &["connections"] }],
    params: &[MIN_DAYS, Param::integer("connections", 0, "Connections at once up to which a database counts as not used").min(0)],
    risk: "It costs the same as one that works.",
    remediation: Remediation {
        text: "Stop it, or give it a schedule; when nobody misses it, keep a last snapshot and delete it.",
        command: "aws rds stop-db-instance --db-instance-identifier {resource} --region {region}",
    },
    controls: &[],
    help: "Members of clusters are left out: a reader without connections is what takes over when the writer fails.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        if is_running(instance) && !is_member(instance) { idle(ask, instance) } else { skip() }
    }),
    ..Rule::EMPTY
};

pub const OVERSIZED: Rule = Rule {
    id: "oversized",
    title: "Database is larger than its work",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "rds.instance", facets: &["cpu", "connections"] }],
    params: &[
        MIN_DAYS,
        Param::number("percent", 25.0, "Average of the daily CPU peaks, in percent, below which the next smaller class would do")
            .min(1)
            .max(100),
    ],
    risk: "Half of what it costs is for processors that nothing uses.",
    remediation: Remediation {
        text: "Look at its memory first, then take the next smaller class in the maintenance window.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --db-instance-class CLASS --region {region}",
    },
    controls: &[],
    help: "A database without any connection is left to `idle`, so that no money is counted twice.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        if is_running(instance) { oversized(ask, instance) } else { skip() }
    }),
    ..Rule::EMPTY
};

pub const PREVIOUS_GENERATION: Rule = Rule {
    id: "previous-generation",
    title: "Database runs on a previous generation of machines",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "Old machines are slower for the same money, and AWS withdraws them one by one.",
    remediation: Remediation {
        text: "Change the class in the maintenance window.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --db-instance-class CLASS --region {region}",
    },
    controls: &[],
    check: Check::each(|ask, doc| previous(ask, Instance(doc.body))),
    ..Rule::EMPTY
};

/// The peaks of a metric, one for each day.
fn peaks(metric: Option<Metric<'_>>) -> Vec<f64> {
    metric.into_iter().flat_map(Metric::days).filter_map(Day::maximum).collect()
}

/// Unknown when a metric has too few days.
fn too_short(ask: &Ask<'_>, values: &[f64]) -> Option<Answer> {
    let (has, wanted) = (i64::try_from(values.len()).unwrap_or(i64::MAX), ask.params.integer("min-days"));
    (has < wanted).then(|| unknown(format!("{} of metrics, at least {wanted} needed", days(has))))
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn idle(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let connections = peaks(instance.connections());
    if let Some(answer) = too_short(ask, &connections) {
        return answer;
    }
    let (peak, limit) = (most(&connections), ask.params.integer("connections"));
    if peak > limit as f64 {
        return pass();
    }
    let during = days(i64::try_from(connections.len()).unwrap_or(i64::MAX));
    let message = if peak == 0.0 {
        format!("no connection in {during}")
    } else {
        format!("at most {peak} connections in {during}, more than {limit} wanted")
    };
    let answer = fail(message).with("Connections", peak).with("DBInstanceClass", instance.db_instance_class());
    let class = instance.db_instance_class().unwrap_or_default();
    match price(ask, instance, &class) {
        Some(usd) => answer
            .saves(usd, Confidence::Metric, format!("{class} if it ran all month, us-east-1 list price; storage stays"))
            .priced(&ENGINES),
        None => answer,
    }
}

fn oversized(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let class = instance.db_instance_class().unwrap_or_default();
    let engine = instance.engine().unwrap_or_default();
    let Some(smaller) = Class::parse(&class).map(|class| class.smaller(ask.data(&ENGINES), &engine)) else { return skip() };
    if smaller == Smaller::None {
        return skip();
    }
    let busy = peaks(instance.cpu());
    if let Some(answer) = too_short(ask, &busy) {
        return answer;
    }
    let connections = peaks(instance.connections());
    if connections.is_empty() {
        return unknown("nothing is known of its connections");
    }
    if most(&connections) == 0.0 {
        return skip();
    }
    let (average, limit) = (busy.iter().sum::<f64>() / busy.len() as f64, ask.params.number("percent"));
    if average >= limit {
        return pass();
    }
    let Smaller::Class(smaller) = smaller else {
        return unknown(format!("which classes there are beside {class} is not known")).with("DBInstanceClass", &class);
    };
    let answer = fail(format!("daily CPU peaks are {average:.1} % on average, at least {limit} % wanted; {smaller} would do"))
        .with("AverageCpuPeak", (average * 10.0).round() / 10.0)
        .with("DBInstanceClass", &class);
    match price(ask, instance, &class).zip(price(ask, instance, &smaller)) {
        Some((usd, less)) => answer
            .saves(usd - less, Confidence::Metric, format!("{class} to {smaller} if it ran all month, us-east-1 list price"))
            .priced(&ENGINES),
        None => answer,
    }
}

/// What a database of that class costs a month, with its standby.
fn price(ask: &Ask<'_>, instance: Instance<'_>, class: &str) -> Option<f64> {
    let engine = instance.engine().filter(|engine| is_priced(engine))?;
    let usd = Class::parse(class)?.usd_per_month(ask.data(&ENGINES), is_aurora(&engine))?;
    Some(usd * copies(instance))
}

fn previous(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let (text, engine) = (instance.db_instance_class().unwrap_or_default(), instance.engine().unwrap_or_default());
    let Some(class) = Class::parse(&text) else { return skip() };
    let data = ask.data(&ENGINES);
    let Some(newer) = data.object("previous-generation").and_then(|table| table.text(class.family)) else { return pass() };
    let new = Class { family: &newer, ..class };
    let exists = new.exists(data, &engine);
    let lacks = if exists == Some(false) { format!(", and has no size {}", class.size) } else { String::new() };
    let answer =
        fail(format!("db.{} is of a previous generation, db.{newer} follows it{lacks}", class.family)).with("DBInstanceClass", &text);
    if exists != Some(true) {
        return answer;
    }
    let cost = |class: Class<'_>| class.usd_per_month(data, is_aurora(&engine));
    let saved = cost(class).zip(cost(new)).map(|(old, new)| (old - new) * copies(instance));
    match saved.filter(|usd| *usd > 0.0 && is_priced(&engine) && is_running(instance)) {
        Some(usd) => {
            answer.saves(usd, Confidence::Static, format!("{text} to {new} if it ran all month, us-east-1 list price")).priced(&ENGINES)
        }
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    /// A metric of so many days.
    fn metric(days: usize, maximum: f64) -> String {
        let day = |n: usize| format!(r#"{{"Day": "2026-11-{:02}", "Maximum": {maximum}}}"#, n + 1);
        format!(r#"{{"Days": [{}]}}"#, (0..days).map(day).collect::<Vec<_>>().join(", "))
    }

    fn database(rest: &str) -> String {
        format!(r#"{{"DBInstanceStatus": "available", "DBInstanceClass": "db.m5.xlarge", "Engine": "mysql", "MultiAZ": false, {rest}}}"#)
    }

    const LIST: &str = r#""as-of":"2026-06-01","basis":"#;

    #[test]
    fn a_week_without_connections_is_idle() {
        let connections = |days, maximum| database(&format!(r#""Connections": {}"#, metric(days, maximum)));
        let found = Case::of(&IDLE)
            .given("a", &connections(7, 0.0))
            .given("b", &connections(7, 1.0))
            .given("c", &connections(6, 0.0))
            .given("d", &connections(7, 0.0).replace("available", "stopped"))
            .given("e", &connections(7, 0.0).replace(r#""MultiAZ""#, r#""DBClusterIdentifier": "c", "MultiAZ""#))
            .run();
        let saves = format!(
            r#"{{"amount":249.66,{LIST}"db.m5.xlarge if it ran all month, us-east-1 list price; storage stays","confidence":"metric","currency":"USD","per":"month"}}"#
        );
        let wanted = format!(r#"fail: no connection in 7 days {{"Connections":0,"DBInstanceClass":"db.m5.xlarge","saves":{saves}}}"#);
        assert_eq!(found.of("a"), wanted);
        assert_eq!((found.of("b"), found.of("d"), found.of("e")), ("pass", "skip", "skip"));
        assert_eq!(found.of("c"), "unknown: 6 days of metrics, at least 7 needed");
    }

    #[test]
    fn a_database_whose_peaks_are_low_is_too_large() {
        let busy = |cpu, connections| database(&format!(r#""Cpu": {}, "Connections": {}"#, metric(7, cpu), metric(7, connections)));
        let found = Case::of(&OVERSIZED)
            .given("a", &busy(24.9, 3.0))
            .given("b", &busy(25.0, 3.0))
            .given("c", &busy(2.0, 0.0))
            .given("d", &busy(2.0, 3.0).replace("db.m5.xlarge", "db.m5.large"))
            .given("e", &busy(2.0, 3.0).replace("mysql", "oracle-se2"))
            .given("f", &busy(2.0, 3.0).replace(r#""MultiAZ": false"#, r#""MultiAZ": true"#))
            .given("g", &busy(2.0, 3.0).replace("db.m5.xlarge", "db.r4.16xlarge"))
            .given("h", &busy(2.0, 3.0).replace("db.m5.xlarge", "db.z9.xlarge"))
            .run();
        let fails = "fail: daily CPU peaks are 24.9 % on average, at least 25 % wanted; db.m5.large would do ";
        assert!(found.of("a").starts_with(fails) && found.of("a").contains(r#""amount":124.83"#), "{}", found.of("a"));
        assert_eq!((found.of("b"), found.of("c"), found.of("d")), ("pass", "skip", "skip"));
        assert!(found.of("e").starts_with("fail: ") && !found.of("e").contains("saves"), "no price of a licence is known");
        assert!(found.of("f").contains(r#""amount":249.66"#), "a standby shrinks, too: {}", found.of("f"));
        assert!(found.of("g").contains("; db.r4.8xlarge would do {"), "there is no db.r4.12xlarge: {}", found.of("g"));
        let unlisted = r#"unknown: which classes there are beside db.z9.xlarge is not known {"DBInstanceClass":"db.z9.xlarge"}"#;
        assert_eq!(found.of("h"), unlisted);
    }

    #[test]
    fn no_word_of_connections_is_not_no_connection() {
        let body = database(&format!(r#""Cpu": {}, "Connections": {}"#, metric(7, 2.0), metric(0, 0.0)));
        assert_eq!(Case::of(&OVERSIZED).given("a", &body).run().of("a"), "unknown: nothing is known of its connections");
    }

    #[test]
    fn too_few_days_say_nothing() {
        let body = database(&format!(r#""Cpu": {}, "Connections": {}"#, metric(1, 1.0), metric(1, 1.0)));
        assert_eq!(Case::of(&OVERSIZED).given("a", &body).run().of("a"), "unknown: 1 day of metrics, at least 7 needed");
    }

    #[test]
    fn old_machines_are_told() {
        let found = Case::of(&PREVIOUS_GENERATION)
            .given("a", &database(r#""StorageType": "gp3""#))
            .given("b", &database(r#""StorageType": "gp3""#).replace("m5.xlarge", "m4.large"))
            .given("c", &database(r#""StorageType": "gp3""#).replace("m5.xlarge", "r4.large"))
            .given("d", &database(r#""StorageType": "gp3""#).replace("db.m5.xlarge", "db.serverless"))
            .given("e", &database(r#""StorageType": "gp3""#).replace("m5.xlarge", "m4.10xlarge"))
            .given("f", &database(r#""StorageType": "gp3""#).replace("m5.xlarge", "r4.large").replace("mysql", "docdb"))
            .run();
        assert_eq!((found.of("a"), found.of("d")), ("pass", "skip"));
        let no_such =
            r#"fail: db.m4 is of a previous generation, db.m5 follows it, and has no size 10xlarge {"DBInstanceClass":"db.m4.10xlarge"}"#;
        assert_eq!(found.of("e"), no_such);
        assert_eq!(found.of("f"), found.of("c"), "of an engine whose sizes are not listed nothing is said");
        let fails = r#"fail: db.m4 is of a previous generation, db.m5 follows it {"DBInstanceClass":"db.m4.large","saves":{"amount":2.92,"#;
        assert!(found.of("b").starts_with(fails), "{}", found.of("b"));
        assert_eq!(found.of("c"), r#"fail: db.r4 is of a previous generation, db.r5 follows it {"DBInstanceClass":"db.r4.large"}"#);
    }
}
