//! `muster doctor`.

#[cfg(feature = "rules")]
mod advice;

use std::collections::{BTreeMap, BTreeSet};

use muster_core::cloud::Snapshot;
use muster_core::plan::{Options, Plan};
use serde::Serialize;

use crate::advisor::check;
use crate::app::App;
use crate::args::{Doctor, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::{LOCK_FILE, Project};
use crate::render::style::Accent;
use crate::render::table::{Cell, Table};
use crate::render::{count, short_account};
use crate::session::Session;
use crate::world::Access;

use super::version;

/// Seconds that two clocks may lie apart.
const CLOCK_TOLERANCE: u64 = 60;

/// Behind a command of `muster iam`, where an action is refused.
const PRINTS: &str = " prints the policy that allows it";

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Health {
    Well,
    Note,
    Ill,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    what: &'static str,
    health: Health,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Check {
    fn well(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, health: Health::Well, found: found.into(), next: None }
    }

    fn note(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what, health: Health::Note, found: found.into(), next: Some(next.into()) }
    }

    fn ill(what: &'static str, found: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what, health: Health::Ill, found: found.into(), next: Some(next.into()) }
    }
}

/// Looks at everything a plan and an apply need.
pub(crate) async fn run(app: &App, args: &Doctor) -> Result<Exit, CommandError> {
    let mut checks = vec![versions()];
    let exit = match Project::load(app, false) {
        Ok(project) => connect(app, project, &mut checks).await,
        Err(error) => failed(&mut checks, "fleet", &error),
    };
    match args.format {
        TextOrJson::Json => app.terminal.json(&serde_json::json!({"checks": checks, "exit": exit.code()}))?,
        TextOrJson::Text => app.terminal.result(&text(app, &checks))?,
    }
    if exit == Exit::Denied {
        app.terminal.say(&format!("next: {}", ways_out(&checks)));
    }
    Ok(exit)
}

