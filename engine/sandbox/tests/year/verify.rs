//! The laws of a pass: the account is as it is known to be, everything that had to be done was done or has a reason why not, and
//! nothing else was.

use jiff::Timestamp;
use muster_core::cloud::{Change, IdRef, InstanceState, Place, PlaceView, ResourceRef, Snapshot};
use muster_core::plan::{Cause, Plan};
use muster_core::tags;

use super::judge::{LIMIT, Wish};
use super::life::{By, Life};
use super::log::Why;
use super::recorder::Call;
use super::strays;
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
pub fn shows_what_is_true(year: &mut Year<'_>, snapshot: &Snapshot) {
    let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
    let Some(view) = snapshot.places.get(&place) else { return };
    for who in (0..year.all.len()).filter(|who| !year.all[*who].id.is_empty()).collect::<Vec<_>>() {
        let (one, life) = (&year.all[who], &year.lives[who]);
        let truth = if matches!(one.sort, Sort::Group | Sort::Service) { text(one, life.numbers) } else { state(life) };
        let wrong = match shown(view, one) {
            Some(shown) if shown != truth => format!("the account shows {shown}, and nobody brought that about"),
            None if is_whole(view, one.sort) => "the account has it no more, and nobody removed it".to_owned(),
            _ => continue,
        };
        year.complain(who, snapshot.taken, &wrong);
    }
}

fn state(life: &Life) -> String {
    if life.on { "on".to_owned() } else { "off".to_owned() }
}

/// True when what the list of a sort does not show is not there.
fn is_whole(view: &PlaceView, sort: Sort) -> bool {
    match sort {
        Sort::User | Sort::Instance => view.instances.is_complete(),
        Sort::Database => view.databases.is_complete(),
        Sort::Cluster => view.clusters.is_complete(),
        Sort::Group => view.scaling_groups.is_complete(),
        Sort::Service => view.services.is_complete(),
    }
}

/// What the list shows of it; nothing when it is not there, or not any more.
fn shown(view: &PlaceView, one: &Resource) -> Option<String> {
    let on = |is_on: bool| if is_on { "on".to_owned() } else { "off".to_owned() };
    let database_on = |state: &str| on(!matches!(state, "stopped" | "stopping"));
    match one.sort {
        Sort::User | Sort::Instance => {
            let found = view.instances.seen().iter().find(|instance| instance.id == one.id && !instance.state.is_gone())?;
            Some(on(matches!(found.state, InstanceState::Running | InstanceState::Pending)))
        }
        Sort::Database => view.databases.seen().iter().find(|database| database.name == one.id).map(|found| database_on(&found.state.0)),
        Sort::Cluster => view.clusters.seen().iter().find(|cluster| cluster.name == one.id).map(|found| database_on(&found.state.0)),
        Sort::Group => view
            .scaling_groups
            .seen()
            .iter()
            .find(|group| group.name == one.id)
            .map(|found| text(one, (found.min, found.desired, found.max))),
        Sort::Service => view
            .services
            .seen()
            .iter()
            .find(|service| service.path() == one.id)
            .map(|found| text(one, (found.desired, found.desired, found.desired))),
    }
}

/// The plan gives the cause that the second reading finds, for whatever it starts, stops and scales.
pub fn names_the_same_causes(year: &mut Year<'_>, plan: &Plan, wishes: &[Wish], at: Timestamp) {
    for step in plan.steps.iter().filter(|step| step.action.is_run_state()) {
        let Some(who) = step.id.as_ref().and_then(|id| find(year, id)) else { continue };
        let source = year.look(who, at).source();
        let fits = match &wishes[who] {
            Wish::Turn(_, Why::Undo) | Wish::Scale(_, Why::Undo) => step.cause == Cause::Manual,
            // What is tried again has the cause it had.
            Wish::Turn(_, Why::Retry) | Wish::Scale(_, Why::Retry) if step.cause == Cause::Manual => true,
            Wish::Turn(..) | Wish::Scale(..) if source == Source::Override => step.cause == Cause::Override,
            Wish::Turn(..) | Wish::Scale(..) | Wish::Resize => step.cause == Cause::Schedule,
            Wish::Rest | Wish::Stands | Wish::Moving => false,
        };
        if !fits {
            let what = format!("planned {} by {} ({}), but {:?}", step.action.as_str(), step.cause.as_str(), step.reason, wishes[who]);
            year.complain(who, at, &what);
        }
    }
}

