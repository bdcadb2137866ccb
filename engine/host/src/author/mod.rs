//! What authors of packs need: from a compiler's output to a component that muster loads.
//!
//! ```text
//! core module ──imports──▶ componentize ──▶ component ──describe──▶ manifest ──attach──▶ pack, digest
//! ```

mod componentize;
mod imports;
mod manifest;

pub use componentize::{ComponentizeError, componentize};
pub use imports::{Asked, Cause};
pub use manifest::{Manifest, ManifestError, SECTION, attach};

/// The world as WIT text, as authors whose toolchain wants the file get it.
pub const WIT: &str = include_str!("../../../../rules/wit/rule.wit");
