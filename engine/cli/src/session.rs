//! A fleet, its account, and the plans between them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::Timestamp;
use muster_core::address::Address;
use muster_core::cloud::{Clock as _, Need, Needs, Place, Reader as _, Snapshot};
use muster_core::event::{Event, What};
use muster_core::fleet::{DeliveryBy, Provider, did_you_mean};
use muster_core::plan::{self, Input, Options, Plan};
use muster_core::schedule::Schedule;

use crate::advisor::check;
use crate::app::App;
use crate::args::Planning;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::links::Links;
use crate::project::Project;
use crate::reach;
use crate::render::short_account;
use crate::render::words::{self, Frame};
use crate::world::{Access, World};

/// What stands before the digest of a plan made on the sandbox, so that no live account ever accepts it.
const SANDBOX_PREFIX: &str = "sandbox-";

/// A loaded fleet with its account.
pub(crate) struct Session {
    /// The fleet.
    pub(crate) project: Project,
    /// The account.
    pub(crate) world: World,
    /// Which kind of account.
    pub(crate) provider: Provider,
    /// The instant that schedules are judged at.
    pub(crate) now: Timestamp,
}

/// A plan and what it was made from.
pub(crate) struct Made {
    /// The plan.
    pub(crate) plan: Plan,
    /// What was observed.
    pub(crate) snapshot: Snapshot,
    /// How long it took; nothing on the sandbox.
    pub(crate) seconds: Option<f64>,
}

impl Session {
    /// Loads the fleet and connects to its account.
    pub(crate) async fn open(app: &App, strict: bool, access: Access) -> Result<Self, CommandError> {
        Self::over(app, Project::load(app, strict)?, access).await
    }

    /// The same for whoever plans, and is told when the fleet's policies and packs would be refused by `advise`.
    pub(crate) async fn planning(app: &App, strict: bool, access: Access) -> Result<Self, CommandError> {
        let project = Project::load(app, strict)?;
        check::remark(app, &project, strict)?;
        Self::over(app, project, access).await
    }

    /// Connects to the account of a loaded fleet.
    pub(crate) async fn over(app: &App, project: Project, access: Access) -> Result<Self, CommandError> {
        let provider = project.provider(app);
        if access == Access::Write && app.global.now.is_some() && provider == Provider::Aws {
            return Err(CommandError::usage("`--now` changes nothing on a live account: time there is not ours to choose")
                .hint("`muster plan --now T` shows what would be planned then; on the sandbox both take it"));
        }
        let world = World::connect(app, &project, access).await?;
        let now = app.global.now.unwrap_or_else(|| world.now());
        Ok(Self { project, world, provider, now })
    }

    /// True on the embedded account.
    pub(crate) fn is_sandbox(&self) -> bool {
        self.provider == Provider::Sandbox
    }

    /// What the caller of plan chose.
    pub(crate) fn options(&self, planning: &Planning) -> Options {
        Options {
            allow_destroy: planning.allow_destroy,
            only: planning.only.clone(),
            locked: self.project.wants_locked(planning.locked),
            allow_reboot: planning.allow_reboot,
            ..Options::default()
        }
    }

    /// Reads the account and plans.
    pub(crate) async fn plan(&self, options: &Options) -> Result<Made, CommandError> {
        let began = Instant::now();
        let (fleet, lock) = (&self.project.fleet, &self.project.lock);
        let (snapshot, plan) = plan::read_and_plan(&self.world, fleet, lock, self.now, options).await?;
        let seconds = (!self.is_sandbox()).then(|| began.elapsed().as_secs_f64());
        Ok(Made { plan, snapshot, seconds })
    }

