//! Rules about IAM: users and their credentials, root, passwords, policies and trust.

mod access;
mod credentials;
mod federation;
mod grants;
mod mfa;
mod password;
mod roles;
mod root;
mod subject;
mod trust;

muster_rule::pack![
    access::ADMINISTRATOR,
    access::ADMINISTRATOR_POLICY,
    access::ESCALATION,
    access::POLICY_ESCALATION,
    access::POLICIES_ON_USERS,
    credentials::KEY_ROTATION,
    credentials::INACTIVE,
    credentials::TWO_KEYS,
    mfa::MFA,
    mfa::HARDWARE,
    password::POLICY,
    root::ACCESS_KEYS,
    root::MFA,
    root::HARDWARE_MFA,
    root::USE,
    trust::CONFUSED_DEPUTY,
    trust::PUBLIC,
    federation::FEDERATED,
    roles::ADMINISTRATOR,
];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}

#[cfg(test)]
#[test]
fn every_rule_has_a_command() {
    for rule in RULES {
        assert!(rule.remediation.command.starts_with("aws "), "{}", rule.id);
    }
}
