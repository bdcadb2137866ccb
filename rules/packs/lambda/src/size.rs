//! Memory and time-outs against what runs need.

use muster_rule::lambda::Function;
use muster_rule::prelude::*;

use crate::metrics::{PRICES, gb_seconds, hungriest, level, price, took};

/// Least memory that Lambda gives, in MB.
const LEAST: i64 = 128;
/// Memory is proposed in such steps, in MB, with so much above the peak.
const STEP: i64 = 64;
const ROOM: f64 = 1.3;
/// Percent of the hungriest runs, and of the longest, that may be the exception.
const HUNGRIEST: f64 = 5.0;
const LONGEST: f64 = 1.0;

const MIN_DAYS: Param =
    Param::integer("min-days", 1, "Whole days that must have been measured since the function last changed").min(1).max(13);

const NEEDS: &[Need] = &[Need { kind: "lambda.function", facets: &["metrics"] }];

pub const MEMORY_EXCESS: Rule = Rule {
    id: "memory-excess",
    title: "Function has far more memory than its runs use",
    category: Category::Cost,
    severity: Severity::Low,
    needs: NEEDS,
    params: &[
        Param::integer("min-percent", 40, "Percent of the memory that 95 of 100 runs must come up to").min(1).max(100),
        Param::integer("unmeasured-max", 3008, "MB that a function may have of which nothing was measured").min(LEAST),
        MIN_DAYS,
    ],
    risk: "Memory is charged for by the second, used or not.",
    remediation: Remediation {
        text: "Lower the memory step by step and watch the duration: CPU goes down with it.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --memory-size MB",
    },
    help: "How much runs use is measured by Lambda Insights; the hungriest 5 of 100 are left out, and the days before code or settings last changed. \
         Without it only `unmeasured-max` is held against the setting, which is a guess: \
        the evidence says `confidence: static`.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let memory = function.memory_size().unwrap_or(0);
        match hungriest(ask, function, HUNGRIEST) {
            Err(answer) => answer,
            Ok(Some(percent)) => too_much(ask, function, memory, percent),
            Ok(None) => unmeasured(memory, ask.params.integer("unmeasured-max"), "MB of memory and nothing measured"),
        }
    }),
    ..Rule::EMPTY
};

fn too_much(ask: &Ask<'_>, function: Function<'_>, memory: i64, percent: f64) -> Answer {
    let enough = ((memory as f64 * percent / 100.0 * ROOM / STEP as f64).ceil() as i64 * STEP).max(LEAST);
    if percent >= ask.params.integer("min-percent") as f64 || enough >= memory {
        return pass();
    }
    let said = fail(format!("95 of 100 runs use at most {percent:.0} % of {memory} MB, {enough} MB would do")).with("MemorySize", memory);
    let architecture = function.architectures().next().unwrap_or_default();
    let Some(price) = price(ask, &architecture) else { return said };
    let saving = gb_seconds(function) * price * (memory - enough) as f64 / memory as f64;
    said.saves(saving, Confidence::Static, format!("{memory} to {enough} MB at list prices of us-east-1, runs as long")).priced(&PRICES)
}

pub const MEMORY_SHORT: Rule = Rule {
    id: "memory-short",
    title: "Function uses nearly all of its memory",
    category: Category::Performance,
    severity: Severity::Medium,
    needs: NEEDS,
    params: &[Param::integer("max-percent", 90, "Percent of the memory that 95 of 100 runs may use").min(1).max(100), MIN_DAYS],
    risk: "A run with a little more to do is ended in its midst.",
    remediation: Remediation {
        text: "Raise the memory; CPU comes with it, so that runs often cost no more.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --memory-size MB",
    },
    help: "Judged of functions that Lambda Insights measures, by the days since code or settings last changed. The hungriest 5 of 100 runs are left out.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let (percent, max) = match hungriest(ask, function, HUNGRIEST) {
            Err(answer) => return answer,
            Ok(None) => return skip(),
            Ok(Some(percent)) => (percent, ask.params.integer("max-percent")),
        };
        if percent <= max as f64 {
            return pass();
        }
        let memory = function.memory_size().unwrap_or(0);
        fail(format!("95 of 100 runs use up to {percent:.0} % of {memory} MB, at most {max} % wanted")).with("MemorySize", memory)
    }),
    ..Rule::EMPTY
};

