//! Policies: which rules run, how they are set, where, and what is excepted from them.
//!
//! ```text
//! policies/*.yaml ──read──▶ Policies ──select (catalogue, ground)──▶ Selection ──▶ advise
//!                              │
//!                              └──lint──▶ what is allowed and most likely not meant
//! ```
//!
//! [`read`] knows no rule: a file is checked without a single pack at hand. [`select`] holds it against the rules there
//! are and against the fleet. A rule that no policy names is off.

mod builtin;
mod exception;
mod ground;
mod idle;
mod lint;
mod params;
mod pattern;
mod raw;
mod read;
mod scope;
mod select;

pub(crate) use builtin::default_policy;
pub use builtin::{BUILT_IN, BuiltIn, builtin};
pub use exception::{Exception, Glob, Granted};
pub use ground::Ground;
pub use idle::idle;
pub use lint::{Lint, LintCode, lint};
pub use params::{Parameters, SchemaError};
pub use pattern::{PatternError, RulePattern};
pub use raw::schema;
pub use read::UNREADABLE;
pub(crate) use read::read_listed;
pub use read::{Policies, Policy, PolicyRef, read};
pub use scope::{Scope, TagSets};
pub(crate) use select::TAGS;
pub use select::{Enabled, Selection, select, strangers};

use std::collections::BTreeSet;

use crate::finding::Severity;
use crate::span::{At, Span};
use crate::yaml::Node;

/// What a policy says of the rules that a pattern names.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Which rules.
    pub pattern: At<RulePattern>,
    /// What of them.
    pub choice: Choice,
}

/// On, off, and how.
#[derive(Debug, Clone)]
pub enum Choice {
    /// They do not run.
    Off,
    /// They run. What is not said here stays as an earlier policy left it.
    On(Box<Tuning>),
}

/// How a rule is set.
#[derive(Debug, Clone, Default)]
pub struct Tuning {
    /// Instead of the rule's own severity.
    pub severity: Option<At<Severity>>,
    /// Parameters by name, as written: only the rule knows what they have to be.
    pub params: Vec<(At<String>, Node)>,
    /// Where it runs; everywhere when nothing is said.
    pub scope: Option<At<Where>>,
}

/// Where a rule runs, or what an exception is about, as written. Parts are joined by "and", words of a part by "or".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Where {
    /// Names of fleet.yaml or account ids; all accounts when nothing is said.
    pub accounts: Option<Vec<At<String>>>,
    /// Regions; all when nothing is said.
    pub regions: Option<Vec<At<String>>>,
    /// Tags a resource has to carry, with the place of the whole part.
    pub tags: Option<At<TagSets>>,
    /// What is left out again: whatever matches all of it.
    pub not: Option<Box<At<Where>>>,
}

impl Where {
    /// True when it bounds nothing.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.accounts.is_none() && self.regions.is_none() && self.tags.is_none() && self.not.is_none()
    }

    /// Places where tags are spoken of, those of `not` included.
    pub(crate) fn tag_spans(&self) -> impl Iterator<Item = &Span> {
        let inner = self.not.as_ref().and_then(|not| not.value.tags.as_ref());
        self.tags.iter().chain(inner).map(|tags| &tags.span)
    }

    /// Places where regions are spoken of, those of `not` included.
    pub(crate) fn region_spans(&self) -> impl Iterator<Item = &Span> {
        let inner = self.not.as_ref().and_then(|not| not.value.regions.as_ref());
        self.regions.iter().chain(inner).filter_map(|regions| regions.first()).map(|region| &region.span)
    }
}

/// Words for messages, sorted and each once.
fn words<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    let all: BTreeSet<&str> = all.into_iter().collect();
    crate::fleet::listed(all)
}
