//! The root user, whom nothing can be forbidden.

use muster_rule::iam::{AccessKey, Credentials, Root};
use muster_rule::prelude::*;

use crate::credentials::{active_keys, days};
use crate::mfa::software;

const NEEDS: &[Need] = &[Need { kind: "iam.root", facets: &[] }];

pub const ACCESS_KEYS: Rule = Rule {
    id: "root-access-keys",
    title: "Root has an access key",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Whoever finds the key owns the account; no policy can stop root.",
    remediation: Remediation {
        text: "Log in as root, deactivate the key, and delete it when nothing breaks. What used it gets a role.",
        command: "",
    },
    controls: &["CIS 2.4", "FSBP IAM.4"],
    check: Check::each(|_, doc| match active_keys(credentials(doc.body)).count() {
        0 => pass(),
        1 => fail("1 active access key, none wanted").with("ActiveKeys", 1),
        count => fail(format!("{count} active access keys, none wanted")).with("ActiveKeys", count),
    }),
    ..Rule::EMPTY
};

pub const MFA: Rule = Rule {
    id: "root-mfa",
    title: "Root has no MFA",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Whoever gets at the mailbox of the account can set a new password and owns everything.",
    remediation: Remediation { text: "Log in as root and register two passkeys or security keys; keep one in a safe.", command: "" },
    controls: &["CIS 2.5", "FSBP IAM.9"],
    help: "An account whose root has no password, because its organization keeps root, is left out.",
    check: Check::each(|_, doc| {
        let credentials = credentials(doc.body);
        match credentials.mfa_active() {
            _ if credentials.password_enabled() == Some(false) => skip(),
            Some(true) => pass(),
            other => fail("no MFA device").with("MfaActive", other),
        }
    }),
    ..Rule::EMPTY
};

pub const HARDWARE_MFA: Rule = Rule {
    id: "root-hardware-mfa",
    title: "MFA of root is software",
    category: Category::Security,
    severity: Severity::Info,
    needs: &[Need { kind: "iam.root", facets: &[] }, Need { kind: "iam.account", facets: &["virtual-mfa"] }],
    risk: "A telephone is lost, sold and copied with its app; root's second factor should lie in a safe.",
    remediation: Remediation {
        text: "Log in as root, register a passkey or security key, then take the virtual device away.",
        command: "",
    },
    controls: &["CIS 2.6", "FSBP IAM.6"],
    help: "Root without MFA is what `root-mfa` tells.",
    check: Check::scope(|_, batch, found| {
        let software = software(batch);
        for doc in batch.of("iam.root") {
            let active = credentials(doc.body).mfa_active() == Some(true);
            let virtual_device = Root(doc.body).arn().is_some_and(|arn| software.contains(&arn));
            let answer = match (active, virtual_device) {
                (false, _) => skip(),
                (true, false) => pass(),
                (true, true) => fail("its MFA device is virtual, a passkey or security key wanted"),
            };
            found.push(*doc, answer);
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const USE: Rule = Rule {
    id: "root-use",
    title: "Root was used",
    category: Category::Security,
    severity: Severity::High,
    needs: NEEDS,
    params: &[Param::integer("days", 90, "Days in which root is not used").min(1)],
    risk: "What root does cannot be forbidden, and nobody knows which person it was.",
    remediation: Remediation {
        text: "Do the daily work with roles; look in CloudTrail for what root did, and why.",
        command: "aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root --region us-east-1",
    },
    controls: &["CIS 2.7"],
    help: "The newest of three dates counts: the login with the password and the last use of each key.",
    check: Check::each(|ask, doc| used(ask, credentials(doc.body))),
    ..Rule::EMPTY
};

fn credentials(body: Object<'_>) -> Credentials<'_> {
    Root(body).credentials().unwrap_or(Credentials(Object::EMPTY))
}

fn used(ask: &Ask<'_>, credentials: Credentials<'_>) -> Answer {
    let keys = credentials.access_keys().filter_map(AccessKey::last_used_date);
    let Some(last) = keys.chain(credentials.password_last_used()).max() else { return pass() };
    let (ago, wanted) = (ask.now.days_since(last), ask.params.integer("days"));
    if ago >= wanted {
        return pass();
    }
    let ago = if ago < 1 { "within a day".to_owned() } else { format!("{} ago", days(ago)) };
    fail(format!("used {ago}, {wanted} days without use wanted")).with("LastUsed", last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn root(members: &str, keys: &str) -> String {
        format!(r#"{{"Arn": "arn:aws:iam::1:root", "Credentials": {{{members} "AccessKeys": [{keys}]}}}}"#)
    }

    #[test]
    fn root_has_no_key() {
        let found = Case::of(&ACCESS_KEYS)
            .given("a", &root(r#""MfaActive": true,"#, ""))
            .given("b", &root(r#""MfaActive": true,"#, r#"{"Number": 1, "Active": true}"#))
            .given("c", &root(r#""MfaActive": true,"#, r#"{"Number": 1, "Active": false}"#))
            .run();
        assert_eq!(found.all(), ["a pass", r#"b fail: 1 active access key, none wanted {"ActiveKeys":1}"#, "c pass"]);
    }

    #[test]
    fn root_has_mfa() {
        let found = Case::of(&MFA)
            .given("a", &root(r#""MfaActive": true,"#, ""))
            .given("b", &root(r#""MfaActive": false,"#, ""))
            .given("c", &root(r#""PasswordEnabled": false, "MfaActive": false,"#, ""))
            .run();
        assert_eq!((found.of("a"), found.of("b"), found.of("c")), ("pass", r#"fail: no MFA device {"MfaActive":false}"#, "skip"));
    }

    #[test]
    fn the_device_of_root_is_hardware() {
        let case = |device: &str, active: bool| {
            Case::of(&HARDWARE_MFA)
                .scope("1/")
                .given("root", &root(&format!(r#""MfaActive": {active},"#), ""))
                .given_of("iam.account", "1", &format!(r#"{{"VirtualMFADevices": [{device}]}}"#))
                .run()
                .of("root")
                .to_owned()
        };
        let device = r#"{"SerialNumber": "s", "User": "arn:aws:iam::1:root"}"#;
        assert_eq!((case("", true), case(device, false)), ("pass".to_owned(), "skip".to_owned()));
        assert_eq!(case(device, true), "fail: its MFA device is virtual, a passkey or security key wanted");
    }

    #[test]
    fn the_newest_of_three_dates_counts() {
        let old = r#""PasswordLastUsed": "2020-01-01T00:00:00Z","#;
        let key = |used: &str| format!(r#"{{"Number": 2, "Active": false, "LastUsedDate": "{used}"}}"#);
        let found = Case::of(&USE)
            .given("a", &root(old, &key("2026-08-23T09:00:00Z")))
            .given("b", &root(old, &key("2026-08-23T09:00:01Z")))
            .given("c", &root("", ""))
            .given("d", &root(r#""PasswordLastUsed": "2026-11-21T08:00:00Z","#, &key("2020-01-01")))
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "pass"));
        assert_eq!(found.of("b"), r#"fail: used 89 days ago, 90 days without use wanted {"LastUsed":"2026-08-23T09:00:01Z"}"#);
        assert_eq!(found.of("d"), r#"fail: used within a day, 90 days without use wanted {"LastUsed":"2026-11-21T08:00:00Z"}"#);
    }
}
