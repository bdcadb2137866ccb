//! Topics that notices go to. `plan` never sends, so only `apply` may publish, and to nothing else.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::notify::{Notify, Way};

/// What sending a notice to a topic takes.
pub(super) const PUBLISH: &str = "sns:Publish";

/// The statement, when the file names topics. A topic under a customer key asks for `kms:GenerateDataKey*` and `kms:Decrypt` on that
/// key too (K: Amazon SNS Developer Guide, "Key management"), which the file does not name.
pub(super) fn statement(scope: &Scope) -> Option<Statement> {
    let fleet = scope.fleet;
    let sections = fleet.notify.iter().chain(fleet.schedules.values().filter_map(|schedule| schedule.notify.as_ref()));
    let topics: BTreeSet<String> = sections.filter(|notify| tells(notify)).flat_map(topics).collect();
    let publish = |topics| Statement {
        sid: "PublishNotices".to_owned(),
        actions: [PUBLISH].into(),
        resources: topics,
        conditions: Conditions::default(),
    };
    (!topics.is_empty()).then(|| publish(topics))
}

const fn tells(notify: &Notify) -> bool {
    notify.failure || notify.before_stop.is_some()
}

fn topics(notify: &Notify) -> impl Iterator<Item = String> {
    notify.to.iter().filter_map(|target| match &target.way {
        Way::Sns { arn } => Some(arn.clone()),
        Way::Webhook(_) | Way::Exec(_) => None,
    })
}
