use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};
#[cfg(feature = "rules")]
use muster_core::finding::Severity;

/// Judge the account by rules, and say what to mend
///
/// Which rules, how severe, where, and what is excepted stands in policies: those of `advisor.policies` in the fleet file,
/// else the built-in baseline. Nothing is changed. Rules are WebAssembly and see nothing but what they are given.
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "read where rules can be run; help and completions are the same everywhere"))]
pub(crate) struct Advise {
    /// Judge by this policy instead of those of the fleet file: a built-in word (baseline, cost, strict, cis) or a file;
    /// may be given several times, the later one wins
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Vec<String>,
    /// Ask only this rule (`ec2/open-ports`) or pack (`ec2/*`); may be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// End with 4 when something of this severity or worse fails
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<Least>,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = AdviceFormat::Text)]
    pub(crate) format: AdviceFormat,
    /// Accept that something a rule needed could not be read; it is unknown all the same
    #[arg(long)]
    pub(crate) allow_gaps: bool,
    /// Threads that rules run on; the result does not depend on it [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Form of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdviceFormat {
    /// For a terminal
    Text,
    /// For programs, one document
    Json,
    /// For programs, one object a line
    Jsonl,
}

/// The least severity that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Least {
    /// Worth knowing
    Info,
    /// Mend it when passing by
    Low,
    /// Plan to mend it
    Medium,
    /// Mend it this week
    High,
    /// Mend it now
    Critical,
}

#[cfg(feature = "rules")]
impl From<Least> for Severity {
    fn from(least: Least) -> Self {
        match least {
            Least::Info => Self::Info,
            Least::Low => Self::Low,
            Least::Medium => Self::Medium,
            Least::High => Self::High,
            Least::Critical => Self::Critical,
        }
    }
}
