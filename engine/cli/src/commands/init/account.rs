//! `muster init --from-account`: an account read and written down as proposals.

use std::path::Path;

use jiff::Timestamp;
use muster_core::cloud::{Clock as _, Gap, Reader as _, Snapshot};
use muster_core::fleet::{FileSource as _, Provider};
use muster_core::price::Prices;
use muster_core::schedule::{Window, Zone};
use muster_core::survey::{self, Cloud, IDLE_PERCENT, Input, OFFICE, Options, Survey};

use super::bare;
use crate::app::App;
use crate::args::Look;
use crate::env;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::Folder;
use crate::project::{self, Project};
use crate::render::count;
use crate::world::{Access, World};

/// Where most systems keep the zone of their clock: a link into the zone database.
const LOCALTIME: &str = "/etc/localtime";

/// What was found, and the file that says so.
pub(super) struct Found {
    /// The file.
    pub(super) text: String,
    survey: Survey,
}

/// Reads the account.
pub(super) async fn look(app: &App, look: &Look) -> Result<Found, CommandError> {
    let zone = zone(app, look)?;
    let run = window(look)?;
    let project = bare::project(app, &look.regions)?;
    let world = World::connect(app, &project, Access::Read).await?;
    let regions = regions(app, look, &project, &world).await?;
    let project = bare::project(app, &regions)?;
    let now = app.global.now.unwrap_or_else(|| world.now());
    let snapshot = read(&world, &project, now, look.prices).await?;
    let cloud = Cloud { provider: project.provider(app), regions, estate: estate(app) };
    let options = Options { zone, run, idle: look.idle.unwrap_or(IDLE_PERCENT), cloud };
    let prices = Prices::default().with_answers(&snapshot);
    let input = Input { snapshot: &snapshot, now, options: &options, prices: &prices };
    let survey = survey::survey(&input).map_err(|why| CommandError::usage(format!("`--run`: {why}")))?;
    let text = survey::text(&input, &survey);
    loads(app, &text)?;
    Ok(Found { text, survey })
}

async fn read(world: &World, project: &Project, now: Timestamp, priced: bool) -> Result<Snapshot, CommandError> {
    let mut snapshot = world.observe(&survey::needs(&project.fleet.cloud.places())).await?;
    snapshot.merge(world.observe(&survey::follow_up(&snapshot, now)).await?);
    if priced {
        snapshot.merge(world.observe(&survey::price_needs(&snapshot)).await?);
    }
    Ok(snapshot)
}

async fn regions(app: &App, look: &Look, project: &Project, world: &World) -> Result<Vec<String>, CommandError> {
    let cloud = &project.fleet.cloud;
    let everywhere = look.all_regions || (look.regions.is_empty() && project.provider(app) == Provider::Sandbox);
    let account = cloud.accounts.keys().next().filter(|_| everywhere);
    let Some(account) = account else { return Ok(cloud.regions.clone()) };
    let found = world.regions(account).await?;
    Ok(if found.is_empty() { cloud.regions.clone() } else { found })
}

/// A file that does not load is a bug, and is not written.
fn loads(app: &App, text: &str) -> Result<(), CommandError> {
    let loaded = project::load_bytes(app, text.as_bytes());
    match loaded.diagnostics.first().filter(|_| loaded.fleet.is_none()) {
        Some(problem) => Err(CommandError::new(Exit::Bug, format!("what was found cannot be said in fleet.yaml: {}", problem.message))
            .hint("`muster init` writes a file to begin with")),
        None => Ok(()),
    }
}

/// The estate that a sandbox was begun with, where fleet.yaml can name it.
fn estate(app: &App) -> Option<String> {
    let path = app.global.estate()?;
    Folder::new(project::folder(&app.global.fleet)).read(path).ok().map(|_| path.to_owned())
}

fn window(look: &Look) -> Result<String, CommandError> {
    let run = look.run.as_deref().unwrap_or(OFFICE);
    Window::parse(run)
        .map_err(|error| CommandError::usage(format!("`--run {run}`: {error}")).hint(format!("a window reads `{OFFICE}`")))?;
    Ok(run.to_owned())
}

/// The zone asked for, that of TZ, that of this machine; and UTC, said aloud, when none of them has a name.
fn zone(app: &App, look: &Look) -> Result<Zone, CommandError> {
    let refused = |error: muster_core::schedule::ZoneError| CommandError::usage(format!("`--timezone`: {error}")).hint(error.help());
    if let Some(name) = &look.timezone {
        return Zone::find(name).map_err(refused);
    }
    let machine = env::get(env::TZ).into_iter().chain(localtime()).find_map(|name| Zone::find(name.trim_start_matches(':')).ok());
    if let Some(zone) = machine {
        return Ok(zone);
    }
    app.terminal.warn("this machine does not name its time zone, so UTC is written; `--timezone Asia/Seoul` says yours");
    Zone::find("UTC").map_err(refused)
}

/// `Asia/Seoul` of `/usr/share/zoneinfo/Asia/Seoul`.
fn localtime() -> Option<String> {
    let target = std::fs::read_link(Path::new(LOCALTIME)).ok()?;
    target.to_str()?.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
}

impl Found {
    /// What a person should know who has not opened the file yet.
    pub(super) fn sums(&self, app: &App) {
        let survey = &self.survey;
        let proposals = survey.proposals.iter().filter(|proposal| !proposal.schedule.is_empty()).count();
        let measured: Vec<_> = survey.machines.iter().filter_map(|machine| machine.cpu.as_ref()).collect();
        let idle = measured.iter().filter(|cpu| cpu.is_idle()).count();
        let idle = if measured.is_empty() { String::new() } else { format!(", {idle} idle all the time") };
        let text = format!(
            "{} in {}{idle}; {}, none of them in force: choose in the file, then `muster plan`",
            count(survey.machines.len(), "machine"),
            count(survey.places.len(), "place"),
            count(proposals, "proposal")
        );
        app.terminal.say(&text);
    }

    /// What could not be read, and the exit code that it calls for.
    pub(super) fn gaps(&self, app: &App) -> Exit {
        let gaps = &self.survey.gaps;
        for gap in gaps {
            app.terminal.warn(&format!("not read: {} in {}: {}", gap.action, gap.region, gap.error));
        }
        match gaps.iter().find(|gap| !gap.unreachable).or_else(|| gaps.first()) {
            None => Exit::Done,
            Some(Gap { unreachable: true, .. }) => Exit::Unreachable,
            Some(_) => {
                app.terminal.say("`muster iam --survey` prints the policy that allows it; numbers are less than there is");
                Exit::Denied
            }
        }
    }
}
