//! The laws of a pass: the account is as it is known to be, everything that had to be done was done or has a reason why not, and
//! nothing else was.

use jiff::Timestamp;
use muster_core::cloud::{Change, IdRef, InstanceState, Place, PlaceView, ResourceRef, Snapshot};
use muster_core::plan::{Cause, Plan};
use muster_core::tags;

use super::judge::Wish;
use super::life::{By, Life};
use super::log::Why;
use super::recorder::Call;
use super::town::{Resource, Sort};
use super::wishes::Source;
use super::year::{Year, text};

/// A pass that was made.
pub struct Pass {
    /// When it began.
    pub at: Timestamp,
    /// What it had to do, by resource.
    pub wishes: Vec<Wish>,
    /// What it planned; nothing when the account did not answer.
    pub plan: Option<Plan>,
    /// What it asked for.
    pub calls: Vec<Call>,
}

/// What a change does to the run state of one resource.
#[derive(Debug, Clone, PartialEq)]
enum Deed {
    Turn(bool),
    Scale((u32, u32, u32)),
    Type(String),
    Snapshot,
    Mark(bool),
    EndOverride,
    Given,
    Other,
}

/// The account shows of each what is true of it: nothing was started, stopped, scaled or changed in type by nobody.
pub fn shows_what_is_true(year: &Year<'_>, snapshot: &Snapshot) {
    let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
    let Some(view) = snapshot.places.get(&place) else { return };
    for (one, life) in year.all.iter().zip(&year.lives).filter(|(one, _)| !one.id.is_empty()) {
        if let Some(shown) = shown(view, one) {
            let truth = if matches!(one.sort, Sort::Group | Sort::Service) { text(one, life.numbers) } else { state(life) };
            assert_eq!(shown, truth, "{} at {}: {life:?}", one.name, snapshot.taken);
        }
    }
}

fn state(life: &Life) -> String {
    if life.on { "on".to_owned() } else { "off".to_owned() }
}

/// What a complete list shows of it; nothing when the list was not read.
fn shown(view: &PlaceView, one: &Resource) -> Option<String> {
    let on = |is_on: bool| if is_on { "on".to_owned() } else { "off".to_owned() };
    let database_on = |state: &str| on(!matches!(state, "stopped" | "stopping"));
    match one.sort {
        Sort::User | Sort::Instance => {
            let found = view.instances.seen().iter().find(|instance| instance.id == one.id)?;
            Some(on(matches!(found.state, InstanceState::Running | InstanceState::Pending)))
        }
        Sort::Database => view.databases.seen().iter().find(|database| database.name == one.id).map(|found| database_on(&found.state.0)),
        Sort::Cluster => view.clusters.seen().iter().find(|cluster| cluster.name == one.id).map(|found| database_on(&found.state.0)),
        Sort::Group => {
            view.scaling_groups.seen().iter().find(|group| group.name == one.id).map(|found| text(one, (found.min, found.desired, found.max)))
        }
        Sort::Service => {
            view.services.seen().iter().find(|service| service.path() == one.id).map(|found| text(one, (found.desired, found.desired, found.desired)))
        }
    }
}

/// The plan gives the cause that the second reading finds, for whatever it starts, stops and scales.
pub fn names_the_same_causes(year: &Year<'_>, plan: &Plan, wishes: &[Wish], at: Timestamp) {
    for step in plan.steps.iter().filter(|step| step.action.is_run_state()) {
        let Some(who) = step.id.as_ref().and_then(|id| find(year, id)) else { continue };
        let wanted = match &wishes[who] {
            Wish::Turn(_, Why::Undo) | Wish::Scale(_, Why::Undo) => Cause::Manual,
            Wish::Turn(_, Why::Retry) | Wish::Scale(_, Why::Retry) if step.cause == Cause::Manual => Cause::Manual,
            Wish::Turn(..) | Wish::Scale(..) if year.look(who, at).source() == Source::Override => Cause::Override,
            Wish::Turn(..) | Wish::Scale(..) | Wish::Resize => Cause::Schedule,
            other => panic!("{} at {at}: planned {:?} ({}), but {other:?}: {:?}", year.all[who].name, step.action, step.reason, year.lives[who]),
        };
        assert_eq!(step.cause, wanted, "{} at {at}: {} ({:?})", year.all[who].name, step.reason, wishes[who]);
    }
}

/// Everything was done that had to be, once, and nothing else.
pub fn did_what_had_to_be_done(year: &mut Year<'_>, pass: &Pass) {
    let mut tried = vec![Tried::default(); year.all.len()];
    for call in &pass.calls {
        year.live_until(call.at);
        for (who, deed) in deeds(year, &call.change) {
            tried[who].take(&deed, call);
            happened(year, pass, who, &deed, call);
        }
    }
    let now = year.now();
    year.live_until(now);
    (0..year.all.len()).for_each(|who| settle(year, pass, who, &tried[who]));
}

