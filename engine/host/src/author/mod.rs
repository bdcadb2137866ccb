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
mod misfit;
pub mod pin;
mod recipe;
mod record;
mod redact;
mod scaffold;
mod stamp;
mod trial;

pub use bench::{Baseline, Measure, Regression, spread};
pub use build::{BuildError, Built, build, imported};
pub use case::{Case, Expected, read as read_case};
pub use compiler::Compiler;
pub use componentize::{ComponentizeError, componentize};
pub use imports::{Asked, Cause};
pub use language::{Language, programs};
pub use manifest::{Manifest, ManifestError, SECTION, attach, contradicted};
pub use misfit::{Misfit, misfits};
pub use recipe::{RECIPE_FILE, Recipe, RecipeError, check_name};
pub use record::{blessed, recorded};
pub use redact::Redactor;
pub use scaffold::{File, scaffold};
pub use stamp::{Digests, STAMP_FILE, Stale, Stamp};
pub use trial::{Outcome, TrialError, Tried, documents, try_case};

/// The world as WIT text, as authors whose toolchain wants the file get it.
pub const WIT: &str = include_str!("../../../../rules/wit/rule.wit");

#[cfg(test)]
mod tests {
    /// Numbers as the page writes them: `2,097,152`.
    fn grouped(number: usize) -> String {
        let digits = number.to_string();
        let parts: Vec<String> = digits.as_bytes().rchunks(3).rev().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        parts.join(",")
    }

    #[test]
    fn the_page_of_limits_says_what_authors_meet() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules/limits.md")).expect("docs/rules/limits.md");
        let rows = [
            format!("| name of a pack | 1 to {} characters", super::recipe::NAME_MAX_CHARS),
            format!("| version of a pack | 1 to {} characters", super::manifest::VERSION_MAX_CHARS),
            format!("| id of a rule | 1 to {} characters", muster_core::finding::RULE_ID_MAX_CHARS),
            format!(
                "| {} bytes (2 MiB), {} levels, {} values |",
                grouped(muster_core::yaml::MAX_BYTES),
                muster_core::yaml::MAX_DEPTH,
                grouped(muster_core::yaml::MAX_NODES)
            ),
            format!("| more fuel than `bench.json` says | {} % a document |", super::bench::TOLERATED_PERCENT),
        ];
        for row in rows {
            assert!(page.contains(&row), "{row}");
        }
    }
}
