//! A parameter group, shared or of one database.

use std::collections::BTreeMap;

use super::super::draft::Draft;
use super::super::fields::Fields;
use super::super::model::{Action, Cause, Op, Step};
use super::super::site::Found;
use crate::address::Address;
use crate::aws_name::aws_name;
use crate::cloud::{Change, Kind, ParameterGroup, Place};
use crate::fleet::Parameters;
use crate::span::Span;

/// Parameters that one ModifyDBParameterGroup takes (RDS API reference).
const PARAMETERS_PER_CALL: usize = 20;

pub(super) fn plan(draft: &mut Draft<'_>, place: &Place, address: &Address, parameters: &Parameters, span: &Span) {
    let Some(site) = draft.sites.get(place) else { return };
    match site.parameter_group(address) {
        Found::Absent => create(draft, place, address, parameters, span),
        Found::One(owned) => {
            let live = owned.item;
            update(draft, place, address, parameters, live, span);
        }
        Found::Hold(why) => draft.hold(place, address, why, Some(span)),
    }
}

fn text(values: &BTreeMap<String, String>) -> String {
    values.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// Parameters nobody named here are left alone.
fn compare(wanted: &Parameters, live: Option<(&ParameterGroup, &BTreeMap<String, String>)>) -> Fields {
    let named = |values: &BTreeMap<String, String>| {
        let of = |key: &String| values.get(key).map(|value| (key.clone(), value.clone()));
        text(&wanted.values.keys().filter_map(of).collect())
    };
    let mut fields = Fields::default();
    fields.fixed("family", wanted.family.value.clone(), live.map(|(group, _)| group.family.clone())).exact(
        "parameters",
        text(&wanted.values),
        live.map(|(_, values)| named(values)),
    );
    fields
}

fn set_ops(group: &str, values: &BTreeMap<String, String>) -> Vec<Op> {
    let all: Vec<(&String, &String)> = values.iter().collect();
    let part = |part: &[(&String, &String)]| part.iter().map(|(key, value)| ((*key).clone(), (*value).clone())).collect();
    all.chunks(PARAMETERS_PER_CALL)
        .map(|chunk| Op::Do(Change::SetParameters { group: group.to_owned(), parameters: part(chunk) }))
        .collect()
}

fn create(draft: &mut Draft<'_>, place: &Place, address: &Address, wanted: &Parameters, span: &Span) {
    let Some(fleet) = &draft.input.fleet.name else { return };
    let fields = compare(wanted, None);
    let name = aws_name(fleet, address);
    let mark = super::mark(draft, address, fields.digest());
    let mut described = mark.clone();
    // A description never changes, a digest does: it is in the tags only.
    described.digest = None;
    let mut step = Step::new(address.clone(), place.clone(), Kind::ParameterGroup, Action::Create, Cause::New);
    step.fields = fields.wanted();
    step.origin = Some(span.file_line());
    step.ops.push(Op::Do(Change::CreateParameterGroup {
        name: name.clone(),
        family: wanted.family.value.clone(),
        description: described.description(),
        tags: mark.tags(),
    }));
    step.ops.extend(set_ops(&name, &wanted.values));
    draft.push(step);
}

fn update(draft: &mut Draft<'_>, place: &Place, address: &Address, wanted: &Parameters, live: &ParameterGroup, span: &Span) {
    let Some(view) = draft.input.snapshot.places.get(place) else { return };
    let Some(values) = view.parameters.get(&live.name) else {
        return draft.hold(place, address, "its parameters could not be read, see gaps", Some(span));
    };
    let fields = compare(wanted, Some((live, values)));
    if fields.needing_replacement().next().is_some() {
        let why = format!(
            "needs replacement: family {} → {}; give the group another name in the file, so that databases move to a new one",
            live.family, wanted.family.value
        );
        return draft.hold(place, address, why, Some(&wanted.family.span));
    }
    if fields.differing().next().is_none() {
        return;
    }
    let digest = view.tags.get(&live.arn).and_then(|tags| tags.get(crate::tags::DIGEST)).map(String::as_str);
    let (cause, reason) = fields.cause(digest);
    let changed = wanted.values.iter().filter(|(key, value)| values.get(*key) != Some(*value));
    let mut step = Step::new(address.clone(), place.clone(), Kind::ParameterGroup, Action::Update, cause);
    step.id = Some(live.name.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(span.file_line());
    step.ops = set_ops(&live.name, &changed.map(|(key, value)| (key.clone(), value.clone())).collect());
    let right = fields.digest();
    if digest != Some(right.as_str()) {
        step.ops.push(super::super::draft::set_tags(Kind::ParameterGroup, &live.arn, [(crate::tags::DIGEST.to_owned(), right)].into()));
    }
    draft.push(step);
}
