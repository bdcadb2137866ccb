//! `after: [{schedule, ready}]`: machines start behind those of another schedule, and stop before them.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::{Judged, Verdict};
use super::newborn;
use crate::address::Address;
use crate::cloud::{Change, IdRef, Listing, Place, PlaceView};
use crate::name::Name;
use crate::plan::draft::Draft;
use crate::plan::model::{Await, Op, Step};
use crate::schedule::{After, RunState};

/// What a start or stop waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Machines whose own start or stop in this plan comes first.
    pub(super) follows: Vec<(Place, Address)>,
    /// States that must be reached first.
    pub(super) awaits: Vec<(Place, Await)>,
}

impl Order {
    /// The waiting as the first op, when there is something to wait for.
    pub(super) fn waiting(&self) -> Vec<Op> {
        if self.awaits.is_empty() { Vec::new() } else { vec![Op::AwaitAll(self.awaits.clone())] }
    }
}

/// Holds back every start whose schedule comes after one with a machine that neither runs nor is about to.
pub(super) fn hold_what_waits(draft: &Draft<'_>, all: &mut [Judged<'_>]) {
    let fleet = draft.input.fleet;
    let named: BTreeSet<&Name> = fleet.schedules.values().flat_map(|schedule| &schedule.after).map(|after| &after.schedule).collect();
    if named.is_empty() {
        return;
    }
    hold_behind_the_unread(draft, &named, all);
    let newborn = down_when_born(draft);
    // What is held may be what another waits for in turn; each round holds at least one or is the last.
    loop {
        let mut down = newborn.clone();
        for judged in all.iter() {
            let Some(schedule) = judged.schedule.filter(|schedule| named.contains(&schedule.name)) else { continue };
            let Some(why) = why_down(draft, judged) else { continue };
            down.entry(schedule.name.clone()).or_insert_with(|| (judged.address.clone(), why));
        }
        let mut held = false;
        for judged in all.iter_mut().filter(|judged| judged.acts(RunState::Running)) {
            if let Some(why) = why_it_waits(judged, &down) {
                judged.verdict = Verdict::Held(why);
                held = true;
            }
        }
        if !held {
            return;
        }
    }
}

/// Holds back every start whose schedule comes after one of which something could not be listed: it may be down.
fn hold_behind_the_unread(draft: &Draft<'_>, named: &BTreeSet<&Name>, all: &mut [Judged<'_>]) {
    let unread: BTreeMap<&Name, &str> = named.iter().filter_map(|name| Some((*name, unread(draft, name)?))).collect();
    for judged in all.iter_mut().filter(|judged| !unread.is_empty() && judged.acts(RunState::Running)) {
        let after = judged.schedule.and_then(|schedule| schedule.after.iter().find(|after| unread.contains_key(&after.schedule)));
        if let Some(after) = after {
            judged.verdict = Verdict::Held(format!(
                "waits for schedule `{}` ({}): its {} could not be listed, so nobody knows whether they run",
                after.schedule,
                after.span.file_line(),
                unread[&after.schedule]
            ));
        }
    }
}

