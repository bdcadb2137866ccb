//! `muster schedule explain`.

use muster_core::plan::Options;
use muster_core::plan::draft::Draft;
use muster_core::plan::run_state::Judged;
use muster_core::scheduled;

use crate::app::App;
use crate::args::{ScheduleExplain, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::schedule::explain as render;
use crate::session::{Session, gap_exit};
use crate::world::Access;

/// Explains one machine.
pub(super) async fn run(app: &App, args: &ScheduleExplain) -> Result<Exit, CommandError> {
    let mut session = Session::open(app, false, Access::Read).await?;
    let as_of = session.now;
    session.now = args.at.unwrap_or(as_of);
    let made = session.plan(&Options::default()).await?;
    let options = Options::default();
    let input = session.input(&made.snapshot, &options);
    let draft = Draft::new(input);
    let judged = one(scheduled::find(&draft, &args.resource), &args.resource)?;
    let explanation = scheduled::explain(&input, &draft, &judged);
    if args.format == TextOrJson::Json {
        app.terminal.json(&explanation)?;
    } else {
        let zone = session.project.fleet.timezone.as_deref();
        app.terminal.result(&render::render(&explanation, as_of, zone, &app.terminal.out_style))?;
    }
    Ok(gap_exit(&made.plan, false))
}

fn one<'a>(found: Vec<Judged<'a>>, word: &str) -> Result<Judged<'a>, CommandError> {
    match <[Judged<'a>; 1]>::try_from(found) {
        Ok([judged]) => Ok(judged),
        Err(none) if none.is_empty() => Err(CommandError::usage(format!("`{word}` is no machine of this account"))
            .hint("`muster status` lists those of the fleet; an AWS id names any other")),
        Err(many) => {
            let names: Vec<&str> = many.iter().map(|judged| judged.address.as_str()).collect();
            Err(CommandError::usage(format!("`{word}` names {} machines: {}", names.len(), names.join(", "))).hint("name one of them"))
        }
    }
}
