use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::Perform;

/// Machines to start or stop now.
///
/// What a schedule wants later is decided by its `manual` key; `--for` or `--until` write an override that
/// every later run sees and that ends by itself.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Names of users or databases, addresses, or ids of machines that a schedule selects
    #[arg(value_name = "NAME", required_unless_present = "tag")]
    pub(crate) names: Vec<String>,
    /// Every machine that carries this tag
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) tag: Vec<String>,
    /// Keep it so for this long (`4h`), whatever the schedule says
    #[arg(long = "for", value_name = "DURATION", conflicts_with = "until", value_parser = super::duration)]
    pub(crate) lasting: Option<SignedDuration>,
    /// Keep it so until then (RFC 3339)
    #[arg(long, value_name = "T", value_parser = super::instant)]
    pub(crate) until: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) perform: Perform,
}
