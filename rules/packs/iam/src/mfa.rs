//! A second factor for people.

use std::collections::BTreeSet;

use muster_rule::iam::{Account, Credentials, User, VirtualMfaDevice};
use muster_rule::prelude::*;

use crate::credentials::judged;

pub const MFA: Rule = Rule {
    id: "mfa",
    title: "User with a password has no MFA",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "iam.user", facets: &["credentials"] }],
    risk: "Whoever learns the password is in: one page that looks like the login is enough.",
    remediation: Remediation {
        text: "Let the user register a passkey or an app; refuse everything without MFA by policy until then.",
        command: "aws iam list-mfa-devices --user-name {resource}",
    },
    controls: &["CIS 2.10", "FSBP IAM.5", "FSBP IAM.19"],
    help: "Users without a password for the console are left out.",
    check: Check::each(|_, doc| {
        judged(User(doc.body), |credentials| match (credentials.password_enabled(), credentials.mfa_active()) {
            (Some(true), Some(true)) => pass(),
            (Some(true), active) => fail("a password for the console and no MFA").with("MfaActive", active),
            _ => skip(),
        })
    }),
    ..Rule::EMPTY
};

pub const HARDWARE: Rule = Rule {
    id: "hardware-mfa",
    title: "MFA of a user is software",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "iam.user", facets: &["credentials"] }, Need { kind: "iam.account", facets: &["virtual-mfa"] }],
    risk: "A code from an app can be typed into a page of somebody else; a passkey or security key cannot.",
    remediation: Remediation {
        text: "Register a passkey or security key, then take the virtual device away.",
        command: "aws iam list-mfa-devices --user-name {resource}",
    },
    controls: &[],
    help: "Users without a password for the console and without MFA are left out.",
    check: Check::scope(|_, batch, found| {
        let software = software(batch);
        for doc in batch.of("iam.user") {
            let user = User(doc.body);
            found.push(*doc, judged(user, |credentials| hardware(credentials, user, &software)));
        }
        Ok(())
    }),
    ..Rule::EMPTY
};

/// ARNs of those who have an MFA device in software.
fn software<'a>(batch: &Batch<'a>) -> BTreeSet<Text<'a>> {
    let accounts = batch.of("iam.account").iter().map(|doc| Account(doc.body));
    accounts.flat_map(Account::virtual_mfa_devices).filter_map(VirtualMfaDevice::user).collect()
}

fn hardware(credentials: Credentials<'_>, user: User<'_>, software: &BTreeSet<Text<'_>>) -> Answer {
    let both = credentials.password_enabled() == Some(true) && credentials.mfa_active() == Some(true);
    match user.arn() {
        Some(arn) if both && software.contains(&arn) => fail("its MFA device is virtual, a passkey or security key wanted"),
        _ if both => pass(),
        _ => skip(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn user(name: &str, password: bool, mfa: bool) -> String {
        format!(r#"{{"Arn": "{name}", "Credentials": {{"PasswordEnabled": {password}, "MfaActive": {mfa}, "AccessKeys": []}}}}"#)
    }

    #[test]
    fn who_has_a_password_has_mfa() {
        let found = Case::of(&MFA)
            .given("a", &user("a", true, true))
            .given("b", &user("b", true, false))
            .given("c", &user("c", false, false))
            .given("d", r#"{"Credentials": null}"#)
            .run();
        assert_eq!((found.of("a"), found.of("c")), ("pass", "skip"));
        assert_eq!(found.of("b"), r#"fail: a password for the console and no MFA {"MfaActive":false}"#);
        assert!(found.of("d").starts_with("unknown: "));
    }

    #[test]
    fn devices_in_software_are_told_apart() {
        let found = Case::of(&HARDWARE)
            .scope("123456789012/")
            .given("a", &user("a", true, true))
            .given("b", &user("b", true, true))
            .given("c", &user("c", true, false))
            .given_of("iam.account", "x", r#"{"VirtualMFADevices": [{"SerialNumber": "s", "User": "b"}]}"#)
            .run();
        assert_eq!(found.all(), ["a pass", "b fail: its MFA device is virtual, a passkey or security key wanted"]);
    }
}