/// Everything was done that had to be, once, and nothing else.
pub fn did_what_had_to_be_done(year: &mut Year<'_>, pass: &Pass) {
    let mut tried = vec![Tried::default(); year.all.len()];
    for call in &pass.calls {
        year.live_until(call.at);
        let deeds = deeds(year, &call.change);
        if let Some(wrong) = strays::objection(year, pass, &call.change, deeds.len()) {
            year.complain_of_account(call.at, &format!("{:?} at the pass of {}: {wrong}", call.change, pass.at));
        }
        if call.done {
            strays::remember(year, &call.change, call.at, deeds.first().map(|(who, _)| *who));
        }
        for (who, deed) in deeds {
            tried[who].take(&deed, call);
            happened(year, pass, who, &deed, call);
        }
    }
    let now = year.now();
    year.live_until(now);
    (0..year.all.len()).for_each(|who| settle(year, pass, who, &tried[who]));
}

/// What was tried with one of them in a pass.
#[derive(Debug, Clone, Default)]
struct Tried {
    /// It was started, stopped, or scaled, with or without success.
    moved: bool,
    /// A snapshot was asked for.
    snapshot: bool,
    /// Something about it failed.
    refused: bool,
    /// Something failed that the script made fail, or that was no start or stop.
    excused: bool,
    /// Code of a start or stop that failed by itself.
    unordered: Option<String>,
}

