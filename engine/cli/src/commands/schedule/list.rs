//! `muster schedule list`.

use muster_core::plan::Options;
use muster_core::schedule::lint::{self, LOOP_INTERVAL};
use muster_core::scheduled;
use serde_json::json;

use super::scene::Scene;
use crate::app::App;
use crate::args::{ScheduleList, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::schedule::list as render;

/// Shows every schedule.
pub(super) async fn run(app: &App, args: &ScheduleList) -> Result<Exit, CommandError> {
    let scene = Scene::open(app, args.offline).await?;
    let (fleet, now) = (scene.fleet(), scene.now());
    let mut findings = lint::lint(fleet, &lint::Options { now, interval: LOOP_INTERVAL });
    findings.extend(scene.input(&Options::default()).iter().flat_map(scheduled::lint));
    let rows = scheduled::list(fleet, now, scene.moves().as_ref(), &findings);
    if args.format == TextOrJson::Json {
        app.terminal.json(&json!({"at": now, "schedules": rows}))?;
    } else {
        app.terminal.result(&render::render(&rows, now, fleet.timezone.as_deref(), &app.terminal.out_style))?;
    }
    Ok(scene.exit())
}
