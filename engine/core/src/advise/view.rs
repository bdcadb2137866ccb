//! What people see first: fails by rule, the worst before the rest, with what mending saves.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::money::Savings;
use super::settle::{Advice, Advised};
use crate::finding::{Category, Severity, Verdict};

/// Advice in the order in which it is read.
#[derive(Debug)]
pub struct View<'a> {
    /// Rules with fails: worst severity first, then most fails, then by id.
    pub failed: Vec<Group<'a>>,
    /// Rules that did not come to an end somewhere, in the same order.
    pub errored: Vec<Group<'a>>,
    /// Rules of which something could not be told, in the same order.
    pub unknown: Vec<Group<'a>>,
    /// Rules with fails that exceptions cover, in the same order.
    pub exempt: Vec<Group<'a>>,
    /// Fails by severity, the worst first; severities without one are left out.
    pub severities: Vec<(Severity, usize)>,
    /// What mending all fails would save a month.
    pub savings: Savings,
    /// Things and rules that are as they should be: counted, not listed.
    pub pass: usize,
}

/// Findings of one rule with one verdict.
#[derive(Debug)]
pub struct Group<'a> {
    /// `ec2/open-ports`.
    pub id: &'a str,
    /// What is wrong.
    pub title: &'a Arc<str>,
    /// What it is about.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// The findings, by kind and key.
    pub findings: Vec<&'a Advised>,
    /// What mending these would save a month.
    pub savings: Savings,
}

/// Groups and sorts.
#[must_use]
pub fn view(advice: &Advice) -> View<'_> {
    let mut severities: BTreeMap<Reverse<Severity>, usize> = BTreeMap::new();
    advice.of(Verdict::Fail).for_each(|advised| *severities.entry(Reverse(advised.finding.severity)).or_default() += 1);
    View {
        failed: groups(advice, Verdict::Fail),
        errored: groups(advice, Verdict::Errored),
        unknown: groups(advice, Verdict::Unknown),
        exempt: groups(advice, Verdict::Exempt),
        severities: severities.into_iter().map(|(Reverse(severity), count)| (severity, count)).collect(),
        savings: savings(advice.of(Verdict::Fail)),
        pass: advice.rules.iter().map(|run| run.pass).sum(),
    }
}

fn groups(advice: &Advice, verdict: Verdict) -> Vec<Group<'_>> {
    let mut by_rule: BTreeMap<&str, Vec<&Advised>> = BTreeMap::new();
    advice.of(verdict).for_each(|advised| by_rule.entry(&advised.id).or_default().push(advised));
    let mut groups: Vec<Group<'_>> = by_rule.into_iter().filter_map(|(id, findings)| group(id, findings)).collect();
    groups.sort_by_key(|group| (Reverse(group.severity), Reverse(group.findings.len()), group.id));
    groups
}

fn group<'a>(id: &'a str, findings: Vec<&'a Advised>) -> Option<Group<'a>> {
    let first = *findings.first()?;
    let savings = savings(findings.iter().copied());
    Some(Group { id, title: &first.title, category: first.category, severity: first.finding.severity, findings, savings })
}

fn savings<'a>(findings: impl Iterator<Item = &'a Advised>) -> Savings {
    Savings::of(findings.filter_map(|advised| Some((&*advised.finding.key, advised.saves.as_ref()?))))
}
