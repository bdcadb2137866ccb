//! Helpers that security groups of users and databases share.

use std::collections::BTreeSet;

use super::draft::set_tags;
use super::fields::Fields;
use super::model::Op;
use crate::cloud::{Change, IdRef, IngressRule, Kind};
use crate::tags;

/// Ingress rules as one line, sorted.
pub fn rules_text(rules: &BTreeSet<IngressRule>) -> String {
    let ports = |rule: &IngressRule| match (rule.from_port, rule.to_port) {
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from}-{to}"),
    };
    rules.iter().map(|rule| format!("{}/{} from {}", rule.protocol, ports(rule), rule.source)).collect::<Vec<_>>().join(", ")
}

/// Adds what is missing before it revokes what is too much, so that nobody is locked out in between.
pub fn mend_rules(group: &str, wanted: &BTreeSet<IngressRule>, live: &[IngressRule]) -> Vec<Op> {
    let there: BTreeSet<IngressRule> = live.iter().map(IngressRule::wanted).collect();
    let add: Vec<IngressRule> = wanted.difference(&there).cloned().collect();
    let extra = live.iter().filter(|rule| !wanted.contains(&rule.wanted()));
    let rule_ids: Vec<String> = extra.filter_map(|rule| rule.rule_id.clone()).collect();
    let mut ops = Vec::new();
    if !add.is_empty() {
        ops.push(Op::Do(Change::AuthorizeIngress { group: IdRef::Id(group.to_owned()), rules: add }));
    }
    if !rule_ids.is_empty() {
        ops.push(Op::Do(Change::RevokeIngress { group: IdRef::Id(group.to_owned()), rule_ids }));
    }
    ops
}

/// The tags an update has to write: the user's where they differ, and the digest where it is no longer right.
pub fn retag(fields: &Fields, digest: Option<&str>, kind: Kind, id: &str, user_tags: &tags::Tags) -> Option<Op> {
    let mut set = tags::Tags::new();
    if fields.differs("tags") {
        set.extend(user_tags.clone());
    }
    let right = fields.digest();
    if digest != Some(right.as_str()) {
        set.insert(tags::DIGEST.to_owned(), right);
    }
    (!set.is_empty()).then(|| set_tags(kind, id, set))
}
