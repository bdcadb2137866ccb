use clap::Args;

use super::TextOrJson;

/// Check fleet.yaml and the files it names, and report every error at once
///
/// Nothing is read from AWS.
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Warnings are errors
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}
