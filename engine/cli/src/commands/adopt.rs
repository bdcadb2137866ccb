//! `muster adopt` and `muster unadopt`.

mod entry;
mod find;
mod release;

pub(crate) use release::unadopt;

use muster_core::plan::draft::set_tags;
use muster_core::plan::{self, Action, Cause, Options, Plan, Step, Summary};

use crate::app::App;
use crate::args::{Adopt, Format};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::perform;
use crate::render::count;
use crate::session::{Made, Session};
use crate::world::Access;

use find::Candidate;

/// Takes existing resources into the fleet.
pub(crate) async fn adopt(app: &App, args: &Adopt) -> Result<Exit, CommandError> {
    let access = if args.write { Access::Read } else { Access::Write };
    let session = Session::open(app, false, access).await?;
    let made = session.plan(&Options::default()).await?;
    let candidates = find::candidates(&session, &made.snapshot, &args.address, &args.ids)?;
    if args.write {
        app.terminal.result(&entry::yaml(&made.snapshot, &args.address, &candidates)?)?;
        return Ok(Exit::Done);
    }
    foresee(app, &session, &made, &candidates)?;
    perform::confirm(app, &format!("tag {} as {}?", count(candidates.len(), "resource"), args.address), args.perform.yes).await?;
    let steps: Vec<Step> = candidates.iter().map(step).collect();
    let plan = Plan { summary: Summary::of(&steps, 0, 0), steps, held: Vec::new(), ..made.plan.clone() };
    let done = perform::run(app, &session, &plan, &args.perform).await;
    perform::conclude(app, &done)?;
    Ok(perform::verdict(&done))
}

/// Shows the plan that would follow, made from a copy of what was observed with the tags on it.
fn foresee(app: &App, session: &Session, made: &Made, candidates: &[Candidate]) -> Result<(), CommandError> {
    let mut snapshot = made.snapshot.clone();
    candidates.iter().for_each(|candidate| candidate.mark(&mut snapshot));
    let options = Options::default();
    let plan = plan::plan(&session.input(&snapshot, &options));
    app.terminal.say("only tags are written now; this is the plan that would follow:");
    super::plan::show(app, session, &Made { plan, snapshot, seconds: made.seconds }, Format::Text)
}

fn step(candidate: &Candidate) -> Step {
    let mut step = Step::new(candidate.address.clone(), candidate.place.clone(), candidate.kind, Action::Tag, Cause::Manual);
    step.id = Some(candidate.id.clone());
    step.reason = "adopted".to_owned();
    step.ops = vec![set_tags(candidate.kind, &candidate.target, candidate.tags.clone())];
    step
}
