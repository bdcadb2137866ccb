use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Show what differs between fleet.yaml and the account; nothing is changed
///
/// The digest at the end names exactly the settings that would change: `muster apply --expect DIGEST` changes
/// those settings and no others. Starts and stops follow from the schedules and the clock: it does the due ones too.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// Write the whole plan to FILE, for `muster apply FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// End with 2 when there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// What plan and apply share.
#[derive(Debug, Clone, Args)]
pub(crate) struct Planning {
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Restrict the plan to an address or entry (`user/alice`); may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) only: Vec<String>,
    /// Let the plan destroy: deletes that are due, replacements
    #[arg(long)]
    pub(crate) allow_destroy: bool,
    /// Let databases be rebooted, so that waiting parameters come into force
    #[arg(long)]
    pub(crate) allow_reboot: bool,
    /// Accept that something the file declares could not be read; it is held back all the same
    #[arg(long)]
    pub(crate) allow_gaps: bool,
    /// Refuse images that do not stand in fleet.lock; the default when CI is set and the file exists
    #[arg(long)]
    pub(crate) locked: bool,
    /// Warnings about fleet.yaml are errors, and so are two schedules of equal priority on one machine
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Form of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
}
