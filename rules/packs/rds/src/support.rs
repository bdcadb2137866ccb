//! What ends on a date: engine versions and certificates.

use muster_rule::prelude::*;
use muster_rule::rds::{CertificateDetails, Instance};

use crate::class::Class;
use crate::data::{ENGINES, MONTH_HOURS, copies, days, is_running};

pub const EXTENDED: Rule = Rule {
    id: "extended-support",
    title: "Database is charged for extended support",
    category: Category::Cost,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    risk: "AWS charges every virtual processor of it by the hour, twice as much in the third year.",
    remediation: Remediation {
        text: "Try the next major version on a restored snapshot, then upgrade in the maintenance window.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --engine-version VERSION --allow-major-version-upgrade \
                  --region {region}",
    },
    controls: &[],
    help: "The sum is that of us-east-1. Engines that AWS does not offer extended support for are left out, as is a database that was \
           made without it: RDS upgrades that one by itself.",
    check: Check::each(|ask, doc| extended(ask, Instance(doc.body))),
    ..Rule::EMPTY
};

pub const ENGINE_VERSION: Rule = Rule {
    id: "engine-version",
    title: "Engine version of a database is out of support, or soon will be",
    category: Category::Operations,
    severity: Severity::Medium,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    params: &[Param::integer("warn-days", 90, "Days ahead of the end of standard support from which a version fails").min(0)],
    risk: "Without standard support, faults are mended late or for money, and RDS may upgrade on a day of its own choice.",
    remediation: Remediation {
        text: "Try the next major version on a restored snapshot, then upgrade in the maintenance window.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --engine-version VERSION --allow-major-version-upgrade \
                  --region {region}",
    },
    controls: &[],
    check: Check::each(|ask, doc| engine_version(ask, Instance(doc.body))),
    ..Rule::EMPTY
};

pub const CERTIFICATE: Rule = Rule {
    id: "certificate-expiration",
    title: "Certificate of a database expires soon",
    category: Category::Reliability,
    severity: Severity::High,
    needs: &[Need { kind: "rds.instance", facets: &[] }],
    params: &[Param::integer("days", 60, "Days that the certificate is good for at least").min(1)],
    risk: "Clients that check the certificate cannot connect any more from that day on.",
    remediation: Remediation {
        text: "Give the clients the bundle of the new authority, then change the authority of the database. It changes in the next maintenance \
               window, and most engines restart for it.",
        command: "aws rds modify-db-instance --db-instance-identifier {resource} --ca-certificate-identifier rds-ca-rsa2048-g1 \
                  --region {region}",
    },
    controls: &[],
    help: "The certificate of the database counts, or that of its authority when it ends earlier.",
    check: Check::each(|ask, doc| certificate(ask, Instance(doc.body))),
    ..Rule::EMPTY
};

/// What the table says of a version.
struct Support<'a> {
    /// `mysql 8.0`.
    name: String,
    ends: Time,
    row: Object<'a>,
}

/// What is known of the version of a database; an answer when there is nothing to go by.
fn support<'a>(data: Object<'a>, instance: Instance<'_>) -> Result<Support<'a>, Answer> {
    let (engine, version) = (instance.engine().unwrap_or_default(), instance.engine_version().unwrap_or_default());
    let Some(versions) = data.object("support").and_then(|table| table.object(&engine)) else { return Err(skip()) };
    let mut parts = version.splitn(3, '.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let found = [format!("{major}.{minor}"), major.to_owned()].into_iter().find_map(|key| Some((versions.object(&key)?, key)));
    let known = found.and_then(|(row, key)| Some(Support { name: format!("{engine} {key}"), ends: row.time("standard-ends")?, row }));
    known.ok_or_else(|| unknown(format!("no end of support is known of {engine} {version}")))
}

impl Support<'_> {
    /// Days since its last day; negative before, 0 on that day.
    fn over(&self, now: Time) -> i64 {
        (now.0 - self.ends.0).div_euclid(86_400)
    }
}

