//! Delivery by EventBridge Scheduler: what has to stand there so that AWS itself fires a schedule's edges.
//!
//! [`compile`] turns a [`Schedule`](crate::schedule::Schedule) into [`Timing`]s, a pure function. Its law: within the
//! window the timings fire at exactly the instants of [`Schedule::edges`](crate::schedule::Schedule::edges), each as the
//! start or stop that the edge is; an edge to `leave` is none of them. What stands there is found as follows.
//!
//! 1. The windows that recur by the calendar alone, united, give edges in a year of each kind; those with one local time
//!    share a cron, or the few crons that say their days exactly (`pattern`).
//! 2. Each cron is held against the real edges. Where it would fire on a day on which it must not (a holiday, an
//!    override, a stop in the repeated hour of autumn, which EventBridge fires at the first of the two instants) it ends
//!    before and another begins after: [`Timing::start`] and [`Timing::end`].
//! 3. What no cron fires is an `at()`: holidays on which things run, overrides, n-weekly and dated windows, days that
//!    cron cannot say, and begins and ends that a spring gap moves, since EventBridge skips those.
//!
//! Timings do not depend on the instant they are compiled at, but on what lies ahead: an hour later the same ones come
//! out, without those that are over. [`until`] therefore ends the window with a month, so that an `apply` finds new
//! edges to add once a month and not every day.
//!
//! When nobody applies any more, crons go on and `at()`s end: after the window holidays and overrides are not known,
//! n-weekly windows do not come, a start in a spring gap is skipped and a stop in the repeated hour comes at its first
//! occurrence. No cron fires against the windows that recur ([`GUARANTEES`] says the same in a table).
//!
//! [`Target`] is what is started or stopped, [`entries`] puts timings and targets together, with names by which a later
//! run knows its own and sees what changed.

mod candidates;
mod compile;
mod entry;
mod guarantees;
mod horizon;
mod pattern;
mod reference;
mod runs;
mod spec;
mod target;
mod timing;
mod truth;

pub use compile::compile;
pub use entry::{Entry, Wiring, entries, group_name};
pub use guarantees::{GUARANTEES, Guarantee, RESOLVE_TRADE_OFFS, lost};
pub use horizon::{HORIZON, Options, Resolve, boundary, until};
pub(crate) use spec::ascii_words;
pub use spec::{EdgeSpec, MAX_EVENT_AGE, NAME_LIMIT};
pub use target::{CannotResolve, Service, Target, tagged};
pub use timing::{Action, Timing, first_against};