    /// What a plan of this session is a function of.
    pub(crate) fn input<'a>(&'a self, snapshot: &'a Snapshot, options: &'a Options) -> Input<'a> {
        Input { fleet: &self.project.fleet, lock: &self.project.lock, snapshot, now: self.now, options }
    }

    /// The digest as it is printed and expected back.
    pub(crate) fn digest(&self, plan: &Plan) -> String {
        let prefix = if self.is_sandbox() { SANDBOX_PREFIX } else { "" };
        format!("{prefix}{}", plan.digest)
    }

    /// What a renderer wants to know besides the plan.
    pub(crate) fn frame(&self, app: &App, made: &Made) -> Frame {
        let fleet = &self.project.fleet;
        let currency = fleet.prices.as_ref().map(|money| money.currency.as_str());
        let amount = words::price(&made.plan, |region, size| fleet.price_per_hour(region, size));
        Frame {
            fleet: self.project.name(app),
            timezone: fleet.timezone.clone(),
            places: self.places(&made.plan.accounts),
            sandbox: self.is_sandbox(),
            calls: made.snapshot.calls.values().sum(),
            seconds: made.seconds,
            price: amount.zip(currency).and_then(|(amount, currency)| words::price_text(amount, currency)),
            digest: self.digest(&made.plan),
            next: false,
            flags: flags(app, &made.plan.options),
            reach: reach::remarks(app, &self.project),
            links: Links::from_env(&app.global.fleet),
        }
    }

    /// The public half of a key pair, read now.
    pub(crate) async fn public_key(&self, place: &Place, name: &str) -> Result<String, CommandError> {
        let mut needs = Needs::default();
        needs.add(place, Need::KeyPairs);
        let snapshot = self.world.observe(&needs).await?;
        let seen = snapshot.places.get(place).map(|view| view.keys.seen()).unwrap_or_default();
        let key = seen.iter().find(|key| key.name == name).and_then(|key| key.public_key.clone());
        key.ok_or_else(|| {
            CommandError::failed(format!("the public half of {name} cannot be read back"))
                .hint("`muster plan` shows whether the pair is there")
        })
    }

    /// `main (1234…9012) ap-northeast-2`, one for each account; `ids` by the names of fleet.yaml.
    pub(crate) fn places(&self, ids: &BTreeMap<String, String>) -> Vec<String> {
        let cloud = &self.project.fleet.cloud;
        let one = |account: &String| {
            let id = ids.get(account).map(|id| format!(" ({})", short_account(id))).unwrap_or_default();
            format!("{account}{id} {}", cloud.regions.join(", "))
        };
        cloud.accounts.keys().map(one).collect()
    }
}

/// Tells the event stream that a plan is shown.
pub(crate) fn announce(app: &App, session: &Session, plan: &Plan) {
    app.events.write(&Event { at: session.world.now(), what: What::Plan { digest: session.digest(plan), summary: plan.summary } });
}

/// Every `--only` names something: a wrong address would look like a plan with nothing to do.
pub(crate) fn refuse_unknown(session: &Session, made: &Made) -> Result<(), CommandError> {
    let fleet = &session.project.fleet;
    let mut entries: BTreeSet<String> = fleet.users.keys().map(|name| format!("user/{name}")).collect();
    entries.extend(fleet.databases.keys().map(|name| format!("database/{name}")));
    entries.extend(fleet.parameter_groups.keys().map(|name| format!("parameter-group/{name}")));
    let delivered = fleet.schedules.values().filter(|schedule| schedule.delivery.by != DeliveryBy::Loop);
    entries.extend(delivered.map(|schedule| format!("schedule/{}", schedule.name)));
    if fleet.name.is_some() {
        entries.insert(plan::delivery::group_address().to_string());
    }
    let options = &made.plan.options;
    let input = session.input(&made.snapshot, options);
    let machines = muster_core::status::machines(&plan::draft::Draft::new(input));
    let known = |wanted: &String| {
        let entry = Address::from_text(wanted).entry().to_owned();
        let planned = made.plan.steps.iter().map(|step| &step.address).chain(made.plan.held.iter().map(|held| &held.address));
        entries.contains(&entry)
            || entries.iter().any(|entry| Address::from_text(entry).is_under(wanted))
            || planned.chain(machines.iter().map(|judged| &judged.address)).any(|address| address.is_under(wanted))
    };
    let Some(unknown) = options.only.iter().find(|wanted| !known(wanted)) else { return Ok(()) };
    let error = CommandError::usage(format!("`--only {unknown}`: nothing of this fleet has that address"));
    let bare = entries.iter().find(|entry| entry.ends_with(&format!("/{unknown}"))).map(|entry| format!("did you mean `{entry}`?"));
    let near = bare.or_else(|| did_you_mean(Address::from_text(unknown).entry(), entries.iter().map(String::as_str)));
    Err(match near {
        Some(near) => error.hint(near),
        None => error.hint("addresses are `user/NAME`, `database/NAME`, `parameter-group/NAME`, `schedule/NAME` where EventBridge delivers; `muster status` lists what there is"),
    })
}

