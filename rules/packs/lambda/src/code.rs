//! What a function runs on, and what may be deployed to it.

use muster_rule::lambda::Function;
use muster_rule::prelude::*;

/// When AWS ends which runtime.
pub(crate) const RUNTIMES: Dated = Dated::new("lambda-runtimes", include_str!("../../../data/lambda-runtimes.json"));

pub const RUNTIME: Rule = Rule {
    id: "runtime",
    title: "Function runs on a runtime that AWS has ended or soon ends",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "lambda.function", facets: &[] }],
    params: &[Param::integer("warn-days", 90, "Runtimes that end within this many days fail already").min(0)],
    risk: "Holes in the runtime are not mended any more; later neither code nor settings can be changed.",
    remediation: Remediation {
        text: "Move to the newest runtime of the language and test; the evidence names it.",
        command: "aws lambda update-function-configuration --function-name {resource} --region {region} --runtime RUNTIME",
    },
    controls: &["FSBP Lambda.2"],
    help: "Not judged of container images, whose runtime is in the image.",
    check: Check::each(|ask, doc| {
        let Some(runtime) = Function(doc.body).runtime() else { return skip() };
        let Some(row) = row(ask, &runtime) else { return unknown(format!("runtime {runtime} is not in the pack's table")) };
        let Some(end) = row.time("deprecated") else { return unknown(format!("the pack's table does not say when {runtime} ends")) };
        let left = end.days_since(ask.now);
        let said = match end.date() {
            date if end <= ask.now => format!("runtime {runtime} ended on {date}"),
            date if left <= ask.params.integer("warn-days") => format!("runtime {runtime} ends on {date}, in {left} days"),
            _ => return pass(),
        };
        let dates = fail(said).with("Runtime", runtime).with("BlockCreate", row.text("block-create"));
        dates.with("BlockUpdate", row.text("block-update")).with("Next", row.text("next"))
    }),
};

pub const SIGNING: Rule = Rule {
    id: "code-signing",
    title: "Function takes code that nobody signed",
    category: Category::Security,
    severity: Severity::Low,
    needs: &[Need { kind: "lambda.function", facets: &["code-signing"] }],
    risk: "Whoever may update the function runs any code with its role.",
    remediation: Remediation {
        text: "Attach a code signing configuration whose policy is Enforce.",
        command: "aws lambda put-function-code-signing-config --function-name {resource} --region {region} --code-signing-config-arn ARN",
    },
    help: "Not judged of container images, which cannot be signed this way.",
    check: Check::each(|_, doc| {
        let function = Function(doc.body);
        if function.package_type().as_deref() == Some("Image") {
            return skip();
        }
        match function.code_signing_config().map(|config| config.untrusted_artifact_on_deployment()) {
            None => fail("no code signing configuration"),
            Some(policy) if policy.as_deref() == Some("Enforce") => pass(),
            Some(policy) => {
                fail("code that nobody trusted signed is deployed with a warning").with("UntrustedArtifactOnDeployment", policy)
            }
        }
    }),
    ..Rule::EMPTY
};

/// What the table says of a runtime.
pub(crate) fn row(ask: &Ask<'_>, runtime: &str) -> Option<Object<'static>> {
    ask.data(&RUNTIMES).object("runtimes")?.object(runtime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn runtime(name: &str) -> String {
        format!(r#"{{"Runtime": "{name}"}}"#)
    }

    #[test]
    fn a_runtime_fails_from_ninety_days_before_its_end() {
        let at = |now: &str| Case::of(&RUNTIME).now(now).given("f", &runtime("nodejs22.x")).run().of("f").to_owned();
        assert_eq!(at("2027-01-29"), "pass");
        let said = r#"fail: runtime nodejs22.x ends on 2027-04-30, in 90 days {"BlockCreate":"2027-06-01","BlockUpdate":"2027-07-01","Next":"nodejs24.x","Runtime":"nodejs22.x"}"#;
        assert_eq!(at("2027-01-30"), said);
        assert!(at("2027-04-30").starts_with("fail: runtime nodejs22.x ended on 2027-04-30"));
    }

    #[test]
    fn ended_and_unheard_of_runtimes_and_images() {
        let found = Case::of(&RUNTIME)
            .given("node", &runtime("nodejs18.x"))
            .given("python", &runtime("python3.9"))
            .given("new", &runtime("python3.14"))
            .given("strange", &runtime("cobol85"))
            .given("image", r#"{"PackageType": "Image"}"#)
            .run();
        assert!(found.of("node").starts_with("fail: runtime nodejs18.x ended on 2025-09-01"));
        assert!(found.of("python").starts_with("fail: runtime python3.9 ended on 2025-12-15"));
        assert_eq!((found.of("new"), found.of("image")), ("pass", "skip"));
        assert_eq!(found.of("strange"), "unknown: runtime cobol85 is not in the pack's table");
    }

    #[test]
    fn an_old_table_is_told() {
        let found = Case::of(&RUNTIME).now("2027-04-01").given("f", &runtime("python3.14")).run();
        assert!(found.log().iter().any(|line| line.contains("`lambda-runtimes` is as of 2026-10-01")), "{:?}", found.log());
    }

    #[test]
    fn only_enforced_signatures_count() {
        let body = |policy: &str| {
            format!(
                r#"{{"PackageType": "Zip", "CodeSigningConfig": {{"CodeSigningConfigArn": "a", "UntrustedArtifactOnDeployment": "{policy}"}}}}"#
            )
        };
        let found = Case::of(&SIGNING)
            .given("enforce", &body("Enforce"))
            .given("warn", &body("Warn"))
            .given("none", r#"{"PackageType": "Zip", "CodeSigningConfig": null}"#)
            .given("image", r#"{"PackageType": "Image", "CodeSigningConfig": null}"#)
            .run();
        assert_eq!((found.of("enforce"), found.of("image"), found.of("none")), ("pass", "skip", "fail: no code signing configuration"));
        let warned = r#"fail: code that nobody trusted signed is deployed with a warning {"UntrustedArtifactOnDeployment":"Warn"}"#;
        assert_eq!(found.of("warn"), warned);
    }
}
