//! Helpers that security groups of users and databases share.

use std::collections::BTreeSet;

use super::draft::{Draft, set_tags};
use super::fields::Fields;
use super::model::Op;
use super::network;
use crate::address::Address;
use crate::aws_name::aws_name;
use crate::cloud::{Change, IdRef, IngressRule, Kind, Place, SecurityGroup};
use crate::fleet::VpcChoice;
use crate::span::Span;
use crate::tags;

/// What EC2 never changes of a group once it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The VPC the file means; nothing when that cannot be said.
    vpc: Option<String>,
    /// The description muster gives.
    description: String,
    /// The name muster gives.
    name: Option<String>,
}

impl Fixed {
    /// What a group at `address` would be made with.
    #[must_use]
    pub fn of(draft: &Draft<'_>, place: &Place, address: &Address, vpc: &VpcChoice, description: String) -> Self {
        let name = draft.input.fleet.name.as_ref().map(|fleet| aws_name(fleet, address));
        Self { vpc: network::vpc(draft, place, vpc).ok(), description, name }
    }

    /// Adds the fields. A group that has another name than muster gives was adopted, or made under an earlier name of the
    /// fleet: its description is somebody else's, and no reason to make it anew.
    pub fn compare(&self, fields: &mut Fields, live: Option<&SecurityGroup>) {
        let vpc = live.filter(|_| self.vpc.is_some()).and_then(|group| group.vpc.clone());
        let named = live.filter(|group| self.name.as_ref() == Some(&group.name));
        fields.fixed("vpc", self.vpc.clone().unwrap_or_default(), vpc).fixed(
            "description",
            self.description.clone(),
            named.map(|group| group.description.clone()),
        );
    }
}

/// Holds back what only a new group could have.
pub fn hold_fixed(draft: &mut Draft<'_>, place: &Place, address: &Address, fields: &Fields, span: &Span) {
    if fields.needing_replacement().next().is_none() {
        return;
    }
    let why = format!(
        "needs replacement: {}; EC2 changes neither VPC nor description of a group: write the old one, or make a new entry and move over",
        fields.replacement_words()
    );
    draft.hold(place, address, why, Some(span));
}

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
