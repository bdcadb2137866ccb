//! `muster schedule export`: the entries of EventBridge Scheduler that a schedule compiles to.

use jiff::Timestamp;
use muster_core::delivery::{self, GUARANTEES, Guarantee, MAX_EVENT_AGE, Options, RESOLVE_TRADE_OFFS, Timing};
use muster_core::fleet::Fleet;
use muster_core::schedule::{Context, Schedule, Stretch, Zone, ZoneError};
use serde_json::{Value, json};

use super::scene::{self, named};
use crate::app::App;
use crate::args::{ScheduleExport, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::render::schedule::export::{self as render, Exported};

/// Prints entries and guarantees.
pub(super) fn run(app: &App, args: &ScheduleExport) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    let now = scene::now(app, &project)?;
    let fleet = &project.fleet;
    let chosen: Vec<&Schedule> = match args.names.as_slice() {
        [] => fleet.schedules.values().collect(),
        names => names.iter().map(|name| named(fleet, name)).collect::<Result<_, _>>()?,
    };
    let exported = chosen.into_iter().map(|schedule| compiled(fleet, schedule, now)).collect::<Result<Vec<_>, _>>()?;
    if args.format == TextOrJson::Json {
        app.terminal.json(&json_of(&exported))?;
    } else {
        app.terminal.result(&render::render(&exported, &app.terminal.out_style))?;
    }
    Ok(Exit::Done)
}

fn compiled<'a>(fleet: &Fleet, schedule: &'a Schedule, now: Timestamp) -> Result<Exported<'a>, CommandError> {
    let failed = |error: ZoneError| CommandError::invalid(format!("`{}` cannot be compiled", schedule.name)).because(error);
    let zone = Zone::find(&schedule.timezone).map_err(failed)?;
    let options = Options::of(&schedule.delivery);
    let window = Stretch { from: now, to: delivery::until(now, options.horizon, &zone) };
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    let timings = delivery::compile(schedule, &ctx, window).map_err(failed)?;
    let not_by_tag = delivery::tagged(schedule).err().map(|error| error.to_string());
    Ok(Exported { schedule, options, window, timings, not_by_tag, lost: delivery::lost(schedule) })
}

fn json_of(exported: &[Exported<'_>]) -> Value {
    let guarantee =
        |row: &Guarantee| json!({"situation": row.situation, "loop": row.by_loop, "eventbridge": row.by_eventbridge, "both": row.by_both});
    let trade_off = |[situation, ids, tags]: &[&str; 3]| json!({"situation": situation, "ids": ids, "tags": tags});
    json!({
        "schedules": exported.iter().map(schedule_json).collect::<Vec<_>>(),
        "max_event_age_seconds": MAX_EVENT_AGE.as_secs(),
        "guarantees": GUARANTEES.iter().map(guarantee).collect::<Vec<_>>(),
        "resolve": RESOLVE_TRADE_OFFS.iter().map(trade_off).collect::<Vec<_>>(),
    })
}

fn schedule_json(exported: &Exported<'_>) -> Value {
    let entry = |timing: &Timing| {
        json!({
            "action": timing.action,
            "expression": timing.expression.to_string(),
            "timezone": timing.zone,
            "start": timing.start,
            "end": timing.end,
            "delete_after_completion": timing.delete_after(),
        })
    };
    json!({
        "name": exported.schedule.name,
        "where": exported.schedule.span.file_line(),
        "delivery": exported.schedule.delivery.by,
        "resolve": exported.options.resolve,
        "resolve_tags_refused": exported.not_by_tag,
        "from": exported.window.from,
        "to": exported.window.to,
        "entries": exported.timings.iter().map(entry).collect::<Vec<_>>(),
        "not_done_by_eventbridge": exported.lost,
    })
}
