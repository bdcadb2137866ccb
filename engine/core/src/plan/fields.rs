//! Comparing what is with what shall be, and knowing which of the two moved.
//!
//! `muster:digest` holds six hexadecimal digits for each field of a kind's table, in the table's order. So a
//! difference can be told apart field by field: a field whose digits still match the wanted value drifted, a
//! field whose digits match the live value was changed in the file.

use std::collections::BTreeMap;

use super::model::{Cause, FieldChange};
use crate::digest::sha256_hex;

/// Format of the digest tag; another one counts as no digest.
const FORMAT: &str = "1:";
/// Hexadecimal digits for each field. A collision misnames a cause and changes nothing else.
const DIGITS: usize = 6;

/// What can be done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// Changed in place.
    InPlace,
    /// Only by a new resource.
    Replace,
}

/// One field of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, in fleet.yaml's words.
    pub name: &'static str,
    /// What the file wants.
    pub wanted: String,
    /// What is; nothing when it could not be read, which counts as equal.
    pub live: Option<String>,
    /// True when what is satisfies what is wanted (equal, or at least as large, or of the prefix).
    pub satisfied: bool,
    /// What can be done.
    pub mend: Mend,
}

/// The compared fields of one resource, in the order of its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// Adds a field that must be equal.
    pub fn exact(&mut self, name: &'static str, wanted: impl Into<String>, live: Option<String>) -> &mut Self {
        self.add(name, wanted, live, Mend::InPlace, |wanted, live| wanted == live)
    }

    /// Adds a last field, which stands nowhere but in the digest: it differs when that was made with another value.
    pub fn remembered(&mut self, name: &'static str, wanted: impl Into<String>, digest: Option<&str>) -> &mut Self {
        let wanted = wanted.into();
        let now = digits(name, &wanted);
        self.exact(name, wanted, None);
        let set = digest.and_then(|digest| self.split(digest)).and_then(|set| set.last().map(|set| *set == now));
        if let Some(field) = self.0.last_mut() {
            field.satisfied = set.unwrap_or_default();
        }
        self
    }

    /// Adds a field that cannot be changed in place.
    pub fn fixed(&mut self, name: &'static str, wanted: impl Into<String>, live: Option<String>) -> &mut Self {
        self.add(name, wanted, live, Mend::Replace, |wanted, live| wanted == live)
    }

    /// Adds a field with its own idea of equality.
    pub fn add(
        &mut self,
        name: &'static str,
        wanted: impl Into<String>,
        live: Option<String>,
        mend: Mend,
        satisfies: impl Fn(&str, &str) -> bool,
    ) -> &mut Self {
        let wanted = wanted.into();
        let satisfied = live.as_deref().is_none_or(|live| satisfies(&wanted, live));
        self.0.push(Field { name, wanted, live, satisfied, mend });
        self
    }

    /// The digest tag for the wanted values.
    #[must_use]
    pub fn digest(&self) -> String {
        let digits: String = self.0.iter().map(|field| digits(field.name, &field.wanted)).collect();
        format!("{FORMAT}{digits}")
    }

    /// Fields that differ and can be changed in place.
    pub fn differing(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter(|field| !field.satisfied && field.mend == Mend::InPlace)
    }

    /// Fields that differ and need a new resource.
    pub fn needing_replacement(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter(|field| !field.satisfied && field.mend == Mend::Replace)
    }

    /// True when the named field differs and can be changed in place.
    #[must_use]
    pub fn differs(&self, name: &str) -> bool {
        self.differing().any(|field| field.name == name)
    }

    /// The differences for a plan.
    #[must_use]
    pub fn changes(&self) -> Vec<FieldChange> {
        self.differing().map(change).collect()
    }

    /// The differences that need a new resource, for a plan.
    #[must_use]
    pub fn replacements(&self) -> Vec<FieldChange> {
        self.needing_replacement().map(change).collect()
    }

    /// The same in words: `vpc vpc-1 → vpc-2`.
    #[must_use]
    pub fn replacement_words(&self) -> String {
        let words = |field: &Field| format!("{} {} → {}", field.name, field.live.as_deref().unwrap_or_default(), field.wanted);
        self.needing_replacement().map(words).collect::<Vec<_>>().join(", ")
    }

    /// Every wanted value, for the plan of a create.
    #[must_use]
    pub fn wanted(&self) -> Vec<FieldChange> {
        self.0.iter().map(|field| FieldChange { field: field.name.to_owned(), from: None, to: Some(field.wanted.clone()) }).collect()
    }

    /// Live values of the fields that change: what the plan was made on.
    #[must_use]
    pub fn precondition(&self) -> BTreeMap<String, String> {
        let changing = self.0.iter().filter(|field| !field.satisfied);
        changing.map(|field| (field.name.to_owned(), field.live.clone().unwrap_or_default())).collect()
    }

    /// Who moved: the live resource, the file, or both, by the digest of what was last set.
    #[must_use]
    pub fn cause(&self, digest: Option<&str>) -> (Cause, String) {
        let Some(set) = digest.and_then(|digest| self.split(digest)) else {
            return (Cause::File, "it carries no digest of earlier settings".to_owned());
        };
        let unsatisfied = || self.0.iter().zip(&set).filter(|(field, _)| !field.satisfied);
        let changed = unsatisfied().any(|(field, set)| digits(field.name, &field.wanted) != **set);
        let is_drifted = |field: &Field, set: &str| field.live.as_deref().is_some_and(|live| digits(field.name, live) != set);
        let drifted: Vec<&str> = unsatisfied().filter(|(field, set)| is_drifted(field, set)).map(|(field, _)| field.name).collect();
        match (changed, drifted.is_empty()) {
            (false, _) => (Cause::Drift, "changed outside muster".to_owned()),
            (true, true) => (Cause::File, String::new()),
            (true, false) => (Cause::File, format!("over a drift of {}", drifted.join(", "))),
        }
    }

    /// The digest tag cut into fields; nothing when it is of another format or another table.
    fn split<'d>(&self, digest: &'d str) -> Option<Vec<&'d str>> {
        let all = digest.strip_prefix(FORMAT).filter(|all| all.is_ascii() && all.len() == DIGITS * self.0.len())?;
        Some((0..self.0.len()).map(|at| &all[at * DIGITS..(at + 1) * DIGITS]).collect())
    }
}

