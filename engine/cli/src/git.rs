//! Which commit a plan was made from.

use std::path::Path;
use std::process::{Command, Stdio};

/// The commit that is checked out in a folder; nothing outside a repository.
pub(crate) fn head(folder: &Path) -> Option<String> {
    let output =
        Command::new("git").arg("-C").arg(folder).args(["rev-parse", "HEAD"]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let commit = text.trim();
    (output.status.success() && commit.chars().all(|c| c.is_ascii_hexdigit())).then(|| commit.to_owned())
}
