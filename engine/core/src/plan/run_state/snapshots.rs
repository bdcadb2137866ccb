//! The snapshot that a schedule takes before it stops a database: made first, old ones end after it is there.

use jiff::{SignedDuration, Timestamp};

use super::judge::Judged;
use super::machine::Machine;
use crate::cloud::{Change, Listing};
use crate::digest::sha256_hex;
use crate::plan::draft::Draft;
use crate::plan::last_change::{self, LastChange};
use crate::plan::mark::SnapshotTag;
use crate::plan::model::{Await, Op};
use crate::plan::site::Site;
use crate::tags::{self, Tags};

/// A snapshot of the present run that is older than this is taken again: the stop it was for did not come.
const SERVES: SignedDuration = SignedDuration::from_hours(24);

/// What a stop does about snapshots.
#[derive(Debug, Default)]
pub(super) struct BeforeStop {
    /// What takes the snapshot; nothing when one of this run is there.
    pub(super) take: Vec<Op>,
    /// What the stop waits for.
    pub(super) wait: Option<Op>,
    /// What ends the oldest ones.
    pub(super) prune: Vec<Op>,
    /// In words.
    pub(super) words: String,
}

/// A snapshot of a database or a cluster.
struct Taken<'a> {
    name: &'a str,
    state: &'a str,
    created: Option<Timestamp>,
}

/// What has to happen around a stop by schedule.
///
/// # Errors
/// Why the database is not stopped: its snapshots could not be listed.
pub(super) fn before_stop(draft: &Draft<'_>, site: &Site<'_>, judged: &Judged<'_>) -> Result<BeforeStop, String> {
    let Some((schedule, keep)) = judged.schedule.and_then(|schedule| Some((schedule, schedule.rds.snapshot?))) else {
        return Ok(BeforeStop::default());
    };
    let now = draft.input.now;
    let mark = SnapshotTag::new(draft.input.fleet.name.as_ref(), &schedule.name, &judged.address);
    let Some(mut mine) = of_mark(site, judged.machine, &mark)? else { return Ok(BeforeStop::default()) };
    mine.sort_by_key(|taken| std::cmp::Reverse(taken.created.unwrap_or(Timestamp::MAX)));
    let run = last_change::of(judged.machine, site, now);
    let name = name(judged, &mark, &run, now);
    let since = run.at.unwrap_or(Timestamp::MIN).max(now.saturating_sub(SERVES).unwrap_or(Timestamp::MIN));
    let of_this_run = mine.iter().find(|taken| taken.state != "failed" && taken.created.is_none_or(|created| created >= since));
    let mut before = BeforeStop::default();
    if let Some(taken) = of_this_run {
        before.wait = (taken.state != "available").then(|| awaited(judged.machine, taken.name));
        before.words = format!("its snapshot {} is there", taken.name);
    } else {
        // A failed one keeps the name from the next try.
        before.take.extend(mine.iter().filter(|taken| taken.name == name).map(|taken| end(judged.machine, taken.name)));
        before.take.push(take(judged.machine, &name, &mark));
        before.take.push(awaited(judged.machine, &name));
        before.wait = Some(awaited(judged.machine, &name));
        before.words = format!("keeps the snapshot {name} first");
    }
    let keep = usize::try_from(keep).unwrap_or(usize::MAX).saturating_sub(usize::from(of_this_run.is_none()));
    // One that is taken anew under its name has ended already.
    let old = mine.iter().filter(|taken| of_this_run.is_some() || taken.name != name);
    let good = old.filter(|taken| taken.state == "available" || of_this_run.is_some_and(|this| this.name == taken.name));
    before.prune = good.skip(keep).map(|taken| end(judged.machine, taken.name)).collect();
    Ok(before)
}

/// The snapshots that this schedule took of a database or cluster; nothing of a machine that has none.
fn of_mark<'a>(site: &Site<'a>, machine: Machine<'_>, mark: &SnapshotTag) -> Result<Option<Vec<Taken<'a>>>, String> {
    let view = site.view;
    match machine {
        Machine::Rds(_) => {
            readable(&view.db_snapshots)?;
            let mine = view.db_snapshots.seen().iter().filter(|taken| mark.is_on(&taken.tags));
            Ok(Some(mine.map(|taken| Taken { name: &taken.name, state: &taken.state, created: taken.created }).collect()))
        }
        Machine::Cluster(_) => {
            readable(&view.cluster_snapshots)?;
            let mine = view.cluster_snapshots.seen().iter().filter(|taken| mark.is_on(&taken.tags));
            Ok(Some(mine.map(|taken| Taken { name: &taken.name, state: &taken.state, created: taken.created }).collect()))
        }
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => Ok(None),
    }
}

/// A list that nobody asked for yet is asked for once a step needs it.
fn readable<T>(listing: &Listing<T>) -> Result<(), String> {
    if listing.was_read() && !listing.is_complete() {
        return Err("its snapshots could not be listed, so none is taken and it is not stopped; see gaps".to_owned());
    }
    Ok(())
}

/// The same for every run that stops the database after the same start, so that two of them take one snapshot.
fn name(judged: &Judged<'_>, mark: &SnapshotTag, run: &LastChange, now: Timestamp) -> String {
    let hour = || now.as_second() / 3_600 * 3_600;
    let since = run.at.map_or_else(hour, Timestamp::as_second);
    let hash = sha256_hex(format!("{}/{since}", mark.text()).as_bytes());
    format!("{}-before-stop-{}", judged.machine.id(), &hash[..8])
}

fn take(machine: Machine<'_>, name: &str, mark: &SnapshotTag) -> Op {
    let tags: Tags = [(tags::SNAPSHOT_OF.to_owned(), mark.text())].into();
    let (of, name) = (machine.id().to_owned(), name.to_owned());
    Op::Do(match machine {
        Machine::Cluster(_) => Change::CreateClusterSnapshot { cluster: of, name, tags },
        _ => Change::CreateDbSnapshot { database: of, name, tags },
    })
}

fn awaited(machine: Machine<'_>, name: &str) -> Op {
    let name = name.to_owned();
    Op::Await(if matches!(machine, Machine::Cluster(_)) { Await::ClusterSnapshotAvailable(name) } else { Await::DbSnapshotAvailable(name) })
}

fn end(machine: Machine<'_>, name: &str) -> Op {
    let name = name.to_owned();
    Op::Do(if matches!(machine, Machine::Cluster(_)) { Change::DeleteClusterSnapshot { name } } else { Change::DeleteDbSnapshot { name } })
}
