use clap::{Args, Subcommand};

/// Pin what floats: write the machine images that fleet.yaml stands for into fleet.lock
///
/// `muster lock` adds what is missing; `muster lock update` moves every entry, or one, to the newest image.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    #[command(subcommand)]
    pub(crate) command: Option<LockCommand>,
}

/// What to do with the lock.
#[derive(Debug, Subcommand)]
pub(crate) enum LockCommand {
    /// Move entries to the newest image
    Update {
        /// Name of the image as fleet.yaml writes it (`ubuntu-24.04`), or the whole key of an entry
        name: Option<String>,
    },
}
