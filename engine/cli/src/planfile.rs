//! `muster plan --out FILE` and back.

use std::path::Path;

use muster_core::plan::{FORMAT, Plan};
use serde::{Deserialize, Serialize};

use crate::error::CommandError;
use crate::files::reason;

/// What the file holds. No secret, so it needs no care beyond a plan's own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlanFile {
    /// The digest as it is printed.
    pub(crate) digest: String,
    /// True when it was made on the embedded account.
    pub(crate) sandbox: bool,
    /// Commit that was checked out beside fleet.yaml.
    pub(crate) commit: Option<String>,
    /// The plan.
    pub(crate) plan: Plan,
}

impl PlanFile {
    /// Writes the file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), CommandError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
            CommandError::failed(format!("{} could not be written", path.display())).because(error)
        };
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        std::fs::write(path, text + "\n").map_err(|error| failed(error.into()))
    }

    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self, CommandError> {
        let is_yaml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
        let way_out = if is_yaml {
            "a fleet file is named with `--fleet FILE`; `muster plan --out FILE` writes a plan"
        } else {
            "write it anew with `muster plan --out FILE`"
        };
        let bytes = std::fs::read(path)
            .map_err(|error| CommandError::invalid(format!("{} cannot be read: {}", path.display(), reason(&error))).hint(way_out))?;
        let file: Self = serde_json::from_slice(&bytes).map_err(|error| {
            CommandError::invalid(format!("{} is not a plan of this muster", path.display())).because(error).hint(way_out)
        })?;
        if file.plan.format != FORMAT {
            let message = format!("{} has format {}, this muster reads format {FORMAT}", path.display(), file.plan.format);
            return Err(CommandError::invalid(message).hint(way_out));
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn a_plan_survives_its_file() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let path = dir.path().join("plan.json");
        let file = PlanFile { digest: "sha256:00".to_owned(), sandbox: false, commit: None, plan: sample::plan() };
        file.write(&path).expect("written");
        let back = PlanFile::read(&path).expect("read");
        assert_eq!((back.plan, back.sandbox), (file.plan, false));
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let path = dir.path().join("plan.json");
        assert!(PlanFile::read(&path).expect_err("absent").message.contains("no such file"));
        std::fs::write(&path, "{}").expect("written");
        assert!(PlanFile::read(&path).expect_err("not a plan").message.contains("not a plan"));
    }
}
