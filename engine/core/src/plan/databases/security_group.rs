//! The group in front of a database: who may reach its port.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::draft::{Draft, marked, tags_field};
use super::super::fields::Fields;
use super::super::ingress::{Fixed, hold_fixed, mend_rules, retag, rules_text};
use super::super::model::{Action, Op, Risk, Step};
use super::super::network;
use super::super::site::{Found, Site};
use super::super::standing::{Standing, Wanted, standing};
use crate::address::{Address, Part};
use crate::aws_name::aws_name;
use crate::cloud::{Change, IdRef, IngressRule, Kind, SecurityGroup};
use crate::fleet::{Access, Database};
use crate::name::FleetName;

pub(super) fn plan(draft: &mut Draft<'_>, database: &Database) {
    let address = Address::database(&database.name, Part::SecurityGroup);
    let near = without_strangers(draft, database, &address);
    let database = near.as_ref();
    let wanted = Wanted { address: &address, place: &database.place, kind: Kind::SecurityGroup, protect: None, span: &database.span };
    match standing(draft, &wanted, Site::group) {
        Standing::Absent => create(draft, database, address),
        Standing::Ours(owned) => update(draft, database, address, owned.item, owned.mark.digest.as_deref()),
        Standing::Untouchable => {}
    }
}

/// The database with the rules that can be made: a user of another account or region is held back, since a rule cannot
/// refer to a security group there.
fn without_strangers<'d>(draft: &mut Draft<'_>, database: &'d Database, address: &Address) -> Cow<'d, Database> {
    let users = &draft.input.fleet.users;
    let home = |access: &Access| match access {
        Access::User(name) => users.get(name).map(|user| &user.place).filter(|place| **place != database.place),
        Access::SecurityGroup(_) | Access::Cidr(_) => None,
    };
    let (strangers, near): (Vec<_>, Vec<_>) = database.allow.iter().cloned().partition(|access| home(&access.value).is_some());
    if strangers.is_empty() {
        return Cow::Borrowed(database);
    }
    for access in &strangers {
        let (Access::User(name), Some(there)) = (&access.value, home(&access.value)) else { continue };
        let why = format!(
            "user/{name} lives in {there}, and a rule refers to a security group of its own account and region only; \
             allow a `cidr` instead, or move one of them with `in`"
        );
        draft.hold(&database.place, address, why, Some(&access.span));
    }
    Cow::Owned(Database { allow: near, ..database.clone() })
}

/// The rules, and the groups of users that are only now being made.
fn wanted(site: &Site<'_>, database: &Database) -> (BTreeSet<IngressRule>, Vec<Address>) {
    let port = i32::from(database.port);
    let mut made_first = Vec::new();
    let mut source = |access: &Access| match access {
        Access::Cidr(cidr) => cidr.clone(),
        Access::SecurityGroup(id) => id.clone(),
        Access::User(name) => {
            let address = Address::user(name, Part::SecurityGroup);
            match site.group(&address) {
                Found::One(owned) => owned.item.id.clone(),
                Found::Absent | Found::Hold(_) => {
                    let reference = format!("@{address}");
                    made_first.push(address);
                    reference
                }
            }
        }
    };
    let rule = |source| IngressRule { protocol: "tcp".to_owned(), from_port: port, to_port: port, source, rule_id: None };
    let rules = database.allow.iter().map(|access| rule(source(&access.value))).collect();
    (rules, made_first)
}

/// Rules as the digest sees them: users by name, since the id of a group yet to be made is not known.
fn rules_by_name(database: &Database) -> String {
    let source = |access: &Access| match access {
        Access::Cidr(text) | Access::SecurityGroup(text) => text.clone(),
        Access::User(name) => format!("user/{name}"),
    };
    let sorted: BTreeSet<String> = database.allow.iter().map(|access| source(&access.value)).collect();
    format!("{} from {}", database.port, sorted.into_iter().collect::<Vec<_>>().join(", "))
}

