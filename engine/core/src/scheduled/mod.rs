//! What the schedules of a fleet do to an account as it stands: which machines each of them moves, what is wrong with
//! that, and why one machine is on or off. Pure views over what was observed.

mod explain;
mod lint;
mod list;
mod moves;

pub use explain::{Change, Claim, Explanation, explain, find};
pub use lint::lint;
pub use list::{Listed, list};
pub use moves::{Moved, Moves};
