//! The role that the edges of a schedule work with.

use super::names::{Names, group_address, in_region, path, role_address};
use super::policy;
use super::post::Post;
use crate::address::Address;
use crate::cloud::{Change, Kind, Role};
use crate::digest::{canonical, sha256_hex};
use crate::name::{FleetName, Name};
use crate::plan::claim::Owned;
use crate::plan::draft::Draft;
use crate::plan::fields::Fields;
use crate::plan::mark::Mark;
use crate::plan::model::{Action, Op, Step};
use crate::tags::Tags;

/// What the role's digest keeps of the schedule, so that an edge which is missing can be told from one that the file asks for anew.
pub(super) const EDGES: &str = "edges";

/// A role as the file wants it.
struct Wanted {
    name: String,
    trust: String,
    policy: String,
    edges: String,
}

/// Plans the role. True when its schedule reads otherwise than when it was last applied; nothing when it was held back.
pub(super) fn plan(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>) -> Option<bool> {
    let address = role_address(&post.schedule.name);
    let wanted = Wanted {
        name: names.role(&post.schedule.name),
        trust: policy::text(&policy::trust(names, post)),
        policy: policy::text(&policy::policy(names, post)),
        edges: edges(draft, post),
    };
    let long = policy::length(&wanted.policy);
    if long > policy::MOST_CHARACTERS {
        let why = format!(
            "its policy would have {long} characters and IAM takes {}; select by fewer tag values, or write `delivery: loop`",
            policy::MOST_CHARACTERS
        );
        draft.hold(&names.place, &address, why, Some(&post.schedule.span));
        return None;
    }
    match live(draft, names, &address, &wanted.name) {
        Live::Absent => create(draft, names, post, &address, &wanted),
        Live::Ours(owned) => return Some(update(draft, names, post, &address, &wanted, &owned)),
        Live::Foreign(why) => {
            draft.hold(&names.place, &address, why, Some(&post.schedule.span));
            return None;
        }
    }
    Some(false)
}

/// What carries a name of ours.
enum Live<'a> {
    Absent,
    Ours(Owned<'a, Role>),
    Foreign(String),
}

fn live<'a>(draft: &Draft<'a>, names: &Names, address: &Address, name: &str) -> Live<'a> {
    let Some(site) = draft.sites.get(&names.place) else { return Live::Absent };
    let ours = site.roles.ours.get(address).into_iter().flatten().find(|owned| !owned.renamed);
    if let Some(owned) = ours {
        return Live::Ours(owned.clone());
    }
    match site.view.roles.seen().iter().find(|role| role.name == name) {
        Some(role) => Live::Foreign(format!(
            "role {} has the name muster would give and does not say in its description that it is this fleet's; rename or remove it",
            role.arn
        )),
        None => Live::Absent,
    }
}

fn compare(wanted: &Wanted, live: Option<(&Role, &Mark)>) -> Fields {
    let words = policy::words;
    let mut fields = Fields::default();
    fields.exact("trust", words(&wanted.trust), live.map(|(role, _)| words(&role.trust))).exact(
        "policy",
        words(&wanted.policy),
        live.map(|(role, _)| role.policy.as_deref().map(words).unwrap_or_default()),
    );
    match live {
        // What was compiled last stands nowhere but in the digest.
        Some((_, mark)) => fields.remembered(EDGES, wanted.edges.clone(), mark.digest.as_deref()),
        None => fields.exact(EDGES, wanted.edges.clone(), None),
    };
    fields
}

