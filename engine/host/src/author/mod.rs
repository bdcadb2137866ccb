//! What authors of packs need: from a compiler's output to a component that muster loads, and from its cases to a verdict on it.
//!
//! ```text
//! core module ──imports──▶ componentize ──▶ component ──describe──▶ manifest ──attach──▶ pack, digest ──pin──▶ fleet.lock
//! cases/*.yaml ──read──▶ facts ──the host, in two orders and two cuts──▶ findings ──▶ as expected, or blessed
//! ```

mod arn;
mod bench;
mod build;
mod case;
mod chosen;
mod compiler;
mod componentize;
mod imports;
mod language;
mod manifest;
pub mod pin;
mod recipe;
mod record;
mod redact;
mod scaffold;
mod trial;

pub use bench::{Baseline, Measure, Regression, spread};
pub use build::{BuildError, Built, build, imported};
pub use case::{Case, Expected, read as read_case};
pub use compiler::Compiler;
pub use componentize::{ComponentizeError, componentize};
pub use imports::{Asked, Cause};
pub use language::{Language, programs};
pub use manifest::{Manifest, ManifestError, SECTION, attach, contradicted};
pub use recipe::{RECIPE_FILE, Recipe, RecipeError, check_name};
pub use record::{blessed, recorded};
pub use redact::Redactor;
pub use scaffold::{File, scaffold};
pub use trial::{Outcome, TrialError, Tried, documents, try_case};

/// The world as WIT text, as authors whose toolchain wants the file get it.
pub const WIT: &str = include_str!("../../../../rules/wit/rule.wit");