impl Tried {
    fn take(&mut self, deed: &Deed, call: &Call) {
        self.moved |= matches!(deed, Deed::Turn(_) | Deed::Scale(_));
        self.snapshot |= *deed == Deed::Snapshot;
        let Some(code) = &call.refused else { return };
        self.refused = true;
        if matches!(deed, Deed::Turn(_)) && !strays::is_ordered(code) {
            self.unordered = Some(code.clone());
        } else {
            self.excused = true;
        }
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
        Change::ScaleService { cluster, service, desired } => {
            one(&format!("{cluster}/{service}"), Deed::Scale((*desired, *desired, *desired)))
        }
        Change::ModifyInstanceType { id, instance_type } => one(id, Deed::Type(instance_type.clone())),
        Change::CreateDbSnapshot { database, .. } => one(database, Deed::Snapshot),
        Change::CreateClusterSnapshot { cluster, .. } => one(cluster, Deed::Snapshot),
        Change::SetTags { resource, tags } => tagged(year, resource, tags.keys(), true),
        Change::RemoveTags { resource, keys } => tagged(year, resource, keys.iter(), false),
        // Of none of them; `strays` says whether it may be.
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
    if let Some(wrong) = objection(year, pass, who, deed, call) {
        year.complain(who, call.at, &format!("{deed:?} at the pass of {}: {wrong}", pass.at));
    }
    let why = reason(&pass.wishes[who]).unwrap_or(Why::Unexplained);
    let (verb, why, what) = match deed {
        Deed::Turn(on) => (if *on { "start" } else { "stop" }, why, String::new()),
        Deed::Scale(numbers) => ("scale", why, text(&year.all[who], *numbers)),
        Deed::Type(name) => ("type", why, name.clone()),
        Deed::Snapshot => ("snapshot", why, String::new()),
        Deed::EndOverride => ("untag", Why::OverrideEnd, String::new()),
        Deed::Mark(_) | Deed::Given | Deed::Other => ("", why, String::new()),
    };
    let came_about = came_about(year, who, deed, call, why);
    if !verb.is_empty() {
        let said = call.refused.as_ref().map(|code| if call.done { format!("{code}, but done") } else { code.clone() });
        let detail: Vec<String> = [what].into_iter().chain(said).filter(|part| !part.is_empty()).collect();
        year.log.add(call.at, who, verb, why, &detail.join(" "), came_about);
    }
}

/// Why a change should not have been asked for.
fn objection(year: &Year<'_>, pass: &Pass, who: usize, deed: &Deed, call: &Call) -> Option<String> {
    let (life, wish) = (&year.lives[who], &pass.wishes[who]);
    let asked_for = match (deed, wish) {
        (Deed::Turn(_) | Deed::Type(_), Wish::Resize) => true,
        (Deed::Turn(on), Wish::Turn(wanted, _)) => on == wanted,
        (Deed::Scale(numbers), Wish::Scale(wanted, _)) => numbers == wanted,
        (Deed::Type(_), Wish::Turn(on, _)) => *on,
        (Deed::Snapshot, Wish::Turn(on, _)) => !*on,
        (Deed::EndOverride, _) => life.tag.is_some_and(|(_, until)| until <= pass.at),
        (Deed::Mark(_) | Deed::Given | Deed::Other, _) => true,
        _ => false,
    };
    let again = matches!(deed, Deed::Turn(on) if life.on == *on && life.last == Some((*on, false)));
    if reason(wish) == Some(Why::Unexplained) && !matches!(deed, Deed::EndOverride | Deed::Other) {
        return Some("nothing explains it".to_owned());
    }
    if again {
        return Some(format!("twice with nothing in between, {}", call.at));
    }
    let early = year.all[who].crew == "app" && *deed == Deed::Turn(true) && (0..year.all.len()).any(|other| is_not_up(year, other, call));
    if early {
        return Some("started before what it comes after".to_owned());
    }
    (!asked_for).then(|| format!("{wish:?} was due"))
}

/// A database that the machines of `app` come after, and that is not available.
fn is_not_up(year: &Year<'_>, other: usize, call: &Call) -> bool {
    year.all[other].crew == "db-office" && (!year.lives[other].on || call.at < year.lives[other].settles)
}

/// What is true after a change. True when it came about by it.
fn came_about(year: &mut Year<'_>, who: usize, deed: &Deed, call: &Call, why: Why) -> bool {
    let (one, life) = (&year.all[who], &mut year.lives[who]);
    if let Deed::Turn(on) = deed {
        life.last = Some((*on, call.refused.is_some()));
    }
    match deed {
        Deed::Turn(on) if call.done && life.on != *on => {
            life.turn(one, *on, By::Muster, call.at);
            life.limited = why == Why::Limit || (why == Why::Retry && one.crew == "batch" && !on && call.at >= life.started + LIMIT);
        }
        Deed::Turn(_) => return false,
        _ if !call.done => return false,
        Deed::Scale(numbers) => {
            if super::life::none(one, *numbers) && !life.is_none(one) {
                life.remembered = Some(life.numbers);
            }
            life.scale(one, *numbers, By::Muster, call.at);
        }
        Deed::Type(name) => life.kind.clone_from(name),
        Deed::Snapshot => life.backing_up = call.at + jiff::SignedDuration::from_mins(3),
        Deed::Mark(set) => life.marked = set.then_some(call.at),
        Deed::EndOverride => life.tag = None,
        Deed::Given => life.given = Some((life.numbers, call.at)),
        Deed::Other => {}
    }
    true
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
    if !reached && !tried.excused && !fell && excuse(year, pass, who, tried).is_none() {
        let what = format!("{wish:?} is missing, refused: {:?}, held: {:?}", tried.unordered, held(pass, who, year));
        year.complain(who, pass.at, &what);
    }
    let unread = is_unread(year, pass, who);
    let life = &mut year.lives[who];
    let failed = !reached && (tried.refused || fell || unread);
    life.late = failed || (life.late && *wish == Wish::Moving);
    let asks = life.on && life.by != By::Person && life.snooze.is_some_and(|until| until > pass.at);
    life.snoozed = (*wish == Wish::Stands && asks) || (life.snoozed && !reached);
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
    !life.on
        || life.is_moving(pass.at)
        || life.asked >= pass.at
        || is_unread(year, pass, other)
        || matches!(pass.wishes[other], Wish::Turn(..))
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
