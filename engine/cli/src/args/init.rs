use clap::Args;

/// Write a fleet.yaml to begin with, its lock file and a line of .gitignore
///
/// Nothing that exists is overwritten.
#[derive(Debug, Args)]
pub(crate) struct Init {}
