use clap::Args;

use super::TextOrJson;

/// Print the version, the release of the time zone data and the features of this build
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}
