//! `muster start` and `muster stop`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use muster_core::delivery::{Options as DeliveryOptions, Resolve};
use muster_core::fleet::{DeliveryBy, did_you_mean};
use muster_core::plan::draft::{Draft, remove_tag, set_tags};
use muster_core::plan::mark::{Mark, OverrideTag};
use muster_core::plan::run_state::{self, Judged, Machine, Verdict};
use muster_core::plan::{Action, Cause, Op, Options, Plan, Step, Summary, delivery, words};
use muster_core::schedule::{RunState, Schedule};
use muster_core::status::{self, Filter};
use muster_core::tags;

use crate::app::App;
use crate::args::Run;
use crate::env;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::perform;
use crate::render::instant;
use crate::session::{Made, Session, gap_exit};
use crate::world::Access;

/// Starts or stops what is named, now.
pub(crate) async fn run(app: &App, args: &Run, state: RunState) -> Result<Exit, CommandError> {
    let session = Session::open(app, false, Access::Write).await?;
    let options = Options::default();
    let made = session.plan(&options).await?;
    let input = session.input(&made.snapshot, &options);
    let draft = Draft::new(input);
    let machines = status::machines(&draft);
    let chosen = choose(&machines, args)?;
    let over = until(args, session.now)?.map(|until| OverrideTag { state, until, by: by() });
    let mut steps = Vec::new();
    for judged in chosen {
        if let Some(over) = &over {
            can_last(&made.plan, judged)?;
            not_cut_short(app, &draft, judged, over)?;
        }
        steps.extend(step(&draft, judged, state, over.as_ref())?);
        steps.extend(edges(&draft, judged, state, over.as_ref())?);
    }
    drop(machines);
    do_it(app, &session, &made, steps, args).await
}

async fn do_it(app: &App, session: &Session, made: &Made, steps: Vec<Step>, args: &Run) -> Result<Exit, CommandError> {
    let gaps = gap_exit(&made.plan, true);
    if steps.is_empty() {
        app.terminal.say("nothing to do: it is so already");
        return Ok(gaps);
    }
    if let Some(until) = until(args, session.now)? {
        let zone = session.project.fleet.timezone.as_deref();
        app.terminal.say(&format!("whatever the schedules say, until {}", instant(until, zone)));
    }
    let plan = Plan { summary: Summary::of(&steps, 0, 0), steps, held: Vec::new(), ..made.plan.clone() };
    let done = perform::run(app, session, &plan, &args.perform).await;
    perform::conclude(app, &done)?;
    Ok(Exit::of([perform::verdict(&done), gaps]))
}

/// Machines that are named; a name that fits none is an error before anything is done.
fn choose<'m, 'a>(machines: &'m [Judged<'a>], args: &Run) -> Result<Vec<&'m Judged<'a>>, CommandError> {
    let mut chosen = BTreeSet::new();
    for name in &args.names {
        let found: Vec<usize> = (0..machines.len()).filter(|at| is_named(&machines[*at], name)).collect();
        if found.is_empty() {
            let known = machines.iter().flat_map(|judged| [judged.address.entry_name(), judged.machine.id()]);
            let near = did_you_mean(name, known)
                .unwrap_or_else(|| "`muster status` lists them; `muster plan` shows what is not made yet".to_owned());
            return Err(CommandError::usage(format!("`{name}` is no machine of this fleet and none that a schedule selects")).hint(near));
        }
        chosen.extend(found);
    }
    for text in &args.tag {
        let (key, value) = Filter::tag(text);
        let carries =
            |judged: &Judged<'_>| judged.machine.tags().get(&key).is_some_and(|actual| value.as_ref().is_none_or(|value| value == actual));
        chosen.extend((0..machines.len()).filter(|at| carries(&machines[*at])));
    }
    if chosen.is_empty() {
        return Err(CommandError::usage(format!("no machine of this fleet carries {}", args.tag.join(" or ")))
            .hint("`muster status --tag KEY` shows who does"));
    }
    Ok(chosen.into_iter().map(|at| &machines[at]).collect())
}

fn is_named(judged: &Judged<'_>, name: &str) -> bool {
    let of_entry = judged.owned && judged.address.entry_name() == name;
    of_entry || judged.address.is_under(name) || judged.machine.id() == name
}

/// The step for one machine; nothing when it is so already and no override is wanted.
fn step(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState, over: Option<&OverrideTag>) -> Result<Option<Step>, CommandError> {
    let address = &judged.address;
    if Mark::from_tags(judged.machine.tags()).retire.is_some() {
        return Err(CommandError::usage(format!("{address} was removed from the file and is on its way out"))
            .hint("list its entry again and `muster apply`, then it can be started"));
    }
    let mut ops: Vec<Op> = match over {
        Some(over) => vec![write_override(judged, over)],
        None => end_contrary(judged, state).into_iter().collect(),
    };
    if judged.machine.run_state() != Some(state) {
        let by_hand = run_state::ops_by_hand(draft, judged, state);
        ops.extend(by_hand.map_err(|why| CommandError::failed(format!("{address} cannot be started or stopped: {why}")))?);
    }
    let action = match (judged.machine, state) {
        (Machine::Group(_) | Machine::Service(_), _) => Action::Scale,
        (_, RunState::Running) => Action::Start,
        (_, RunState::Stopped) => Action::Stop,
    };
    let mut step = Step::new(address.clone(), judged.place.clone(), judged.machine.kind(), action, Cause::Manual);
    step.id = Some(judged.machine.id().to_owned());
    step.reason = "asked for on the command line".to_owned();
    step.ops = ops;
    Ok((!step.ops.is_empty()).then_some(step))
}

