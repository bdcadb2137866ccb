use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Print the completions of a shell
///
/// bash: `muster completions bash > ~/.local/share/bash-completion/completions/muster`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    pub(crate) shell: Shell,
}

/// Write the generated documentation below a folder; `cargo xtask generate` calls it
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// The folder
    pub(crate) folder: PathBuf,
}