fn fixed(draft: &Draft<'_>, database: &Database, address: &Address) -> Fixed {
    Fixed::of(draft, &database.place, address, &database.network.vpc.value, description(draft))
}

/// EC2 takes ASCII only in a description and never lets it change.
fn description(draft: &Draft<'_>) -> String {
    format!("muster fleet {}, access to one database", draft.input.fleet.name.as_ref().map(FleetName::as_str).unwrap_or_default())
}

fn compare(database: &Database, fixed: &Fixed, wanted_rules: &BTreeSet<IngressRule>, live: Option<&SecurityGroup>) -> Fields {
    let by_name = rules_by_name(database);
    let live_rules = live.map(|group| {
        let there: BTreeSet<IngressRule> = group.ingress.iter().map(IngressRule::wanted).collect();
        if there == *wanted_rules { by_name.clone() } else { rules_text(&there) }
    });
    let (wanted_tags, live_tags) = tags_field(&database.tags, live.map_or(&database.tags, |group| &group.tags));
    let mut fields = Fields::default();
    fields.exact("allow", by_name, live_rules).exact("tags", wanted_tags, Some(live_tags));
    fixed.compare(&mut fields, live);
    fields
}

fn create(draft: &mut Draft<'_>, database: &Database, address: Address) {
    let Some(fleet) = draft.input.fleet.name.clone() else { return };
    let vpc = match network::vpc(draft, &database.place, &database.network.vpc) {
        Ok(vpc) => vpc,
        Err(why) => return draft.hold(&database.place, &address, why, Some(&database.network.vpc.span)),
    };
    let Some(site) = draft.sites.get(&database.place) else { return };
    let (rules, made_first) = wanted(site, database);
    let fields = compare(database, &fixed(draft, database, &address), &rules, None);
    let (cause, reason) = super::missing(draft, database);
    let name = aws_name(&fleet, &address);
    let tags = marked(&database.tags, &super::mark(draft, &address, fields.digest()));
    let mut step = Step::new(address.clone(), database.place.clone(), Kind::SecurityGroup, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.risk = risk(database);
    step.precondition.insert("vpc".to_owned(), vpc.clone());
    step.origin = Some(database.span.file_line());
    step.after = made_first;
    step.ops.push(Op::Do(Change::CreateSecurityGroup { description: description(draft), name, vpc, tags }));
    if !rules.is_empty() {
        step.ops.push(Op::Do(Change::AuthorizeIngress { group: IdRef::Of(address), rules: rules.into_iter().collect() }));
    }
    draft.push(step);
}

fn risk(database: &Database) -> Risk {
    let world = |access: &Access| matches!(access, Access::Cidr(cidr) if cidr == "0.0.0.0/0" || cidr == "::/0");
    if database.allow.iter().any(|access| world(&access.value)) { Risk::Exposure } else { Risk::None }
}

fn update(draft: &mut Draft<'_>, database: &Database, address: Address, live: &SecurityGroup, digest: Option<&str>) {
    let Some(site) = draft.sites.get(&database.place) else { return };
    let (rules, made_first) = wanted(site, database);
    let fields = compare(database, &fixed(draft, database, &address), &rules, Some(live));
    hold_fixed(draft, &database.place, &address, &fields, &database.network.vpc.span);
    if fields.differing().next().is_none() {
        return;
    }
    let (cause, reason) = fields.cause(digest);
    let mut step = Step::new(address, database.place.clone(), Kind::SecurityGroup, Action::Update, cause);
    step.id = Some(live.id.clone());
    step.reason = reason;
    step.risk = risk(database);
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(database.span.file_line());
    step.after = made_first;
    step.ops = mend_rules(&live.id, &rules, &live.ingress);
    step.ops.extend(retag(&fields, digest, Kind::SecurityGroup, &live.id, &database.tags));
    draft.push(step);
}