pub const TIMEOUT_EXCESS: Rule = Rule {
    id: "timeout-excess",
    title: "Time-out is far longer than any run",
    category: Category::Cost,
    severity: Severity::Low,
    needs: NEEDS,
    params: &[
        Param::integer("factor", 10, "Times that 99 of 100 runs take at most which the time-out may be").min(1),
        Param::integer("min-timeout", 60, "Time-outs up to this many seconds pass").min(1),
        Param::integer("unmeasured-max", 300, "Seconds that the time-out of a function may be that did not run").min(1),
    ],
    risk: "A run that hangs is charged until its time-out, and holds one of the account's places.",
    remediation: Remediation {
        text: "Set a time-out of a few times what runs take.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --timeout SECONDS",
    },
    help: "What 99 of 100 runs of 14 days took counts, so that one that hung hides nothing. Of a function that did not run only `unmeasured-max` is held against the setting, which is a \
        guess: the evidence says `confidence: static`.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let timeout = function.timeout().unwrap_or(0);
        if timeout <= ask.params.integer("min-timeout") {
            return pass();
        }
        let Some(longest) = longest(function) else {
            return unmeasured(timeout, ask.params.integer("unmeasured-max"), "s of time-out and no run in 14 days");
        };
        if timeout as f64 <= longest * ask.params.integer("factor") as f64 {
            return pass();
        }
        fail(format!("time-out {timeout} s, 99 of 100 runs end within {longest:.1} s")).with("Timeout", timeout).with("P99", longest)
    }),
    ..Rule::EMPTY
};

pub const TIMEOUT_SHORT: Rule = Rule {
    id: "timeout-short",
    title: "Runs come close to the time-out",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: NEEDS,
    params: &[Param::integer("max-percent", 90, "Percent of the time-out that 99 of 100 runs may take").min(1).max(100)],
    risk: "A run that takes a little longer is ended in its midst.",
    remediation: Remediation {
        text: "Raise the time-out, or give the function more memory and so more CPU.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --timeout SECONDS",
    },
    help: "What 99 of 100 runs of 14 days took counts. Not judged of a function that did not run.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let (Some(longest), Some(timeout)) = (longest(function), function.timeout()) else { return skip() };
        let max = ask.params.integer("max-percent");
        if longest * 100.0 <= timeout as f64 * max as f64 {
            return pass();
        }
        fail(format!("99 of 100 runs end within {longest:.1} s of a time-out of {timeout} s, at most {max} % wanted"))
            .with("Timeout", timeout)
            .with("P99", longest)
    }),
    ..Rule::EMPTY
};

/// Seconds within which 99 of 100 runs ended.
fn longest(function: Function<'_>) -> Option<f64> {
    level(function, function.duration(), took, LONGEST).map(|milliseconds| milliseconds / 1000.0)
}

