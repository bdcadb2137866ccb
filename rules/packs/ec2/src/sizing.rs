//! Instances that do nothing, too little or too much for their type. CloudWatch does not see memory.

use muster_rule::ec2::Instance;
use muster_rule::prelude::*;

use crate::common::{is, is_spot};
use crate::load::{Cpu, MIN_DAYS, highest, mean, tenths, traffic};
use crate::prices::{self, Smaller};

const LOAD: &[Need] = &[Need { kind: "ec2.instance", facets: &["cpu", "network-traffic"] }];
const IDLE_CPU: Param =
    Param::number("idle-cpu", 5.0, "Percent of CPU: an instance that is under it each day, on average, is idle").min(0).max(100);
const IDLE_TRAFFIC: Param = Param::number("idle-mib", 5.0, "MiB in and out: an idle instance has no day with more").min(0);

pub const IDLE: Rule = Rule {
    id: "idle-instance",
    title: "Instance runs and does nothing",
    category: Category::Cost,
    severity: Severity::Medium,
    needs: LOAD,
    params: &[IDLE_CPU, IDLE_TRAFFIC, MIN_DAYS],
    risk: "It is paid for and used by nobody.",
    remediation: Remediation {
        text: "Give it a schedule in fleet.yaml, stop it, or make an image of it and terminate it.",
        command: "aws ec2 stop-instances --instance-ids {resource} --region {region}",
    },
    controls: &["TA Qch7DwouX1"],
    help: "Idle: on each of the measured days the average CPU was under `idle-cpu`, and no day had more traffic than `idle-mib`.",
    check: Check::each(|ask, doc| {
        let cpu = match Cpu::of(ask, Instance(doc.body)) {
            Ok(cpu) => cpu,
            Err(answer) => return answer,
        };
        let Some(mib) = traffic(Instance(doc.body)) else { return unknown("no day of network traffic is known") };
        let (busiest, limit) = (tenths(highest(&cpu.averages)), ask.params.number("idle-cpu"));
        if !is_idle(ask, &cpu, mib) {
            return pass();
        }
        let said = format!("at most {busiest} % of CPU and {} MiB on any of {} days, idle is under {limit} %", tenths(mib), cpu.days());
        let answer = fail(said)
            .with("InstanceType", Instance(doc.body).instance_type())
            .with("Days", cpu.days())
            .with("HighestDailyAverage", busiest);
        saving(ask, doc, answer, 1.0, "the whole instance")
    }),
};

pub const OVERSIZED: Rule = Rule {
    id: "oversized-instance",
    title: "Instance is larger than its load",
    category: Category::Cost,
    severity: Severity::Low,
    needs: LOAD,
    params: &[
        Param::number("cpu", 20.0, "Percent of CPU: the mean of the daily maxima of an instance that fits is not under it").min(0).max(100),
        IDLE_CPU,
        IDLE_TRAFFIC,
        MIN_DAYS,
    ],
    risk: "About half of what it costs buys nothing.",
    remediation: Remediation {
        text: "Check its memory first, which CloudWatch does not see; then stop it, choose the smaller type and start it.",
        command: "aws ec2 modify-instance-attribute --instance-id {resource} --instance-type TYPE --region {region}",
    },
    controls: &["TA Qch7DwouX1"],
    help: "Idle instances are left to `idle-instance`. The type that would do is the smallest of the family with two fifths of the power or more; \
           where there is none the instance passes, and where the sizes of the family are not listed the answer is unknown.",
    check: Check::each(|ask, doc| {
        let cpu = match Cpu::of(ask, Instance(doc.body)) {
            Ok(cpu) => cpu,
            Err(answer) => return answer,
        };
        let (peak, limit) = (tenths(mean(&cpu.maxima)), ask.params.number("cpu"));
        if traffic(Instance(doc.body)).is_some_and(|mib| is_idle(ask, &cpu, mib)) {
            return skip();
        }
        let kind = Instance(doc.body).instance_type().unwrap_or_default();
        let (smaller, share) = match prices::smaller(ask, &kind) {
            _ if peak >= limit => return pass(),
            Smaller::Type(smaller, share) => (smaller, share),
            Smaller::None => return pass(),
            Smaller::Unlisted => return unknown(format!("which sizes there are beside {kind} is not known")).with("InstanceType", kind),
        };
        let said = format!("daily maxima of CPU are {peak} % on average, under {limit} %; {smaller} would do");
        let answer = fail(said).with("InstanceType", &kind).with("Days", cpu.days()).with("MeanDailyMaximum", peak);
        let what = format!("{kind} to {smaller}");
        saving(ask, doc, answer, share, &what)
    }),
};

