//! Rules under test, natively: documents in, verdicts out.
//!
//! ```
//! # use muster_rule::prelude::*;
//! # const ENCRYPTED: Rule = Rule {
//! #     id: "volume-encryption", title: "EBS volume is not encrypted", needs: &[Need { kind: "ec2.volume", facets: &[] }],
//! #     check: Check::each(|_, doc| if doc.body.boolean("Encrypted") == Some(true) { pass() } else { fail("not encrypted") }),
//! #     ..Rule::EMPTY
//! # };
//! let found = muster_rule::test::Case::of(&ENCRYPTED)
//!     .given("vol-1", r#"{"Encrypted": true}"#)
//!     .given("vol-2", r#"{"Encrypted": false}"#)
//!     .run();
//! assert_eq!((found.of("vol-1"), found.of("vol-2")), ("pass", "fail: not encrypted"));
//! ```
//!
//! A case is judged more than once: documents alone and together, in both orders, with and without the members of facets
//! that the rule did not declare. Whatever comes out must be the same. A member that the kind does not have, or that is of
//! a facet the rule did not declare, may not even be asked for.

mod tree;
mod words;

use std::collections::BTreeMap;

use crate::ask::{Batch, Failure, Findings};
use crate::kind::Kind;
use crate::log;
use crate::rule::{Grouping, Rule};
use crate::spy::{self, Reads};
use crate::time::Time;

use tree::Tree;

pub use words::well_formed;

/// Where documents stand unless a case says otherwise.
const SCOPE: &str = "123456789012/us-east-1";

/// A rule and what it is asked.
#[derive(Debug, Clone)]
#[must_use]
pub struct Case<'r> {
    rule: &'r Rule,
    params: String,
    now: Time,
    scope: String,
    given: Vec<Given>,
}

#[derive(Debug, Clone)]
struct Given {
    kind: String,
    key: String,
    scope: String,
    body: Tree,
}

impl<'r> Case<'r> {
    /// A case without documents, with default parameters, on 2026-11-21 at 09:00 UTC.
    pub fn of(rule: &'r Rule) -> Self {
        Self { rule, params: String::new(), now: Time(1_795_251_600), scope: SCOPE.to_owned(), given: Vec::new() }
    }

    /// Parameters as a JSON object.
    pub fn params(mut self, json: &str) -> Self {
        json.clone_into(&mut self.params);
        self
    }

    /// The time, by RFC 3339 or a date.
    ///
    /// # Panics
    /// When it is neither.
    pub fn now(mut self, time: &str) -> Self {
        self.now = Time::parse(time).unwrap_or_else(|| panic!("`{time}` is no time"));
        self
    }

