use clap::{Args, Subcommand};

use super::TextOrJson;

/// Look at policies
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "read where rules can be run; help and completions are the same everywhere"))]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

/// What can be done with policies.
#[derive(Debug, Subcommand)]
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "read where rules can be run; help and completions are the same everywhere"))]
pub(crate) enum PolicyCommand {
    Lint(PolicyLint),
}

/// Report what is wrong in policies, and what is allowed and most likely not meant
///
/// Every rule, parameter, place and exception is held against the rules there are and against the fleet file; nothing is
/// read from AWS.
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "rules"), allow(dead_code, reason = "read where rules can be run; help and completions are the same everywhere"))]
pub(crate) struct PolicyLint {
    /// Policies to look at, built-in words or files; without one those of the fleet file
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// Remarks are errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}