fn create(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>, address: &Address, wanted: &Wanted) {
    let fields = compare(wanted, None);
    let mark = mark(&names.fleet, address, fields.digest());
    let (cause, reason) = super::causes::of_part(draft, names, &post.schedule.name);
    let mut step = Step::new(address.clone(), names.place.clone(), Kind::Role, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.origin = Some(post.schedule.span.file_line());
    step.after = vec![group_address()];
    let make = Change::CreateRole {
        name: wanted.name.clone(),
        path: path(&names.fleet, &names.place.region),
        description: mark.description(),
        trust: wanted.trust.clone(),
        boundary: post.schedule.delivery.options.get("boundary").and_then(serde_json::Value::as_str).map(str::to_owned),
        tags: tags(&mark),
    };
    let allow = Change::PutRolePolicy { role: wanted.name.clone(), policy: wanted.policy.clone() };
    step.ops = vec![Op::Do(make), Op::Do(allow)];
    draft.push(step);
}

/// Mends what differs. True when the schedule reads otherwise than when it was last applied.
fn update(draft: &mut Draft<'_>, names: &Names, post: &Post<'_>, address: &Address, wanted: &Wanted, owned: &Owned<'_, Role>) -> bool {
    let fields = compare(wanted, Some((owned.item, &owned.mark)));
    if fields.differing().next().is_none() {
        return false;
    }
    let (cause, reason) = fields.cause(owned.mark.digest.as_deref());
    let name = &owned.item.name;
    let mut step = Step::new(address.clone(), names.place.clone(), Kind::Role, Action::Update, cause);
    step.id = Some(name.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(post.schedule.span.file_line());
    if fields.differs("trust") {
        step.ops.push(Op::Do(Change::SetRoleTrust { name: name.clone(), trust: wanted.trust.clone() }));
    }
    if fields.differs("policy") {
        step.ops.push(Op::Do(Change::PutRolePolicy { role: name.clone(), policy: wanted.policy.clone() }));
    }
    let description = mark(&names.fleet, address, fields.digest()).description();
    if description != owned.item.description {
        step.ops.push(Op::Do(Change::DescribeRole { name: name.clone(), description }));
    }
    draft.push(step);
    fields.differs(EDGES)
}

/// Eight digits of everything in the file that edges follow from, but for the machines.
fn edges(draft: &Draft<'_>, post: &Post<'_>) -> String {
    let (fleet, schedule) = (draft.input.fleet, post.schedule);
    let named = schedule.except.iter().map(|except| &except.calendar).chain(&schedule.workdays.except);
    let calendars: Vec<_> = named.map(|name: &Name| fleet.calendars.get(name)).collect();
    let text = canonical(&serde_json::json!({
        "select": schedule.select, "timezone": schedule.timezone, "run": schedule.run, "stop": schedule.stop, "leave": schedule.leave,
        "otherwise": schedule.otherwise, "except": schedule.except, "workdays": schedule.workdays, "hibernate": schedule.hibernate,
        "priority": schedule.priority, "delivery": schedule.delivery, "calendars": calendars, "overrides": fleet.overrides,
    }));
    sha256_hex(text.as_bytes())[..8].to_owned()
}

/// The marks of a part of delivery.
pub(super) fn mark(fleet: &FleetName, address: &Address, digest: String) -> Mark {
    Mark { fleet: Some(fleet.to_string()), address: Some(address.clone()), digest: Some(digest), ..Mark::default() }
}

/// A role's tags: its fleet, by which policies go, and its address. The digest stands in the description.
fn tags(mark: &Mark) -> Tags {
    Mark { digest: None, ..mark.clone() }.tags()
}

/// The name a role must have to be ours, by the address in its description.
pub(in crate::plan) fn name_of(fleet: &FleetName, address: &Address, region: &str) -> String {
    crate::aws_name::aws_name(fleet, &in_region(address, region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_named_after_its_region_too() {
        let fleet = FleetName::new("lms").expect("fleet");
        let address = role_address(&Name::new("office").expect("name"));
        assert_ne!(name_of(&fleet, &address, "ap-northeast-2"), name_of(&fleet, &address, "us-east-1"));
        let longest = role_address(&Name::new(&"x".repeat(40)).expect("name"));
        let name = name_of(&FleetName::new(&"f".repeat(24)).expect("fleet"), &longest, "ap-northeast-2");
        assert!(name.len() <= 64, "{name}");
    }
}
