//! Functions that could cost less.

use muster_rule::lambda::Function;
use muster_rule::prelude::*;

use crate::code::row;
use crate::metrics::{PRICES, gb_seconds, price};

pub const ARM64: Rule = Rule {
    id: "arm64",
    title: "Function runs on x86_64, arm64 costs less",
    category: Category::Cost,
    severity: Severity::Info,
    needs: &[Need { kind: "lambda.function", facets: &["metrics"] }],
    params: &[Param::number("min-usd", 1.0, "Functions that would save less than this many USD a month pass").min(0)],
    risk: "The same second of the same memory costs a fifth more than on arm64.",
    remediation: Remediation {
        text: "Publish the code for arm64 and test; native libraries and layers must be built for it.",
        command: "aws lambda update-function-code --function-name {resource} --region {region} --architectures arm64 --zip-file fileb://code.zip",
    },
    help: "Judged of functions with a runtime that exists for arm64. The saving takes runs to be as long there.",
    check: Check::each(|ask, doc| {
        let function = Function(doc.body);
        let Some(runtime) = function.runtime() else { return skip() };
        if row(ask, &runtime).and_then(|row| row.boolean("arm64")) != Some(true) {
            return skip();
        }
        if function.architectures().any(|architecture| architecture == "arm64") {
            return pass();
        }
        let (Some(here), Some(there)) = (price(ask, "x86_64"), price(ask, "arm64")) else {
            return unknown("the pack's price list has a hole");
        };
        let seconds = gb_seconds(function);
        let saving = seconds * (here - there);
        if saving < ask.params.number("min-usd") {
            return pass();
        }
        fail(format!("x86_64; arm64 would cost {saving:.2} USD a month less"))
            .with("Architectures", ["x86_64"])
            .saves(saving, Confidence::Static, format!("{seconds:.0} GB-seconds a month at list prices of us-east-1"))
            .priced(&PRICES)
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    /// A function of 1 GB whose runs take a second, so many times on one day of the fourteen.
    fn body(runtime: &str, architecture: &str, runs: u64) -> String {
        format!(
            r#"{{"Runtime": "{runtime}", "Architectures": ["{architecture}"], "MemorySize": 1024, "Invocations": {{"Days": [{{"Day": "2026-11-20", "Sum": {runs}}}]}}, "Duration": {{"Days": [{{"Day": "2026-11-20", "Average": 1000, "Maximum": 1000}}]}}, "Errors": {{"Days": []}}, "MemoryUtilization": {{"Days": []}}}}"#
        )
    }

    #[test]
    fn what_arm64_would_save() {
        let found = Case::of(&ARM64)
            .given("much", &body("python3.14", "x86_64", 1_400_000))
            .given("little", &body("python3.14", "x86_64", 1_000))
            .given("arm", &body("python3.14", "arm64", 1_400_000))
            .given("old", &body("go1.x", "x86_64", 1_400_000))
            .given("image", &body("python3.14", "x86_64", 1_400_000).replace(r#""Runtime": "python3.14", "#, ""))
            .run();
        let saves = r#"{"amount":10,"as-of":"2026-10-05","basis":"3000000 GB-seconds a month at list prices of us-east-1","confidence":"static","currency":"USD","per":"month"}"#;
        let said = "fail: x86_64; arm64 would cost 10.00 USD a month less";
        assert_eq!(found.of("much"), format!(r#"{said} {{"Architectures":["x86_64"],"saves":{saves}}}"#));
        assert_eq!((found.of("little"), found.of("arm"), found.of("old"), found.of("image")), ("pass", "pass", "skip", "skip"));
    }

    #[test]
    fn the_least_saving_is_for_a_policy_to_say() {
        // 300,000 runs are 642,857 GB-seconds a month: 2.14 USD.
        let case = Case::of(&ARM64).given("f", &body("python3.14", "x86_64", 300_000));
        assert!(case.run().of("f").starts_with("fail: x86_64; arm64 would cost 2.14 USD a month less"));
        assert_eq!(case.params(r#"{"min-usd": 2.15}"#).run().of("f"), "pass");
    }
}
