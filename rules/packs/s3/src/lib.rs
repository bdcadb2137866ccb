//! Rules about S3: who can reach buckets, and what becomes of what is in them.

mod block;
mod encryption;
mod lifecycle;
mod logging;
mod names;
mod policy;
mod public;
mod tiering;
mod versions;

muster_rule::pack![
    public::READ,
    public::WRITE,
    block::BUCKET,
    block::ACCOUNT,
    policy::SECURE_TRANSPORT,
    policy::CROSS_ACCOUNT,
    policy::ACL,
    encryption::DEFAULT,
    encryption::KMS,
    encryption::BUCKET_KEY,
    versions::VERSIONING,
    versions::MFA_DELETE,
    versions::OBJECT_LOCK,
    lifecycle::ANY,
    lifecycle::NONCURRENT,
    lifecycle::MULTIPART,
    tiering::TIERING,
    logging::LOGGING,
    names::SHADOW,
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
