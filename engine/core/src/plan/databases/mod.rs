//! What databases own: security group, parameter group, instance.

mod instance;
mod parameter_group;
mod security_group;

use super::draft::Draft;
use super::mark::Mark;
use super::model::Cause;
use crate::address::{Address, Part};
use crate::fleet::Database;

/// Plans the shared parameter groups.
pub fn plan_shared_groups(draft: &mut Draft<'_>) {
    let fleet = draft.input.fleet;
    for group in fleet.parameter_groups.values() {
        for place in &group.places {
            let address = Address::parameter_group(&group.name);
            if draft.left_out(&address) {
                continue;
            }
            parameter_group::plan(draft, place, &address, &group.parameters, &group.span);
        }
    }
}

/// Plans every part of one living database.
pub fn plan(draft: &mut Draft<'_>, database: &Database) {
    if let Some(parameters) = &database.parameters {
        let address = Address::database_parameter_group(&database.name);
        parameter_group::plan(draft, &database.place, &address, parameters, &database.span);
    }
    security_group::plan(draft, database);
    instance::plan(draft, database);
}

fn mark(draft: &Draft<'_>, address: &Address, digest: String) -> Mark {
    Mark {
        fleet: draft.input.fleet.name.as_ref().map(ToString::to_string),
        address: Some(address.clone()),
        digest: Some(digest),
        ..Mark::default()
    }
}

fn missing(draft: &Draft<'_>, database: &Database) -> (Cause, String) {
    let at = |part| Address::database(&database.name, part);
    let exists = draft.sites.get(&database.place).is_some_and(|site| {
        site.groups.ours.contains_key(&at(Part::SecurityGroup)) || site.databases.ours.contains_key(&at(Part::Instance))
    });
    if exists { (Cause::Drift, "deleted outside, or an earlier apply did not finish".to_owned()) } else { (Cause::New, String::new()) }
}
