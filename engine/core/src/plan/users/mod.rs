//! What a user owns: security group, key pair, instance, alarm.

mod alarm;
mod instance;
mod key;
mod security_group;

use super::draft::Draft;
use super::mark::Mark;
use crate::address::{Address, Part};
use crate::fleet::User;

pub use instance::token_chain;
pub use key::{delete_secrets, is_generated, secret, secrets, secrets_of_pair};

/// Plans every part of one living user.
pub fn plan(draft: &mut Draft<'_>, user: &User) {
    security_group::plan(draft, user);
    key::plan(draft, user);
    instance::plan(draft, user);
    alarm::plan(draft, user);
}

/// Marks of a new part of a user.
fn mark(draft: &Draft<'_>, address: &Address, digest: String) -> Mark {
    Mark {
        fleet: draft.input.fleet.name.as_ref().map(ToString::to_string),
        address: Some(address.clone()),
        digest: Some(digest),
        ..Mark::default()
    }
}

/// True when some part of the user stands already: then a missing part is drift, not a new user.
fn exists_in_part(draft: &Draft<'_>, user: &User) -> bool {
    let Some(site) = draft.sites.get(&user.place) else { return false };
    let at = |part| Address::user(&user.name, part);
    site.groups.ours.contains_key(&at(Part::SecurityGroup))
        || site.keys.ours.contains_key(&at(Part::Key))
        || site.instances.ours.contains_key(&at(Part::Instance))
        || site.alarms.ours.contains_key(&at(Part::Alarm))
}

/// Cause and reason of making a part that is missing.
fn missing(draft: &Draft<'_>, user: &User) -> (super::model::Cause, String) {
    if exists_in_part(draft, user) {
        (super::model::Cause::Drift, "deleted outside, or an earlier apply did not finish".to_owned())
    } else {
        (super::model::Cause::New, String::new())
    }
}

/// True when the user waits for `--only user/NAME`.
fn waits_for_request(draft: &Draft<'_>, user: &User) -> bool {
    let asked = || draft.input.options.only.iter().any(|wanted| Address::user(&user.name, Part::Instance).is_under(wanted));
    user.create == crate::fleet::Create::OnRequest && !exists_in_part(draft, user) && !asked()
}