fn extended(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let data = ask.data(&ENGINES);
    let support = match support(data, instance) {
        Ok(support) => support,
        Err(answer) => return answer,
    };
    if support.row.get("extended-ends").is_none() {
        return skip();
    }
    let refused = instance.engine_lifecycle_support().as_deref() == Some("open-source-rds-extended-support-disabled");
    if refused || support.over(ask.now) < 1 {
        return pass();
    }
    let third = support.row.time("third-year").is_some_and(|from| ask.now >= from);
    let rates = data.object("extended-support");
    let rate =
        rates.and_then(|rates| rates.number(if third { "usd-per-vcpu-hour-third-year" } else { "usd-per-vcpu-hour" })).unwrap_or(0.0);
    let message = format!("standard support of {} ended on {}; {rate:.2} USD a vCPU-hour is charged", support.name, support.ends.date());
    let answer = fail(message).with("EngineVersion", instance.engine_version());
    let class = instance.db_instance_class().unwrap_or_default();
    match Class::parse(&class).and_then(Class::vcpus).filter(|_| is_running(instance)) {
        Some(vcpus) => {
            let vcpus = vcpus * copies(instance);
            let basis = format!("{vcpus} vCPUs at {rate:.2} USD an hour if it ran all month, us-east-1");
            answer.saves(vcpus * rate * MONTH_HOURS, Confidence::Static, basis).priced(&ENGINES)
        }
        None => answer,
    }
}

fn engine_version(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let support = match support(ask.data(&ENGINES), instance) {
        Ok(support) => support,
        Err(answer) => return answer,
    };
    let (over, warn, ends) = (support.over(ask.now), ask.params.integer("warn-days"), support.ends.date());
    let message = match over {
        1.. => format!("standard support of {} ended on {ends}, {} ago", support.name, days(over)),
        _ if -over < warn => format!("standard support of {} ends on {ends}, in {}, at least {warn} wanted", support.name, days(-over)),
        _ => return pass(),
    };
    fail(message).with("EngineVersion", instance.engine_version())
}