fn change(field: &Field) -> FieldChange {
    FieldChange { field: field.name.to_owned(), from: field.live.clone(), to: Some(field.wanted.clone()) }
}

fn digits(name: &str, value: &str) -> String {
    let mut hash = sha256_hex(format!("{name}={value}").as_bytes());
    hash.truncate(DIGITS);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(wanted: &[(&'static str, &str)], live: &[&str]) -> Fields {
        let mut fields = Fields::default();
        for ((name, wanted), live) in wanted.iter().zip(live) {
            fields.exact(name, *wanted, Some((*live).to_owned()));
        }
        fields
    }

    #[test]
    fn the_cause_of_every_combination() {
        let old = fields(&[("type", "a"), ("imds", "on")], &["a", "on"]).digest();
        let cases = [
            (["a", "on"], ["b", "on"], Cause::Drift, "changed outside muster"),
            (["b", "on"], ["a", "on"], Cause::File, ""),
            (["b", "on"], ["c", "on"], Cause::File, "over a drift of type"),
            (["b", "on"], ["a", "off"], Cause::File, "over a drift of imds"),
        ];
        for (wanted, live, cause, why) in cases {
            let compared = fields(&[("type", wanted[0]), ("imds", wanted[1])], &live);
            assert_eq!(compared.cause(Some(&old)), (cause, why.to_owned()), "{wanted:?} {live:?}");
        }
    }

    #[test]
    fn an_unknown_digest_counts_as_none() {
        let compared = fields(&[("type", "b")], &["a"]);
        for digest in [None, Some("2:abcdef"), Some("1:abc"), Some("1:abcdefabcdef"), Some("1:ééé")] {
            assert_eq!(compared.cause(digest).0, Cause::File, "{digest:?}");
        }
    }

    #[test]
    fn what_could_not_be_read_is_not_a_difference() {
        let mut compared = Fields::default();
        compared.exact("type", "a", None);
        assert_eq!(compared.changes(), []);
    }
}
