//! `muster schedule set`: one value of fleet.yaml, and nothing else of it.

use std::sync::Arc;

use jiff::Timestamp;
use muster_core::fleet::{Fleet, Loaded};
use muster_core::schedule::Schedule;
use muster_core::yaml::edit::{self, NewScalar, NewValue};
use serde_json::Value;

use super::scene::{self, named};
use crate::app::App;
use crate::args::{ScheduleKey, ScheduleSet};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files;
use crate::project::{self, Project};
use crate::render::diagnostics;
use crate::render::schedule::set as render;

/// Bytes that some editors put before everything else; they stay where they were.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Edits the file.
pub(super) fn run(app: &App, args: &ScheduleSet) -> Result<Exit, CommandError> {
    let path = &app.global.fleet;
    let bytes = project::read(path)?;
    let project = Project::load(app, false)?;
    let old = named(&project.fleet, &args.name)?;
    let text = String::from_utf8(bytes.clone()).map_err(|_| CommandError::invalid(format!("{} is not UTF-8", path.display())))?;
    let (mark, body) = text.strip_prefix(BYTE_ORDER_MARK).map_or(("", text.as_str()), |body| (BYTE_ORDER_MARK, body));
    let edited = edited(app, args, &project, old, body)?;
    if edited == body {
        app.terminal.say(&format!("`{}` of `{}` is so already; nothing was written", key(args.key), args.name));
        return Ok(Exit::Done);
    }
    let new = format!("{mark}{edited}");
    let loaded = loads(app, &new)?;
    let fleet = loaded.fleet.ok_or_else(|| CommandError::failed("the new file says nothing"))?;
    changes_nothing_else(&project.fleet, &fleet, args)?;
    let now = scene::now(app, &project)?;
    app.terminal.result(&shown(app, args, (body, &edited), (&project.fleet, &fleet), now)?)?;
    if args.dry_run {
        app.terminal.say("nothing was written: `--dry-run`");
        return Ok(Exit::Done);
    }
    files::replace(path, &bytes, new.as_bytes())
        .map_err(|error| CommandError::failed(format!("{} could not be written, and is as it was", path.display())).because(error))?;
    Ok(Exit::Done)
}

fn edited(app: &App, args: &ScheduleSet, project: &Project, old: &Schedule, text: &str) -> Result<String, CommandError> {
    let file: Arc<str> = app.global.fleet.display().to_string().into();
    let place = place(args.key, old);
    let path: Vec<&str> = ["schedules", args.name.as_str()].into_iter().chain(place).collect();
    let done = if args.unset { edit::remove(&file, text, &path) } else { edit::set(&file, text, &path, &value(args)?) };
    done.map_err(|problem| {
        app.terminal.block(&diagnostics::text(&[*problem], &project.sources, &app.terminal.err_style));
        CommandError::failed(format!("`{}` of `{}` was not changed", key(args.key), args.name))
    })
}

/// The keys under the schedule's entry.
fn place(key: ScheduleKey, old: &Schedule) -> Vec<&'static str> {
    match key {
        ScheduleKey::MaxRuntime => vec!["limit", "max-runtime"],
        ScheduleKey::Workdays => vec!["workdays", "days"],
        ScheduleKey::Delivery if old.delivery.options != Value::Null => vec!["delivery", "by"],
        other => vec![self::key(other)],
    }
}

/// The key as fleet.yaml has it.
const fn key(key: ScheduleKey) -> &'static str {
    match key {
        ScheduleKey::Run => "run",
        ScheduleKey::Stop => "stop",
        ScheduleKey::Leave => "leave",
        ScheduleKey::Otherwise => "otherwise",
        ScheduleKey::Timezone => "timezone",
        ScheduleKey::Manual => "manual",
        ScheduleKey::Priority => "priority",
        ScheduleKey::Hibernate => "hibernate",
        ScheduleKey::Delivery => "delivery",
        ScheduleKey::MaxRuntime => "limit",
        ScheduleKey::Workdays => "workdays",
    }
}

fn value(args: &ScheduleSet) -> Result<NewValue, CommandError> {
    if matches!(args.key, ScheduleKey::Run | ScheduleKey::Stop | ScheduleKey::Leave) {
        return Ok(NewValue::List(args.values.iter().map(NewScalar::quoted).collect()));
    }
    match args.values.as_slice() {
        [one] => Ok(NewValue::One(scalar(one))),
        _ => Err(CommandError::usage(format!("`{}` takes one value", key(args.key))).hint("only `run`, `stop` and `leave` take several")),
    }
}

/// A word as it stands, or in quotes where YAML would read something else.
fn scalar(text: &str) -> NewScalar {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_/+".contains(c));
    if plain { NewScalar::plain(text) } else { NewScalar::quoted(text) }
}

/// The new file, when it is one.
fn loads(app: &App, text: &str) -> Result<Loaded, CommandError> {
    let loaded = project::load_bytes(app, text.as_bytes());
    if loaded.fleet.is_some() {
        return Ok(loaded);
    }
    app.terminal.block(&diagnostics::text(&loaded.diagnostics, &loaded.sources, &app.terminal.err_style));
    let tally = diagnostics::tally(&loaded.diagnostics);
    Err(CommandError::invalid(format!("{} would not be valid ({tally}), so nothing was written", app.global.fleet.display())))
}

/// Whatever the text looks like: the fleet that it says may differ in this one key only.
fn changes_nothing_else(old: &Fleet, new: &Fleet, args: &ScheduleSet) -> Result<(), CommandError> {
    let without = |fleet: &Fleet| {
        let mut value = serde_json::to_value(fleet)?;
        let entry = value.pointer_mut("/schedules").and_then(|all| all.get_mut(&args.name)).and_then(Value::as_object_mut);
        entry.map(|entry| entry.remove(key(args.key)));
        Ok::<Value, serde_json::Error>(value)
    };
    let failed = |error: serde_json::Error| CommandError::new(Exit::Bug, "the fleet cannot be compared").because(error);
    if without(old).map_err(failed)? == without(new).map_err(failed)? {
        return Ok(());
    }
    Err(CommandError::failed("the edit would change something else of the file too, so nothing was written")
        .hint("edit the schedule by hand, then `muster validate`"))
}

fn shown(app: &App, args: &ScheduleSet, texts: (&str, &str), fleets: (&Fleet, &Fleet), now: Timestamp) -> Result<String, CommandError> {
    let file = app.global.fleet.display().to_string();
    let style = &app.terminal.out_style;
    let diff = render::diff(&file, texts.0, texts.1, style);
    let (old, new) = (named(fleets.0, &args.name)?, named(fleets.1, &args.name)?);
    let week = render::week((old, fleets.0), (new, fleets.1), now, style);
    Ok(format!("{diff}\n{week}"))
}
