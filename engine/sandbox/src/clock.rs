//! The account's own time. Nobody waits for real: when everybody who runs is waiting, the clock jumps to the
//! first instant that somebody waits for. So steps that wait side by side wait together, as they would on AWS.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::task::{Context, Poll};

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::Clock;

use crate::faults::Lateness;
use crate::sandbox::{Sandbox, SandboxError};
use crate::world::{Region, World};

/// Who waits for what.
#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    drawn: u64,
    waiting: BTreeSet<(Timestamp, u64)>,
    /// Grows whenever anybody does anything.
    activity: u64,
}

impl Sleepers {
    /// Notes that somebody is not waiting.
    pub(crate) const fn stir(&mut self) {
        self.activity += 1;
    }
}

impl World {
    /// Moves the clock forward, and everything with it: from one firing of a schedule to the next, each on what has become of the
    /// world by then.
    pub(crate) fn advance_to(&mut self, now: Timestamp, late: Lateness) {
        let to = self.now.max(now);
        while let Some(at) = self.next_firing(late).filter(|at| *at <= to) {
            let at = self.now.max(at);
            self.pass_to(at);
            self.fire(at, late);
        }
        self.pass_to(to);
    }

    /// Lets everything but schedules reach an instant.
    fn pass_to(&mut self, now: Timestamp) {
        self.now = now;
        for region in self.regions_mut() {
            region.advance_machines(now);
            region.advance_servers(now);
            region.advance_clusters(now);
            region.advance_scaled(now);
            region.settle(now);
        }
        self.accounts.values_mut().for_each(|account| account.roles.settle(now));
    }

    /// The first instant at which a state ends by itself.
    fn next_change(&self) -> Option<Timestamp> {
        let regions = self.accounts.values().flat_map(|account| account.regions.values());
        let of_region = |region: &Region| {
            let machines = region.machines.values().filter_map(|row| row.due);
            let databases = region.servers.values().filter_map(|row| row.due);
            let clusters = region.clusters.values().filter_map(|row| row.due);
            let scaled = region.scaling_groups.values().filter_map(|row| row.due);
            machines.chain(databases).chain(clusters).chain(scaled).chain(region.services.values().filter_map(|row| row.due)).min()
        };
        regions.filter_map(of_region).min()
    }
}

impl Clock for Sandbox {
    fn now(&self) -> Timestamp {
        // An unreadable file shows at the next call, with its name; the clock stands still until then.
        self.look(|inner| inner.world.now).unwrap_or_else(|_| self.with_sleepers(|now, _| now))
    }

    async fn sleep(&self, duration: SignedDuration) {
        Sleep { sandbox: self, duration, ticket: None, seen: None }.await;
    }
}

/// One who waits.
struct Sleep<'a> {
    sandbox: &'a Sandbox,
    duration: SignedDuration,
    ticket: Option<(Timestamp, u64)>,
    /// What had happened when it was last asked.
    seen: Option<u64>,
}

impl Sleep<'_> {
    /// The instant to wait for, drawn when it is first asked.
    fn ticket(&mut self) -> (Timestamp, u64) {
        *self.ticket.get_or_insert_with(|| self.sandbox.enqueue(self.duration))
    }
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.sandbox.is_killed() {
            return Poll::Pending;
        }
        let ticket = self.ticket();
        match self.sandbox.turn(ticket, self.seen) {
            Turn::Over => Poll::Ready(()),
            Turn::Wait(activity) => {
                self.seen = Some(activity);
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.sandbox.leave(ticket);
        }
    }
}

enum Turn {
    /// Its time has come.
    Over,
    /// Not yet; this is how much had happened.
    Wait(u64),
}

impl Sandbox {
    fn enqueue(&self, duration: SignedDuration) -> (Timestamp, u64) {
        self.with_sleepers(|now, sleepers| {
            sleepers.drawn += 1;
            sleepers.stir();
            let ticket = (now.saturating_add(duration).unwrap_or(now), sleepers.drawn);
            sleepers.waiting.insert(ticket);
            ticket
        })
    }

    fn leave(&self, ticket: (Timestamp, u64)) {
        self.with_sleepers(|_, sleepers| sleepers.waiting.remove(&ticket));
    }

    /// Lets a waiter go on when its time has come, and brings that time about when nothing happened since it
    /// was last asked: then everybody else is waiting too, and for longer.
    fn turn(&self, ticket: (Timestamp, u64), seen: Option<u64>) -> Turn {
        let (over, first, activity) =
            self.with_sleepers(|now, sleepers| (ticket.0 <= now, sleepers.waiting.first() == Some(&ticket), sleepers.activity));
        if over {
            return Turn::Over;
        }
        if !first || seen != Some(activity) {
            return Turn::Wait(activity);
        }
        // A file that cannot be written shows at the next call; waiting for ever would hide it.
        let _ = self.move_clock(ticket.0);
        Turn::Over
    }

    /// When the account next changes by itself: a machine has started, RDS begins to start what was stopped for seven days.
    /// Nothing while everything is at rest.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_change(&self) -> Result<Option<Timestamp>, SandboxError> {
        self.look(|inner| inner.world.next_change())
    }

    pub(crate) fn move_clock(&self, to: Timestamp) -> Result<(), SandboxError> {
        self.transact(|inner| {
            let late = inner.lateness();
            inner.world.advance_to(to, late);
            ((), true)
        })
    }
}