/// What was tried with one of them in a pass.
#[derive(Debug, Clone, Copy, Default)]
struct Tried {
    /// It was started, stopped, or scaled, with or without success.
    moved: bool,
    /// A snapshot was asked for.
    snapshot: bool,
    /// Something about it failed.
    refused: bool,
}

impl Tried {
    fn take(&mut self, deed: &Deed, call: &Call) {
        self.moved |= matches!(deed, Deed::Turn(_) | Deed::Scale(_));
        self.snapshot |= *deed == Deed::Snapshot;
        self.refused |= call.refused.is_some();
    }
}

fn find(year: &Year<'_>, id: &str) -> Option<usize> {
    let path = id.rsplit_once(":service/").map(|(_, path)| path);
    let bare = id.rsplit_once(":cluster:").or_else(|| id.rsplit_once(":db:")).map_or(id, |(_, name)| name);
    year.by_id.get(path.unwrap_or(bare)).copied()
}

/// What a change is to which of them.
fn deeds(year: &Year<'_>, change: &Change) -> Vec<(usize, Deed)> {
    let one = |id: &str, deed: Deed| find(year, id).map(|who| (who, deed)).into_iter().collect();
    let each = |ids: &[IdRef], on: bool| ids.iter().filter_map(|id| Some((find(year, id.known()?)?, Deed::Turn(on)))).collect();
    match change {
        Change::StartInstances { ids } => each(ids, true),
        Change::StopInstances { ids, .. } => each(ids, false),
        Change::StartDatabase { name } | Change::StartCluster { name } => one(name, Deed::Turn(true)),
        Change::StopDatabase { name } | Change::StopCluster { name } => one(name, Deed::Turn(false)),
        Change::ScaleGroup { name, min, desired, max } => one(name, Deed::Scale((*min, *desired, *max))),
        Change::ScaleService { cluster, service, desired } => one(&format!("{cluster}/{service}"), Deed::Scale((*desired, *desired, *desired))),
        Change::ModifyInstanceType { id, instance_type } => one(id, Deed::Type(instance_type.clone())),
        Change::CreateDbSnapshot { database, .. } => one(database, Deed::Snapshot),
        Change::CreateClusterSnapshot { cluster, .. } => one(cluster, Deed::Snapshot),
        Change::SetTags { resource, tags } => tagged(year, resource, tags.keys(), true),
        Change::RemoveTags { resource, keys } => tagged(year, resource, keys.iter(), false),
        _ => Vec::new(),
    }
}

fn tagged<'k>(year: &Year<'_>, resource: &ResourceRef, keys: impl Iterator<Item = &'k String>, set: bool) -> Vec<(usize, Deed)> {
    let Some(who) = resource.id.known().and_then(|id| find(year, id)) else { return Vec::new() };
    let deed = |key: &String| match key.as_str() {
        tags::RESUME_RUNNING => Deed::Mark(set),
        tags::OVERRIDE => Deed::EndOverride,
        tags::RESUME_SET => Deed::Given,
        _ => Deed::Other,
    };
    keys.map(|key| (who, deed(key))).collect()
}

