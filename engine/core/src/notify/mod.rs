//! Who is told, and when: warnings before a stop and notices of failures (semantics 8 and 12).
//!
//! Pure. A *pass* is one `apply` (or one round of a loop). [`warnings`] and [`failures`] say what a pass has to tell, as a function of what
//! was observed, what the last pass left in the [`Ledger`], and the pass's own `now`; [`render`] writes a [`Notice`] in the form its
//! receiver wants. Sending, and keeping the ledger between passes, is the caller's.
//!
//! - One notice per schedule and edge. It belongs to the instant `edge - before-stop` and is made by the pass in whose interval
//!   `(last pass, now]` that instant falls. It lists what the stop will really stop: everything is judged at the edge's instant as the plan
//!   of that instant would be, so that overrides, people's own starts and what cannot be stopped are left out.
//! - A receiver that could not be reached is tried again by every pass until the edge. After the edge nothing is sent; a pass that comes
//!   that late says that the warning is [`Due::missed`].
//! - The first pass ever has no past: nothing is sent for an instant before it.
//! - A failure is told once. It is told again when something else about the step fails, or when it fails anew after it was well.

mod due;
mod failure;
mod ledger;
mod model;
mod notice;
pub mod render;
#[cfg(test)]
mod tests;
mod text;
mod url;

pub use due::{Due, Missed, Pass, reads, saw_everything, warnings};
pub use failure::{failures, settle};
pub use ledger::{KEPT, Ledger};
pub use model::{BEFORE_STOP, Format, Notify, Source, Target, Way};
pub use notice::{Failed, Happening, Notice, Resource, Snooze, Stop};
pub use url::{BadUrl, HookUrl};
