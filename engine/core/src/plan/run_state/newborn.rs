//! A create whose schedule wants stopped now is create and stop.

use super::choose::named_schedule;
use crate::address::{Address, Part};
use crate::cloud::{Change, IdRef, Kind};
use crate::fleet::{Fleet, Subject};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, Op, Step};
use crate::schedule::{Context, Interval, Schedule, WantedState};
use crate::span::Span;
use crate::tags::Tags;

/// A create whose schedule wants stopped now is create and stop: two steps, one apply.
pub(super) fn stop_what_is_born_at_night(draft: &mut Draft<'_>) {
    let is_birth =
        |step: &&Step| matches!(step.action, Action::Create | Action::Replace) && matches!(step.kind, Kind::Instance | Kind::Database);
    let stops: Vec<Step> = draft.steps.iter().filter(is_birth).filter_map(|birth| stop_of_newborn(draft, birth)).collect();
    draft.steps.extend(stops);
}

fn stop_of_newborn(draft: &Draft<'_>, birth: &Step) -> Option<Step> {
    let fleet = draft.input.fleet;
    let (service, tags) = born(fleet, &birth.address)?;
    let selected = |schedule: &&Schedule| schedule.select.as_ref().is_some_and(|select| select.matches(service, tags, &birth.place));
    let by_tag = || fleet.schedules.values().filter(selected).max_by_key(|schedule| schedule.priority);
    let schedule = named_schedule(fleet, &birth.address).or_else(by_tag)?;
    let overrides = overrides_of_newborn(fleet, &birth.address);
    let decision = schedule.decide(draft.input.now, &Context { calendars: &fleet.calendars, overrides: &overrides });
    if decision.state != WantedState::Stopped {
        return None;
    }
    let mut step = Step::new(birth.address.clone(), birth.place.clone(), birth.kind, Action::Stop, Cause::Schedule);
    step.reason = format!("{}, by schedule `{}`", decision.rule, schedule.name);
    step.origin = decision.span.as_ref().map(Span::file_line);
    let edge = schedule.next_edge(draft.input.now, &Context { calendars: &fleet.calendars, overrides: &overrides });
    step.deadline = edge.filter(|edge| edge.state == WantedState::Running).map(|edge| edge.at);
    let alarm = Address::from_text(&format!("{}/{}", birth.address.entry(), Part::Alarm.as_str()));
    step.after = vec![birth.address.clone(), alarm];
    step.ops = newborn_stop_ops(birth);
    Some(step)
}

/// Service and tags of an entry that is being made.
fn born<'a>(fleet: &'a Fleet, address: &Address) -> Option<(&'static str, &'a Tags)> {
    match address.section() {
        "user" => fleet.users.get(address.entry_name()).map(|user| ("ec2", &user.tags)),
        _ => fleet.databases.get(address.entry_name()).map(|database| ("rds", &database.tags)),
    }
}

fn overrides_of_newborn(fleet: &Fleet, address: &Address) -> Vec<Interval> {
    let about = |subject: &Subject| matches!(subject, Subject::Only(names) if names.iter().any(|name| address.is_under(name)));
    let interval =
        |written: &crate::fleet::Override| Interval { from: written.from, until: written.until, state: written.state, why: String::new() };
    fleet.overrides.iter().filter(|written| about(&written.subject)).map(interval).collect()
}

fn newborn_stop_ops(birth: &Step) -> Vec<Op> {
    let created = birth.ops.iter().find_map(|op| match op {
        Op::Do(Change::CreateDatabase { spec }) => Some(spec.name.clone()),
        _ => None,
    });
    if let Some(name) = created {
        let stop = Op::Do(Change::StopDatabase { name: name.clone() });
        return vec![Op::Await(Await::DbAvailable(name.clone())), stop, Op::Await(Await::DbStopped(name))];
    }
    let id = IdRef::Of(birth.address.clone());
    vec![Op::Do(Change::StopInstances { ids: vec![id.clone()], hibernate: false }), Op::Await(Await::Stopped(id))]
}
