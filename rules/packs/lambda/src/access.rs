//! Who can invoke or change a function.

use muster_rule::lambda::{Function, FunctionUrl};
use muster_rule::prelude::*;
use rule_policy::{Statement, statements};

const INVOKE: &str = "lambda:InvokeFunction";
const INVOKE_URL: &str = "lambda:InvokeFunctionUrl";

pub const PUBLIC: Rule = Rule {
    id: "public-function",
    title: "Everybody can invoke the function, or change it",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "lambda.function", facets: &["policy"] }],
    risk: "Anybody with an AWS account runs your code, or their own in its place, with its role, at your cost.",
    remediation: Remediation {
        text: "Remove the permission, or pin it by SourceArn, SourceAccount or PrincipalOrgID.",
        command: "aws lambda remove-permission --function-name {resource} --region {region} --statement-id SID",
    },
    controls: &["CIS 2.21", "FSBP Lambda.1"],
    help: "Every action counts, not only invoking. What a function URL without authentication opens is for url-auth to say. Policies of \
        versions and aliases are not read.",
    check: Check::each(|_, doc| {
        let open: Vec<Statement<'_>> = statements_of(doc).filter(|statement| statement.is_public() && !is_by_url(*statement)).collect();
        if open.is_empty() {
            return pass();
        }
        let mut actions: Vec<String> = open.iter().flat_map(|statement| written(*statement)).collect();
        actions.sort();
        actions.dedup();
        let sids: Vec<String> = open.iter().map(|statement| statement.sid().into_owned()).collect();
        fail(format!("its policy lets everybody do {}", some_of(&actions))).with("Actions", actions).with("Statements", sids)
    }),
    ..Rule::EMPTY
};

/// Most actions that a message names; the evidence has all.
const NAMED: usize = 3;

/// Its actions as they are written.
fn written(statement: Statement<'_>) -> Vec<String> {
    let actions = statement.actions().map(Text::into_owned);
    if statement.spares() { vec![format!("all but {}", actions.collect::<Vec<_>>().join(", "))] } else { actions.collect() }
}

/// The first few.
fn some_of(actions: &[String]) -> String {
    let first = actions.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match actions.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

pub const URL: Rule = Rule {
    id: "url-auth",
    title: "Function URL answers everybody",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "lambda.function", facets: &["url", "policy"] }],
    risk: "Anybody who finds the URL runs the function, as often as they like.",
    remediation: Remediation {
        text: "Set the URL's authentication to AWS_IAM, or put CloudFront with an origin access control in front of it.",
        command: "aws lambda update-function-url-config --function-name {resource} --region {region} --auth-type AWS_IAM",
    },
    controls: &["FSBP Lambda.1"],
    help: "Not judged without a URL. A URL with authentication `NONE` answers only when the policy lets everybody in as well. \
        The policy of an alias is not read: without authentication its URL fails.",
    check: Check::each(|_, doc| {
        let urls: Vec<_> = Function(doc.body).function_url_configs().collect();
        if urls.is_empty() {
            return skip();
        }
        let lets_in = allowed(doc).any(|statement| statement.is_public() && statement.covers(INVOKE_URL));
        let open = |url: &FunctionUrl<'_>| url.auth_type().as_deref() == Some("NONE") && (lets_in || is_of_alias(*url));
        let open: Vec<_> = urls.into_iter().filter(open).collect();
        let of_aliases = !open.is_empty() && open.iter().all(|url| is_of_alias(*url));
        let names: Vec<String> = open.iter().filter_map(|url| Some(url.function_url()?.into_owned())).collect();
        match (open.is_empty(), of_aliases) {
            (true, _) => return pass(),
            (_, true) => fail("the URL of an alias asks for no authentication, and the policy of the alias is not read"),
            _ => fail("its URL asks for no authentication"),
        }
        .with("AuthType", "NONE")
        .with("FunctionUrl", names)
    }),
    ..Rule::EMPTY
};

