//! The group that lets SSH in from the user's CIDRs.

use std::collections::BTreeSet;

use super::super::draft::{Draft, marked, tags_field};
use super::super::fields::Fields;
use super::super::ingress::{Fixed, hold_fixed, mend_rules, retag, rules_text};
use super::super::model::{Action, Op, Risk, Step};
use super::super::network;
use super::super::site::Site;
use super::super::standing::{Standing, Wanted, standing};
use crate::address::{Address, Part};
use crate::aws_name::aws_name;
use crate::cloud::{Change, IdRef, IngressRule, Kind, SecurityGroup};
use crate::fleet::User;
use crate::name::FleetName;

/// SSH.
const PORT: i32 = 22;

pub(super) fn plan(draft: &mut Draft<'_>, user: &User) {
    let address = Address::user(&user.name, Part::SecurityGroup);
    let wanted = Wanted { address: &address, place: &user.place, kind: Kind::SecurityGroup, protect: None, span: &user.span };
    match standing(draft, &wanted, Site::group) {
        Standing::Absent => create(draft, user, address),
        Standing::Ours(owned) => update(draft, user, address, owned.item, owned.mark.digest.as_deref()),
        Standing::Untouchable => {}
    }
}

fn wanted(user: &User) -> BTreeSet<IngressRule> {
    let rule =
        |cidr: &String| IngressRule { protocol: "tcp".to_owned(), from_port: PORT, to_port: PORT, source: cidr.clone(), rule_id: None };
    user.ssh_from.value.iter().map(rule).collect()
}

fn fixed(draft: &Draft<'_>, user: &User, address: &Address) -> Fixed {
    Fixed::of(draft, &user.place, address, &user.network.vpc.value, description(draft))
}

/// EC2 takes ASCII only in a description and never lets it change.
fn description(draft: &Draft<'_>) -> String {
    format!("muster fleet {}, SSH of one user", draft.input.fleet.name.as_ref().map(FleetName::as_str).unwrap_or_default())
}

fn compare(user: &User, fixed: &Fixed, live: Option<&SecurityGroup>) -> Fields {
    let live_rules = live.map(|group| rules_text(&group.ingress.iter().map(IngressRule::wanted).collect()));
    let (wanted_tags, live_tags) = tags_field(&user.tags, live.map_or(&user.tags, |group| &group.tags));
    let mut fields = Fields::default();
    fields.exact("ssh-from", rules_text(&wanted(user)), live_rules).exact("tags", wanted_tags, Some(live_tags));
    fixed.compare(&mut fields, live);
    fields
}

fn create(draft: &mut Draft<'_>, user: &User, address: Address) {
    let Some(fleet) = draft.input.fleet.name.clone() else { return };
    if super::waits_for_request(draft, user) {
        return;
    }
    let vpc = match network::vpc(draft, &user.place, &user.network.vpc) {
        Ok(vpc) => vpc,
        Err(why) => return draft.hold(&user.place, &address, why, Some(&user.network.vpc.span)),
    };
    let fields = compare(user, &fixed(draft, user, &address), None);
    let (cause, reason) = super::missing(draft, user);
    let name = aws_name(&fleet, &address);
    let tags = marked(&user.tags, &super::mark(draft, &address, fields.digest()));
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::SecurityGroup, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.risk = risk(user);
    step.precondition.insert("vpc".to_owned(), vpc.clone());
    step.origin = Some(user.span.file_line());
    step.ops.push(Op::Do(Change::CreateSecurityGroup { description: description(draft), name, vpc, tags }));
    step.ops.push(Op::Do(Change::AuthorizeIngress { group: IdRef::Of(address), rules: wanted(user).into_iter().collect() }));
    draft.push(step);
}

fn risk(user: &User) -> Risk {
    if user.ssh_from.value.iter().any(|cidr| cidr == "0.0.0.0/0" || cidr == "::/0") { Risk::Exposure } else { Risk::None }
}

fn update(draft: &mut Draft<'_>, user: &User, address: Address, live: &SecurityGroup, digest: Option<&str>) {
    let fields = compare(user, &fixed(draft, user, &address), Some(live));
    hold_fixed(draft, &user.place, &address, &fields, &user.network.vpc.span);
    if fields.differing().next().is_none() {
        return;
    }
    let (cause, reason) = fields.cause(digest);
    let mut step = Step::new(address, user.place.clone(), Kind::SecurityGroup, Action::Update, cause);
    step.id = Some(live.id.clone());
    step.reason = reason;
    step.risk = risk(user);
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(user.ssh_from.span.file_line());
    step.ops = mend_rules(&live.id, &wanted(user), &live.ingress);
    step.ops.extend(retag(&fields, digest, Kind::SecurityGroup, &live.id, &user.tags));
    draft.push(step);
}
