//! The policies compiled into the binary, so that they are there without a checkout.

use super::PolicyRef;

/// A built-in policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// The word that names it in fleet.yaml.
    pub word: &'static str,
    /// What it is for, one line.
    pub about: &'static str,
    /// What messages call its file, which may stand beside a file of the user's of the same name.
    pub file: &'static str,
    /// Its YAML.
    pub text: &'static str,
}

/// All of them, in the order of the documentation.
pub const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        word: "baseline",
        about: "what no account should lack, with few false alarms",
        file: "<baseline>",
        text: include_str!("../../../../policies/baseline.yaml"),
    },
    BuiltIn { word: "cost", about: "money that buys nothing", file: "<cost>", text: include_str!("../../../../policies/cost.yaml") },
    BuiltIn { word: "strict", about: "every rule there is", file: "<strict>", text: include_str!("../../../../policies/strict.yaml") },
    BuiltIn {
        word: "cis",
        about: "rules that implement a control of CIS AWS Foundations 7.0",
        file: "<cis>",
        text: include_str!("../../../../policies/cis.yaml"),
    },
];

/// The policy that counts when fleet.yaml names none.
pub(crate) const fn default_policy() -> PolicyRef {
    PolicyRef::BuiltIn("baseline")
}

/// The built-in policy of this name.
#[must_use]
pub fn builtin(word: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|one| one.word == word)
}
