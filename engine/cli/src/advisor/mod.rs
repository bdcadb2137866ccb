//! Rules at work: packs are loaded, facts collected, rules asked, advice drawn. What each step means is decided in
//! `core::advise`, `core::policy` and the host; here they meet the account, the disk and the clock.

#[cfg(feature = "rules")]
pub(crate) mod aside;
pub(crate) mod check;
#[cfg(feature = "rules")]
pub(crate) mod choose;
#[cfg(feature = "rules")]
pub(crate) mod collect;
#[cfg(feature = "rules")]
pub(crate) mod judge;
#[cfg(feature = "rules")]
pub(crate) mod packs;
#[cfg(feature = "rules")]
pub(crate) mod place;
#[cfg(feature = "rules")]
pub(crate) mod replays;