/// With `--strict`, no machine may have two schedules of equal priority; without, it is held back.
pub(crate) fn refuse_contested(session: &Session, made: &Made, strict: bool) -> Result<(), CommandError> {
    let all = if strict { plan::contested(&session.input(&made.snapshot, &made.plan.options)) } else { Vec::new() };
    let Some(first) = all.first() else { return Ok(()) };
    let others = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
    let words = |schedule: &Schedule| format!("`{}` ({})", schedule.name, schedule.span.file_line());
    let (one, two) = (words(first.schedules.0), words(first.schedules.1));
    Err(CommandError::invalid(format!("two schedules of equal priority are for {}{others}: {one} and {two}", first.address))
        .hint("give one a higher `priority` or narrow its `select`; without `--strict` only what both are for is held back"))
}

/// With `--locked`, every image that a new machine takes must stand in fleet.lock.
pub(crate) fn refuse_unlocked(session: &Session, made: &Made) -> Result<(), CommandError> {
    let options = &made.plan.options;
    if !options.locked {
        return Ok(());
    }
    let concerned = |address: &Address| {
        let held = made.plan.held.iter().any(|held| held.address == *address);
        held || made.plan.steps.iter().any(|step| step.address == *address)
    };
    let unlocked = plan::unlocked_images(&session.input(&made.snapshot, options));
    let missing: BTreeSet<String> = unlocked.into_iter().filter(|(address, _)| concerned(address)).map(|(_, key)| key).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.into_iter().collect::<Vec<_>>().join(", ");
    Err(CommandError::invalid(format!("fleet.lock does not pin {list}, and `--locked` allows no other image"))
        .hint("`muster lock` adds what is missing; commit the file"))
}

/// Flags without which the next command would find another plan.
fn flags(app: &App, options: &Options) -> String {
    let mut words = Vec::new();
    if app.global.fleet != std::path::Path::new("fleet.yaml") {
        words.push(format!("--fleet {}", app.global.fleet.display()));
    }
    match &app.global.sandbox {
        Some(estate) if estate.is_empty() => words.push("--sandbox".to_owned()),
        Some(estate) => words.push(format!("--sandbox {estate}")),
        None => {}
    }
    words.extend(options.only.iter().map(|only| format!("--only {only}")));
    for (chosen, flag) in [(options.allow_destroy, "--allow-destroy"), (options.allow_reboot, "--allow-reboot")] {
        words.extend(chosen.then(|| flag.to_owned()));
    }
    words.iter().map(|word| format!(" {word}")).collect()
}

/// What a gap in the reading makes of the exit code.
pub(crate) fn gap_exit(plan: &Plan, allow_gaps: bool) -> Exit {
    if !plan.gaps_matter || allow_gaps {
        return Exit::Done;
    }
    let refused = plan.gaps.iter().any(|gap| !gap.unreachable);
    if refused { Exit::Denied } else { Exit::Unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn gaps_decide_the_exit_code_unless_allowed() {
        let mut plan = sample::empty();
        assert_eq!(gap_exit(&plan, false), Exit::Done);
        plan.gaps = vec![sample::gap()];
        assert_eq!(gap_exit(&plan, false), Exit::Done, "a gap that touches nothing declared");
        plan.gaps_matter = true;
        assert_eq!(gap_exit(&plan, false), Exit::Denied);
        assert_eq!(gap_exit(&plan, true), Exit::Done);
        plan.gaps[0].unreachable = true;
        assert_eq!(gap_exit(&plan, false), Exit::Unreachable);
    }
}