/// What of a schedule could not be listed, wherever it is.
fn unread(draft: &Draft<'_>, name: &Name) -> Option<&'static str> {
    let select = draft.input.fleet.schedules.get(name)?.select.as_ref();
    let missing = |view: &PlaceView| {
        let lists = [
            ("ec2", "instances", is_cut_short(&view.instances)),
            ("rds", "databases", is_cut_short(&view.databases) || is_cut_short(&view.clusters)),
            ("asg", "groups", is_cut_short(&view.scaling_groups)),
            ("ecs", "services", is_cut_short(&view.services)),
        ];
        let concerns = |service: &str| select.is_none_or(|select| select.services.contains(service));
        lists.into_iter().find(|(service, _, cut_short)| *cut_short && concerns(service)).map(|(_, words, _)| words)
    };
    draft.sites.values().find_map(|site| missing(site.view))
}

const fn is_cut_short<T>(list: &Listing<T>) -> bool {
    list.was_read() && !list.is_complete()
}

/// By schedule a machine of it that does not run, and why.
type Down = BTreeMap<Name, (Address, String)>;

/// Machines that this plan makes and stops.
fn down_when_born(draft: &Draft<'_>) -> Down {
    let mut down = Down::new();
    for step in newborn::births(draft) {
        let Ok(want) = newborn::wanted(draft, step) else { continue };
        let stopped = want.schedule.filter(|_| want.state == Some(RunState::Stopped));
        if let Some(schedule) = stopped {
            down.entry(schedule.name.clone()).or_insert_with(|| (step.address.clone(), format!("it is made and stopped ({})", want.rule)));
        }
    }
    down
}

fn why_it_waits(waiting: &Judged<'_>, down: &Down) -> Option<String> {
    waiting.schedule?.after.iter().find_map(|after| {
        let (address, why) = down.get(&after.schedule)?;
        Some(format!("waits for {address} of schedule `{}` ({}): {why}", after.schedule, after.span.file_line()))
    })
}

/// Why a machine neither runs nor is about to.
fn why_down(draft: &Draft<'_>, judged: &Judged<'_>) -> Option<String> {
    let state = judged.machine.state_word();
    match judged.machine.run_state() {
        Some(RunState::Running) if judged.acts(RunState::Stopped) => Some("it is about to be stopped".to_owned()),
        Some(RunState::Running) => None,
        None if judged.machine.is_coming_up() => None,
        Some(RunState::Stopped) if judged.acts(RunState::Running) => {
            draft.left_out(&judged.address).then(|| format!("it is {state}, and `--only` leaves its start out"))
        }
        _ => Some(match &judged.verdict {
            Verdict::Held(why) | Verdict::Stands(why) => format!("it is {state}; {why}"),
            Verdict::Act(..) | Verdict::Fine if judged.rule.is_empty() => format!("it is {state}"),
            Verdict::Act(..) | Verdict::Fine => format!("it is {state} ({})", judged.rule),
        }),
    }
}

/// What every start and stop of a plan waits for, by schedule.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// What comes first when something starts after this schedule, whether or not it must be ready.
    starts: BTreeMap<Name, Order>,
    /// What stops before the machines of this schedule do.
    stops: BTreeMap<Name, Vec<(Place, Address)>>,
}

impl Orders {
    /// Of what is judged, and of what the draft makes.
    pub(super) fn new(draft: &Draft<'_>, all: &[Judged<'_>]) -> Self {
        let mut orders = Self::default();
        if draft.input.fleet.schedules.values().all(|schedule| schedule.after.is_empty()) {
            return orders;
        }
        for judged in all {
            let Some(schedule) = judged.schedule else { continue };
            let machine = || (judged.place.clone(), judged.address.clone());
            let order = orders.starts.entry(schedule.name.clone()).or_default();
            order.follows.extend(judged.acts(RunState::Running).then(machine));
            // A database that runs is available, which is all there is to its readiness.
            let is_ready = judged.machine.run_state() == Some(RunState::Running) && judged.machine.service() != "ec2";
            order.awaits.extend(judged.machine.readiness().filter(|_| !is_ready).map(|state| (judged.place.clone(), state)));
            for after in schedule.after.iter().filter(|_| judged.acts(RunState::Stopped)) {
                orders.stops.entry(after.schedule.clone()).or_default().push(machine());
            }
        }
        orders.births(draft);
        orders
    }

    fn births(&mut self, draft: &Draft<'_>) {
        for step in newborn::births(draft) {
            let Some(schedule) = newborn::wanted(draft, step).ok().and_then(|want| want.schedule) else { continue };
            let order = self.starts.entry(schedule.name.clone()).or_default();
            order.follows.push((step.place.clone(), step.address.clone()));
            order.awaits.extend(readiness_of_newborn(step).map(|state| (step.place.clone(), state)));
        }
    }

    /// What the start or stop of a machine waits for.
    pub(super) fn of(&self, judged: &Judged<'_>) -> Order {
        let Some(schedule) = judged.schedule else { return Order::default() };
        match judged.wanted {
            Some(RunState::Running) => self.of_start(&schedule.after),
            Some(RunState::Stopped) => Order { follows: self.stops.get(&schedule.name).cloned().unwrap_or_default(), awaits: Vec::new() },
            None => Order::default(),
        }
    }

    fn of_start(&self, after: &[After]) -> Order {
        let mut order = Order::default();
        for (after, first) in after.iter().filter_map(|after| Some((after, self.starts.get(&after.schedule)?))) {
            order.follows.extend_from_slice(&first.follows);
            order.awaits.extend(first.awaits.iter().filter(|_| after.ready).cloned());
        }
        order
    }
}

fn readiness_of_newborn(step: &Step) -> Option<Await> {
    step.ops.iter().find_map(|op| match op {
        Op::Launch { .. } => Some(Await::Checked(IdRef::Of(step.address.clone()))),
        Op::Do(Change::CreateDatabase { spec }) => Some(Await::DbAvailable(spec.name.clone())),
        _ => None,
    })
}
