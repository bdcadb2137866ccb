//! What a plan says about a database that nothing is done to now.

use jiff::Timestamp;

use super::judge::Judged;
use super::machine::{Machine, members};
use crate::plan::draft::Draft;
use crate::plan::words;
use crate::schedule::{RunState, WantedState};

/// When RDS starts a stopped database or cluster by itself, if that comes before its schedule does.
#[must_use]
pub fn automatic_restart(judged: &Judged<'_>) -> Option<Timestamp> {
    let at = match judged.machine {
        Machine::Rds(database) => database.automatic_restart,
        Machine::Cluster(cluster) => cluster.automatic_restart,
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => None,
    }?;
    let stays = judged.wanted == Some(RunState::Stopped) && judged.machine.run_state() == Some(RunState::Stopped);
    let starts_before = matches!(judged.next, Some((next, WantedState::Running)) if next <= at);
    (stays && !starts_before).then_some(at)
}

/// What follows from RDS's own start, in words.
#[must_use]
pub fn restart_words(judged: &Judged<'_>, at: Timestamp) -> String {
    let schedule = judged.schedule;
    let zone = schedule.map_or("UTC", |schedule| &schedule.timezone);
    let then = match schedule {
        Some(schedule) if !schedule.rds.restop => "`auto-restart: leave` lets it run until the next edge",
        Some(_) => "the first pass after that stops it again",
        None => "no schedule stops it again",
    };
    format!("RDS starts it by itself {}; {then}", words::instant(at, zone))
}

pub(super) fn of(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    if let Some(at) = automatic_restart(judged) {
        draft.notes.push(format!("{}: {}", judged.address, restart_words(judged, at)));
    }
    reached_by_member(draft, judged);
}

/// A policy reaches a cluster by the cluster's own tags: who selects it by a member's is told.
fn reached_by_member(draft: &mut Draft<'_>, judged: &Judged<'_>) {
    let Some(select) = judged.schedule.and_then(|schedule| schedule.select.as_ref()) else { return };
    let Some(site) = draft.sites.get(&judged.place) else { return };
    let by = |tags| select.matches(judged.machine.service(), tags, &judged.place);
    let Some(member) = members(site, judged.machine).find(|member| by(&member.tags)) else { return };
    if !by(judged.machine.tags()) {
        draft.notes.push(format!(
            "{}: selected by the tags of its member {}; the policies of `muster iam` reach a cluster by its own",
            judged.address, member.name
        ));
    }
}
