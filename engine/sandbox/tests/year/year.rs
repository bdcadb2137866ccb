//! A year of passes: what happens between them, what each of them does, and whether that is what had to be done.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::apply::{self, Settings};
use muster_core::cloud::{Change, Clock as _, Place, Snapshot};
use muster_core::fleet::Fleet;
use muster_core::lock::Lock;
use muster_core::plan::{self, Options, Plan};
use muster_core::tags;
use muster_sandbox::{Faults, Sandbox};

use super::judge::{LIMIT, Look, Wish};
use super::life::{By, Itself, Life};
use super::log::{Log, Why};
use super::people::{Deed, script};
use super::random::Random;
use super::recorder::Recorder;
use super::strays::Taken;
use super::town::{self, BEGIN, END, Resource, Sort, instant};
use super::verify::{self, Pass};
use super::wishes::Wishes;

/// Everything random of the year follows from it.
const SEED: u64 = 2026;
/// RDS keeps events so long, after which AWS no longer says when something was started or stopped.
const EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long the mark of a machine that muster stops to change it speaks of a stop.
const MARK_GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// How often muster comes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Minutes between passes.
    pub minutes: i64,
    /// Of the passes that nothing can have given anything to do, one in so many is made all the same; nothing for every one.
    pub sample: Option<u64>,
}

impl Pace {
    /// The instants of the year at which a pass is due.
    fn instants(self) -> impl Iterator<Item = Timestamp> {
        let step = SignedDuration::from_mins(self.minutes);
        std::iter::successors(Some(instant(BEGIN)), move |at| Some(*at + step)).take_while(|at| *at < instant(END))
    }
}

/// How many passes there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct Passes {
    /// They were made.
    pub made: u64,
    /// Of these, there could be nothing to do for them, and there was nothing.
    pub idle: u64,
    /// There could be nothing to do for them, and they were not made.
    pub skipped: u64,
}

/// A year as it was lived.
pub struct Lived {
    /// What happened.
    pub log: Log,
    /// To whom.
    pub all: Vec<Resource>,
    /// How.
    pub passes: Passes,
    /// How long it took.
    pub took: Duration,
}

/// The account, the file, and what is true.
pub struct Year<'f> {
    /// What the file says, read by muster.
    pub fleet: &'f Fleet,
    /// What the file says, read a second time.
    pub wishes: Wishes<'f>,
    /// Who there is.
    pub all: Vec<Resource>,
    /// What is true of each.
    pub lives: Vec<Life>,
    /// The account.
    pub cloud: Recorder,
    /// What happened.
    pub log: Log,
    /// Types of which there is no machine to give.
    pub shortage: Vec<&'static str>,
    /// Each by its id.
    pub by_id: BTreeMap<String, usize>,
    /// Snapshots that muster took, in order.
    pub taken: Vec<Taken>,
    /// What went against a law, by whom it befell: the first of each, and the first that befell none of them.
    pub wrong: BTreeMap<Option<usize>, String>,
    boundaries: Vec<Timestamp>,
}

/// Lives through the year.
pub fn live(pace: Pace) -> Lived {
    let began = Instant::now();
    let all = town::resources();
    let fleet = town::fleet(&all);
    let mut year = Year::new(&fleet, all);
    let passes = year.run(pace);
    let Year { log, all, wrong, .. } = year;
    let wrong: Vec<String> =
        wrong.into_iter().map(|(who, what)| format!("{}: {what}", who.map_or("the account", |who| &all[who].name))).collect();
    assert!(wrong.is_empty(), "{} of {} resources were not treated by the laws\n{}", wrong.len(), all.len(), wrong.join("\n"));
    Lived { log, all, passes, took: began.elapsed() }
}

