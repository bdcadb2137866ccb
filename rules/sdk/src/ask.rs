//! What a rule is asked, and what it answers with.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::answer::{Answer, Verdict};
use crate::dated::Dated;
use crate::index;
use crate::json::Object;
use crate::param::Params;
use crate::rule::Rule;
use crate::time::Time;

/// What all documents of a call share.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its parameters.
    pub params: Params<'a>,
    /// The time as the host says.
    pub now: Time,
    warned: RefCell<Vec<&'static str>>,
}

impl<'a> Ask<'a> {
    pub(crate) const fn new(rule: &'a Rule, params: Params<'a>, now: Time) -> Self {
        Self { rule, params, now, warned: RefCell::new(Vec::new()) }
    }

    /// Data that ages. Logs a warning, once a call, when it is more than 180 days old.
    #[must_use]
    pub fn data(&self, data: &Dated) -> Object<'static> {
        let mut warned = self.warned.borrow_mut();
        if !warned.contains(&data.name()) {
            warned.push(data.name());
            data.warn_if_old(self.now);
        }
        data.object()
    }
}

/// One observed thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doc<'a> {
    /// `ec2.volume`.
    pub kind: &'a str,
    /// Unique in a run: the ARN, or `ACCOUNT/REGION/KIND/ID` where AWS has none.
    pub key: &'a str,
    /// `ACCOUNT/REGION`, or nothing for what belongs to no account.
    pub scope: &'a str,
    /// What was observed: base members and those of the facets the rule declares.
    pub body: Object<'a>,
}

impl<'a> Doc<'a> {
    /// Account id; empty for what belongs to none.
    #[must_use]
    pub fn account(&self) -> &'a str {
        self.scope.split_once('/').map_or("", |(account, _)| account)
    }

    /// Region; empty for what belongs to none.
    #[must_use]
    pub fn region(&self) -> &'a str {
        self.scope.split_once('/').map_or("", |(_, region)| region)
    }
}

/// All documents of a call, sorted by kind and key.
#[derive(Debug)]
pub struct Batch<'a> {
    docs: Vec<Doc<'a>>,
}

impl<'a> Batch<'a> {
    /// Cuts the text of a call. `None` when the ends do not fit.
    pub(crate) fn cut(text: &'a str, ends: &[u32]) -> Option<Self> {
        index::forget();
        let mut at = 0;
        let mut part = |end: u32| {
            let part = text.get(at..end as usize);
            at = end as usize;
            part
        };
        let docs = ends.chunks_exact(4).map(|ends| {
            let (kind, key, scope, body) = (part(ends[0])?, part(ends[1])?, part(ends[2])?, part(ends[3])?);
            Some(Doc { kind, key, scope, body: Object::body(body) })
        });
        Some(Self { docs: docs.collect::<Option<_>>()? })
    }

    /// Every document.
    #[must_use]
    pub fn docs(&self) -> &[Doc<'a>] {
        &self.docs
    }

    /// The documents of one kind.
    #[must_use]
    pub fn of(&self, kind: &str) -> &[Doc<'a>] {
        let from = self.docs.partition_point(|doc| doc.kind < kind);
        let rest = &self.docs[from..];
        &rest[..rest.partition_point(|doc| doc.kind == kind)]
    }

    /// The document of a kind and key.
    #[must_use]
    pub fn find(&self, kind: &str, key: &str) -> Option<Doc<'a>> {
        let docs = self.of(kind);
        docs.binary_search_by(|doc| doc.key.cmp(key)).ok().map(|at| docs[at])
    }
}

/// What a rule found, ready to be handed over.
#[derive(Debug, Default)]
pub struct Findings<'a> {
    pub(crate) found: Vec<Finding<'a>>,
}

/// One finding: the key of a document and an answer that is not `skip`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding<'a> {
    pub(crate) subject: &'a str,
    pub(crate) verdict: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) body: String,
}

impl<'a> Findings<'a> {
    /// Says `answer` of a document, at most once of each. [`skip`](crate::skip) says nothing.
    pub fn push(&mut self, doc: Doc<'a>, answer: Answer) {
        if answer.verdict != Verdict::Skip {
            let verdict = answer.verdict.word();
            let (message, body) = answer.parts();
            self.found.push(Finding { subject: doc.key, verdict, message, body });
        }
    }
}

/// Why a rule could not judge. Its documents are errored, which is never a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    /// The parameters contradict each other.
    #[must_use]
    pub fn params(message: impl Into<String>) -> Self {
        Self { code: "bad-params", message: message.into() }
    }

    /// A document is not what it should be.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self { code: "bad-input", message: message.into() }
    }

    /// The rule itself is wrong.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self { code: "internal", message: message.into() }
    }
}
