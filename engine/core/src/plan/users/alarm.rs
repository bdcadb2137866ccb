//! The alarm that stops an idle instance.

use super::super::draft::{Draft, set_tags};
use super::super::fields::Fields;
use super::super::mark::Mark;
use super::super::model::{Action, Cause, Op, Step};
use super::super::run_state;
use super::super::site::Found;
use crate::address::{Address, Part};
use crate::arn::partition;
use crate::aws_name::aws_name;
use crate::cloud::{Alarm, AlarmSpec, Change, IdRef, Kind};
use crate::fleet::{IdleStop, User};
use crate::tags::Tags;

/// The field that says which instance is watched.
const INSTANCE: &str = "instance";

pub(super) fn plan(draft: &mut Draft<'_>, user: &User) {
    let address = Address::user(&user.name, Part::Alarm);
    let Some(site) = draft.sites.get(&user.place) else { return };
    let found = match site.alarm(&address) {
        Found::Absent => None,
        Found::One(owned) => Some(owned.clone()),
        Found::Hold(why) => return draft.hold(&user.place.clone(), &address, why, Some(&user.span)),
    };
    match (&user.idle_stop, found) {
        (None, None) => {}
        (Some(idle), None) => create(draft, user, &address, &idle.value),
        (None, Some(owned)) => remove(draft, user, address, owned.item),
        (Some(idle), Some(owned)) => update(draft, user, &address, &idle.value, owned.item, &owned.mark, owned.renamed),
    }
}

/// The instance the alarm watches; nothing when there is none and none is being made.
fn instance(draft: &Draft<'_>, user: &User) -> Option<IdRef> {
    let address = Address::user(&user.name, Part::Instance);
    if draft.creates(&user.place, &address) {
        return Some(IdRef::Of(address));
    }
    match draft.sites.get(&user.place)?.instance(&address) {
        Found::One(owned) => Some(IdRef::Id(owned.item.id.clone())),
        Found::Absent | Found::Hold(_) => None,
    }
}

fn spec(draft: &Draft<'_>, user: &User, idle: &IdleStop, instance: IdRef) -> AlarmSpec {
    AlarmSpec {
        instance,
        namespace: "AWS/EC2".to_owned(),
        metric: "CPUUtilization".to_owned(),
        statistic: "Average".to_owned(),
        comparison: "LessThanThreshold".to_owned(),
        threshold: idle.cpu_below,
        period_seconds: i32::try_from(idle.period.as_secs()).unwrap_or(i32::MAX),
        periods: i32::try_from(idle.periods).unwrap_or(i32::MAX),
        missing_data: "notBreaching".to_owned(),
        actions: vec![stop_action(&user.place.region)],
        actions_enabled: !is_enforced(draft, user),
    }
}

/// The action by which CloudWatch stops the instance (K: CloudWatch User Guide, "Create alarms to stop, terminate, reboot, or recover").
fn stop_action(region: &str) -> String {
    format!("arn:{}:automate:{region}:ec2:stop", partition(region))
}

/// Under `manual: enforce` the alarm watches but may not act, so that the two never fight.
fn is_enforced(draft: &Draft<'_>, user: &User) -> bool {
    let address = Address::user(&user.name, Part::Instance);
    run_state::is_enforced(draft, &user.place, &address, &tags_to_be(draft, user, &address))
}

/// The tags its instance has once this plan is carried out.
fn tags_to_be(draft: &Draft<'_>, user: &User, instance: &Address) -> Tags {
    let found = draft.sites.get(&user.place).filter(|_| !draft.creates(&user.place, instance)).map(|site| site.instance(instance));
    let mut tags = if let Some(Found::One(owned)) = found { owned.item.tags.clone() } else { Tags::new() };
    tags.extend(user.tags.clone());
    tags
}

fn compare(wanted: &AlarmSpec, live: Option<&AlarmSpec>) -> Fields {
    let idle = |spec: &AlarmSpec| format!("{} % for {} × {} s", spec.threshold, spec.periods, spec.period_seconds);
    let watches = |spec: &AlarmSpec| format!("{} {} {} {}", spec.namespace, spec.metric, spec.statistic, spec.comparison);
    let instance = |spec: &AlarmSpec| spec.instance.known().unwrap_or("its instance").to_owned();
    let actions = |spec: &AlarmSpec| spec.actions.join(", ");
    let enabled = |spec: &AlarmSpec| if spec.actions_enabled { "stops it" } else { "only watches" }.to_owned();
    let mut fields = Fields::default();
    fields
        .exact("idle below", idle(wanted), live.map(idle))
        .exact("watches", watches(wanted), live.map(watches))
        .exact("missing data", wanted.missing_data.clone(), live.map(|spec| spec.missing_data.clone()))
        .exact("actions", actions(wanted), live.map(actions))
        .exact("action", enabled(wanted), live.map(enabled));
    // The instance's id is not a setting of the file: a replaced instance moves it without anybody's doing.
    fields.add(INSTANCE, "its own", live.map(|live| own(wanted, live, instance)), super::super::fields::Mend::InPlace, |wanted, live| {
        wanted == live
    });
    fields
}

