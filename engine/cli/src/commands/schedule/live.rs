//! `muster schedule import --from eventbridge` without a file: the account itself.

use muster_core::cloud::{Need, Needs, Place, Reader as _, Snapshot};
use muster_core::import::{self, Imported};

use crate::app::App;
use crate::commands::init::bare;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::render::count;
use crate::world::{Access, World};

/// Prints the schedules that EventBridge Scheduler holds as a piece of fleet.yaml.
pub(super) async fn run(app: &App) -> Result<Exit, CommandError> {
    let project = if app.global.fleet.exists() { Project::load(app, false)? } else { bare::project(app, &[])? };
    let places = project.fleet.cloud.places();
    let world = World::connect(app, &project, Access::Read).await?;
    let snapshot = world.observe(&needs(&places)).await?;
    let imported = imported(app, &snapshot);
    if imported.is_empty() && snapshot.gaps.is_empty() {
        let places = places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        app.terminal.say(&format!("no schedule of EventBridge starts or stops anything in {places}"));
    }
    if !imported.is_empty() {
        app.terminal.script(import::yaml(&imported).as_bytes())?;
    }
    Ok(gaps(app, &snapshot))
}

fn needs(places: &[Place]) -> Needs {
    let mut needs = Needs::default();
    places.iter().for_each(|place| needs.add(place, Need::EventBridgeSchedules));
    needs
}

/// What starts and stops nothing is no failure: an account has schedules for all sorts of things.
fn imported(app: &App, snapshot: &Snapshot) -> Vec<Imported> {
    let mut all = Vec::new();
    for view in snapshot.places.values() {
        let live = import::live(view.eventbridge.seen());
        all.extend(live.imported);
        live.refused.iter().for_each(|(path, why)| app.terminal.warn(&format!("left out: {path}: {why}")));
        if live.ours > 0 {
            app.terminal.say(&format!("{} in groups of muster's own left out", count(live.ours, "schedule")));
        }
    }
    all
}

fn gaps(app: &App, snapshot: &Snapshot) -> Exit {
    let codes = snapshot.gaps.iter().map(|gap| {
        app.terminal.warn(&format!("not read: {} in {}: {}", gap.action, gap.region, gap.error));
        if gap.unreachable { Exit::Unreachable } else { Exit::Denied }
    });
    Exit::of(codes.collect::<Vec<_>>())
}
