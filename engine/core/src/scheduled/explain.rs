//! Why a machine is on or off.

use jiff::Timestamp;
use serde::Serialize;

use crate::plan::Input;
use crate::plan::draft::Draft;
use crate::plan::last_change::LastChange;
use crate::plan::run_state::{Background, Judged, Verdict, background, everything};
use crate::schedule::{Considered, Context, Manual, Rank, RunState, Schedule, WantedState};
use crate::status::Next;

/// Everything that leads to a machine's state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Its address.
    pub address: String,
    /// Name of its account in fleet.yaml.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Instance id or database identifier.
    pub id: String,
    /// AWS's word for its state.
    pub actual: String,
    /// The instant the schedules are asked about.
    pub at: Timestamp,
    /// What is wanted then; nothing when nothing is said about it.
    pub desired: Option<WantedState>,
    /// The schedule that decides.
    pub schedule: Option<String>,
    /// Its zone.
    pub timezone: Option<String>,
    /// Every schedule of the fleet, and what it has to do with the machine.
    pub schedules: Vec<Claim>,
    /// Every rule of the deciding schedule, highest precedence first.
    pub rules: Vec<Considered>,
    /// The last start or stop.
    pub last_change: Option<Change>,
    /// What follows, in words.
    pub verdict: String,
    /// True when the next apply starts or stops it.
    pub acts: bool,
    /// Something about it that cannot be read as it was meant.
    pub note: Option<String>,
    /// The next edge.
    pub next: Option<Next>,
}

/// A schedule and a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The schedule.
    pub schedule: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub origin: String,
    /// Whether it is for the machine.
    pub applies: bool,
    /// Why, or why not.
    pub why: String,
}

/// The last start or stop of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it brought about.
    pub to: RunState,
    /// When; nothing when AWS does not say.
    pub at: Option<Timestamp>,
    /// It was the creation.
    pub creation: bool,
    /// Whether it counts as made by hand, and why; nothing without a schedule.
    pub judgement: Option<String>,
}

/// The machines that a word names: an address or what it is under, the name of an entry, an AWS id, or a `Name` tag.
#[must_use]
pub fn find<'a>(draft: &Draft<'a>, word: &str) -> Vec<Judged<'a>> {
    let all = everything(draft);
    let exact = |judged: &Judged<'_>| judged.machine.id() == word || judged.address.is_under(word);
    let named = |judged: &Judged<'_>| {
        let entry = judged.owned && judged.address.entry_name() == word;
        entry || judged.machine.tags().get("Name").is_some_and(|name| name == word)
    };
    let by = |is: &dyn Fn(&Judged<'a>) -> bool| all.iter().filter(|judged| is(judged)).cloned().collect::<Vec<_>>();
    let found = by(&exact);
    if found.is_empty() { by(&named) } else { found }
}

/// Explains a judgement.
#[must_use]
pub fn explain<'a>(input: &Input<'a>, draft: &Draft<'a>, judged: &Judged<'a>) -> Explanation {
    let background = background(draft, judged);
    let leave = judged.schedule.is_some().then_some(WantedState::Leave);
    Explanation {
        address: judged.address.as_str().to_owned(),
        account: judged.place.account.clone(),
        region: judged.place.region.clone(),
        id: judged.machine.id().to_owned(),
        actual: judged.machine.state_word().to_owned(),
        at: input.now,
        desired: judged.wanted.map(WantedState::from).or(leave),
        schedule: judged.schedule.map(|schedule| schedule.name.to_string()),
        timezone: judged.schedule.map(|schedule| schedule.timezone.clone()),
        schedules: claims(input, judged, background.as_ref()),
        rules: background.as_ref().map(|background| rules(input, judged, background)).unwrap_or_default(),
        last_change: background.as_ref().map(|background| change(input, judged, background)),
        verdict: verdict(judged),
        acts: matches!(judged.verdict, Verdict::Act(..)),
        note: judged.note.clone(),
        next: judged.next.map(|(at, state)| Next { at, state }),
    }
}

