//! `muster schedule show`.

use jiff::Timestamp;
use jiff::civil::Date;
use muster_core::fleet::Fleet;
use muster_core::price::Prices;
use muster_core::schedule::{Context, Edge, Hours, Savings, Schedule, WantedState, Week, Zone};
use muster_core::scheduled::Moves;
use serde_json::{Value, json};

use super::scene::{Scene, named};
use crate::app::App;
use crate::args::{ScheduleShow, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::schedule::show::{self as render, Shown};

/// How many edges to come are shown.
const EDGES: usize = 3;

/// Draws weeks.
pub(super) async fn run(app: &App, args: &ScheduleShow) -> Result<Exit, CommandError> {
    let scene = Scene::open(app, args.offline).await?;
    let fleet = scene.fleet();
    let chosen: Vec<&Schedule> = match args.names.as_slice() {
        [] => fleet.schedules.values().collect(),
        names => names.iter().map(|name| named(fleet, name)).collect::<Result<_, _>>()?,
    };
    let moves = scene.moves();
    let prices = scene.prices(moves.as_ref()).await?;
    let shown: Vec<Shown<'_>> =
        chosen.into_iter().filter_map(|schedule| shown(fleet, schedule, args.week, scene.now(), (moves.as_ref(), &prices))).collect();
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"at": scene.now(), "schedules": shown.iter().map(json_of).collect::<Vec<_>>()}))?;
    } else {
        app.terminal.result(&render::render(&shown, scene.now(), &app.terminal.out_style))?;
    }
    Ok(scene.exit())
}

fn shown<'a>(
    fleet: &'a Fleet,
    schedule: &'a Schedule,
    date: Option<Date>,
    now: Timestamp,
    (moves, prices): (Option<&Moves>, &Prices<'_>),
) -> Option<Shown<'a>> {
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    let zone = Zone::find(&schedule.timezone).ok()?;
    let date = date.unwrap_or_else(|| zone.tz().to_datetime(now).date());
    let week = schedule.week(date, &ctx)?;
    let machines = moves.into_iter().flat_map(|moves| moves.priced(&schedule.name));
    let savings = Savings::of(hours(&week), machines, prices);
    let edges = std::iter::successors(schedule.next_edge(now, &ctx), |edge| schedule.next_edge(edge.at, &ctx));
    let published = prices.published().into_iter().map(str::to_owned).collect();
    Some(Shown { schedule, week, savings, counted: moves.is_some(), published, next: edges.take(EDGES).collect() })
}

fn hours(week: &Week) -> Hours {
    let mut hours = Hours::default();
    week.days.iter().flat_map(|day| &day.bars).for_each(|bar| hours.add(bar.state, bar.stretch.length()));
    hours
}

fn json_of(shown: &Shown<'_>) -> Value {
    let edge = |edge: &Edge| json!({"at": edge.at, "state": edge.state});
    let mut value = json!({
        "name": shown.schedule.name,
        "timezone": shown.week.zone.name(),
        "where": shown.schedule.span.file_line(),
        "days": shown.week.days.iter().map(day_json).collect::<Vec<_>>(),
        "hours": shown.savings.hours,
        "next": shown.next.iter().map(edge).collect::<Vec<_>>(),
    });
    if let Some(object) = value.as_object_mut().filter(|_| shown.counted) {
        let Savings { machines, amount, unpriced, .. } = &shown.savings;
        let mut savings = json!({"machines": machines, "amount": amount, "unpriced": unpriced});
        if !shown.published.is_empty() {
            savings["price_list"] = json!(shown.published);
        }
        object.insert("savings".to_owned(), savings);
    }
    value
}

fn day_json(day: &muster_core::schedule::WeekDay) -> Value {
    let bar = |bar: &muster_core::schedule::Bar| json!({"state": bar.state, "from": bar.stretch.from, "to": bar.stretch.to});
    let bars: Vec<Value> = day.bars.iter().map(bar).collect();
    let running = day.bars.iter().filter(|bar| bar.state == WantedState::Running).map(|bar| bar.stretch.length().as_secs_f64() / 3600.0);
    json!({"date": day.date, "bars": bars, "running": running.sum::<f64>(), "exception": day.exception})
}
