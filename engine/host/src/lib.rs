//! Where rules run: WebAssembly components on wasmtime, within limits, from an authenticated cache.
//!
//! ```text
//! bytes ──inspect──▶ Shape ──cache or compile──▶ Pack ──describe──▶ rules
//!                                                  │
//! documents ──groups, chunks──▶ calls (a new store each) ──judge──▶ findings, faults, replays
//! ```
//!
//! What this crate never does: give a guest a clock, randomness, a file or a socket (the one import is `log`); read a
//! clock or the environment itself (time comes in as [`Host::tick`]); keep a store after a call; let one rule's end
//! touch another's findings. Its only `unsafe` loads code that this crate compiled and sealed: `cache/trusted.rs`.
//!
//! The interface is frozen in `rules/wit`; what may change about it stands in `docs/rules/interface.md`.

pub mod author;
mod bindings;
mod builtin;
mod cache;
mod call;
mod compile;
mod document;
mod error;
mod evaluate;
#[doc(hidden)]
pub mod fuzz;
mod host;
mod limits;
mod pulse;
mod replay;
mod shape;
mod sniff;
mod state;
mod text;

pub use builtin::{BuiltIn, builtin, builtin_named, written};
pub use cache::{CACHE_MAX_BYTES, Cache, Cleaned, Doubt};
pub use document::{Document, DocumentError};
pub use error::{CacheError, DescribeError, EvaluateError, HostError, LoadError, ReplayError};
pub use evaluate::{Evaluation, Job, LogLine, Work};
pub use host::{Described, Host, Origin, Pack, check_memory};
pub use limits::{Limit, Limits, MEMORY_MAX_BYTES, TABLE, TICK};
pub use pulse::{Cancel, Ticker};
pub use replay::{Replay, Replayed, is_replay};

/// The version of `muster:rule` this host speaks.
pub const INTERFACE: &str = "1.0.0";