    /// Account and region, `123456789012/us-east-1`, of the documents that follow.
    pub fn scope(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// A document of the kind that the rule judges.
    ///
    /// # Panics
    /// When the body is no JSON object, or has a member that the kind does not.
    pub fn given(self, key: &str, body: &str) -> Self {
        let kind = self.rule.subject();
        self.given_of(kind, key, body)
    }

    /// A document of another kind.
    ///
    /// # Panics
    /// As [`Case::given`].
    pub fn given_of(mut self, kind: &str, key: &str, body: &str) -> Self {
        let body = Tree::parse(body).unwrap_or_else(|why| panic!("the body of {key} is no JSON: {why}"));
        let Tree::Object(members) = &body else { panic!("the body of {key} is no JSON object") };
        if let Some(known) = Kind::of(kind) {
            let strange = members.keys().find(|member| known.facet_of(member).is_none());
            assert!(strange.is_none(), "{kind} has no member {}: {key}", strange.map_or("", String::as_str));
        }
        self.given.push(Given { kind: kind.to_owned(), key: key.to_owned(), scope: self.scope.clone(), body });
        self
    }

    /// Judges.
    ///
    /// # Panics
    /// When the rule fails, when its answer depends on the order or the company of documents or on facets that it does
    /// not declare, or when a message is not as messages are.
    #[must_use]
    pub fn run(&self) -> Found {
        let found = self.judged(&self.cut()).unwrap_or_else(|why| panic!("rule {} failed: {}: {}", self.rule.id, why.code, why.message));
        found.rows.iter().for_each(|(key, said)| words::message(self.rule, key, said));
        found
    }

    /// The failure that the rule ends with, `bad-params: …`.
    ///
    /// # Panics
    /// When it does not fail.
    #[must_use]
    pub fn failure(&self) -> String {
        match self.judged(&self.cut()) {
            Ok(found) => panic!("rule {} did not fail: {:?}", self.rule.id, found.rows),
            Err(Failure { code, message }) => format!("{code}: {message}"),
        }
    }

    /// All the ways to judge, which must come to the same.
    fn judged(&self, cut: &[Given]) -> Result<Found, Failure> {
        log::take();
        let mut found = self.ask(cut)?;
        found.log = log::take();
        let rows = |given: &[Given]| self.ask(given).map(|found| found.rows);
        let id = self.rule.id;
        assert_eq!(rows(cut).as_ref(), Ok(&found.rows), "rule {id} says something else when it is asked again");
        if matches!(self.rule.check.0, Grouping::Each(_)) {
            let alone = cut.iter().map(|given| rows(std::slice::from_ref(given))).rev().collect::<Result<Vec<_>, _>>();
            let alone = alone.map(|rows| rows.into_iter().flatten().collect());
            assert_eq!(alone.as_ref(), Ok(&found.rows), "rule {id} says something else of documents alone");
        }
        let all = rows(&self.given);
        assert_eq!(all.as_ref(), Ok(&found.rows), "rule {id} reads members of facets that it does not declare in `needs`");
        Ok(found)
    }

    /// The documents as the host would give them: without facets that the rule did not ask for.
    fn cut(&self) -> Vec<Given> {
        self.given.iter().map(|given| Given { body: self.declared(given), ..given.clone() }).collect()
    }

    fn declared(&self, given: &Given) -> Tree {
        let need = self.rule.needs.iter().find(|need| need.kind == given.kind);
        let need = need.unwrap_or_else(|| panic!("rule {} does not need {}", self.rule.id, given.kind));
        let mut body = given.body.clone();
        if let (Tree::Object(members), Some(kind)) = (&mut body, Kind::of(&given.kind)) {
            members.retain(|member, _| kind.facet_of(member).is_some_and(|facet| facet.is_empty() || need.facets.contains(&facet)));
        }
        body
    }

    /// One call, or one for each scope.
    fn ask(&self, given: &[Given]) -> Result<Found, Failure> {
        let mut calls: BTreeMap<&str, Vec<&Given>> = BTreeMap::new();
        let by_scope = matches!(self.rule.check.0, Grouping::Scope(_));
        for given in given {
            calls.entry(if by_scope { &given.scope } else { "" }).or_default().push(given);
        }
        let mut found = Found { keys: given.iter().map(|given| given.key.clone()).collect(), rows: BTreeMap::new(), log: Vec::new() };
        for call in calls.into_values() {
            self.call(call, &mut found)?;
        }
        Ok(found)
    }

    /// Refuses a member that documents of its kind do not have, or not for this rule.
    fn read(&self, batch: &Batch<'_>, at: usize, member: &str) {
        let (id, doc) = (self.rule.id, batch.docs().iter().find(|doc| doc.body.json().as_ptr() as usize == at));
        let Some(kind) = doc.and_then(|doc| Kind::of(doc.kind)) else { return };
        let need = self.rule.needs.iter().find(|need| need.kind == kind.word);
        match kind.facet_of(member) {
            None => panic!("rule {id} reads {member} of {}, which has no such member", kind.word),
            Some("") => {}
            Some(facet) => assert!(
                need.is_some_and(|need| need.facets.contains(&facet)),
                "rule {id} reads {member} of {}, which is of facet {facet}, without asking for it in `needs`",
                kind.word
            ),
        }
    }

    fn call(&self, mut given: Vec<&Given>, found: &mut Found) -> Result<(), Failure> {
        given.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
        let (text, ends) = frame(&given);
        let batch = Batch::cut(&text, &ends).ok_or_else(|| Failure::input("the ends of the batch do not fit its text"))?;
        let now = u64::try_from(self.now.0).unwrap_or(0);
        let work = || crate::run::evaluate(&[self.rule], self.rule.id, &self.params, now, &batch);
        let (said, reads): (Result<Findings<'_>, Failure>, Reads) = spy::watched(work);
        reads.iter().for_each(|(at, member)| self.read(&batch, *at, member));
        let said = said?;
        for one in said.found {
            let mut row = one.verdict.to_owned();
            [(": ", &*one.message), (" ", &one.body)]
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .for_each(|(gap, text)| row += &(gap.to_owned() + text));
            let before = found.rows.insert(one.subject.to_owned(), row);
            assert_eq!(before, None, "rule {} judges {} twice", self.rule.id, one.subject);
        }
        Ok(())
    }
}

/// Sorted documents as the host hands them over: one text, and where in it each part ends.
fn frame(given: &[&Given]) -> (String, Vec<u32>) {
    let (mut text, mut ends) = (String::new(), Vec::new());
    for given in given {
        for part in [&given.kind, &given.key, &given.scope, &given.body.canonical()] {
            text.push_str(part);
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
    }
    (text, ends)
}

/// What a rule said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    keys: Vec<String>,
    rows: BTreeMap<String, String>,
    log: Vec<String>,
}

impl Found {
    /// What it said of one document: verdict, `: ` and the message, a blank and the evidence, each if there is any;
    /// `skip` when it said nothing.
    ///
    /// # Panics
    /// When the case has no such document.
    #[must_use]
    pub fn of(&self, key: &str) -> &str {
        assert!(self.keys.iter().any(|given| given == key), "no document {key} was given");
        self.rows.get(key).map_or("skip", String::as_str)
    }

    /// Everything it said, `KEY VERDICT…` in the order of keys.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.rows.iter().map(|(key, row)| format!("{key} {row}")).collect()
    }

    /// What it logged, `LEVEL: LINE`.
    #[must_use]
    pub fn log(&self) -> &[String] {
        &self.log
    }
}

#[cfg(test)]
mod tests;
