use clap::Args;

use super::TextOrJson;

/// Show every managed or scheduled machine: what it is, what it should be, when that changes
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Only what carries this tag
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) tag: Vec<String>,
    /// Only what is in this state (`running`, `stopped`, `available`, …)
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    /// Only machines of this service
    #[arg(long, value_name = "SERVICE", value_parser = ["ec2", "rds", "asg", "ecs"])]
    pub(crate) service: Option<String>,
    /// Only what this schedule moves
    #[arg(long, value_name = "NAME")]
    pub(crate) schedule: Option<String>,
    /// Only what belongs to this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Show it again every few seconds until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
    /// Look in every enabled region, and list everything the fleet owns, also what the file no longer lists, and the
    /// snapshots that removals kept
    #[arg(long)]
    pub(crate) everywhere: bool,
}
