//! Rules at work: packs are loaded, facts collected, rules asked, advice drawn. What each step means is decided in
//! `core::advice`, `core::policy` and the host; here they meet the account, the disk and the clock.

pub(crate) mod aside;
pub(crate) mod choose;
pub(crate) mod collect;
pub(crate) mod judge;
pub(crate) mod packs;
pub(crate) mod place;
pub(crate) mod replays;
