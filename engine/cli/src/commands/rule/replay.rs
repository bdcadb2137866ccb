//! `muster rule replay`.

use muster_core::text::escaped;
use muster_host::{Replay, Replayed};

use crate::advisor::place;
use crate::app::App;
use crate::args::RuleReplay;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;

/// Runs what a replay file holds, and shows whether it fails as it did.
pub(super) fn run(app: &App, args: &RuleReplay) -> Result<Exit, CommandError> {
    let file = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|error| CommandError::invalid(format!("{file} cannot be read: {}", reason(&error))))?;
    let replay = Replay::decode(&bytes).map_err(|error| CommandError::invalid(format!("{file} is no replay file")).because(error))?;
    let host = place::host(app)?;
    let _ticks = host.ticker()?;
    let replayed = host.replay(&replay).map_err(|error| CommandError::invalid(format!("{file} cannot be run")).because(error))?;
    app.terminal.result(&text(&replayed))?;
    Ok(if replayed.now.is_some() { Exit::RuleErrored } else { Exit::Done })
}

/// What happened now, what happened then if that is something else, and where the rule was.
fn text(replayed: &Replayed) -> String {
    let mut lines = Vec::new();
    match &replayed.now {
        None => lines.push(format!("not seen again; then: {}", replayed.then)),
        Some(now) if replayed.same() => lines.push(format!("seen again: {now}")),
        Some(now) => lines.extend([format!("fails in another way: {now}"), format!("then: {}", replayed.then)]),
    }
    lines.extend(replayed.now.iter().flat_map(|now| &now.frames).map(|frame| format!("  at {frame}")));
    lines.extend(replayed.log.iter().map(|line| format!("  {}: {}", line.level, line.message)));
    lines.push(format!("  {} fuel", replayed.fuel));
    // A file may come from anybody: nothing in it moves the cursor.
    lines.into_iter().map(|line| escaped(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use muster_core::finding::{Fault, FaultKind, PackId};

    use super::*;

    fn fault(kind: FaultKind, cause: &str) -> Fault {
        Fault {
            pack: PackId { name: "our".into(), version: "1.2.0".into() },
            rule: "slow".into(),
            group: "fleet".into(),
            kind,
            limit: None,
            cause: cause.into(),
            resource: Some("vol-1".into()),
            among: 1,
            frames: vec!["check".into()],
            log: Vec::new(),
            replay: None,
        }
    }

    fn said(now: Option<Fault>) -> String {
        let then = fault(FaultKind::Trap, "\u{1b}[2Junreachable");
        text(&Replayed { findings: Vec::new(), log: Vec::new(), then, now: now.map(Arc::new), fuel: 7 })
    }

    #[test]
    fn the_same_another_and_no_fault_are_told_apart() {
        let again = said(Some(fault(FaultKind::Trap, "unreachable")));
        assert!(again.starts_with("seen again: rule `slow` of pack our 1.2.0 ") && again.ends_with("\n  at check\n  7 fuel\n"), "{again}");
        let other = said(Some(fault(FaultKind::Time, "fuel")));
        assert!(other.starts_with("fails in another way: ") && other.contains("\nthen: rule `slow`"), "{other}");
        let gone = said(None);
        assert!(gone.starts_with("not seen again; then: ") && !gone.contains('\u{1b}'), "{gone}");
    }
}