pub const DEPUTY: Rule = Rule {
    id: "confused-deputy",
    title: "A service may invoke the function for any account",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "lambda.function", facets: &["policy"] }],
    params: &[Param::texts(
        "exempt",
        &["edgelambda.amazonaws.com", "replicator.lambda.amazonaws.com"],
        "Services that do not say for whom they call",
    )],
    risk: "Somebody else's bucket or topic can send events to the function, which takes them for yours.",
    remediation: Remediation {
        text: "Add the permission again with --source-arn or --source-account (the latter for S3), then remove the old one.",
        command: "aws lambda add-permission --function-name {resource} --region {region} --statement-id SID --action lambda:InvokeFunction \
            --principal SERVICE --source-account {account}",
    },
    check: Check::each(|ask, doc| {
        let exempt = ask.params.texts("exempt");
        let of_services = allowed(doc).flat_map(|statement| statement.principals("Service").map(move |service| (statement, service)));
        // A bare star is everybody, which is for the other rule.
        let judged: Vec<_> = of_services.filter(|(_, service)| service != "*" && !exempt.contains(service)).collect();
        let loose =
            judged.iter().filter(|(statement, service)| !is_pinned(*statement, service)).map(|(_, service)| service.clone().into_owned());
        let mut loose: Vec<String> = loose.collect();
        loose.sort();
        loose.dedup();
        match loose.as_slice() {
            [] if judged.is_empty() => skip(),
            [] => pass(),
            [one] => fail(format!("service {one} may invoke it for any account")).with("Services", loose),
            _ => fail(format!("{} services may invoke it for any account", loose.len())).with("Services", loose),
        }
    }),
    ..Rule::EMPTY
};

/// True for the URL of an alias, whose ARN has a qualifier behind the function's name.
fn is_of_alias(url: FunctionUrl<'_>) -> bool {
    url.function_arn().is_some_and(|arn| arn.split(':').nth(7).is_some())
}

/// True when it says for whom the service must call. ARNs of buckets name no account, and a bucket's name can change hands.
fn is_pinned(statement: Statement<'_>, service: &str) -> bool {
    if service == "s3.amazonaws.com" { statement.is_narrowed_to_account() } else { statement.is_narrowed() }
}

