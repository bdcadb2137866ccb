//! What a printed policy cannot keep its holder from, and how the file closes it.

use super::scope::{Part, Scope};
use crate::arn::partition;
use crate::delivery::boundary;
use crate::fleet::Fleet;

/// What whoever holds the apply policy could do beyond its words, a sentence each, with the way to close it.
#[must_use]
pub fn risks(fleet: &Fleet) -> Vec<String> {
    let accounts = std::collections::BTreeMap::new();
    let scope = Scope::new(fleet, &accounts);
    if !scope.parts().contains(&Part::Delivery) {
        return Vec::new();
    }
    let open: Vec<String> = scope
        .delivered()
        .filter(|schedule| boundary(&schedule.delivery).is_none())
        .map(|schedule| format!("`{}`", schedule.name))
        .collect();
    if open.is_empty() { Vec::new() } else { vec![escalation(&scope, &open)] }
}

/// A policy can say whose policy may be written, and not what may stand in it.
fn escalation(scope: &Scope, schedules: &[String]) -> String {
    let place = scope.fleet.cloud.places().into_iter().next();
    let account = place.as_ref().map_or("*", |place| scope.account_id(&place.account));
    let account = if account == "*" { "123456789012" } else { account };
    let partition = place.as_ref().map_or("aws", |place| partition(&place.region));
    format!(
        "whoever holds the apply policy writes the policies of the roles that EventBridge works with, and so can have it do anything in the \
         account: {} {} no boundary; `delivery: {{by: …, boundary: arn:{partition}:iam::{account}:policy/NAME}}` holds the roles, and this policy, \
         under a policy of yours",
        schedules.join(", "),
        if schedules.len() == 1 { "names" } else { "name" },
    )
}
