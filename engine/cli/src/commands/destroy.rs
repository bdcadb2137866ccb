//! `muster destroy`.

use muster_core::address::Address;
use muster_core::apply::{Status, StepOutcome};
use muster_core::cloud::Kind;
use muster_core::plan::{Action, Destroy as How, Held, Options};

use crate::app::App;
use crate::args::{Destroy, Format, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::session::{self, Session};
use crate::world::Access;

use super::apply::{Manner, Task};

/// Removes at once what the fleet owns.
pub(crate) async fn run(app: &App, args: &Destroy) -> Result<Exit, CommandError> {
    let session = Session::open(app, false, Access::Write).await?;
    let Some(name) = session.project.fleet.name.clone() else {
        return Err(CommandError::usage("this file owns nothing: it has no `fleet` name, so there is nothing to destroy"));
    };
    let options =
        Options { allow_destroy: true, only: args.only.clone(), destroy: Some(How { snapshots: !args.no_snapshot }), ..Options::default() };
    let made = session.plan(&options).await?;
    session::refuse_unknown(&session, &made)?;
    session::announce(app, &session, &made.plan);
    let format = if args.format == TextOrJson::Json { Format::Json } else { Format::Text };
    let gaps = session::gap_exit(&made.plan, args.allow_gaps);
    let is_empty = made.plan.is_empty();
    let nothing = is_empty && made.plan.held.is_empty() && made.plan.gaps.is_empty() && format == Format::Text;
    if nothing {
        app.terminal.result(&owns_nothing(name.as_str(), &args.only))?;
    }
    let refused = made.plan.held.iter().map(refused).collect();
    let task = Task { made, options, refused, approved: true };
    if !is_empty {
        super::apply::preview(app, &session, &task, format)?;
        confirm(app, name.as_str(), args.confirm.as_deref()).await?;
    }
    let manner = Manner { format, perform: &args.perform, gaps, shown: !is_empty || nothing, again: "muster destroy", notices: None };
    super::apply::carry_out(app, &session, task, &manner).await
}

/// An account without anything of the fleet's is not as the file says, so that is not what is said.
fn owns_nothing(fleet: &str, only: &[String]) -> String {
    let under = if only.is_empty() { String::new() } else { format!(" under `{}`", only.join("`, `")) };
    format!("nothing to destroy: {fleet} owns nothing{under} in the places of the file.\n")
}

/// Whatever a destruction holds back was asked for all the same, so it counts as refused.
fn refused(held: &Held) -> StepOutcome {
    StepOutcome {
        address: held.address.clone(),
        place: held.place.clone(),
        kind: kind(&held.address),
        action: Action::Delete,
        id: None,
        status: Status::Refused { why: held.why.clone() },
        touched: false,
    }
}

/// What stands at an address that a fleet owns.
fn kind(address: &Address) -> Kind {
    match (address.section(), address.part()) {
        (_, Some("security-group")) => Kind::SecurityGroup,
        (_, Some("key")) => Kind::KeyPair,
        (_, Some("alarm")) => Kind::Alarm,
        ("parameter-group", _) | (_, Some("parameter-group")) => Kind::ParameterGroup,
        ("database", _) => Kind::Database,
        _ => Kind::Instance,
    }
}

/// The fleet's name has to be typed; nothing else counts.
async fn confirm(app: &App, name: &str, given: Option<&str>) -> Result<(), CommandError> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None if app.terminal.can_ask() => {
            app.terminal.ask(&format!("this cannot be undone; type the fleet's name, {name}, to go on:")).await?
        }
        None => {
            return Err(CommandError::usage("`muster destroy` wants the fleet's name typed, and nobody can be asked here")
                .hint(format!("`muster destroy --confirm {name}`; `--yes` does not replace it")));
        }
    };
    if typed == name {
        return Ok(());
    }
    Err(CommandError::usage(format!("`{typed}` is not the name of this fleet, nothing was destroyed")).hint(format!("the name is {name}")))
}