impl<'f> Year<'f> {
    fn new(fleet: &'f Fleet, all: Vec<Resource>) -> Self {
        let wishes = Wishes::new(fleet, &all);
        let sandbox = Sandbox::in_memory(town::estate(&all), Faults::none(SEED));
        let by_id = all.iter().enumerate().filter(|(_, one)| !one.id.is_empty()).map(|(who, one)| (one.id.clone(), who)).collect();
        let lives = all.iter().map(|one| Life::new(one, instant(BEGIN))).collect();
        let boundaries = wishes.boundaries(&all);
        Self {
            fleet,
            wishes,
            all,
            lives,
            cloud: Recorder::new(sandbox),
            log: Log::default(),
            shortage: Vec::new(),
            by_id,
            taken: Vec::new(),
            wrong: BTreeMap::new(),
            boundaries,
        }
    }

    /// Writes down that a law was broken; what comes of it later on the same resource is not of interest.
    pub fn complain(&mut self, who: usize, at: Timestamp, what: &str) {
        let text = || format!("at {at}: {what}: {:?}", self.lives[who]);
        if !self.wrong.contains_key(&Some(who)) {
            let text = text();
            println!("{} {text}", self.all[who].name);
            self.wrong.insert(Some(who), text);
        }
    }

    /// The same, when it befell none of the two hundred by name.
    pub fn complain_of_account(&mut self, at: Timestamp, what: &str) {
        self.wrong.entry(None).or_insert_with(|| {
            println!("the account at {at}: {what}");
            format!("at {at}: {what}")
        });
    }

    /// Where the account's clock stands.
    pub fn now(&self) -> Timestamp {
        self.cloud.sandbox.now()
    }

    fn run(&mut self, pace: Pace) -> Passes {
        let mut deeds = script(&self.all, SEED).into_iter().peekable();
        let mut random = Random::new(SEED ^ 1);
        let mut passes = Passes::default();
        // Until when nothing can differ from what the last pass found; nothing when that did something, or did not see everything.
        let mut quiet: Option<Timestamp> = None;
        for at in pace.instants() {
            while let Some((instant, deed)) = deeds.next_if(|(instant, _)| *instant <= at) {
                self.happen(instant, &deed);
                quiet = None;
            }
            // The last pass may still be waiting for machines.
            if self.now() > at {
                continue;
            }
            let idle = quiet.is_some_and(|until| at < until);
            if pace.sample.is_some_and(|share| random.below(share) != 0 && idle) {
                passes.skipped += 1;
                continue;
            }
            let (did, saw) = self.pass(at);
            assert!(!(did && idle), "{at}: a pass did something although nothing can differ until {quiet:?}");
            (passes.made, passes.idle) = (passes.made + 1, passes.idle + u64::from(idle));
            quiet = (saw && !did).then(|| self.quiet_until(at));
        }
        passes
    }

    /// The first instant after `at`, when a pass found nothing to do, at which anything that a plan depends on can differ: the
    /// instant itself (an edge of a schedule, the end of an override, a limit, a snooze, a mark, of events that are kept), or the
    /// account, by itself. What people do makes the next pass look in any case.
    ///
    /// A plan is a function of file, reading and instant. Until then the reading stays the same, and every comparison of the
    /// instant with another one comes out the same; so does the plan.
    fn quiet_until(&self, at: Timestamp) -> Timestamp {
        let itself = self.cloud.sandbox.next_change().expect("in memory");
        let file = self.boundaries.get(self.boundaries.partition_point(|instant| *instant <= at)).copied();
        let own = self.all.iter().zip(&self.lives).flat_map(|(one, life)| own_boundaries(one, life)).filter(|instant| *instant > at).min();
        let put_off = (0..self.all.len()).filter_map(|who| self.look(who, at).put_off_until()).filter(|instant| *instant > at).min();
        itself.into_iter().chain(file).chain(own).chain(put_off).min().unwrap_or(Timestamp::MAX)
    }

