use std::path::PathBuf;

use clap::Args;

use super::{Notices, Planning};

/// Make the account what fleet.yaml says
///
/// Shows the plan and asks. With FILE only the steps of that plan are done, and each only if nothing it was
/// planned on has moved. With `--expect` a fresh plan is done if its digest is the given one. Neither asks
/// again: what was approved is named.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// A plan written by `muster plan --out`
    #[arg(value_name = "FILE", conflicts_with_all = ["expect", "only", "allow_destroy", "allow_reboot"])]
    pub(crate) file: Option<PathBuf>,
    /// Go on only if the plan's digest is this one
    #[arg(long, value_name = "DIGEST")]
    pub(crate) expect: Option<String>,
    #[command(flatten)]
    pub(crate) planning: Planning,
    #[command(flatten)]
    pub(crate) perform: Perform,
    #[command(flatten)]
    pub(crate) notices: Notices,
}

/// How steps are performed.
#[derive(Debug, Clone, Args)]
pub(crate) struct Perform {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Most steps at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) parallelism: u16,
    /// How long to wait for a new database (`20m`); without it the outcome says `creating`
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = super::duration)]
    pub(crate) wait: jiff::SignedDuration,
}