fn claims(input: &Input<'_>, judged: &Judged<'_>, background: Option<&Background<'_>>) -> Vec<Claim> {
    let applying = background.map(|background| background.schedules.as_slice()).unwrap_or_default();
    let claim = |schedule: &Schedule, applies: bool, why: String| Claim {
        schedule: schedule.name.to_string(),
        origin: schedule.span.file_line(),
        applies,
        why,
    };
    let of_applying = |schedule: &&Schedule| {
        let (service, tags) = (judged.machine.service(), judged.machine.tags());
        let selected = schedule.select.as_ref().is_some_and(|select| select.matches(service, tags, &judged.place));
        let how = if selected { "selects it" } else { "is named by its entry" };
        let decides = judged.schedule.is_some_and(|decider| decider.name == schedule.name);
        let why = if decides { how.to_owned() } else { format!("{how}, but its priority {} does not decide", schedule.priority) };
        claim(schedule, true, why)
    };
    let others = input.fleet.schedules.values().filter(|schedule| !applying.iter().any(|other| other.name == schedule.name));
    let of_other = |schedule: &Schedule| {
        let why = match &schedule.select {
            Some(select) => {
                select.mismatch(judged.machine.service(), judged.machine.tags(), &judged.place).unwrap_or_else(|| untouchable(judged))
            }
            None => "it selects nothing by tag, and no entry of this machine names it".to_owned(),
        };
        claim(schedule, false, why)
    };
    applying.iter().map(of_applying).chain(others.map(of_other)).collect()
}

/// Selected and yet not judged: its marks say that somebody else looks after it.
fn untouchable(judged: &Judged<'_>) -> String {
    if judged.owned {
        "its removal looks after it".to_owned()
    } else {
        "it carries the marks of a fleet, and without proof it is not touched".to_owned()
    }
}

/// The rules of the deciding schedule. What the windows alone do not say, a limit reached, is taken from the judgement.
fn rules(input: &Input<'_>, judged: &Judged<'_>, background: &Background<'_>) -> Vec<Considered> {
    let ctx = Context { calendars: &input.fleet.calendars, overrides: &background.overrides };
    let Some(schedule) = judged.schedule else { return Vec::new() };
    let mut rules = schedule.trace(input.now, None, &ctx);
    if judged.rank == Some(Rank::Limit) {
        for rule in &mut rules {
            rule.decides = rule.rank == Rank::Limit;
            rule.holds |= rule.decides;
            if rule.decides {
                rule.rule.clone_from(&judged.rule);
            }
        }
    }
    rules
}

fn change(input: &Input<'_>, judged: &Judged<'_>, background: &Background<'_>) -> Change {
    let change = &background.change;
    let ctx = Context { calendars: &input.fleet.calendars, overrides: &background.overrides };
    let judgement = judged.schedule.map(|schedule| judgement(change, schedule, &ctx));
    Change { to: change.to, at: change.at, creation: change.creation, judgement }
}

fn judgement(change: &LastChange, schedule: &Schedule, ctx: &Context<'_>) -> String {
    let word = match schedule.manual {
        Manual::UntilNextEdge => "until-next-edge",
        Manual::Hold => "hold",
        Manual::Enforce => "enforce",
    };
    let Some(at) = change.at.filter(|_| !change.creation) else {
        return if change.creation {
            "its creation, which is never by hand".to_owned()
        } else {
            format!("AWS does not say when, which counts as by hand (`manual: {word}`)")
        };
    };
    let decision = schedule.decide(at, ctx);
    if change.is_manual(schedule, ctx) {
        format!("by hand: {} wanted it {} then (`manual: {word}`)", decision.rule, decision.state.as_str())
    } else {
        format!("not against the schedule: {} wanted it {} then", decision.rule, decision.state.as_str())
    }
}

fn verdict(judged: &Judged<'_>) -> String {
    match &judged.verdict {
        Verdict::Act(_, why) => {
            let verb = if judged.wanted == Some(RunState::Running) { "starts" } else { "stops" };
            format!("the next apply {verb} it: {why}")
        }
        Verdict::Stands(why) | Verdict::Held(why) => why.clone(),
        Verdict::Fine if judged.schedule.is_none() && judged.wanted.is_none() => {
            "nothing is wanted of it: no schedule is for it".to_owned()
        }
        Verdict::Fine if judged.wanted.is_none() => "it is left alone".to_owned(),
        Verdict::Fine if judged.machine.run_state().is_none() => format!("it is on its way ({})", judged.machine.state_word()),
        Verdict::Fine => "it is as it should be".to_owned(),
    }
}
