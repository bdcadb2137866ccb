use clap::Args;

use super::TextOrJson;

/// Check credentials, accounts, regions, clock, permissions, quotas, lock and versions
///
/// Each line that is not well says what to do.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}