/// A guess, where nothing was measured.
fn unmeasured(value: i64, max: i64, what: &str) -> Answer {
    if value <= max {
        return skip();
    }
    fail(format!("{value} {what}, at most {max} wanted")).with("confidence", Confidence::Static.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    /// Memory in MB, its use in percent, time-out in seconds, the longest run in milliseconds; nothing measured for what is below 0.
    fn body(memory: i64, percent: f64, timeout: i64, longest: f64) -> String {
        let days = |stat: &str, value: f64| {
            if value < 0.0 { String::new() } else { format!(r#"{{"Day": "2026-11-20", "Average": 1000, "{stat}": {value}}}"#) }
        };
        format!(
            r#"{{"Architectures": ["arm64"], "MemorySize": {memory}, "Timeout": {timeout}, "MemoryUtilization": {{"Days": [{}]}}, "Duration": {{"Days": [{}]}}, "Invocations": {{"Days": [{{"Day": "2026-11-20", "Sum": 1400000}}]}}, "Errors": {{"Days": []}}}}"#,
            days("P95", percent),
            days("P99", longest)
        )
    }

    #[test]
    fn memory_that_no_run_uses() {
        let found = Case::of(&MEMORY_EXCESS)
            .given("edge", &body(2048, 40.0, 3, 1000.0))
            .given("much", &body(2048, 20.0, 3, 1000.0))
            .given("least", &body(128, 20.0, 3, 1000.0))
            .given("guess", &body(3009, -1.0, 3, 1000.0))
            .given("unmeasured", &body(3008, -1.0, 3, 1000.0))
            .run();
        // 1.4 million runs of a second with 2 GB in 14 days are 6 million GB-seconds a month, of which 1,472 of 2,048 MB go.
        let saves = r#"{"amount":57.5,"as-of":"2026-10-05","basis":"2048 to 576 MB at list prices of us-east-1, runs as long","confidence":"static","currency":"USD","per":"month"}"#;
        assert_eq!(
            found.of("much"),
            format!(r#"fail: 95 of 100 runs use at most 20 % of 2048 MB, 576 MB would do {{"MemorySize":2048,"saves":{saves}}}"#)
        );
        assert_eq!((found.of("edge"), found.of("least"), found.of("unmeasured")), ("pass", "pass", "skip"));
        assert_eq!(found.of("guess"), r#"fail: 3009 MB of memory and nothing measured, at most 3008 wanted {"confidence":"static"}"#);
    }

    #[test]
    fn memory_that_nearly_lacks() {
        let found = Case::of(&MEMORY_SHORT)
            .given("edge", &body(512, 90.0, 3, 1000.0))
            .given("over", &body(512, 91.0, 3, 1000.0))
            .given("unmeasured", &body(512, -1.0, 3, 1000.0))
            .run();
        assert_eq!((found.of("edge"), found.of("unmeasured")), ("pass", "skip"));
        assert_eq!(found.of("over"), r#"fail: 95 of 100 runs use up to 91 % of 512 MB, at most 90 % wanted {"MemorySize":512}"#);
    }

    #[test]
    fn what_was_measured_before_a_change_does_not_count() {
        let changed = |at: &str, days: &[(&str, u32)]| {
            let days: Vec<String> = days.iter().map(|(day, used)| format!(r#"{{"Day": "2026-11-{day}", "Maximum": {used}}}"#)).collect();
            format!(
                r#"{{"LastModified": "{at}", "Architectures": ["arm64"], "MemorySize": 1024, "MemoryUtilization": {{"Days": [{}]}}}}"#,
                days.join(",")
            )
        };
        let both = |rule: &Rule, body: &str| Case::of(rule).given("f", body).run().of("f").to_owned();
        let mended = changed("2026-11-18T12:00:00Z", &[("17", 97), ("18", 99), ("19", 60)]);
        assert_eq!((both(&MEMORY_SHORT, &mended), both(&MEMORY_EXCESS, &mended)), ("pass".to_owned(), "pass".to_owned()));
        let worse = changed("2026-11-18T12:00:00Z", &[("17", 10), ("18", 20), ("19", 95)]);
        assert!(both(&MEMORY_SHORT, &worse).starts_with("fail: 95 of 100 runs use up to 95 % of 1024 MB"));
        let today = changed("2026-11-20T12:00:00Z", &[("19", 97), ("20", 97)]);
        let says =
            r#"unknown: changed on 2026-11-20, 0 whole days measured since, at least 1 needed {"LastModified":"2026-11-20T12:00:00Z"}"#;
        assert_eq!([both(&MEMORY_SHORT, &today), both(&MEMORY_EXCESS, &today)], [says, says]);
        assert_eq!(both(&MEMORY_SHORT, &changed("2026-11-20T12:00:00Z", &[])), "skip", "Insights is off");
        let case = Case::of(&MEMORY_SHORT).params(r#"{"min-days": 2}"#).given("f", &mended).run();
        assert!(case.of("f").starts_with("unknown: changed on 2026-11-18, 1 whole day measured since, at least 2 needed"));
    }

    #[test]
    fn time_outs_far_beyond_any_run() {
        let found = Case::of(&TIMEOUT_EXCESS)
            .given("edge", &body(128, -1.0, 900, 90_000.0))
            .given("far", &body(128, -1.0, 900, 89_999.0))
            .given("short", &body(128, -1.0, 60, 1.0))
            .given("guess", &body(128, -1.0, 301, -1.0))
            .given("idle", &body(128, -1.0, 300, -1.0))
            .run();
        assert_eq!((found.of("edge"), found.of("short"), found.of("idle")), ("pass", "pass", "skip"));
        assert_eq!(found.of("far"), r#"fail: time-out 900 s, 99 of 100 runs end within 90.0 s {"P99":89.999,"Timeout":900}"#);
        assert_eq!(found.of("guess"), r#"fail: 301 s of time-out and no run in 14 days, at most 300 wanted {"confidence":"static"}"#);
    }

    /// Runs of a day, their percentile and their maximum.
    type Row = (u32, f64, f64);

    /// Days of a function with a time-out of 900 s and 1 GB.
    fn days(days: &[Row]) -> String {
        let list = |day: &dyn Fn(u32, &Row) -> String| {
            (10..).zip(days).map(|(at, row)| format!(r#"{{"Day": "2026-11-{at}", {}}}"#, day(at, row))).collect::<Vec<_>>().join(",")
        };
        let runs = list(&|_, (runs, _, _)| format!(r#""Sum": {runs}"#));
        let took = list(&|_, (_, most, longest)| format!(r#""P99": {}, "Maximum": {}"#, most * 1000.0, longest * 1000.0));
        let used = list(&|_, (_, most, longest)| format!(r#""P95": {most}, "Maximum": {longest}"#));
        format!(
            r#"{{"Architectures": ["arm64"], "MemorySize": 1024, "Timeout": 900, "Invocations": {{"Days": [{runs}]}}, "Errors": {{"Days": []}}, "Duration": {{"Days": [{took}]}}, "MemoryUtilization": {{"Days": [{used}]}}}}"#
        )
    }

    #[test]
    fn one_run_that_hung_hides_nothing() {
        let judge = |rule: &Rule, rows: &[Row]| Case::of(rule).given("f", &days(rows)).run().of("f").to_owned();
        let busy = [(10_000, 2.0, 900.0), (10_000, 2.0, 3.0)];
        let far = "fail: time-out 900 s, 99 of 100 runs end within 2.0 s";
        assert!(judge(&TIMEOUT_EXCESS, &busy).starts_with(far), "the percentile of the day leaves it out");
        assert_eq!(judge(&TIMEOUT_SHORT, &busy), "pass");
        let quiet = [(10_000, 2.0, 3.0), (50, 900.0, 900.0)];
        assert!(judge(&TIMEOUT_EXCESS, &quiet).starts_with(far), "50 of 10,050 runs are less than one in a hundred");
        let often = [(4_900, 2.0, 3.0), (50, 900.0, 900.0)];
        assert_eq!(judge(&TIMEOUT_EXCESS, &often), "pass", "50 of 4,950 are more");
        assert!(judge(&TIMEOUT_SHORT, &often).starts_with("fail: 99 of 100 runs end within 900.0 s of a time-out of 900 s"));
        assert!(judge(&MEMORY_EXCESS, &[(1_000, 20.0, 99.0)]).starts_with("fail: 95 of 100 runs use at most 20 % of 1024 MB"));
        assert_eq!(judge(&MEMORY_SHORT, &[(1_000, 20.0, 99.0)]), "pass");
        assert!(judge(&MEMORY_SHORT, &[(1_000, 20.0, 99.0), (60, 95.0, 99.0)]).starts_with("fail: 95 of 100 runs use up to 95 %"));
    }

    #[test]
    fn runs_that_come_close_to_the_time_out() {
        let found = Case::of(&TIMEOUT_SHORT)
            .given("edge", &body(128, -1.0, 60, 54_000.0))
            .given("close", &body(128, -1.0, 60, 58_000.0))
            .given("idle", &body(128, -1.0, 60, -1.0))
            .run();
        assert_eq!((found.of("edge"), found.of("idle")), ("pass", "skip"));
        let said = "fail: 99 of 100 runs end within 58.0 s of a time-out of 60 s, at most 90 % wanted";
        assert_eq!(found.of("close"), format!(r#"{said} {{"P99":58,"Timeout":60}}"#));
    }
}