/// A state that is to last needs to know who else acts on the machine.
fn can_last(plan: &Plan, judged: &Judged<'_>) -> Result<(), CommandError> {
    let address = &judged.address;
    if let (None, Verdict::Held(why)) = (judged.schedule, &judged.verdict) {
        return Err(CommandError::failed(format!("{address} would not stay so: {why}"))
            .hint("settle that first; without `--for` it is done at once, for now"));
    }
    let alone = judged.schedule.is_some_and(|schedule| schedule.delivery.by == DeliveryBy::Eventbridge);
    if alone && delivery::unapplied(plan, judged) {
        return Err(CommandError::failed(format!(
            "{address} would not stay so: edges of its schedule stand in EventBridge that are not as the file says"
        ))
        .hint("`muster apply` first, then again"));
    }
    Ok(())
}

/// A machine that EventBridge finds by tag cannot be taken out of an edge: who wants a state for longer has to know.
fn not_cut_short(app: &App, draft: &Draft<'_>, judged: &Judged<'_>, over: &OverrideTag) -> Result<(), CommandError> {
    let Some(cut) = delivery::cut_short(draft, judged, over.state, over.until) else {
        say_what_ends_it(app, judged, over);
        return Ok(());
    };
    let zone = judged.schedule.map_or("UTC", |schedule| &schedule.timezone);
    let edge = format!(
        "`{}`, an edge of schedule `{}` that finds its machines by tag, fires {}",
        cut.edge,
        cut.schedule,
        words::instant(cut.at, zone)
    );
    if cut.by == DeliveryBy::Both {
        app.terminal.say(&format!("{}: {edge}; the first pass after it restores what is asked for", judged.address));
        return Ok(());
    }
    Err(CommandError::failed(format!("{} would not stay {} until then: {edge}", judged.address, over.state.as_str())).hint(format!(
        "end before that, or write `resolve: ids` in the `delivery` of `{}` and `muster apply`, so that one machine can be taken out",
        cut.schedule
    )))
}

/// Edges that find machines by tag have none that ends one machine's override.
fn say_what_ends_it(app: &App, judged: &Judged<'_>, over: &OverrideTag) {
    let alone = |schedule: &&Schedule| {
        schedule.delivery.by == DeliveryBy::Eventbridge && DeliveryOptions::of(&schedule.delivery).resolve == Resolve::Tags
    };
    if let Some(schedule) = judged.schedule.filter(alone) {
        app.terminal.say(&format!(
            "{}: nothing fires at its end, since edges of `{}` find their machines by tag; it stays {} until the next edge that wants otherwise",
            judged.address,
            schedule.name,
            over.state.as_str()
        ));
    }
}

/// The steps that take a machine out of its edges until the override ends, or put it back when one that wants the opposite ends now.
fn edges(draft: &Draft<'_>, judged: &Judged<'_>, state: RunState, over: Option<&OverrideTag>) -> Result<Vec<Step>, CommandError> {
    if over.is_none() && end_contrary(judged, state).is_none() {
        return Ok(Vec::new());
    }
    let steps = delivery::retimed(draft, judged, over);
    steps.map_err(|why| CommandError::failed(format!("{}: {why}", judged.address)))
}

fn write_override(judged: &Judged<'_>, over: &OverrideTag) -> Op {
    let tag = (tags::OVERRIDE.to_owned(), over.text());
    set_tags(judged.machine.kind(), judged.machine.tag_target(), [tag].into())
}

/// An override that wants the opposite ends with the later word, or the next pass would undo it.
fn end_contrary(judged: &Judged<'_>, state: RunState) -> Option<Op> {
    let contrary = OverrideTag::of(judged.machine.tags()).is_some_and(|tag| tag.state != state);
    contrary.then(|| remove_tag(judged.machine.kind(), judged.machine.tag_target(), tags::OVERRIDE))
}

fn until(args: &Run, now: Timestamp) -> Result<Option<Timestamp>, CommandError> {
    let end = match (args.lasting, args.until) {
        (Some(lasting), _) if lasting > SignedDuration::ZERO => now.checked_add(lasting).ok(),
        (Some(_), _) => None,
        (None, Some(until)) => Some(until).filter(|until| *until > now),
        (None, None) => return Ok(None),
    };
    end.map(Some).ok_or_else(|| {
        CommandError::usage("an override has to end in the future").hint("`--for 4h`, or `--until` with an instant that lies ahead")
    })
}

/// Who asked, in the characters every service takes in a tag.
fn by() -> Option<String> {
    let name: String = env::get(env::USER)?.chars().filter(|c| c.is_alphanumeric() || "._-@".contains(*c)).take(40).collect();
    (!name.is_empty()).then_some(name)
}