fn certificate(ask: &Ask<'_>, instance: Instance<'_>) -> Answer {
    let authority = instance.ca_certificate_identifier();
    let own = instance.certificate_details().and_then(CertificateDetails::valid_till);
    let root = authority.as_ref().and_then(|name| ask.data(&ENGINES).object("authorities")?.time(name));
    let Some(ends) = own.into_iter().chain(root).min() else { return unknown("the end of its certificate is not known") };
    let (left, wanted) = (ends.days_since(ask.now), ask.params.integer("days"));
    let message = match left {
        _ if ends <= ask.now => format!("the certificate expired on {}", ends.date()),
        _ if left < wanted => format!("the certificate expires on {}, in {}, at least {wanted} wanted", ends.date(), days(left)),
        _ => return pass(),
    };
    fail(message).with("CACertificateIdentifier", authority).with("ValidTill", ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn database(engine: &str, version: &str) -> String {
        format!(
            r#"{{"Engine": "{engine}", "EngineVersion": "{version}", "DBInstanceClass": "db.t4g.micro", "DBInstanceStatus": "available", "MultiAZ": false}}"#
        )
    }

    #[test]
    fn extended_support_costs_by_the_processor() {
        let found = Case::of(&EXTENDED)
            .given("a", &database("mysql", "8.0.39"))
            .given("b", &database("mysql", "5.7.44").replace("t4g.micro", "m5.xlarge").replace("false", "true"))
            .given("c", &database("mysql", "8.4.3"))
            .given("d", &database("mariadb", "10.5.1"))
            .given("e", &database("mysql", "9.9.9"))
            .given("f", &database("oracle-se2", "19.0"))
            .given("g", &database("aurora-mysql", "8.0.mysql_aurora.3.08.0"))
            .given("h", &database("mysql", "8.0.39").replace("db.t4g.micro", "db.serverless"))
            .run();
        let text = "fail: standard support of mysql 8.0 ended on 2026-07-31; 0.10 USD a vCPU-hour is charged ";
        assert!(found.of("a").starts_with(text) && found.of("a").contains(r#""amount":146,"#), "{}", found.of("a"));
        let third = "fail: standard support of mysql 5.7 ended on 2024-02-29; 0.20 USD a vCPU-hour is charged ";
        assert!(found.of("b").starts_with(third) && found.of("b").contains(r#""amount":1168,"#), "{}", found.of("b"));
        assert_eq!((found.of("c"), found.of("d"), found.of("f"), found.of("g")), ("pass", "skip", "skip", "pass"));
        assert_eq!(found.of("e"), "unknown: no end of support is known of mysql 9.9.9");
        assert!(found.of("h").starts_with(text) && !found.of("h").contains("saves"));
    }

    #[test]
    fn it_begins_the_day_after_the_last() {
        let on = |now: &str| Case::of(&EXTENDED).now(now).given("a", &database("mysql", "8.0.39")).run().of("a").starts_with("fail");
        assert_eq!((on("2026-07-31T23:59:59Z"), on("2026-08-01")), (false, true));
        let refused =
            database("mysql", "8.0.39").replace("{", r#"{"EngineLifecycleSupport": "open-source-rds-extended-support-disabled", "#);
        assert_eq!(Case::of(&EXTENDED).given("a", &refused).run().of("a"), "pass");
    }

    #[test]
    fn a_version_fails_ninety_days_ahead() {
        let on = |now: &str| Case::of(&ENGINE_VERSION).now(now).given("a", &database("postgres", "14.13")).run().of("a").to_owned();
        assert_eq!(on("2026-11-30T10:00:00Z"), "pass");
        let soon = r#"fail: standard support of postgres 14 ends on 2027-02-28, in 89 days, at least 90 wanted {"EngineVersion":"14.13"}"#;
        assert_eq!(on("2026-12-01T00:00:01Z"), soon);
        assert!(on("2027-02-28T10:00:00Z").contains("in 0 days"));
        assert!(on("2027-03-01").contains("ended on 2027-02-28, 1 day ago"));
        let found = Case::of(&ENGINE_VERSION).given("a", &database("mariadb", "10.5.1")).given("b", &database("docdb", "5.0.0")).run();
        assert!(found.of("a").starts_with("fail: standard support of mariadb 10.5 ended on 2026-02-28"));
        assert_eq!(found.of("b"), "skip");
    }

    #[test]
    fn old_data_is_told() {
        let case = Case::of(&ENGINE_VERSION).now("2027-01-01").given("a", &database("mysql", "8.4.3"));
        assert!(case.run().log().iter().any(|line| line.contains("rds-engines")), "{:?}", case.run().log());
    }

    #[test]
    fn a_certificate_ends_with_its_authority() {
        let body = |authority: &str, till: &str| {
            format!(
                r#"{{"CACertificateIdentifier": "{authority}", "CertificateDetails": {{"CAIdentifier": "{authority}", "ValidTill": "{till}"}}}}"#
            )
        };
        let found = Case::of(&CERTIFICATE)
            .given("a", &body("rds-ca-rsa2048-g1", "2027-01-20T09:00:00Z"))
            .given("b", &body("rds-ca-rsa2048-g1", "2027-01-20T08:59:59Z"))
            .given("c", &body("rds-ca-2019", "2027-06-01T00:00:00Z"))
            .given("d", r#"{"CACertificateIdentifier": "rds-ca-rsa4096-g1"}"#)
            .given("e", r#"{"CACertificateIdentifier": "rds-ca-of-tomorrow"}"#)
            .run();
        assert_eq!((found.of("a"), found.of("d")), ("pass", "pass"));
        assert!(found.of("b").starts_with("fail: the certificate expires on 2027-01-20, in 59 days, at least 60 wanted {"));
        assert!(found.of("c").starts_with("fail: the certificate expired on 2024-08-22 {"));
        assert_eq!(found.of("e"), "unknown: the end of its certificate is not known");
    }
}
