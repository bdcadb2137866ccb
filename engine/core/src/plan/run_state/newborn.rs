//! A create whose schedule wants stopped now is create and stop.

use std::collections::HashSet;

use super::choose::{Choice, Target, choose};
use super::overrides::intervals;
use super::snooze;
use super::want::{Want, want};
use crate::address::{Address, Part};
use crate::cloud::{Change, IdRef, Kind, Place};
use crate::plan::draft::Draft;
use crate::plan::model::{Action, Await, Cause, Op, Step};
use crate::schedule::{Context, Interval, RunState, Schedule, WantedState};
use crate::span::Span;
use crate::tags::Tags;

/// A create whose schedule wants stopped now is create and stop: two steps, one apply.
pub(super) fn stop_what_is_born_at_night(draft: &mut Draft<'_>) {
    let births: Vec<Step> = births(draft).cloned().collect();
    for birth in &births {
        match wanted(draft, birth) {
            Ok(want) if want.state == Some(RunState::Stopped) && !is_put_off(draft, birth, &want) => draft.push(stop(birth, &want)),
            Ok(_) => {}
            Err(conflict) => draft.hold(&birth.place, &birth.address, conflict, None),
        }
    }
}

/// Steps of the plan that make a machine, anew or in the place of another.
pub(super) fn births<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d Step> {
    draft.steps.iter().filter(|step| is_birth(step) && !draft.left_out(&step.address))
}

/// Where the plan makes a machine: one that is there now is gone by the time it would be started or stopped.
pub(super) fn made_anew<'d>(draft: &'d Draft<'_>) -> HashSet<(&'d Place, &'d Address)> {
    births(draft).map(|birth| (&birth.place, &birth.address)).collect()
}

const fn is_birth(step: &Step) -> bool {
    step.makes() && matches!(step.kind, Kind::Instance | Kind::Database)
}

/// Whether a tag that it is made with puts its stop off. It runs from now on, so that is when its stop is due.
fn is_put_off(draft: &Draft<'_>, birth: &Step, want: &Want<'_>) -> bool {
    let Some((schedule, (_, tags))) = want.schedule.zip(born(birth)) else { return false };
    let now = draft.input.now;
    !want.overridden && snooze::until(schedule, tags, Some(now), now).is_some()
}

/// What is wanted of a machine as soon as it is there: chosen as for one that is, by the tags it will have.
pub(super) fn wanted<'a>(draft: &Draft<'a>, birth: &Step) -> Result<Want<'a>, String> {
    let Some((service, tags)) = born(birth) else { return Ok(Want::default()) };
    let fleet = draft.input.fleet;
    let target = Target { service, tags, place: &birth.place, address: &birth.address, owned: true, members: Vec::new() };
    let overrides = intervals(fleet, &target);
    let context = Context { calendars: &fleet.calendars, overrides: &overrides };
    want(&draft.wants, choose(draft, &target), draft.input.now, &context, &[])
}

/// A machine that the plan makes, with the schedule that will be for it.
#[derive(Debug, Clone)]
pub struct Birth<'a> {
    /// The step that makes it.
    pub step: Step,
    /// Its schedule.
    pub schedule: &'a Schedule,
    /// Overrides of the file that will be about it.
    pub overrides: Vec<Interval>,
}

/// Every machine that the plan makes in a place and that one schedule will be for.
#[must_use]
pub fn newborn<'a>(draft: &Draft<'a>, place: &Place) -> Vec<Birth<'a>> {
    let fleet = draft.input.fleet;
    let of = |step: &Step| {
        let (service, tags) = born(step)?;
        let target = Target { service, tags, place: &step.place, address: &step.address, owned: true, members: Vec::new() };
        let Choice::One(schedule) = choose(draft, &target) else { return None };
        Some(Birth { step: step.clone(), schedule, overrides: intervals(fleet, &target) })
    };
    births(draft).filter(|step| step.place == *place).filter_map(of).collect()
}

/// Service and tags of what a step makes.
fn born(birth: &Step) -> Option<(&'static str, &Tags)> {
    birth.ops.iter().find_map(|op| match op {
        Op::Launch { spec, .. } => Some(("ec2", &spec.tags)),
        Op::Do(Change::CreateDatabase { spec }) => Some(("rds", &spec.tags)),
        _ => None,
    })
}

fn stop(birth: &Step, want: &Want<'_>) -> Step {
    let cause = if want.overridden { Cause::Override } else { Cause::Schedule };
    let mut step = Step::new(birth.address.clone(), birth.place.clone(), birth.kind, Action::Stop, cause);
    step.reason = want.schedule.map_or_else(|| want.rule.clone(), |schedule| format!("{}, by schedule `{}`", want.rule, schedule.name));
    step.origin = want.span.as_ref().map(Span::file_line);
    step.deadline = want.next.filter(|(_, state)| *state == WantedState::Running).map(|(at, _)| at);
    let alarm = Address::from_text(&format!("{}/{}", birth.address.entry(), Part::Alarm.as_str()));
    step.after = vec![birth.address.clone(), alarm];
    step.ops = stop_ops(birth);
    step
}

fn stop_ops(birth: &Step) -> Vec<Op> {
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
