//! `muster unadopt`: the opposite of adopting.

use muster_core::address::Address;
use muster_core::cloud::{Change, IdRef, Kind, ResourceRef};
use muster_core::plan::claim::{Claimable, Claims};
use muster_core::plan::draft::Draft;
use muster_core::plan::site::Site;
use muster_core::plan::{Action, Cause, Op, Options, Plan, Step, Summary};
use muster_core::status::is_listed;
use muster_core::tags;

use crate::app::App;
use crate::args::Unadopt;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::perform;
use crate::render::count;
use crate::session::Session;
use crate::world::Access;

/// Removes muster's tags from everything under an address.
pub(crate) async fn unadopt(app: &App, args: &Unadopt) -> Result<Exit, CommandError> {
    let session = Session::open(app, false, Access::Write).await?;
    let options = Options::default();
    let made = session.plan(&options).await?;
    let steps = steps(&Draft::new(session.input(&made.snapshot, &options)), &args.address);
    if steps.is_empty() {
        return Err(CommandError::usage(format!("this fleet owns nothing under `{}`", args.address))
            .hint("`muster status --everywhere` lists what it owns"));
    }
    if is_listed(&session.project.fleet, &Address::from_text(&args.address)) {
        app.terminal.warn(&format!("{} is still in the file: the next plan makes new ones unless its entry goes too", args.address));
    }
    for step in &steps {
        app.terminal.say(&format!("  {} {}", step.address, step.id.as_deref().unwrap_or_default()));
    }
    perform::confirm(app, &format!("let go of {}? they stay as they are", count(steps.len(), "resource")), args.perform.yes).await?;
    let plan = Plan { summary: Summary::of(&steps, 0, 0), steps, held: Vec::new(), ..made.plan.clone() };
    let done = perform::run(app, &session, &plan, &args.perform).await;
    perform::conclude(app, &done)?;
    Ok(perform::verdict(&done))
}

fn steps(draft: &Draft<'_>, wanted: &str) -> Vec<Step> {
    let mut all = Vec::new();
    for site in draft.sites.values() {
        gather(&mut all, site, wanted, Kind::Instance, &site.instances, |one| one.id.clone());
        gather(&mut all, site, wanted, Kind::SecurityGroup, &site.groups, |one| one.id.clone());
        gather(&mut all, site, wanted, Kind::KeyPair, &site.keys, |one| one.id.clone());
        gather(&mut all, site, wanted, Kind::Database, &site.databases, |one| one.arn.clone());
        gather(&mut all, site, wanted, Kind::ParameterGroup, &site.parameter_groups, |one| one.arn.clone());
        gather(&mut all, site, wanted, Kind::Alarm, &site.alarms, |one| one.arn.clone());
    }
    all
}

fn gather<T: Claimable>(
    all: &mut Vec<Step>,
    site: &Site<'_>,
    wanted: &str,
    kind: Kind,
    claims: &Claims<'_, T>,
    target: impl Fn(&T) -> String,
) {
    for (address, owned) in claims.ours.iter().filter(|(address, _)| address.is_under(wanted)) {
        for one in owned {
            let mut step = Step::new(address.clone(), site.place.clone(), kind, Action::Tag, Cause::Manual);
            step.id = Some(one.item.id().to_owned());
            step.reason = "let go".to_owned();
            let resource = ResourceRef { kind, id: IdRef::Id(target(one.item)) };
            let stays = |key: &str| key == tags::SNAPSHOT_OF || key.starts_with("muster:resume-");
            let keys = tags::TABLE.iter().map(|(key, _, _)| (*key).to_owned()).filter(|key| !stays(key)).collect();
            step.ops = vec![Op::Do(Change::RemoveTags { resource, keys })];
            all.push(step);
        }
    }
}
