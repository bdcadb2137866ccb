//! Whether a function does its work, and what becomes of what it could not do.

use muster_rule::lambda::{Day, Function};
use muster_rule::prelude::*;

use crate::metrics::total;

/// Days of runs that the share of failures is taken of.
const DAYS: i64 = 7;

pub const DEAD_LETTERS: Rule = Rule {
    id: "dead-letter-queue",
    title: "Events of which asynchronous runs failed are dropped",
    category: Category::Reliability,
    severity: Severity::Low,
    needs: &[Need { kind: "lambda.function", facets: &[] }],
    risk: "After three tries an event is gone, and nobody learns of it.",
    remediation: Remediation {
        text: "Name a queue or topic for failed events.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} \
            --dead-letter-config TargetArn=ARN",
    },
    help: "Destinations for failed events do the same and are not looked at; except a function that has one, or that is only called \
        synchronously.",
    check: Check::each(|_, doc| match Function(doc.body).dead_letter_config() {
        Some(_) => pass(),
        None => fail("no queue or topic takes failed events"),
    }),
    ..Rule::EMPTY
};

pub const ERRORS: Rule = Rule {
    id: "error-rate",
    title: "Many runs of the function fail",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "lambda.function", facets: &["metrics"] }],
    params: &[
        Param::number("max-percent", 10.0, "So many percent of runs may fail in 7 days").min(0).max(100),
        Param::integer("min-runs", 20, "Functions with fewer runs in 7 days are not judged").min(1),
    ],
    risk: "Work is not done, and each failure is charged, asynchronous ones three times.",
    remediation: Remediation {
        text: "Look at the function's log; time-outs and lack of memory end in the same metric.",
        command: "aws logs tail /aws/lambda/{resource} --region {region} --since 1d --filter-pattern ERROR",
    },
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let from = ask.now.minus_days(DAYS).date();
        let recent = |day: Day<'_>| day.day().is_some_and(|day| *day >= *from);
        let (runs, failed) = (total(function.invocations(), recent), total(function.errors(), recent));
        if runs < ask.params.integer("min-runs") as f64 {
            return skip();
        }
        let (percent, max) = (100.0 * failed / runs, ask.params.number("max-percent"));
        if percent <= max {
            return pass();
        }
        fail(format!("{percent:.1} % of {runs:.0} runs failed in {DAYS} days, at most {max} % wanted"))
            .with("Errors", failed)
            .with("Invocations", runs)
    }),
    ..Rule::EMPTY
};

pub const ZONES: Rule = Rule {
    id: "multi-az",
    title: "Function in a VPC runs in one availability zone",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: &[Need { kind: "lambda.function", facets: &["zones"] }],
    params: &[Param::integer("min-zones", 2, "Zones that its subnets must be in").min(1)],
    risk: "When the zone fails, so does the function.",
    remediation: Remediation {
        text: "Add a subnet of another zone. Lambda takes subnets and security groups together only: repeat those that it has.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} \
            --vpc-config SubnetIds=SUBNET,SUBNET,SecurityGroupIds=GROUP",
    },
    controls: &["FSBP Lambda.5"],
    help: "Not judged of functions outside of VPCs, which run in several zones.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        if function.vpc_config().is_none() {
            return skip();
        }
        let zones: Vec<Text<'_>> = function.availability_zones().collect();
        let (count, min) = (zones.len(), ask.params.integer("min-zones"));
        let plural = if count == 1 { "" } else { "s" };
        match i64::try_from(count) {
            Ok(has) if has >= min => pass(),
            _ => fail(format!("subnets in {count} zone{plural}, at least {min} wanted")).with("AvailabilityZones", zones),
        }
    }),
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn failed_events_go_somewhere() {
        let found = Case::of(&DEAD_LETTERS).given("queue", r#"{"DeadLetterConfig": {"TargetArn": "arn:q"}}"#).given("none", "{}").run();
        assert_eq!((found.of("queue"), found.of("none")), ("pass", "fail: no queue or topic takes failed events"));
    }

    /// So many runs and failures on the 14th, which is seven days ago, and on the 13th.
    fn body(runs: u32, errors: u32, before: u32) -> String {
        let metric = |name: &str, recent: u32, before: u32| {
            format!(r#""{name}": {{"Days": [{{"Day": "2026-11-13", "Sum": {before}}}, {{"Day": "2026-11-14", "Sum": {recent}}}]}}"#)
        };
        let rest = r#""Duration": {"Days": []}, "MemoryUtilization": {"Days": []}"#;
        format!("{{{}, {}, {rest}}}", metric("Invocations", runs, before), metric("Errors", errors, before))
    }

    #[test]
    fn more_than_a_tenth_of_the_runs_of_a_week() {
        let found = Case::of(&ERRORS)
            .given("edge", &body(1000, 100, 0))
            .given("over", &body(1000, 101, 0))
            .given("old", &body(1000, 0, 1000))
            .given("few", &body(19, 19, 1000))
            .given("enough", &body(20, 19, 0))
            .run();
        assert_eq!((found.of("edge"), found.of("old"), found.of("few")), ("pass", "pass", "skip"));
        let said = "fail: 10.1 % of 1000 runs failed in 7 days, at most 10 % wanted";
        assert_eq!(found.of("over"), format!(r#"{said} {{"Errors":101,"Invocations":1000}}"#));
        assert!(found.of("enough").starts_with("fail: 95.0 % of 20 runs"));
    }

    #[test]
    fn subnets_are_set_together_with_groups() {
        assert!(ZONES.remediation.command.ends_with("--vpc-config SubnetIds=SUBNET,SUBNET,SecurityGroupIds=GROUP"));
    }

    #[test]
    fn zones_count_in_a_vpc() {
        let body =
            |zones: &str| format!(r#"{{"VpcConfig": {{"VpcId": "vpc-1", "SubnetIds": ["subnet-1"]}}, "AvailabilityZones": [{zones}]}}"#);
        let case = Case::of(&ZONES)
            .given("one", &body(r#""us-east-1a""#))
            .given("two", &body(r#""us-east-1a", "us-east-1b""#))
            .given("outside", r#"{"AvailabilityZones": []}"#);
        let found = case.run();
        assert_eq!(found.of("one"), r#"fail: subnets in 1 zone, at least 2 wanted {"AvailabilityZones":["us-east-1a"]}"#);
        assert_eq!((found.of("two"), found.of("outside")), ("pass", "skip"));
        assert!(case.params(r#"{"min-zones": 3}"#).run().of("two").starts_with("fail: subnets in 2 zones, at least 3 wanted"));
    }
}