/// What to do about what is ill, each way once; commands that print policies are one way.
fn ways_out(checks: &[Check]) -> String {
    let (mut policies, mut others): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for way in checks.iter().filter(|check| check.health == Health::Ill).filter_map(|check| check.next.as_deref()) {
        let (ways, way) = way.strip_suffix(PRINTS).map_or((&mut others, way), |command| (&mut policies, command));
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    let policies = match policies.as_slice() {
        [] => None,
        [one] => Some(format!("{one}{PRINTS}")),
        many => Some(format!("{} print the policies that allow it", many.join(" and "))),
    };
    policies.into_iter().chain(others.into_iter().map(str::to_owned)).collect::<Vec<_>>().join("; ")
}

async fn connect(app: &App, project: Project, checks: &mut Vec<Check>) -> Exit {
    checks.push(Check::well("fleet", format!("{} is valid", project.name(app))));
    match check::doubt(&project) {
        Ok(doubt) => checks.extend(doubt.map(|doubt| Check::note("policies", doubt, "`muster validate` shows what and where"))),
        Err(error) => return failed(checks, "policies", &error),
    }
    match Session::over(app, project, Access::Read).await {
        Ok(session) => examine(app, &session, checks).await,
        Err(error) => failed(checks, "account", &error),
    }
}

async fn examine(app: &App, session: &Session, checks: &mut Vec<Check>) -> Exit {
    checks.push(lock(session));
    let made = match session.plan(&Options::default()).await {
        Ok(made) => made,
        Err(error) => return failed(checks, "account", &error),
    };
    accounts(session, &made.snapshot, checks);
    checks.push(clock(&made.snapshot));
    let gaps = permissions(&made.plan, checks);
    let advice = advice(app, session, &made.snapshot, checks).await;
    quotas(&made.plan, checks);
    Exit::of([gaps, advice])
}

/// Tries what the fleet's policies have `muster advise` read. A fleet file that says nothing of advice need not be allowed to.
#[cfg(feature = "rules")]
async fn advice(app: &App, session: &Session, snapshot: &Snapshot, checks: &mut Vec<Check>) -> Exit {
    let fleet = &session.project.fleet;
    if fleet.advisor.policies.is_empty() || !fleet.other.contains_key("advisor") {
        return Exit::Done;
    }
    match advice::try_reads(app, session, snapshot).await {
        Ok((found, exit)) => {
            checks.extend(found);
            exit
        }
        Err(error) => failed(checks, advice::WHAT, &error),
    }
}

/// A build without rules reads nothing for them.
#[cfg(not(feature = "rules"))]
#[expect(clippy::unused_async, reason = "the same signature as with the feature")]
async fn advice(_app: &App, _session: &Session, _snapshot: &Snapshot, _checks: &mut Vec<Check>) -> Exit {
    Exit::Done
}

fn failed(checks: &mut Vec<Check>, what: &'static str, error: &CommandError) -> Exit {
    let next = match error.hints.as_slice() {
        // Only what is wrong inside of the file has been said already, and in full.
        [] => Some("`muster validate` shows every error".to_owned()).filter(|_| error.exit == Exit::Invalid && what == "fleet"),
        hints => Some(hints.join("; ")),
    };
    checks.push(Check { what, health: Health::Ill, found: error.chain().join(": "), next });
    error.exit
}

fn versions() -> Check {
    let features = version::features();
    let listed = if features.is_empty() { "sandbox only".to_owned() } else { features.join(", ") };
    Check::well("version", format!("muster {}, time zones {}, {listed}", env!("CARGO_PKG_VERSION"), version::time_zones()))
}

fn lock(session: &Session) -> Check {
    let pinned = session.project.lock.images.len();
    let users = session.project.fleet.users.len();
    match (session.project.is_locked, users) {
        (_, 0) => Check::well("lock", "no image to pin"),
        (true, _) => Check::well("lock", format!("{LOCK_FILE} pins {}", count(pinned, "image"))),
        (false, _) => Check::note(
            "lock",
            format!("there is no {LOCK_FILE}, so new machines take the newest image"),
            "`muster lock`, and commit the file",
        ),
    }
}

fn accounts(session: &Session, snapshot: &Snapshot, checks: &mut Vec<Check>) {
    let regions = session.project.fleet.cloud.regions.join(", ");
    let kind = if session.is_sandbox() { "sandbox" } else { "live" };
    for (name, identity) in &snapshot.identities {
        let found = format!("{kind} {name} is {} in {regions}, as {}", short_account(&identity.account_id), identity.arn);
        checks.push(Check::well("account", found));
    }
}

fn clock(snapshot: &Snapshot) -> Check {
    let apart = snapshot.clock_skew_seconds.unsigned_abs();
    if apart > CLOCK_TOLERANCE {
        return Check::ill(
            "clock",
            format!("this machine and AWS are {apart} s apart, so nothing is started or stopped"),
            "set the clock (NTP)",
        );
    }
    Check::well("clock", format!("within {CLOCK_TOLERANCE} s of AWS ({apart} s)"))
}

/// One line for each refused action; what apply needs cannot be tried without changing something.
fn permissions(plan: &Plan, checks: &mut Vec<Check>) -> Exit {
    let mut by_action: BTreeMap<(&str, bool), BTreeSet<String>> = BTreeMap::new();
    for gap in &plan.gaps {
        by_action.entry((&gap.action, gap.unreachable)).or_default().insert(format!("{} {}", short_account(&gap.account), gap.region));
    }
    for ((action, unreachable), places) in &by_action {
        let places = places.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        checks.push(if *unreachable {
            Check::ill("reading", format!("{action} did not answer in {places}"), "try again; look at network and endpoint")
        } else {
            Check::ill("reading", format!("{action} is refused in {places}"), format!("`muster iam --plan`{PRINTS}"))
        });
    }
    if by_action.is_empty() {
        checks.push(Check::well("reading", "everything this fleet needs can be read"));
    }
    checks.push(Check::note("changing", "not tried, since it would change something", "`muster iam --apply` prints the policy it needs"));
    crate::session::gap_exit(plan, false)
}

fn quotas(plan: &Plan, checks: &mut Vec<Check>) {
    let full: Vec<&str> = plan.held.iter().map(|held| held.why.as_str()).filter(|why| why.contains("quota")).collect();
    let unread: Vec<&String> = plan.notes.iter().filter(|note| note.contains("quota")).collect();
    checks.extend(full.iter().map(|why| Check::ill("quota", *why, "ask for more, then plan again")));
    checks
        .extend(unread.iter().map(|note| Check::note("quota", note.as_str(), "`muster iam --plan` allows servicequotas:GetServiceQuota")));
    if full.is_empty() && unread.is_empty() {
        checks
            .push(Check::well("quota", if plan.summary.create > 0 { "what this plan creates fits" } else { "this plan creates nothing" }));
    }
}

fn text(app: &App, checks: &[Check]) -> String {
    let style = &app.terminal.out_style;
    let mut table = Table::indented(2);
    for check in checks {
        let (sign, accent) = match check.health {
            Health::Well => ("✓", Accent::Create),
            Health::Note => ("·", Accent::Held),
            Health::Ill => ("✗", Accent::Destroy),
        };
        let next = check.next.as_ref().map(|next| format!("; {next}")).unwrap_or_default();
        table.row(vec![Cell::painted(accent, sign), Cell::new(check.what), Cell::new(format!("{}{next}", check.found))]);
    }
    let ill = checks.iter().filter(|check| check.health == Health::Ill).count();
    let verdict = if ill == 0 { "all is well.".to_owned() } else { format!("{} to mend.", count(ill, "thing")) };
    format!("{}\n{verdict}\n", table.render(style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_out_are_told_once() {
        let policy = |flag: &str| format!("`muster iam --{flag}`{PRINTS}");
        let ill = |next: String| Check::ill("reading", "x is refused", next);
        assert_eq!(ways_out(&[ill(policy("plan")), ill(policy("plan"))]), policy("plan"));
        let all = [
            ill(policy("plan")),
            Check::note("lock", "none", "`muster lock`"),
            ill("set the clock (NTP)".to_owned()),
            ill(policy("advise")),
        ];
        assert_eq!(ways_out(&all), "`muster iam --plan` and `muster iam --advise` print the policies that allow it; set the clock (NTP)");
    }
}
