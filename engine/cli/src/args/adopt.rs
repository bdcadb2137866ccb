use clap::Args;

use super::Perform;

/// Take existing resources into the fleet by tagging them
///
/// Kind and place are checked, and that no fleet owns them. Only tags are written; the plan that would follow
/// is shown first.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// The entry or address they become (`user/alice`)
    pub(crate) address: String,
    /// Ids (`i-…`, `sg-…`, `key-…`) or names of databases
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Print the entry of fleet.yaml that describes what was read, and change nothing
    #[arg(long)]
    pub(crate) write: bool,
    #[command(flatten)]
    pub(crate) perform: Perform,
}

/// Let resources go: remove muster's tags from everything under an address
///
/// The resources stay as they are and are nobody's afterwards.
#[derive(Debug, Args)]
pub(crate) struct Unadopt {
    /// An entry or address (`user/alice`)
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) perform: Perform,
}
