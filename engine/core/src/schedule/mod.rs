//! Schedules as sets of instants: pure, without clock or I/O.
//!
//! A [`Window`] is what a person writes (`mon-fri 09:00-19:00`). Seen from a zone it is a sequence of half-open
//! [`Stretch`]es of real time, computed day by day and never minute by minute. A [`Schedule`] lays windows,
//! calendar days and overrides over each other in a fixed order and answers what is wanted at an instant
//! ([`Schedule::decide`]) and when that changes ([`Schedule::next_edge`], [`Schedule::edges`]).

mod clocks;
mod condition;
mod cursor;
mod decide;
mod instants;
pub mod lint;
mod look;
mod mask;
mod matching;
mod model;
mod parse;
mod savings;
mod selector;
mod size;
mod trace;
mod week;
mod window;
mod zone;

pub use condition::{Condition, MonthDay, Nth};
pub use decide::{Context, Decision, Edge, HORIZON, Interval, Rank};
pub use instants::{Frame, Stretch};
pub use look::{Look, SizeLook};
pub use mask::Mask;
pub use matching::tied;
pub use model::{After, Exception, Limit, Manual, RdsRules, RunState, Schedule, Select, Snooze, WantedState, Workdays};
pub use savings::{Amount, Hours, Priced, Savings};
pub use selector::Selectors;
pub use size::{Ambiguous, Numbers, Size, Sizes, Sizing};
pub use trace::Considered;
pub use week::{Bar, Week, WeekDay};
pub use window::{LONGEST_SPAN_MINUTES, TimeSpan, Window, WindowError};
pub use zone::{Zone, ZoneError};
