//! `muster plan`.

use crate::app::App;
use crate::args::{Format, Plan};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::git;
use crate::planfile::PlanFile;
use crate::render::words::Frame;
use crate::render::{plan_json, plan_markdown, plan_text};
use crate::session::{self, Made, Session};
use crate::world::Access;

/// Shows what differs.
pub(crate) async fn run(app: &App, args: &Plan) -> Result<Exit, CommandError> {
    let session = Session::planning(app, args.planning.strict, Access::Read).await?;
    let made = session.plan(&session.options(&args.planning)).await?;
    session::refuse_unknown(&session, &made)?;
    session::refuse_unlocked(&session, &made)?;
    session::refuse_contested(&session, &made, args.planning.strict)?;
    session::announce(app, &session, &made.plan);
    if let Some(path) = &args.out {
        let commit = git::head(&session.project.folder);
        let file = PlanFile { digest: session.digest(&made.plan), sandbox: session.is_sandbox(), commit, plan: made.plan.clone() };
        file.write(path)?;
    }
    let frame = Frame { next: true, ..session.frame(app, &made) };
    show_framed(app, &made, &frame, args.planning.format)?;
    let pending = args.detailed_exitcode && !made.plan.is_empty();
    let gaps = session::gap_exit(&made.plan, args.planning.allow_gaps);
    Ok(Exit::of([gaps, if pending { Exit::Pending } else { Exit::Done }]))
}

/// Shows a plan that is about to be done on stdout.
pub(crate) fn show(app: &App, session: &Session, made: &Made, format: Format) -> Result<(), CommandError> {
    show_framed(app, made, &session.frame(app, made), format)
}

fn show_framed(app: &App, made: &Made, frame: &Frame, format: Format) -> Result<(), CommandError> {
    match format {
        Format::Text => app.terminal.result(&plan_text::render(&made.plan, frame, &app.terminal.out_style)),
        Format::Json => app.terminal.json(&plan_json::render(&made.plan, frame)),
        Format::Markdown => app.terminal.result(&plan_markdown::render(&made.plan, frame)),
    }
}