/// Writes down what a change did, and holds it against what had to be done.
fn happened(year: &mut Year<'_>, pass: &Pass, who: usize, deed: &Deed, call: &Call) {
    let why = reason(&pass.wishes[who]);
    let said = call.refused.as_ref().map(|code| if call.done { format!("{code}, but done") } else { code.clone() });
    let detail = |what: &str| [what, said.as_deref().unwrap_or_default()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let (one, life) = (&year.all[who], &mut year.lives[who]);
    let asked_for = |what: &str| why.unwrap_or_else(|| panic!("{} at {}: {what}, but {:?}: {life:?}", one.name, call.at, pass.wishes[who]));
    match deed {
        Deed::Turn(on) => {
            let (verb, why) = (if *on { "start" } else { "stop" }, asked_for(if *on { "started" } else { "stopped" }));
            let within = matches!(pass.wishes[who], Wish::Resize) || pass.wishes[who] == Wish::Turn(*on, why);
            assert!(within, "{} at {}: {verb}, but {:?}", one.name, call.at, pass.wishes[who]);
            let again = life.last.is_some_and(|(last, refused)| last == *on && !refused);
            assert!(!again || life.on != *on, "{} at {}: {verb} twice with nothing in between: {life:?}", one.name, call.at);
            life.last = Some((*on, call.refused.is_some()));
            let turns = call.done && life.on != *on;
            if turns {
                let limited = why == Why::Limit || (why == Why::Retry && life.limited);
                life.turn(one, *on, By::Muster, call.at);
                life.limited = limited;
            }
            year.log.add(call.at, who, verb, why, &detail(""), turns);
        }
        Deed::Scale(numbers) => {
            let why = asked_for("scaled");
            let wanted = matches!(&pass.wishes[who], Wish::Scale(wanted, _) if wanted == numbers);
            assert!(wanted, "{} at {}: scaled to {numbers:?}, but {:?}", one.name, call.at, pass.wishes[who]);
            if call.done {
                if super::life::none(one, *numbers) && !life.is_none(one) {
                    life.remembered = Some(life.numbers);
                }
                life.scale(one, *numbers, By::Muster, call.at);
            }
            year.log.add(call.at, who, "scale", why, &detail(&text(one, *numbers)), call.done);
        }
        Deed::Type(name) => {
            let why = asked_for("changed in type");
            if call.done {
                life.kind.clone_from(name);
            }
            year.log.add(call.at, who, "type", why, &detail(name), call.done);
        }
        Deed::Snapshot => {
            let why = asked_for("snapshotted");
            if call.done {
                life.backing_up = call.at + jiff::SignedDuration::from_mins(3);
            }
            year.log.add(call.at, who, "snapshot", why, &detail(""), call.done);
        }
        Deed::Mark(set) if call.done => life.marked = set.then_some(call.at),
        Deed::EndOverride => {
            let over = life.tag.is_some_and(|(_, until)| until <= pass.at);
            assert!(over, "{} at {}: its override ends before its time", one.name, call.at);
            if call.done {
                life.tag = None;
            }
            year.log.add(call.at, who, "untag", Why::OverrideEnd, &detail(""), call.done);
        }
        Deed::Given if call.done => life.given = Some((life.numbers, call.at)),
        Deed::Mark(_) | Deed::Given | Deed::Other => {}
    }
}

fn reason(wish: &Wish) -> Option<Why> {
    match wish {
        Wish::Turn(_, why) | Wish::Scale(_, why) => Some(*why),
        Wish::Resize => Some(Why::Size),
        Wish::Rest | Wish::Stands | Wish::Moving => None,
    }
}

/// What had to be done was done, or there is a reason; the next pass then knows that it comes late.
fn settle(year: &mut Year<'_>, pass: &Pass, who: usize, tried: &Tried) {
    let wish = &pass.wishes[who];
    let fell = year.lives[who].by == By::Fall && year.lives[who].asked >= pass.at;
    let reached = match wish {
        Wish::Turn(on, _) => year.lives[who].on == *on,
        Wish::Scale(numbers, _) => year.lives[who].numbers == *numbers && !tried.refused,
        Wish::Resize => tried.moved && year.lives[who].on,
        Wish::Rest | Wish::Stands | Wish::Moving => true,
    };
    if !reached && !tried.refused && !fell {
        let excuse = excuse(year, pass, who, tried);
        assert!(excuse.is_some(), "{} at {}: {wish:?} is missing: {:?}\n{:#?}", year.all[who].name, pass.at, year.lives[who], held(pass, who, year));
    }
    let unread = is_unread(year, pass, who);
    let life = &mut year.lives[who];
    life.late = !reached && (tried.refused || fell || unread) || (life.late && matches!(wish, Wish::Moving));
    life.snoozed = *wish == Wish::Stands && life.on && life.snooze.is_some_and(|until| until > pass.at) && life.by != By::Person || (life.snoozed && !reached);
}

fn held<'p>(pass: &'p Pass, who: usize, year: &Year<'_>) -> Vec<&'p str> {
    let name = &year.all[who].name;
    pass.plan.iter().flat_map(|plan| &plan.held).filter(|held| held.address.is_under(name)).map(|held| held.why.as_str()).collect()
}

/// Why something was not even tried.
fn excuse(year: &Year<'_>, pass: &Pass, who: usize, tried: &Tried) -> Option<&'static str> {
    let (one, life) = (&year.all[who], &year.lives[who]);
    if is_unread(year, pass, who) {
        return Some("it could not be read");
    }
    let Wish::Turn(on, _) = pass.wishes[who] else { return None };
    if one.crew == "app" && on && (0..year.all.len()).any(|other| year.all[other].crew == "db-office" && is_down(year, pass, other)) {
        return Some("what it comes after is not there yet");
    }
    if one.crew == "db-office" && !on && (tried.snapshot || life.is_moving(year.now())) {
        return Some("its snapshot comes first");
    }
    let edge = year.wishes.edge(one, life.tag, pass.at, year.now());
    edge.map(|_| "its edge came first")
}

/// A database that the machines of `app` wait for.
fn is_down(year: &Year<'_>, pass: &Pass, other: usize) -> bool {
    let life = &year.lives[other];
    !life.on || life.is_moving(pass.at) || life.asked >= pass.at || is_unread(year, pass, other) || matches!(pass.wishes[other], Wish::Turn(..))
}

/// The account did not say what is needed to judge it.
fn is_unread(year: &Year<'_>, pass: &Pass, who: usize) -> bool {
    let Some(plan) = &pass.plan else { return true };
    let service = match year.all[who].sort {
        Sort::User | Sort::Instance => "ec2:",
        Sort::Database | Sort::Cluster => "rds:",
        Sort::Group => "autoscaling:",
        Sort::Service => "ecs:",
    };
    plan.gaps.iter().any(|gap| gap.action.starts_with(service))
}
