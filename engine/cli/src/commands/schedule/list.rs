//! `muster schedule list`.

use muster_core::plan::{Options, delivery};
use muster_core::schedule::lint::{self, LOOP_INTERVAL};
use muster_core::scheduled;
use serde_json::json;

use super::scene::Scene;
use crate::app::App;
use crate::args::{ScheduleList, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::schedule::{eventbridge, list as render};

/// Shows every schedule.
pub(super) async fn run(app: &App, args: &ScheduleList) -> Result<Exit, CommandError> {
    let scene = Scene::open(app, args.offline).await?;
    let (fleet, now) = (scene.fleet(), scene.now());
    let mut findings = lint::lint(fleet, &lint::Options { now, interval: LOOP_INTERVAL });
    findings.extend(scene.input(&Options::default()).iter().flat_map(scheduled::lint));
    let rows = scheduled::list(fleet, now, scene.moves().as_ref(), &findings);
    let standing = scene.input(&Options::default()).map(|input| delivery::shown(&input));
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"at": now, "schedules": rows, "eventbridge": standing}))?;
        return Ok(scene.exit());
    }
    let style = &app.terminal.out_style;
    let list = render::render(&rows, now, fleet.timezone.as_deref(), style);
    let zone = |name: &str| fleet.schedules.get(name).map_or_else(|| "UTC".to_owned(), |schedule| schedule.timezone.clone());
    let below = eventbridge::render(&standing.unwrap_or_default(), &zone, now, style);
    let gap = if below.is_empty() { "" } else { "\n" };
    app.terminal.result(&format!("{list}{gap}{below}"))?;
    Ok(scene.exit())
}
