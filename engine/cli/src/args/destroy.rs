use clap::Args;

use super::{Perform, TextOrJson};

/// Remove at once everything this fleet owns
///
/// A snapshot of each root volume and database is kept unless `--no-snapshot`. Protected things are refused
/// by name. The fleet's name has to be typed; `--yes` does not replace it.
#[derive(Debug, Args)]
pub(crate) struct Destroy {
    /// Restrict it to an address or entry; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) only: Vec<String>,
    /// Keep no snapshots
    #[arg(long)]
    pub(crate) no_snapshot: bool,
    /// The fleet's name, instead of typing it
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
    /// Accept that something could not be read; what is unknown is left
    #[arg(long)]
    pub(crate) allow_gaps: bool,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    #[command(flatten)]
    pub(crate) perform: Perform,
}