fn own(wanted: &AlarmSpec, live: &AlarmSpec, instance: impl Fn(&AlarmSpec) -> String) -> String {
    if wanted.instance == live.instance { "its own".to_owned() } else { instance(live) }
}

fn put(draft: &Draft<'_>, user: &User, address: &Address, name: &str, spec: AlarmSpec, mut mark: Mark) -> Op {
    let tags = super::super::draft::marked(&user.tags, &mark);
    if draft.input.fleet.name.as_ref().is_none_or(|fleet| aws_name(fleet, address) != name) {
        mark.self_id = Some(name.to_owned());
    }
    Op::Do(Change::PutAlarm { name: name.to_owned(), description: mark.description(), spec: Box::new(spec), tags })
}

fn create(draft: &mut Draft<'_>, user: &User, address: &Address, idle: &IdleStop) {
    let Some(fleet) = draft.input.fleet.name.clone() else { return };
    let Some(instance) = instance(draft, user) else { return };
    let spec = spec(draft, user, idle, instance);
    let fields = compare(&spec, None);
    let (cause, reason) = super::missing(draft, user);
    let mark = super::mark(draft, address, fields.digest());
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::Alarm, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.origin = Some(user.span.file_line());
    step.after = vec![Address::user(&user.name, Part::Instance)];
    step.ops = vec![put(draft, user, address, &aws_name(&fleet, address), spec, mark)];
    draft.push(step);
}

fn update(draft: &mut Draft<'_>, user: &User, address: &Address, idle: &IdleStop, live: &Alarm, mark: &Mark, renamed: bool) {
    let Some(instance) = instance(draft, user) else { return };
    let wanted = spec(draft, user, idle, instance);
    let fields = compare(&wanted, Some(&live.spec));
    if fields.differing().next().is_none() && !renamed {
        return;
    }
    let (cause, reason) = if renamed {
        (Cause::File, "taken over under its new address".to_owned())
    } else {
        cause_of_birth(draft, user, &fields).unwrap_or_else(|| fields.cause(mark.digest.as_deref()))
    };
    let new_mark = super::mark(draft, address, fields.digest());
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::Alarm, Action::Update, cause);
    step.id = Some(live.name.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(user.idle_stop.as_ref().map_or(&user.span, |idle| &idle.span).file_line());
    step.after = vec![Address::user(&user.name, Part::Instance)];
    if renamed {
        // A put leaves the tags of an alarm as they are, and policies go by the fleet's; first, since the put ends the renaming.
        step.ops.push(set_tags(Kind::Alarm, &live.arn, super::super::draft::marked(&user.tags, &new_mark)));
    }
    step.ops.push(put(draft, user, address, &live.name, wanted, new_mark));
    draft.push(step);
}

/// Of an alarm that only follows its instance to a new one: nobody changed the alarm, so it moves for what the instance is made for.
fn cause_of_birth(draft: &Draft<'_>, user: &User, fields: &Fields) -> Option<(Cause, String)> {
    let address = Address::user(&user.name, Part::Instance);
    let follows = fields.differing().all(|field| field.name == INSTANCE);
    let is_birth = |step: &&Step| step.address == address && step.place == user.place && step.action != Action::Tag;
    if !follows || !draft.creates(&user.place, &address) {
        return None;
    }
    // It was planned just before.
    let birth = draft.steps.iter().rev().find(is_birth)?;
    Some((birth.cause, format!("its instance is {}", if birth.action == Action::Replace { "replaced" } else { "made anew" })))
}

fn remove(draft: &mut Draft<'_>, user: &User, address: Address, live: &Alarm) {
    let mut step = Step::new(address, user.place.clone(), Kind::Alarm, Action::Delete, Cause::File);
    step.id = Some(live.name.clone());
    step.reason = "`idle-stop: none`".to_owned();
    step.origin = Some(user.span.file_line());
    step.ops = vec![Op::Do(Change::DeleteAlarm { name: live.name.clone() })];
    draft.push(step);
}

#[cfg(test)]
mod tests {
    use super::stop_action;

    #[test]
    fn the_stop_belongs_to_the_partition_of_its_region() {
        assert_eq!(stop_action("ap-northeast-2"), "arn:aws:automate:ap-northeast-2:ec2:stop");
        assert_eq!(stop_action("us-gov-west-1"), "arn:aws-us-gov:automate:us-gov-west-1:ec2:stop");
        assert_eq!(stop_action("cn-north-1"), "arn:aws-cn:automate:cn-north-1:ec2:stop");
    }
}
