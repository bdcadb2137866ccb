//! `muster destroy`.

use muster_core::plan::{Destroy as How, Options};

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
    let task = Task { made, options, refused: Vec::new(), approved: true };
    if !is_empty {
        super::apply::preview(app, &session, &task, format)?;
        confirm(app, name.as_str(), args.confirm.as_deref()).await?;
    }
    super::apply::carry_out(app, &session, task, &Manner { format, perform: &args.perform, gaps, shown: !is_empty, notices: None }).await
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
