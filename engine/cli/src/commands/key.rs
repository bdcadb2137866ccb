//! `muster key`.

use muster_core::address::{Address, Part};
use muster_core::cloud::{Change, Cloud as _, ErrorKind, KeyMaterial, Kind};
use muster_core::fleet::{KeySource, User, did_you_mean};
use muster_core::name::Name;
use muster_core::plan::site::Site;
use muster_core::plan::{self, Action, Cause, Op, Options, Plan, Step, Summary};

use crate::app::App;
use crate::args::{Key, Perform};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::perform;
use crate::session::{Made, Session};
use crate::world::Access;

/// Prints the private half of a generated key, or replaces the pair.
pub(crate) async fn run(app: &App, args: &Key) -> Result<Exit, CommandError> {
    let access = if args.rotate { Access::Write } else { Access::Read };
    let session = Session::open(app, false, access).await?;
    let user = owner(&session, &args.user)?;
    if args.rotate {
        let made = session.plan(&Options::default()).await?;
        let name = key_name(&session, &made, &user).ok_or_else(|| not_made(&user))?;
        return rotate(app, &session, &made, &Pair { user, name }, args.yes).await;
    }
    let private = private_half(&session, &user).await?;
    app.terminal.script(private.as_bytes())?;
    Ok(Exit::Done)
}

/// Reads the secret and nothing else: the policy of a user allows no more.
async fn private_half(session: &Session, user: &User) -> Result<String, CommandError> {
    for secret in plan::secrets(&session.project.fleet, user) {
        match session.world.read_secret(&user.place, &secret).await {
            Ok(private) => return Ok(private),
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => {
                let hint = format!("`muster iam --user {}` prints the policy that lets them fetch it", user.name);
                return Err(CommandError::from(error).hint(hint));
            }
        }
    }
    Err(not_made(user))
}

fn owner(session: &Session, name: &str) -> Result<User, CommandError> {
    let users = &session.project.fleet.users;
    let Some(user) = Name::new(name).ok().and_then(|name| users.get(&name)) else {
        let near = did_you_mean(name, users.keys().map(Name::as_str));
        return Err(CommandError::usage(format!("`{name}` is no user of this fleet"))
            .hint(near.unwrap_or_else(|| "`muster status` lists users with their machines".to_owned())));
    };
    if user.key.value != KeySource::Generate {
        return Err(CommandError::usage(format!(
            "user/{name} has a public key of their own ({}), so muster holds no private half",
            user.key.span
        ))
        .hint("`key: generate` in their entry makes a pair that muster keeps"));
    }
    Ok(user.clone())
}

fn not_made(user: &User) -> CommandError {
    CommandError::failed(format!("the key of user/{} is not made yet", user.name)).hint("`muster apply` makes it")
}

/// Name of the user's key pair in EC2: an adopted one keeps its own.
fn key_name(session: &Session, made: &Made, user: &User) -> Option<String> {
    let view = made.snapshot.places.get(&user.place)?;
    let site = Site::new(&session.project.fleet, &made.snapshot, &user.place, view);
    let owned = site.keys.ours.get(&Address::user(&user.name, Part::Key))?.first()?;
    Some(owned.item.name.clone())
}

/// A pair that is to be replaced.
struct Pair {
    user: User,
    name: String,
}

async fn rotate(app: &App, session: &Session, made: &Made, pair: &Pair, yes: bool) -> Result<Exit, CommandError> {
    let question = format!("replace the key of user/{}? the old private half is deleted", pair.user.name);
    perform::confirm(app, &question, yes).await?;
    let steps = vec![new_pair(session, made, pair)];
    let plan = Plan { summary: Summary::of(&steps, 0, 0), steps, held: Vec::new(), ..made.plan.clone() };
    let perform = Perform { yes: true, parallelism: 1, wait: jiff::SignedDuration::ZERO };
    let done = perform::run(app, session, &plan, &perform).await;
    perform::conclude(app, &done)?;
    let exit = perform::verdict(&done);
    if exit == Exit::Done {
        bring(app, session, made, pair).await?;
    }
    Ok(exit)
}

/// Old pair and secret go, new ones come under the same names, be they of an earlier name of the fleet.
///
/// The pair goes first: a rotation that dies anywhere leaves no pair, so the next plan makes one, of the private half that is stored
/// then. Were the secret to go first, a pair would stay that looks whole and whose private half nobody has.
fn new_pair(session: &Session, made: &Made, pair: &Pair) -> Step {
    let address = Address::user(&pair.user.name, Part::Key);
    let stored = plan::secrets_of_pair(&session.project.fleet, &address, &pair.name);
    let marks = existing_tags(session, made, pair, &address);
    let mut step = Step::new(address, pair.user.place.clone(), Kind::KeyPair, Action::Update, Cause::Manual);
    step.reason = "a new pair was asked for".to_owned();
    step.ops = vec![Op::Do(Change::DeleteKeyPair { name: pair.name.clone() })];
    step.ops.extend(plan::delete_secrets(stored.clone()));
    let store = |secret| Op::Do(Change::StoreGeneratedKey { secret, tags: marks.clone() });
    step.ops.extend(stored.into_iter().next().map(store));
    step.ops.push(Op::Do(Change::ImportKeyPair { name: pair.name.clone(), key: KeyMaterial::Generated, tags: marks.clone() }));
    step
}

fn existing_tags(session: &Session, made: &Made, pair: &Pair, address: &Address) -> muster_core::tags::Tags {
    let view = made.snapshot.places.get(&pair.user.place);
    let site = view.map(|view| Site::new(&session.project.fleet, &made.snapshot, &pair.user.place, view));
    let owned = site.as_ref().and_then(|site| site.keys.ours.get(address)).and_then(|all| all.first());
    owned.map(|owned| owned.item.tags.clone()).unwrap_or_default()
}

/// Brings the public half to the living machine, or says how a person can.
async fn bring(app: &App, session: &Session, made: &Made, pair: &Pair) -> Result<(), CommandError> {
    let address = Address::user(&pair.user.name, Part::Instance);
    let view = made.snapshot.places.get(&pair.user.place);
    let site = view.map(|view| Site::new(&session.project.fleet, &made.snapshot, &pair.user.place, view));
    let running = site
        .as_ref()
        .and_then(|site| site.instances.ours.get(&address))
        .and_then(|all| all.first())
        .filter(|owned| owned.item.state.is_up());
    let Some(instance) = running.map(|owned| &owned.item.id) else {
        app.terminal.say("no machine is running: the next one made for this user gets the new key; a stopped one keeps the old");
        return Ok(());
    };
    let public = session.public_key(&pair.user.place, &pair.name).await?;
    match session.world.push_key(&pair.user.place, instance, &public).await {
        Ok(()) => app.terminal.say(&format!(
            "{instance} accepts the new key for 60 seconds; log in within them and put it into ~/.ssh/authorized_keys"
        )),
        Err(why) => app.terminal.warn(&format!(
            "{instance} keeps the old key: {why}; put the new one into ~/.ssh/authorized_keys through Session Manager, or replace the machine"
        )),
    }
    Ok(())
}