/// Statements by which somebody may do something with it.
fn statements_of(doc: Doc<'_>) -> impl Iterator<Item = Statement<'_>> {
    let policy = Function(doc.body).policy().and_then(Value::object);
    policy.into_iter().flat_map(statements).filter(|statement| statement.allows())
}

/// Statements by which somebody may invoke it.
fn allowed(doc: Doc<'_>) -> impl Iterator<Item = Statement<'_>> {
    statements_of(doc).filter(|statement| statement.covers(INVOKE) || statement.covers(INVOKE_URL))
}

/// True when it only holds for calls by a URL without authentication. Requests that set up a URL have the authentication as a key too, so
/// that no action but invoking may stand beside.
fn is_by_url(statement: Statement<'_>) -> bool {
    let invokes = |action: Text<'_>| action.eq_ignore_ascii_case(INVOKE) || action.eq_ignore_ascii_case(INVOKE_URL);
    let conditions = statement.wants("StringEquals", "lambda:FunctionUrlAuthType", "NONE")
        || statement.wants("Bool", "lambda:InvokedViaFunctionUrl", "true");
    conditions && !statement.spares() && statement.actions().all(invokes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn policy(principal: &str, action: &str, condition: &str) -> String {
        format!(
            r#""Policy": {{"Statement": [{{"Sid": "s", "Effect": "Allow", "Principal": {principal}, "Action": "{action}", "Condition": {condition}}}]}}"#
        )
    }

    fn verdict(rule: &Rule, body: &str) -> String {
        Case::of(rule).given("f", &format!("{{{body}}}")).run().of("f").to_owned()
    }

    #[test]
    fn everybody_is_let_in_or_not() {
        let judge = |principal: &str, condition: &str| verdict(&PUBLIC, &policy(principal, "lambda:InvokeFunction", condition));
        assert_eq!(
            judge(r#""*""#, "{}"),
            r#"fail: its policy lets everybody do lambda:InvokeFunction {"Actions":["lambda:InvokeFunction"],"Statements":["s"]}"#
        );
        assert_eq!(judge(r#""*""#, r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#), "pass");
        assert_eq!(judge(r#""*""#, r#"{"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}"#), "pass");
        assert_eq!(judge(r#"{"AWS": "111122223333"}"#, "{}"), "pass");
        assert_eq!(verdict(&PUBLIC, r#""Policy": null"#), "pass");
    }

    #[test]
    fn everybody_may_do_nothing_with_it_whatever_that_is_called() {
        for action in ["lambda:UpdateFunctionCode", "lambda:GetFunction", "lambda:*", "*", "lambda:DoWhatIsNew"] {
            let said = verdict(&PUBLIC, &policy(r#""*""#, action, "{}"));
            assert_eq!(said, format!(r#"fail: its policy lets everybody do {action} {{"Actions":["{action}"],"Statements":["s"]}}"#));
        }
        let spared = policy(r#""*""#, "lambda:InvokeFunction", "{}").replace(r#""Action""#, r#""NotAction""#);
        assert!(verdict(&PUBLIC, &spared).starts_with("fail: its policy lets everybody do all but lambda:InvokeFunction {"));
        let many = policy(r#""*""#, "a", "{}").replace(r#""a""#, r#"["lambda:D", "lambda:C", "lambda:B", "lambda:A", "lambda:A"]"#);
        assert!(verdict(&PUBLIC, &many).starts_with("fail: its policy lets everybody do lambda:A, lambda:B, lambda:C and 1 more {"));
        let by_url = r#"{"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}"#;
        for action in ["lambda:*", "lambda:UpdateFunctionUrlConfig"] {
            assert!(verdict(&PUBLIC, &policy(r#""*""#, action, by_url)).starts_with("fail"), "{action} is no call by a URL");
        }
        let mine = policy(r#"{"AWS": "111122223333"}"#, "lambda:UpdateFunctionCode", "{}");
        let organization = policy(r#""*""#, "lambda:UpdateFunctionCode", r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#);
        assert_eq!((verdict(&PUBLIC, &mine), verdict(&PUBLIC, &organization)), ("pass".to_owned(), "pass".to_owned()));
    }

    #[test]
    fn a_url_is_for_another_rule() {
        let by_url = policy(r#""*""#, "lambda:InvokeFunctionUrl", r#"{"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}"#);
        let via = policy(r#""*""#, "lambda:InvokeFunction", r#"{"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}"#);
        assert_eq!((verdict(&PUBLIC, &by_url), verdict(&PUBLIC, &via)), ("pass".to_owned(), "pass".to_owned()));
        let signed = policy(r#""*""#, "lambda:InvokeFunctionUrl", r#"{"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}"#);
        assert!(
            verdict(&PUBLIC, &signed).starts_with("fail: its policy lets everybody do lambda:InvokeFunctionUrl"),
            "everybody with an AWS account"
        );
        let url = |auth: &str, policy: &str| {
            let url = format!(r#""FunctionUrlConfigs": [{{"FunctionUrl": "https://x/", "FunctionArn": "a", "AuthType": "{auth}"}}]"#);
            verdict(&URL, &format!("{url}, {policy}"))
        };
        assert_eq!(url("NONE", &by_url), r#"fail: its URL asks for no authentication {"AuthType":"NONE","FunctionUrl":["https://x/"]}"#);
        assert_eq!((url("AWS_IAM", &by_url), url("NONE", r#""Policy": null"#)), ("pass".to_owned(), "pass".to_owned()));
        assert_eq!(verdict(&URL, &format!(r#""FunctionUrlConfigs": [], {by_url}"#)), "skip");
    }

    #[test]
    fn the_policy_of_an_alias_is_not_read() {
        let url = |auth: &str, arn: &str| {
            format!(
                r#"{{"FunctionUrl": "https://{auth}/", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:{arn}", "AuthType": "{auth}"}}"#
            )
        };
        let judge = |urls: &[String]| verdict(&URL, &format!(r#""FunctionUrlConfigs": [{}], "Policy": null"#, urls.join(",")));
        assert_eq!(
            judge(&[url("NONE", "f:live"), url("NONE", "f")]),
            r#"fail: the URL of an alias asks for no authentication, and the policy of the alias is not read {"AuthType":"NONE","FunctionUrl":["https://NONE/"]}"#
        );
        assert_eq!((judge(&[url("NONE", "f")]), judge(&[url("AWS_IAM", "f:live")])), ("pass".to_owned(), "pass".to_owned()));
    }

    #[test]
    fn a_service_calls_for_somebody() {
        let judge = |service: &str, condition: &str| {
            verdict(&DEPUTY, &policy(&format!(r#"{{"Service": "{service}"}}"#), "lambda:InvokeFunction", condition))
        };
        assert_eq!(
            judge("s3.amazonaws.com", "{}"),
            r#"fail: service s3.amazonaws.com may invoke it for any account {"Services":["s3.amazonaws.com"]}"#
        );
        assert_eq!(judge("s3.amazonaws.com", r#"{"StringEquals": {"AWS:SourceAccount": "123456789012"}}"#), "pass");
        assert_eq!(
            judge("s3.amazonaws.com", r#"{"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}"#),
            judge("s3.amazonaws.com", "{}"),
            "a bucket does not say whose it is"
        );
        let both = r#"{"StringEquals": {"AWS:SourceAccount": "123456789012"}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}"#;
        assert_eq!(judge("s3.amazonaws.com", both), "pass");
        assert_eq!(judge("sns.amazonaws.com", r#"{"ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:123456789012:t"}}"#), "pass");
        assert!(judge("sns.amazonaws.com", r#"{"ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:*:t"}}"#).starts_with("fail"));
        assert_eq!(judge("edgelambda.amazonaws.com", "{}"), "skip");
        assert_eq!(verdict(&DEPUTY, &policy(r#""*""#, "lambda:InvokeFunction", "{}")), "skip");
        assert_eq!(verdict(&DEPUTY, r#""Policy": null"#), "skip");
    }
}
