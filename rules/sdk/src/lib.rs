//! Rules for muster in Rust. The whole API on one page, with an example: `docs/rules/sdk.md`.
//!
//! ```
//! use muster_rule::prelude::*;
//!
//! const ENCRYPTED: Rule = Rule {
//!     id: "volume-encryption",
//!     title: "EBS volume is not encrypted",
//!     category: Category::Security,
//!     severity: Severity::High,
//!     needs: &[Need { kind: "ec2.volume", facets: &[] }],
//!     check: Check::each(|_, doc| match doc.body.boolean("Encrypted") {
//!         Some(true) => pass(),
//!         encrypted => fail("not encrypted").with("Encrypted", encrypted),
//!     }),
//!     ..Rule::EMPTY
//! };
//! muster_rule::pack![ENCRYPTED];
//! # fn main() {}
//! ```
//!
//! A rule is a pure function of its documents, its parameters and `now`: there is no clock, no file, no network.

#[doc(hidden)]
pub mod abi;
mod answer;
mod ask;
mod dated;
mod describe;
mod escape;
mod index;
pub mod json;
mod kind;
pub mod kinds;
pub mod log;
mod param;
mod rule;
mod run;
mod scan;
mod slip;
#[cfg(not(target_arch = "wasm32"))]
mod spy;
#[cfg(not(target_arch = "wasm32"))]
pub mod test;
mod time;
mod walk;
mod write;

pub use answer::{Answer, Confidence, fail, pass, skip, unknown};
pub use ask::{Ask, Batch, Doc, Failure, Findings};
pub use dated::{Dated, STALE_DAYS};
pub use describe::describe;
pub use json::{List, Object, Text, Value};
pub use kind::Kind;
pub use kinds::*;
pub use param::{Param, Params};
pub use rule::{All, Category, Check, Each, Need, Remediation, Rule, Severity};
pub use time::Time;
pub use write::Evidence;

/// Everything a file of rules needs.
pub mod prelude {
    pub use crate::{
        Answer, Ask, Batch, Category, Check, Confidence, Dated, Doc, Evidence, Failure, Findings, List, Need, Object, Param, Params,
        Remediation, Rule, Severity, Text, Time, Value, fail, log, pass, skip, unknown,
    };
}