pub const OVERLOADED: Rule = Rule {
    id: "overloaded-instance",
    title: "Instance is too small for its load",
    category: Category::Performance,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.instance", facets: &["cpu"] }],
    params: &[
        Param::number("cpu", 80.0, "Percent of CPU: a day whose average is over it is a hot one").min(0).max(100),
        Param::integer("days", 3, "Hot days from which on an instance is overloaded").min(1).max(14),
        MIN_DAYS,
    ],
    risk: "What runs on it is slow, and a burstable type is throttled or charged for surplus credits.",
    remediation: Remediation {
        text: "Choose a larger type, or spread the load over several instances.",
        command: "aws ec2 modify-instance-attribute --instance-id {resource} --instance-type TYPE --region {region}",
    },
    controls: &["TA ZRxQlPsb6c"],
    help: "By averages of days, since a backup at night makes a maximum of 100 % on the calmest instance.",
    check: Check::each(|ask, doc| {
        let cpu = match Cpu::of(ask, Instance(doc.body)) {
            Ok(cpu) => cpu,
            Err(answer) => return answer,
        };
        let (limit, wanted) = (ask.params.number("cpu"), ask.params.integer("days"));
        let hot = cpu.averages.iter().filter(|average| **average > limit).count() as i64;
        if hot < wanted {
            return pass();
        }
        let said = format!("average CPU over {limit} % on {hot} of {} days, at most {} wanted", cpu.days(), wanted - 1);
        fail(said)
            .with("InstanceType", Instance(doc.body).instance_type())
            .with("HotDays", hot)
            .with("HighestDailyAverage", tenths(highest(&cpu.averages)))
    }),
};

fn is_idle(ask: &Ask<'_>, cpu: &Cpu, mib: f64) -> bool {
    highest(&cpu.averages) < ask.params.number("idle-cpu") && mib <= ask.params.number("idle-mib")
}

