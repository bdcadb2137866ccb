//! The loop: start what is ready, take what comes back, read what is waited for.

mod gather;
mod way;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::{FuturesUnordered, StreamExt as _};
use jiff::{SignedDuration, Timestamp};

use super::call::{self, Called};
use super::graph::dependencies;
use super::launch::launch;
use super::outcome::{Outcome, Status, StepOutcome};
use super::power::{self, Power};
use super::wait::{self, Reached, Waiting};
use super::ways;
use crate::address::Address;
use crate::cloud::{Change, Clock, Cloud, CloudError, IdRef, KeyMaterial, Place, Receipt, Snapshot};
use crate::event::{Event, Progress, What};
use crate::plan::{Await, Op, Plan, Step};

/// How a plan is applied.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Most calls in flight at once.
    pub parallelism: usize,
    /// How long a database that nothing else needs is waited for; zero: not at all.
    pub wait_db: SignedDuration,
    /// Set from outside to stop: calls in flight are finished, nothing new is begun.
    pub stop: Arc<AtomicBool>,
}

/// Why a start or stop is not sent after its edge.
const TOO_LATE: &str = "the window it was for has ended";
/// Longest sleep in one piece, so that a stop is noticed.
const SLICE: SignedDuration = SignedDuration::from_secs(1);

/// Performs a plan. Failures are in the outcome: an error of one step never ends the others.
pub async fn run<C: Cloud, K: Clock>(cloud: &C, clock: &K, plan: &Plan, settings: &Settings, sink: &mut dyn FnMut(Event)) -> Outcome {
    let mut run = Run::new(cloud, clock, plan, settings, sink);
    run.drive().await;
    run.outcome()
}

/// Where a step is.
#[derive(Debug)]
enum At {
    /// Its next op is to be begun.
    Op(usize),
    /// A call of its op is in flight.
    Calling(usize),
    /// Its op waits for a state.
    Waiting(usize),
    /// It has ended.
    Ended(Status),
}

/// What a finished future brings.
enum Answer {
    /// Answers to calls, by step.
    Calls(Vec<Called>),
    /// What came of one step's ways.
    Way(usize, ways::Tried),
    /// A reading for everything that was waited for, and the waits it was made for.
    Reading(Result<Snapshot, CloudError>),
}

type Future<'r> = Pin<Box<dyn std::future::Future<Output = Answer> + 'r>>;

struct Run<'r, C, K> {
    cloud: &'r C,
    clock: &'r K,
    plan: &'r Plan,
    settings: &'r Settings,
    sink: &'r mut dyn FnMut(Event),
    needs: Vec<Vec<usize>>,
    at: Vec<At>,
    touched: Vec<bool>,
    notes: Vec<Option<String>>,
    ids: BTreeMap<(Place, Address), String>,
    keys: BTreeMap<usize, String>,
    waiting: Vec<Waiting>,
    reading: bool,
    in_flight: usize,
    futures: FuturesUnordered<Future<'r>>,
    /// Which way a step with several goes.
    ways: BTreeMap<usize, usize>,
    /// Steps that only the way back was left to, and why.
    retreats: BTreeMap<usize, String>,
    /// Since when a start or stop waits for others to share its call.
    gathering: BTreeMap<usize, Timestamp>,
    /// Starts and stops that other steps are about to be ready for.
    coming: BTreeSet<(&'r Place, Power)>,
}

impl<'r, C: Cloud, K: Clock> Run<'r, C, K> {
    fn new(cloud: &'r C, clock: &'r K, plan: &'r Plan, settings: &'r Settings, sink: &'r mut dyn FnMut(Event)) -> Self {
        let count = plan.steps.len();
        Self {
            cloud,
            clock,
            plan,
            settings,
            sink,
            needs: dependencies(&plan.steps),
            at: (0..count).map(|_| At::Op(0)).collect(),
            touched: vec![false; count],
            notes: vec![None; count],
            ids: BTreeMap::new(),
            keys: BTreeMap::new(),
            waiting: Vec::new(),
            reading: false,
            in_flight: 0,
            futures: FuturesUnordered::new(),
            ways: BTreeMap::new(),
            retreats: BTreeMap::new(),
            gathering: BTreeMap::new(),
            coming: BTreeSet::new(),
        }
    }

    fn stopped(&self) -> bool {
        self.settings.stop.load(Ordering::Relaxed)
    }

