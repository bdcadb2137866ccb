//! The least-privilege policy for exactly this fleet.
//!
//! Two tables decide: [`actions`] says what each [`crate::cloud::Need`] reads, `Verb` says what each
//! [`crate::cloud::Change`] asks of AWS and on what. Both are exhaustive matches, so nothing can be read or
//! changed that no policy speaks of. Whatever is ours is told by its tags; where a service does not put tags
//! into the decision, by the names that muster derives.
//!
//! Only what moto and our own evaluator can judge was tried; what AWS's documents say is marked (K) with the
//! page's name.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::cloud::SecretRef;
use crate::fleet::{Fleet, KeySource, User};
use crate::name::Name;
use crate::plan::secrets;

mod advise;
mod foreign;
mod grant;
mod kms;
mod notices;
mod reads;
mod risks;
mod scope;
mod statement;
mod verbs;

#[cfg(test)]
mod tests;

pub use reads::actions;
pub use risks::risks;
pub use statement::{DOCUMENT_MAX_CHARS, text};

use scope::Scope;
use statement::{Conditions, Statement, documents};
use verbs::Verb;

/// The policies of a fleet, each a list of documents that IAM accepts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policies {
    /// Reading: enough for `plan` and `status`.
    pub plan: Vec<Value>,
    /// Reading and changing: contains `plan`.
    pub apply: Vec<Value>,
    /// `adopt` and `unadopt`, to be attached beside `plan` for as long as somebody adopts. In neither of the others, since
    /// it makes foreign things the fleet's own.
    pub adopt: Vec<Value>,
    /// What `status --everywhere` reads beyond `plan`, to be attached beside it: no plan needs it.
    pub everywhere: Vec<Value>,
}

/// The policies that let muster plan, apply and adopt this fleet and nothing more.
///
/// `accounts` maps the names of fleet.yaml to account ids; one that is missing there and in the file becomes `*`.
#[must_use]
pub fn policies(fleet: &Fleet, accounts: &BTreeMap<String, String>) -> Policies {
    let scope = Scope::new(fleet, accounts);
    let reads = reads::statements(&scope);
    let parts = scope.parts();
    let verbs = verbs::used_by(&parts).flat_map(Verb::grants);
    let mut all = reads.clone();
    all.extend(grant::statements(&scope, verbs));
    all.extend(kms::statements(&scope));
    all.extend(foreign::statements(&scope));
    all.extend(notices::statement(&scope));
    Policies {
        plan: documents(&reads),
        apply: documents(&all),
        adopt: documents(&grant::adoption(&scope)),
        everywhere: documents(&[reads::everywhere()]),
    }
}

/// The documents that let `muster advise` read what is wanted of this fleet's accounts, and nothing else.
#[must_use]
pub fn advise_policy(fleet: &Fleet, accounts: &BTreeMap<String, String>, wanted: &crate::facet::Wanted) -> Vec<Value> {
    documents(&advise::statements(&Scope::new(fleet, accounts), wanted))
}

/// The IAM actions that AWS may ask for when this change is made.
#[must_use]
pub fn actions_of_change(change: &crate::cloud::Change) -> std::collections::BTreeSet<&'static str> {
    Verb::of(change).grants().iter().flat_map(|grant| grant.0).copied().collect()
}

/// What `muster init --from-account` reads, of any account: there is no fleet yet.
#[must_use]
pub fn survey_policy() -> Value {
    statement::single(&[reads::survey()])
}

/// Every IAM action that muster may ask for, whatever the fleet: what it reads, what it changes, and what these take.
#[must_use]
pub fn known_actions() -> std::collections::BTreeSet<&'static str> {
    let changing = verbs::all().flat_map(|verb| verb.grants()).flat_map(|grant| grant.0).copied();
    changing.chain(reads::every_action()).chain(advise::every_action()).chain(["kms:Decrypt", notices::PUBLISH]).collect()
}

/// Why there is no policy for a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoUserPolicy {
    /// Not in the file.
    #[error("no user `{0}` in this fleet; `muster status` lists them")]
    Unknown(String),
    /// The private half was never with AWS.
    #[error("user `{0}` has a public key of their own, so there is nothing to fetch; `key: generate` in their entry stores one")]
    OwnKey(Name),
}

/// The policy that lets one user fetch the private half of their own key and nothing else.
///
/// # Errors
/// When there is no such user, or no stored key.
pub fn user_policy(fleet: &Fleet, user: &str, accounts: &BTreeMap<String, String>) -> Result<Value, NoUserPolicy> {
    let unknown = || NoUserPolicy::Unknown(user.to_owned());
    let user = Name::new(user).ok().and_then(|name| fleet.users.get(&name)).ok_or_else(unknown)?;
    if user.key.value != KeySource::Generate {
        return Err(NoUserPolicy::OwnKey(user.name.clone()));
    }
    let scope = Scope::new(fleet, accounts);
    let parameters = key_parameters(&scope, user);
    let region = &user.place.region;
    let decrypt = Conditions::default()
        .with("StringEquals", "kms:ViaService", kms::hosts("ssm", region))
        // SecureStrings are encrypted for their own ARN (K: KMS Developer Guide, "How AWS Systems Manager Parameter Store uses AWS KMS").
        .with("StringEquals", "kms:EncryptionContext:PARAMETER_ARN", &parameters);
    let statements = [
        Statement {
            sid: "FetchOwnKey".to_owned(),
            actions: ["ssm:GetParameter"].into(),
            resources: parameters.iter().cloned().collect(),
            conditions: Conditions::default(),
        },
        Statement {
            sid: "DecryptOwnKey".to_owned(),
            actions: ["kms:Decrypt"].into(),
            resources: scope.arns_in([&user.place], "arn:{partition}:kms:{region}:{account}:key/*"),
            conditions: decrypt,
        },
    ];
    Ok(statement::single(&statements))
}

/// ARNs of the parameters that may hold the user's key.
fn key_parameters(scope: &Scope, user: &User) -> Vec<String> {
    let arns = |secret: &SecretRef| {
        let pattern = format!("arn:{{partition}}:ssm:{{region}}:{{account}}:parameter{}", secret.parameter);
        scope.arns_in([&user.place], &pattern)
    };
    secrets(scope.fleet, user).iter().flat_map(arns).collect()
}
