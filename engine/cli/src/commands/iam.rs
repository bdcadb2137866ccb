//! `muster iam`.

use std::collections::BTreeMap;

use muster_core::cloud::{Need, Needs, Reader as _};
use muster_core::fleet::Provider;
use muster_core::iam;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::Iam;
#[cfg(feature = "rules")]
use crate::args::IamAdvice;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::world::{Access, World};

/// Prints policies.
pub(crate) async fn run(app: &App, args: &Iam) -> Result<Exit, CommandError> {
    if args.survey {
        print(app, &iam::survey_policy())?;
        return Ok(Exit::Done);
    }
    let project = Project::load(app, false)?;
    let accounts = accounts(app, &project).await;
    if let Some(user) = &args.user {
        let policy = iam::user_policy(&project.fleet, user, &accounts).map_err(|error| CommandError::usage(error.to_string()))?;
        print(app, &policy)?;
        return Ok(Exit::Done);
    }
    let policies = iam::policies(&project.fleet, &accounts);
    let is_whole = !(args.plan || args.apply || args.adopt || args.everywhere || args.advise);
    let advise = if args.advise || is_whole { advise(app, &project, &accounts, args)? } else { None };
    let all = [
        ("plan", args.plan, policies.plan),
        ("apply", args.apply, policies.apply),
        ("adopt", args.adopt, policies.adopt),
        ("everywhere", args.everywhere, policies.everywhere),
    ];
    let all = all.into_iter().chain(advise.map(|documents| ("advise", args.advise, documents))).collect::<Vec<_>>();
    let one = all.iter().position(|(_, chosen, _)| *chosen);
    let mut all: Vec<(&str, Value)> = all.into_iter().map(|(name, _, documents)| (name, one_or_many(documents))).collect();
    let chosen = match one {
        Some(at) => all.swap_remove(at).1,
        None => json!(all.into_iter().collect::<BTreeMap<_, _>>()),
    };
    print(app, &chosen)?;
    if args.apply || one.is_none() {
        iam::risks(&project.fleet).iter().for_each(|risk| app.terminal.say(&format!("note: {risk}")));
    }
    Ok(Exit::Done)
}

/// What advice reads, for the rules that this fleet's policies choose. The other policies hold without it, so unless it was
/// asked for, a pack or policy that is not there is a note.
#[cfg(feature = "rules")]
fn advise(app: &App, project: &Project, accounts: &BTreeMap<String, String>, args: &Iam) -> Result<Option<Vec<Value>>, CommandError> {
    match chosen(app, project, accounts, &args.advice) {
        Err(error) if !args.advise && error.exit == Exit::Invalid => {
            let why = error.chain().join(": ");
            app.terminal.say(&format!("note: without `advise`: {why}; when that is mended, `muster iam --advise` prints it"));
            Ok(None)
        }
        documents => documents.map(Some),
    }
}

#[cfg(feature = "rules")]
fn chosen(app: &App, project: &Project, accounts: &BTreeMap<String, String>, of: &IamAdvice) -> Result<Vec<Value>, CommandError> {
    use crate::advisor::{choose, collect};

    let selection = choose::chosen(app, project, &of.policy, &of.rule)?.selection;
    Ok(iam::advise_policy(&project.fleet, accounts, &collect::wanted(&project.fleet, &selection)))
}

/// A build that knows no rules knows nothing they read either.
#[cfg(not(feature = "rules"))]
fn advise(app: &App, project: &Project, _accounts: &BTreeMap<String, String>, args: &Iam) -> Result<Option<Vec<Value>>, CommandError> {
    if args.advise {
        return Err(super::without_rules(&project.folder));
    }
    app.terminal.say("note: without `advise`, since this build was made without the cargo feature `rules`");
    Ok(None)
}

/// As IAM takes it: whatever stands beyond ASCII is written as an escape.
fn print(app: &App, policy: &Value) -> Result<(), CommandError> {
    app.terminal.script(format!("{}\n", iam::text(policy)).as_bytes())
}

/// One document as it is, several as an array.
fn one_or_many(mut documents: Vec<Value>) -> Value {
    match documents.len() {
        1 => documents.remove(0),
        _ => Value::Array(documents),
    }
}

/// Ids of the accounts: those of the file, and what the credentials say of the others. Somebody who has no
/// credentials yet is who needs policies most, so what cannot be asked stays `*`.
async fn accounts(app: &App, project: &Project) -> BTreeMap<String, String> {
    let declared = project.fleet.cloud.accounts.iter();
    let mut ids: BTreeMap<String, String> = declared.filter_map(|(name, account)| Some((name.clone(), account.id.clone()?))).collect();
    if ids.len() == project.fleet.cloud.accounts.len() {
        return ids;
    }
    match identities(app, project).await {
        Ok(found) => ids.extend(found),
        Err(error) => app.terminal.say(&format!("account ids are written as `*`, since they could not be asked: {}", error.message)),
    }
    ids
}

async fn identities(app: &App, project: &Project) -> Result<BTreeMap<String, String>, CommandError> {
    if project.provider(app) == Provider::Aws && cfg!(not(feature = "aws")) {
        return Err(CommandError::usage("this build has no live account"));
    }
    let world = World::connect(app, project, Access::Read).await?;
    let mut needs = Needs::default();
    for place in project.fleet.cloud.places() {
        needs.add(&place, Need::Vpcs);
    }
    let snapshot = world.observe(&needs).await?;
    Ok(snapshot.identities.into_iter().map(|(name, identity)| (name, identity.account_id)).collect())
}