    async fn drive(&mut self) {
        loop {
            if !self.stopped() {
                self.begin_what_is_ready();
            }
            self.begin_reading();
            let Some(answer) = self.futures.next().await else { break };
            match answer {
                Answer::Calls(answers) => self.take_calls(answers),
                Answer::Way(step, tried) => self.take_way(step, tried),
                Answer::Reading(reading) => self.take_reading(reading),
            }
            if self.stopped() && self.in_flight == 0 {
                break;
            }
        }
        self.close();
    }

    /// Begins every op whose step may go on, as far as parallelism allows.
    fn begin_what_is_ready(&mut self) {
        loop {
            let mut moved = false;
            self.coming = self.coming();
            for step in 0..self.at.len() {
                if let At::Op(op) = self.at[step] {
                    moved |= self.begin(step, op);
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// Moves one step; false when it has to wait for another step or for a free call.
    fn begin(&mut self, step: usize, op: usize) -> bool {
        if op == 0 {
            match self.ready(step) {
                Ready::Yes => {}
                Ready::NotYet => return false,
                Ready::Never(why) => {
                    self.end(step, Status::NotTried { why });
                    return true;
                }
            }
        }
        let plan = self.plan;
        let this = &plan.steps[step];
        match this.ops.get(op) {
            None => {
                let status = match self.retreats.remove(&step) {
                    Some(why) => Status::Failed { why, error: None },
                    None => Status::Done { note: self.notes[step].take() },
                };
                self.end(step, status);
                true
            }
            Some(Op::Await(until)) => {
                let place = &this.place;
                self.begin_wait(step, op, place, until);
                true
            }
            Some(Op::AwaitAll(states)) => {
                self.at[step] = At::Op(op + 1);
                for (place, until) in states {
                    if !matches!(self.at[step], At::Ended(_)) {
                        self.begin_wait(step, op, place, until);
                    }
                }
                true
            }
            Some(Op::SkipFrom { at, ops, why }) => {
                self.skip(step, op, *at, *ops, why);
                true
            }
            Some(_) if self.in_flight >= self.settings.parallelism => false,
            Some(Op::Do(change)) if self.gathers(step, change) => false,
            Some(Op::Do(change)) => {
                self.begin_change(step, op, change.clone());
                true
            }
            Some(Op::Launch { tokens, spec }) => {
                self.begin_launch(step, op, tokens, spec);
                true
            }
            Some(Op::FirstOf(ways)) => {
                self.begin_ways(step, op, ways);
                true
            }
        }
    }

    /// Leaves out the ops that would come after their edge.
    fn skip(&mut self, step: usize, op: usize, edge: Timestamp, ops: usize, why: &str) {
        let late = self.clock.now() >= edge;
        if late {
            self.notes[step] = Some(why.to_owned());
        }
        self.at[step] = At::Op(op + 1 + if late { ops } else { 0 });
    }

    fn ready(&self, step: usize) -> Ready {
        for other in &self.needs[step] {
            match &self.at[*other] {
                At::Ended(Status::Done { .. }) => {}
                At::Ended(_) => return Ready::Never(format!("{} was not done", self.plan.steps[*other].address)),
                _ => return Ready::NotYet,
            }
        }
        if self.is_late(step) { Ready::Never(TOO_LATE.to_owned()) } else { Ready::Yes }
    }

    /// True once the edge has passed that ends what a start or stop was for.
    fn is_late(&self, step: usize) -> bool {
        self.plan.steps[step].deadline.is_some_and(|deadline| self.clock.now() >= deadline)
    }

    fn resolve(&self, step: usize, change: Change) -> Result<Change, String> {
        let place = &self.plan.steps[step].place;
        let lookup = |address: &Address| self.ids.get(&(place.clone(), address.clone())).cloned();
        let mut change = change.resolve(&lookup).map_err(|address| format!("{address} was not made by this run"))?;
        if let Change::ImportKeyPair { key: key @ KeyMaterial::Generated, .. } = &mut change {
            let public = self.keys.get(&step).ok_or("the public half of the generated key is not known")?;
            *key = KeyMaterial::Public(public.clone());
        }
        Ok(change)
    }

    fn begin_change(&mut self, step: usize, op: usize, change: Change) {
        if change.is_power() && self.is_late(step) {
            return self.end(step, Status::NotTried { why: TOO_LATE.to_owned() });
        }
        let change = match self.resolve(step, change) {
            Ok(change) => change,
            Err(why) => return self.end(step, Status::Failed { why, error: None }),
        };
        self.tell(step, Progress::Calling { call: change.action().to_owned() });
        self.at[step] = At::Calling(op);
        self.touched[step] = true;
        self.in_flight += 1;
        let (cloud, clock) = (self.cloud, self.clock);
        let place = &self.plan.steps[step].place;
        if let Some((power, id)) = Power::of(&change) {
            let machines = self.gather(step, power, id);
            self.futures.push(Box::pin(async move { Answer::Calls(power::perform(cloud, place, power, machines).await) }));
            return;
        }
        let fresh = op > 0 || !self.plan.steps[step].after.is_empty();
        self.futures.push(Box::pin(async move {
            Answer::Calls(vec![Called::new(step, call::perform(cloud, clock, place, &change, fresh).await)])
        }));
    }

    /// Other steps that are about to do the same to another instance of the place go along in one call.
    fn gather(&mut self, first: usize, power: Power, id: String) -> Vec<(usize, String)> {
        let mut machines = vec![(first, id)];
        for other in first + 1..self.at.len() {
            if machines.len() == power::IDS_PER_CALL {
                break;
            }
            let At::Op(op) = self.at[other] else { continue };
            let step = &self.plan.steps[other];
            let ready = op > 0 || matches!(self.ready(other), Ready::Yes);
            let Some(Op::Do(change)) = step.ops.get(op).filter(|_| ready && step.place == self.plan.steps[first].place) else { continue };
            let Ok(change) = self.resolve(other, change.clone()) else { continue };
            if let Some((_, id)) = Power::of(&change).filter(|(same, _)| *same == power) {
                self.tell(other, Progress::Calling { call: change.action().to_owned() });
                self.at[other] = At::Calling(op);
                self.touched[other] = true;
                machines.push((other, id));
            }
        }
        machines
    }

    fn begin_launch(&mut self, step: usize, op: usize, tokens: &'r [String], spec: &crate::cloud::InstanceSpec) {
        let wrapped = Change::RunInstance { token: String::new(), spec: Box::new(spec.clone()) };
        let spec = match self.resolve(step, wrapped) {
            Ok(Change::RunInstance { spec, .. }) => spec,
            Ok(_) => return,
            Err(why) => return self.end(step, Status::Failed { why, error: None }),
        };
        self.tell(step, Progress::Calling { call: "ec2:RunInstances".to_owned() });
        self.at[step] = At::Calling(op);
        self.touched[step] = true;
        self.in_flight += 1;
        let (cloud, clock) = (self.cloud, self.clock);
        let place = &self.plan.steps[step].place;
        self.futures.push(Box::pin(async move {
            match launch(cloud, clock, place, tokens, &spec).await {
                Ok(launched) => {
                    let answer = Ok(Receipt { id: Some(launched.id), ..Receipt::default() });
                    Answer::Calls(vec![Called { note: launched.note, ..Called::new(step, answer) }])
                }
                Err(error) => Answer::Calls(vec![Called::new(step, Err(error))]),
            }
        }));
    }

    fn begin_wait(&mut self, step: usize, op: usize, place: &Place, until: &Await) {
        let until = match self.resolve_await(place, until) {
            Ok(until) => until,
            Err(why) => return self.end(step, Status::Failed { why, error: None }),
        };
        let soft = self.is_soft(step, op, &until);
        let limit = match &until {
            Await::Running(_) | Await::Stopped(_) | Await::Terminated(_) | Await::Checked(_) => wait::INSTANCE_LIMIT,
            _ if soft => self.settings.wait_db,
            Await::DbAvailable(_) | Await::DbStopped(_) | Await::DbGone(_) | Await::DbSnapshotAvailable(_) => wait::DATABASE_LIMIT,
            Await::ClusterAvailable(_) | Await::ClusterStopped(_) | Await::ClusterSnapshotAvailable(_) => wait::DATABASE_LIMIT,
        };
        self.tell(step, Progress::Waiting { until: wait::words(&until) });
        self.at[step] = At::Waiting(op);
        let newborn = self.plan.steps[step].ops[..op].iter().any(|op| matches!(op, Op::Launch { .. }));
        self.waiting.push(Waiting {
            step,
            place: place.clone(),
            until,
            since: self.clock.now(),
            limit,
            soft,
            newborn,
            asked: false,
            seen_moving: false,
        });
    }

    /// True when a database is waited for only as long as `--wait` says: nothing of this step or of another
    /// that changes settings comes after it.
    fn is_soft(&self, step: usize, op: usize, until: &Await) -> bool {
        let this = &self.plan.steps[step];
        let about_database = match until {
            Await::Running(_) | Await::Stopped(_) | Await::Terminated(_) | Await::Checked(_) => false,
            Await::DbAvailable(_) | Await::DbStopped(_) | Await::DbGone(_) => true,
            Await::ClusterAvailable(_) | Await::ClusterStopped(_) => true,
            // A last snapshot before something is deleted is waited for; one before a stop may be left to the next pass.
            Await::DbSnapshotAvailable(_) | Await::ClusterSnapshotAvailable(_) => this.is_run_state(),
        };
        let last = op + 1 == this.ops.len();
        let needed = || self.needs.iter().enumerate().any(|(other, needs)| needs.contains(&step) && !self.plan.steps[other].is_run_state());
        about_database && (this.is_run_state() || (last && !needed()))
    }

    fn resolve_await(&self, place: &Place, until: &Await) -> Result<Await, String> {
        let known = |id: &IdRef| match id {
            IdRef::Id(_) => Ok(id.clone()),
            IdRef::Of(address) => {
                let key = (place.clone(), address.clone());
                self.ids.get(&key).map(|id| IdRef::Id(id.clone())).ok_or_else(|| format!("{address} was not made by this run"))
            }
        };
        Ok(match until {
            Await::Running(id) => Await::Running(known(id)?),
            Await::Stopped(id) => Await::Stopped(known(id)?),
            Await::Checked(id) => Await::Checked(known(id)?),
            other => other.clone(),
        })
    }

    fn begin_reading(&mut self) {
        if self.reading || self.waiting.is_empty() || self.stopped() {
            return;
        }
        self.reading = true;
        self.waiting.iter_mut().for_each(|waiting| waiting.asked = true);
        let needs = wait::needs(&self.waiting);
        let pause = wait::pause(&self.waiting, self.clock.now());
        let (cloud, clock, stop) = (self.cloud, self.clock, self.settings.stop.clone());
        self.futures.push(Box::pin(async move {
            let until = clock.now().checked_add(pause).unwrap_or(Timestamp::MAX);
            while clock.now() < until && !stop.load(Ordering::Relaxed) {
                clock.sleep(until.duration_since(clock.now()).min(SLICE)).await;
            }
            Answer::Reading(cloud.observe(&needs).await)
        }));
    }

    fn take_calls(&mut self, answers: Vec<Called>) {
        self.in_flight -= 1;
        for Called { step, answer, note } in answers {
            match answer {
                Ok(receipt) => self.take_receipt(step, receipt),
                Err(error) => {
                    let why = error.message.clone();
                    self.end(step, Status::Failed { why, error: Some(error) });
                }
            }
            if note.is_some() {
                self.notes[step] = note;
            }
        }
    }

    fn take_receipt(&mut self, step: usize, receipt: Receipt) {
        let At::Calling(op) = self.at[step] else { return };
        let this: &Step = &self.plan.steps[step];
        let gives_id = match &this.ops[op] {
            Op::Do(change) => makes(change),
            Op::Launch { .. } => true,
            Op::Await(_) | Op::AwaitAll(_) | Op::SkipFrom { .. } | Op::FirstOf(_) => false,
        };
        if let (true, Some(id)) = (gives_id, receipt.id) {
            self.ids.insert((this.place.clone(), this.address.clone()), id);
        }
        if let Some(public) = receipt.public_key {
            self.keys.insert(step, public);
        }
        self.at[step] = At::Op(op + 1);
    }

    fn take_reading(&mut self, reading: Result<Snapshot, CloudError>) {
        self.reading = false;
        let now = self.clock.now();
        // A reading that failed says nothing; the limit of each wait ends it.
        let snapshot = reading.unwrap_or_else(|_| Snapshot::empty(now));
        let mut reached = BTreeSet::new();
        for mut waiting in std::mem::take(&mut self.waiting) {
            // Another state that its step waited for has ended it.
            if matches!(self.at[waiting.step], At::Ended(_)) {
                continue;
            }
            if !waiting.asked {
                self.waiting.push(waiting);
                continue;
            }
            let waited = now.duration_since(waiting.since);
            match wait::judge(&mut waiting, &snapshot, now) {
                Reached::Yes => drop(reached.insert(waiting.step)),
                Reached::Never(why) => self.end(waiting.step, Status::Failed { why, error: None }),
                Reached::NoCapacity(why) => self.next_way(&waiting, why),
                Reached::NotYet if waited >= waiting.limit => self.waited_too_long(&waiting),
                Reached::NotYet => self.waiting.push(waiting),
            }
        }
        reached.retain(|step| !self.waiting.iter().any(|waiting| waiting.step == *step));
        reached.into_iter().for_each(|step| self.waited(step));
    }

    fn waited(&mut self, step: usize) {
        if let At::Waiting(op) = self.at[step] {
            self.at[step] = At::Op(op + 1);
        }
    }

    fn waited_too_long(&mut self, waiting: &Waiting) {
        if waiting.soft {
            return self.leave_under_way(waiting);
        }
        let why = format!(
            "not {} after {}; the next apply goes on from there",
            wait::words(&waiting.until),
            crate::plan::words::duration(waiting.limit)
        );
        self.end(waiting.step, Status::Failed { why, error: None });
    }

    /// What is not waited for any longer is done as far as this run goes; what would have followed is left to a later one.
    fn leave_under_way(&mut self, waiting: &Waiting) {
        let At::Waiting(op) = self.at[waiting.step] else { return };
        let last = op + 1 == self.plan.steps[waiting.step].ops.len();
        let note =
            if last { under_way(&waiting.until) } else { format!("waits for {}; a later apply does it", wait::words(&waiting.until)) };
        self.end(waiting.step, Status::Done { note: Some(note) });
    }

    fn end(&mut self, step: usize, status: Status) {
        let progress = match &status {
            Status::Done { .. } => Progress::Done { id: self.id(step) },
            Status::Failed { why, error } => {
                Progress::Failed { error: why.clone(), request_id: error.as_ref().and_then(|error| error.request_id.clone()) }
            }
            Status::NotTried { why } | Status::Stale { why } => Progress::NotTried { why: why.clone() },
        };
        self.tell(step, progress);
        self.at[step] = At::Ended(status);
    }

    /// What is not ended when the loop is left: interrupted, or waiting for something that never ends.
    fn close(&mut self) {
        for step in 0..self.at.len() {
            let status = match self.at[step] {
                At::Ended(_) => continue,
                At::Op(0) => Status::NotTried { why: "interrupted".to_owned() },
                At::Waiting(op) if op + 1 == self.plan.steps[step].ops.len() => {
                    Status::Done { note: Some("interrupted while waiting for it".to_owned()) }
                }
                At::Op(op) if op == self.plan.steps[step].ops.len() => Status::Done { note: self.notes[step].take() },
                At::Op(_) | At::Calling(_) | At::Waiting(_) => {
                    Status::Failed { why: "interrupted half-way; the next apply completes it".to_owned(), error: None }
                }
            };
            self.end(step, status);
        }
    }

    fn id(&self, step: usize) -> Option<String> {
        let this = &self.plan.steps[step];
        self.ids.get(&(this.place.clone(), this.address.clone())).cloned().or_else(|| this.id.clone())
    }

    fn tell(&mut self, step: usize, progress: Progress) {
        let this = &self.plan.steps[step];
        let account = self.plan.accounts.get(&this.place.account).unwrap_or(&this.place.account).clone();
        let what = What::Step { address: this.address.clone(), action: this.action, account, region: this.place.region.clone(), progress };
        (self.sink)(Event { at: self.clock.now(), what });
    }

    fn outcome(mut self) -> Outcome {
        let interrupted = self.stopped();
        let mut steps = Vec::with_capacity(self.at.len());
        for (step, at) in std::mem::take(&mut self.at).into_iter().enumerate() {
            let this = &self.plan.steps[step];
            let At::Ended(status) = at else { continue };
            steps.push(StepOutcome {
                address: this.address.clone(),
                place: this.place.clone(),
                kind: this.kind,
                action: this.action,
                id: self.id(step),
                status,
                touched: self.touched[step],
            });
        }
        Outcome { steps, interrupted }
    }
}

/// Whether a step may begin.
enum Ready {
    Yes,
    NotYet,
    Never(String),
}

/// True when the receipt of a change names the thing that the step's address stands for.
const fn makes(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateSecurityGroup { .. }
            | Change::ImportKeyPair { .. }
            | Change::RunInstance { .. }
            | Change::CreateParameterGroup { .. }
            | Change::CreateDatabase { .. }
    )
}

/// What is still going on, in words.
fn under_way(until: &Await) -> String {
    match until {
        Await::DbAvailable(_) => "under way, not waited for; `--wait 20m` waits".to_owned(),
        Await::DbStopped(_) => "stopping, not waited for; `--wait 20m` waits".to_owned(),
        Await::DbGone(_) => "being deleted, not waited for; `--wait 20m` waits".to_owned(),
        Await::ClusterAvailable(_) => "under way, not waited for; `--wait 20m` waits".to_owned(),
        Await::ClusterStopped(_) => "stopping, not waited for; `--wait 20m` waits".to_owned(),
        Await::DbSnapshotAvailable(_) | Await::ClusterSnapshotAvailable(_) => "being taken, not waited for; `--wait 20m` waits".to_owned(),
        Await::Running(_) | Await::Stopped(_) | Await::Terminated(_) | Await::Checked(_) => String::new(),
    }
}
