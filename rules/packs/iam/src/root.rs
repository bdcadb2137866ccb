//! The root user, whom nothing can be forbidden.

use muster_rule::iam::{AccessKey, Account, Credentials, Root};
use muster_rule::prelude::*;

use crate::credentials::{active_keys, days, reported};

/// The summary of the account says how it is now, the credential report how it was up to four hours ago: where both know, the summary counts.
const NEEDS: &[Need] = &[Need { kind: "iam.root", facets: &[] }, Need { kind: "iam.account", facets: &[] }];
const KEYS: &str = "AccountAccessKeysPresent";
const ACTIVE: &str = "AccountMFAEnabled";
const PASSWORD: &str = "AccountPasswordPresent";

pub const ACCESS_KEYS: Rule = Rule {
    id: "root-access-keys",
    title: "Root has an access key",
    category: Category::Security,
    severity: Severity::Critical,
    needs: NEEDS,
    risk: "Whoever finds the key owns the account; no policy can stop root.",
    remediation: Remediation {
        text: "As root, deactivate the key, and delete it when nothing breaks (`aws iam delete-access-key`). What used it gets a role.",
        command: "aws iam update-access-key --access-key-id KEY --status Inactive",
    },
    controls: &["CIS 2.4", "FSBP IAM.4"],
    help: "Whether there is a key is what the account's summary says now; the credential report, which is up to four hours old, says how many \
           are active. A key that is not active fails too: root can activate it again.",
    check: Check::scope(|_, batch, found| {
        for doc in batch.of("iam.root") {
            found.push(*doc, keys(credentials(doc.body), summary(batch, KEYS)));
        }
        Ok(())
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
    remediation: Remediation {
        text: "Log in as root and register two passkeys or security keys; keep one in a safe. No call does that; the command prints 1 once it \
               is done.",
        command: "aws iam get-account-summary --query SummaryMap.AccountMFAEnabled",
    },
    controls: &["CIS 2.5", "FSBP IAM.9"],
    help: "What the account's summary says now counts; where it says nothing, the credential report, which is up to four hours old. An \
           account whose root has no password, because its organization keeps root, is left out.",
    check: Check::scope(|_, batch, found| {
        for doc in batch.of("iam.root") {
            found.push(*doc, mfa(batch, credentials(doc.body)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

pub const HARDWARE_MFA: Rule = Rule {
    id: "root-hardware-mfa",
    title: "MFA of root is software",
    category: Category::Security,
    severity: Severity::Critical,
    needs: &[Need { kind: "iam.root", facets: &[] }, Need { kind: "iam.account", facets: &["virtual-mfa"] }],
    risk: "A telephone is lost, sold and copied with its app; root's second factor should lie in a safe.",
    remediation: Remediation {
        text: "Log in as root and register a passkey or security key. Only then, as root, take away the virtual device that `SerialNumber` names.",
        command: "aws iam deactivate-mfa-device --serial-number SERIAL",
    },
    controls: &["CIS 2.6", "FSBP IAM.6"],
    help: "Root without MFA is what `root-mfa` tells.",
    check: Check::scope(|_, batch, found| {
        for doc in batch.of("iam.root") {
            found.push(*doc, hardware(batch, Root(doc.body)));
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
    needs: &[Need { kind: "iam.root", facets: &[] }],
    params: &[Param::integer("days", 90, "Days in which root is not used").min(1)],
    risk: "What root does cannot be forbidden, and nobody knows which person it was.",
    remediation: Remediation {
        text: "Do the daily work with roles; look in CloudTrail for what root did, and why.",
        command: "aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root --region us-east-1",
    },
    controls: &["CIS 2.7"],
    help: "The newest of three dates counts: the login with the password and the last use of each key. They are of the credential report, \
           which is up to four hours old: `GeneratedTime`.",
    check: Check::each(|ask, doc| reported(used(ask, credentials(doc.body)), credentials(doc.body))),
    ..Rule::EMPTY
};

fn credentials(body: Object<'_>) -> Credentials<'_> {
    Root(body).credentials().unwrap_or(Credentials(Object::EMPTY))
}

/// A number of the account's summary.
fn summary(batch: &Batch<'_>, name: &str) -> Option<i64> {
    batch.of("iam.account").iter().find_map(|doc| Account(doc.body).summary_map()?.object()?.integer(name))
}

fn keys(credentials: Credentials<'_>, present: Option<i64>) -> Answer {
    let active = active_keys(credentials).count();
    let said = match (present, active) {
        (Some(0), _) => return pass().with(KEYS, 0),
        (None, 0) => pass(),
        (_, 0) => fail("an access key, none wanted; the credential report knows no active one"),
        (_, 1) => fail("1 active access key, none wanted"),
        (_, count) => fail(format!("{count} active access keys, none wanted")),
    };
    let said = if let Some(present) = present { said.with(KEYS, present) } else { said };
    reported(said.with("ActiveKeys", active), credentials)
}

fn mfa(batch: &Batch<'_>, credentials: Credentials<'_>) -> Answer {
    let none = summary(batch, PASSWORD).map_or(credentials.password_enabled() == Some(false), |present| present == 0);
    match (summary(batch, ACTIVE), credentials.mfa_active()) {
        _ if none => skip(),
        (Some(0), _) => fail("no MFA device").with(ACTIVE, 0),
        (Some(now), _) => pass().with(ACTIVE, now),
        (None, Some(true)) => reported(pass(), credentials),
        (None, other) => reported(fail("no MFA device").with("MfaActive", other), credentials),
    }
}

fn hardware(batch: &Batch<'_>, root: Root<'_>) -> Answer {
    let credentials = root.credentials().unwrap_or(Credentials(Object::EMPTY));
    let active = summary(batch, ACTIVE).map_or(credentials.mfa_active() == Some(true), |now| now > 0);
    if !active {
        return skip();
    }
    match serial(batch, root) {
        Some(serial) => fail("its MFA device is virtual, a passkey or security key wanted").with("SerialNumber", serial),
        None => pass(),
    }
}

/// The virtual device of root.
fn serial<'a>(batch: &Batch<'a>, root: Root<'_>) -> Option<Text<'a>> {
    let arn = root.arn()?;
    let devices = batch.of("iam.account").iter().flat_map(|doc| Account(doc.body).virtual_mfa_devices());
    devices.filter(|device| device.user().as_ref() == Some(&arn)).find_map(|device| device.serial_number())
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

    /// What a rule says of root, by its row in the report and the numbers of the summary.
    fn judged(rule: &Rule, root: &str, summary: &str) -> String {
        let account =
            format!(r#"{{"SummaryMap": {{{summary}}}, "VirtualMFADevices": [{{"SerialNumber": "s", "User": "arn:aws:iam::1:root"}}]}}"#);
        let case = Case::of(rule).scope("1/").given("root", root).given_of("iam.account", "1", &account);
        case.run().of("root").to_owned()
    }

    const AT: &str = r#""GeneratedTime": "2026-11-21T05:00:00Z","#;
    const KEY: &str = r#"{"Number": 1, "Active": true}"#;
    const OFF: &str = r#"{"Number": 1, "Active": false}"#;

    #[test]
    fn root_has_no_key_by_the_report() {
        let judge = |keys: &str| judged(&ACCESS_KEYS, &root(r#""MfaActive": true,"#, keys), "");
        assert_eq!((judge(""), judge(OFF)), (r#"pass {"ActiveKeys":0}"#.to_owned(), r#"pass {"ActiveKeys":0}"#.to_owned()));
        assert_eq!(judge(KEY), r#"fail: 1 active access key, none wanted {"ActiveKeys":1}"#);
        assert_eq!(judge(&format!("{KEY}, {KEY}")), r#"fail: 2 active access keys, none wanted {"ActiveKeys":2}"#);
    }

    #[test]
    fn what_is_true_now_counts_more_than_the_report() {
        let judge = |keys: &str, present: u8| judged(&ACCESS_KEYS, &root(AT, keys), &format!(r#""AccountAccessKeysPresent": {present}"#));
        let made = r#"{"AccountAccessKeysPresent":1,"ActiveKeys":0,"GeneratedTime":"2026-11-21T05:00:00Z"}"#;
        let unknown_to_it = "fail: an access key, none wanted; the credential report knows no active one";
        assert_eq!([judge("", 1), judge(OFF, 1)], [format!("{unknown_to_it} {made}"), format!("{unknown_to_it} {made}")]);
        assert_eq!(judge(KEY, 0), r#"pass {"AccountAccessKeysPresent":0}"#, "it was deleted since");
        assert!(
            judge(KEY, 1)
                .starts_with(r#"fail: 1 active access key, none wanted {"AccountAccessKeysPresent":1,"ActiveKeys":1,"GeneratedTime""#)
        );
        let mfa = |reported: bool, now: u8| {
            judged(&MFA, &root(&format!(r#"{AT}"MfaActive": {reported},"#), ""), &format!(r#""AccountMFAEnabled": {now}"#))
        };
        assert_eq!(mfa(true, 0), r#"fail: no MFA device {"AccountMFAEnabled":0}"#, "it was taken away since");
        assert_eq!(mfa(false, 1), r#"pass {"AccountMFAEnabled":1}"#);
    }

    #[test]
    fn root_has_mfa_by_the_report() {
        let judge = |members: &str| judged(&MFA, &root(members, ""), "");
        assert_eq!(judge(r#""MfaActive": true,"#), "pass");
        assert_eq!(judge(r#""MfaActive": false,"#), r#"fail: no MFA device {"MfaActive":false}"#);
        assert_eq!(judge(&format!(r#"{AT}"MfaActive": true,"#)), r#"pass {"GeneratedTime":"2026-11-21T05:00:00Z"}"#);
        assert!(judge(&format!(r#"{AT}"MfaActive": false,"#)).ends_with(r#"{"GeneratedTime":"2026-11-21T05:00:00Z","MfaActive":false}"#));
    }

    #[test]
    fn root_without_a_password_needs_no_mfa() {
        let judge = |enabled: bool, summary: &str| {
            judged(&MFA, &root(&format!(r#""PasswordEnabled": {enabled}, "MfaActive": false,"#), ""), summary)
        };
        assert_eq!(judge(false, ""), "skip");
        assert_eq!(judge(true, r#""AccountMFAEnabled": 0, "AccountPasswordPresent": 0"#), "skip");
        let set = judge(false, r#""AccountMFAEnabled": 0, "AccountPasswordPresent": 1"#);
        assert_eq!(set, r#"fail: no MFA device {"AccountMFAEnabled":0}"#, "it was set since");
    }

    #[test]
    fn the_device_of_root_is_hardware() {
        let judge = |user: &str, active: bool, summary: &str| {
            let root = root(&format!(r#""MfaActive": {active},"#), "").replace("arn:aws:iam::1:root", user);
            judged(&HARDWARE_MFA, &root, summary)
        };
        let said = r#"fail: its MFA device is virtual, a passkey or security key wanted {"SerialNumber":"s"}"#;
        let (mine, other) = ("arn:aws:iam::1:root", "arn:aws:iam::2:root");
        assert_eq!((judge(other, true, ""), judge(mine, false, "")), ("pass".to_owned(), "skip".to_owned()));
        assert_eq!(judge(mine, true, ""), said);
        assert_eq!(
            (judge(mine, false, r#""AccountMFAEnabled": 1"#).as_str(), judge(mine, true, r#""AccountMFAEnabled": 0"#).as_str()),
            (said, "skip")
        );
    }

    #[test]
    fn the_time_of_the_report_stands_beside_the_use_of_root() {
        let found = Case::of(&USE).given("root", &root(AT, "")).run();
        assert_eq!(found.of("root"), r#"pass {"GeneratedTime":"2026-11-21T05:00:00Z"}"#);
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