/// Spot and what is not charged as Linux has another price than the list's.
fn saving(ask: &Ask<'_>, doc: Doc<'_>, answer: Answer, share: f64, what: &str) -> Answer {
    let instance = Instance(doc.body);
    let listed = !is_spot(instance) && is(instance.platform_details(), "Linux/UNIX");
    let price = instance.instance_type().filter(|_| listed).and_then(|kind| prices::instance(ask, &kind));
    prices::saving(answer, price.map(|price| price * share), Confidence::Metric, prices::basis_if_running(what, doc), &prices::FAMILIES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    /// `days` days with this average, maximum, and MiB in and out together.
    fn instance(kind: &str, days: usize, average: f64, maximum: f64, mib: f64) -> String {
        let list = |value: &str| {
            let days: Vec<String> = (1..=days).map(|day| format!(r#"{{"Day":"2026-11-{day:02}",{value}}}"#)).collect();
            format!(r#"{{"Days":[{}]}}"#, days.join(","))
        };
        let half = list(&format!(r#""Sum":{}"#, mib / 2.0 * 1_048_576.0));
        let cpu = list(&format!(r#""Average":{average:?},"Maximum":{maximum:?}"#));
        format!(
            r#"{{"State":"running","PlatformDetails":"Linux/UNIX","InstanceType":"{kind}","Cpu":{cpu},"NetworkIn":{half},"NetworkOut":{half}}}"#
        )
    }

    #[test]
    fn an_idle_instance_costs_what_it_costs() {
        let found = Case::of(&IDLE)
            .given("idle", &instance("m5.large", 14, 1.5, 2.0, 4.0))
            .given("busy", &instance("m5.large", 14, 6.0, 90.0, 4.0))
            .given("talks", &instance("m5.large", 14, 1.5, 2.0, 5.2))
            .given("edge", &instance("m5.large", 14, 5.0, 5.0, 5.0))
            .given("new", &instance("m5.large", 6, 1.5, 2.0, 4.0))
            .given("week", &instance("x9.large", 7, 4.9, 5.0, 5.0))
            .given("off", r#"{"State": "stopped"}"#)
            .run();
        let said = found.of("idle");
        assert!(said.starts_with("fail: at most 1.5 % of CPU and 4 MiB on any of 14 days, idle is under 5 %"), "{said}");
        assert!(
            said.contains(
                r#""amount":70.08,"as-of":"2026-07-20","basis":"the whole instance if it ran all month, list price of us-east-1","confidence":"metric""#
            ),
            "{said}"
        );
        assert_eq!((found.of("busy"), found.of("talks"), found.of("edge"), found.of("off")), ("pass", "pass", "pass", "skip"));
        assert_eq!(found.of("new"), r#"unknown: CPU is known of 6 days, at least 7 needed {"Days":6}"#);
        assert!(found.of("week").starts_with("fail: ") && !found.of("week").contains("saves"), "a type of no known price");
    }

    #[test]
    fn an_oversized_instance_saves_half() {
        let found = Case::of(&OVERSIZED)
            .given("large", &instance("m5.xlarge", 10, 6.0, 19.9, 900.0))
            .given("edge", &instance("m5.xlarge", 10, 6.0, 20.0, 900.0))
            .given("least", &instance("m5.large", 10, 6.0, 10.0, 900.0))
            .given("idle", &instance("m5.xlarge", 10, 1.0, 2.0, 1.0))
            .given("new", &instance("m5.xlarge", 1, 6.0, 10.0, 900.0))
            .run();
        let said = found.of("large");
        assert!(said.starts_with("fail: daily maxima of CPU are 19.9 % on average, under 20 %; m5.large would do"), "{said}");
        assert!(said.contains(r#""amount":70.08"#), "{said}");
        assert_eq!((found.of("edge"), found.of("least"), found.of("idle")), ("pass", "pass", "skip"));
        assert!(found.of("new").starts_with("unknown: CPU is known of 1 day,"));
    }

    #[test]
    fn types_get_smaller_until_there_is_no_smaller_one() {
        let said = |kind: &str| Case::of(&OVERSIZED).given("i", &instance(kind, 10, 6.0, 10.0, 900.0)).run().of("i").to_owned();
        for (kind, smaller) in [
            ("t3.medium", "t3.small"),
            ("m5.xlarge", "m5.large"),
            ("m6g.large", "m6g.medium"),
            ("m5.12xlarge", "m5.8xlarge"),
            ("m5.24xlarge", "m5.12xlarge"),
            ("c5.9xlarge", "c5.4xlarge"),
            ("c5.18xlarge", "c5.9xlarge"),
            ("m4.10xlarge", "m4.4xlarge"),
            ("p3.16xlarge", "p3.8xlarge"),
        ] {
            assert!(said(kind).contains(&format!("; {smaller} would do {{")), "{}", said(kind));
        }
        for least in ["m5.large", "t3.nano", "m5.metal", "p3.2xlarge", "p3.8xlarge"] {
            assert_eq!(said(least), "pass", "{least}");
        }
        assert_eq!(said("g5.xlarge"), r#"unknown: which sizes there are beside g5.xlarge is not known {"InstanceType":"g5.xlarge"}"#);
        assert!(said("c5.9xlarge").contains(r#""amount":620.5,"#), "five ninths of it: {}", said("c5.9xlarge"));
    }

    #[test]
    fn three_hot_days_overload_an_instance() {
        let days = |hot: usize| {
            let day = |n: usize| format!(r#"{{"Day":"d{n}","Average":{},"Maximum":100}}"#, if n < hot { 80.1 } else { 80.0 });
            format!(
                r#"{{"State":"running","InstanceType":"t3.micro","Cpu":{{"Days":[{}]}}}}"#,
                (0..7).map(day).collect::<Vec<_>>().join(",")
            )
        };
        let found = Case::of(&OVERLOADED).given("two", &days(2)).given("three", &days(3)).given("off", r#"{"State":"stopped"}"#).run();
        assert_eq!((found.of("two"), found.of("off")), ("pass", "skip"));
        let said = r#"fail: average CPU over 80 % on 3 of 7 days, at most 2 wanted {"HighestDailyAverage":80.1,"HotDays":3,"InstanceType":"t3.micro"}"#;
        assert_eq!(found.of("three"), said);
    }
}