    /// Plans and applies. Whether anything was changed, or tried, and whether everything was seen.
    fn pass(&mut self, at: Timestamp) -> (bool, bool) {
        self.cloud.sandbox.at(at).expect("the clock moves");
        self.live_until(at);
        let wishes: Vec<Wish> = (0..self.all.len()).map(|who| self.look(who, at).wish()).collect();
        let pass = match self.read(at) {
            Some((snapshot, plan)) => {
                verify::shows_what_is_true(self, &snapshot);
                verify::names_the_same_causes(self, &plan, &wishes, at);
                let settings = Settings { parallelism: 8, wait_db: SignedDuration::ZERO, stop: std::sync::Arc::default() };
                let outcome = block_on(apply::run(&self.cloud, &self.cloud.sandbox, &plan, &settings, &mut |_| {}));
                self.births(at, &outcome);
                Pass { at, wishes, plan: Some(plan), calls: self.cloud.take() }
            }
            None => Pass { at, wishes, plan: None, calls: self.cloud.take() },
        };
        verify::did_what_had_to_be_done(self, &pass);
        (!pass.calls.is_empty(), pass.plan.is_some_and(|plan| plan.gaps.is_empty()))
    }

    fn read(&self, at: Timestamp) -> Option<(Snapshot, Plan)> {
        let (lock, options) = (Lock::default(), Options::default());
        block_on(plan::read_and_plan(&self.cloud, self.fleet, &lock, at, &options)).ok()
    }

    /// Instances of users are given their ids by the first pass.
    fn births(&mut self, at: Timestamp, outcome: &apply::Outcome) {
        let made =
            outcome.steps.iter().filter(|step| step.action == plan::Action::Create && step.kind == muster_core::cloud::Kind::Instance);
        for step in made {
            let who = self.all.iter().position(|one| step.address.as_str() == format!("{}/instance", one.name)).expect("a user");
            let id = self.born(who).unwrap_or_else(|| panic!("{}: {:?}", step.address, step.status));
            self.by_id.insert(id.clone(), who);
            self.all[who].id = id;
            self.log.add(at, who, "make", Why::Birth, "", true);
        }
    }

    fn born(&self, who: usize) -> Option<String> {
        let show = self.cloud.sandbox.show().expect("in memory");
        let address = format!("{}/instance", self.all[who].name);
        let items = show.places.into_iter().flat_map(|place| place.items);
        items.into_iter().find(|item| item.id.starts_with("i-") && item.tags.get(tags::ADDRESS) == Some(&address)).map(|item| item.id)
    }

