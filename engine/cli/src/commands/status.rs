//! `muster status`.

use std::time::Duration;

use muster_core::cloud::{Gap, Reader as _};
use muster_core::plan::Options;
use muster_core::status::{self as view, Filter, Status as View};

use crate::app::App;
use crate::args::{Status, TextOrJson};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::status as render;
use crate::session::{Session, gap_exit};
use crate::world::Access;

/// Time between two looks of `--watch`.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// Shows machines, once or until Ctrl-C.
pub(crate) async fn run(app: &App, args: &Status) -> Result<Exit, CommandError> {
    loop {
        let mut session = Session::open(app, false, Access::Read).await?;
        if args.everywhere {
            widen(&mut session).await?;
        }
        let made = session.plan(&Options::default()).await?;
        let mut status = look(&session, &made.snapshot, args);
        let mut exit = gap_exit(&made.plan, false);
        if args.everywhere {
            exit = Exit::of([exit, add_kept(&session, &mut status).await?]);
        }
        show(app, &session, &status, args)?;
        if !args.watch {
            return Ok(exit);
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}

/// Looks into every enabled region, declared or not.
async fn widen(session: &mut Session) -> Result<(), CommandError> {
    let accounts: Vec<String> = session.project.fleet.cloud.accounts.keys().cloned().collect();
    for account in accounts {
        let regions = session.world.regions(&account).await?;
        let declared = &mut session.project.fleet.cloud.regions;
        let new: Vec<String> = regions.into_iter().filter(|region| !declared.contains(region)).collect();
        declared.extend(new);
    }
    Ok(())
}

/// Adds the snapshots that removals kept. They were asked for, so not being let to list them counts.
async fn add_kept(session: &Session, status: &mut View) -> Result<Exit, CommandError> {
    let snapshot = session.world.observe(&view::kept_needs(&session.project.fleet.cloud.places())).await?;
    status.kept = view::kept(&snapshot);
    let refused = |gap: &Gap| if gap.unreachable { Exit::Unreachable } else { Exit::Denied };
    let exit = Exit::of(snapshot.gaps.iter().map(refused));
    status.gaps.extend(snapshot.gaps);
    Ok(exit)
}

fn look(session: &Session, snapshot: &muster_core::cloud::Snapshot, args: &Status) -> View {
    let options = Options::default();
    let input = session.input(snapshot, &options);
    let mut status = view::view(&input, &filter(args));
    if args.everywhere {
        status.parts = view::parts(&input);
    }
    status
}

fn filter(args: &Status) -> Filter {
    Filter {
        tags: args.tag.iter().map(|text| Filter::tag(text)).collect(),
        state: args.state.clone(),
        service: args.service.clone(),
        schedule: args.schedule.clone(),
        user: args.user.clone(),
    }
}

fn show(app: &App, session: &Session, status: &View, args: &Status) -> Result<(), CommandError> {
    if args.format == TextOrJson::Json {
        return app.terminal.json(status);
    }
    let zone = session.project.fleet.timezone.as_deref();
    let text = render::render(status, zone, &app.terminal.out_style);
    let clear = if args.watch && app.terminal.is_live() { "\x1b[H\x1b[2J" } else { "" };
    app.terminal.result(&format!("{clear}{text}"))
}
