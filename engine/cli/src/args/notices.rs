use clap::Args;

/// What is told of a pass.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Notices {
    /// Let notices run this command: all its words as fleet.yaml has them, with a blank between (may be repeated)
    #[arg(long, value_name = "CMD")]
    pub(crate) allow_exec: Vec<String>,
    /// Send no notices, and leave what is due to the next pass
    #[arg(long, conflicts_with = "allow_exec")]
    pub(crate) no_notify: bool,
}