    /// A resource at an instant.
    pub fn look(&self, who: usize, at: Timestamp) -> Look<'_> {
        Look { one: &self.all[who], life: &self.lives[who], wishes: &self.wishes, at }
    }

    /// What comes by itself until an instant: RDS's starts, and starts that fall back.
    pub fn live_until(&mut self, at: Timestamp) {
        for who in 0..self.all.len() {
            let (one, life) = (&self.all[who], &mut self.lives[who]);
            let Some((when, what)) = life.itself(one).filter(|(when, _)| *when <= at) else { continue };
            let (by, why) = if what == Itself::Rds { (By::Rds, Why::Rds) } else { (By::Fall, Why::FellBack) };
            life.turn(one, what == Itself::Rds, by, when);
            if what == Itself::Falls {
                (life.settles, life.falling) = (when, false);
            }
            life.last = None;
            self.log.add(when, who, if what == Itself::Rds { "start" } else { "stop" }, why, "", true);
        }
    }

    /// What people do, and what befalls the account.
    fn happen(&mut self, planned: Timestamp, deed: &Deed) {
        let at = planned.max(self.now());
        let at = Timestamp::from_second(at.as_second() + i64::from(at.subsec_nanosecond() > 0)).expect("within the year");
        self.cloud.sandbox.at(at).expect("the clock moves");
        self.live_until(at);
        let sandbox = &self.cloud.sandbox;
        match deed {
            Deed::Flip(who) => self.flip(*who, at),
            Deed::Scale(who, numbers) => self.scale(*who, *numbers, at),
            Deed::Override(who, on, minutes) => {
                let until = at + SignedDuration::from_mins(*minutes);
                let state = if *on { "running" } else { "stopped" };
                sandbox.set_tag(&self.all[*who].id, tags::OVERRIDE, &format!("{state} until={until} by=kim")).expect("tagged");
                self.lives[*who].tag = Some((*on, until));
                self.log.add(at, *who, "override", Why::Person, &format!("{state} until {until}"), true);
            }
            Deed::Snooze(who, minutes) => {
                let until = at + SignedDuration::from_mins(*minutes);
                sandbox.set_tag(&self.all[*who].id, "hold-until", &until.to_string()).expect("tagged");
                self.lives[*who].snooze = Some(until);
                self.log.add(at, *who, "snooze", Why::Person, &format!("until {until}"), true);
            }
            Deed::FallBack(who) => {
                sandbox.fall_back(&self.all[*who].id, "Server.InternalError").expect("written");
                let life = &mut self.lives[*who];
                if life.on && at < life.settles { life.falling = true } else { life.falls = true }
            }
            Deed::Capacity(name, there) => {
                sandbox.capacity(name, *there).expect("written");
                self.shortage.retain(|short| short != name);
                self.shortage.extend((!there).then_some(*name));
            }
            Deed::Trouble(faults) => self.cloud.fail(faults.iter().copied()),
            Deed::Throttle(calls) => sandbox.throttle(*calls).expect("written"),
            Deed::Deny(action) => sandbox.deny(action).expect("written"),
            Deed::Allow(action) => drop(sandbox.allow(action).expect("written")),
        }
    }

    /// Nobody can start or stop what is on its way.
    fn flip(&mut self, who: usize, at: Timestamp) {
        let (one, life) = (&self.all[who], &mut self.lives[who]);
        if life.is_moving(at) {
            return;
        }
        let (sandbox, on) = (&self.cloud.sandbox, !life.on);
        let done = if on { sandbox.start(&one.id) } else { sandbox.stop(&one.id) };
        // A type of which there is none to give cannot be started by people either.
        if done.is_err() {
            assert!(on && self.shortage.iter().any(|short| **short == life.kind), "{}: {done:?}", one.name);
            return;
        }
        life.turn(one, on, By::Person, at);
        life.last = None;
        self.log.add(at, who, if on { "start" } else { "stop" }, Why::Person, "", true);
    }

    fn scale(&mut self, who: usize, numbers: (u32, u32, u32), at: Timestamp) {
        let (one, life) = (&self.all[who], &mut self.lives[who]);
        let numbers = if one.sort == Sort::Service { (numbers.1, numbers.1, numbers.1) } else { numbers };
        if numbers == life.numbers {
            return;
        }
        let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
        let change = match one.id.split_once('/') {
            Some((cluster, service)) => {
                Change::ScaleService { cluster: cluster.to_owned(), service: service.to_owned(), desired: numbers.1 }
            }
            None => Change::ScaleGroup { name: one.id.clone(), min: numbers.0, desired: numbers.1, max: numbers.2 },
        };
        self.cloud.sandbox.hand(&place, &change).expect("scaled by hand");
        life.scale(one, numbers, By::Person, at);
        self.log.add(at, who, "scale", Why::Person, &text(one, numbers), true);
    }
}

/// `2/4/8`, or `4` of a service.
pub fn text(one: &Resource, numbers: (u32, u32, u32)) -> String {
    if one.sort == Sort::Service { numbers.1.to_string() } else { format!("{}/{}/{}", numbers.0, numbers.1, numbers.2) }
}

/// Instants at which something ends that only this one has.
fn own_boundaries(one: &Resource, life: &Life) -> impl Iterator<Item = Timestamp> + use<> {
    let second = SignedDuration::from_secs(1);
    let limit = (one.crew == "batch" && life.on).then(|| life.started + LIMIT);
    let is_rds = matches!(one.sort, Sort::Database | Sort::Cluster);
    let kept = is_rds.then(|| [life.changed + EVENTS_KEPT + second, life.asked + EVENTS_KEPT + second]);
    let marked = life.marked.map(|marked| marked + MARK_GOOD_FOR + second);
    let tag = life.tag.map(|(_, until)| until);
    limit.into_iter().chain(kept.into_iter().flatten()).chain(marked).chain(tag)
}
