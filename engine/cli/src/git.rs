//! What version control knows about a folder, asked of the `git` command where there is one.

use std::path::Path;
use std::process::{Command, Stdio};

use muster_core::fleet::FileSource;

/// The commit that is checked out in a folder; nothing outside a repository.
pub(crate) fn head(folder: &Path) -> Option<String> {
    commit(folder, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
}

/// A commit that what is worked on is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// Its id.
    pub(crate) commit: String,
    /// What it is: `origin/main`, `HEAD`.
    pub(crate) name: String,
}

impl Base {
    /// `commit 1a2b3c4 (origin/main)`.
    pub(crate) fn words(&self) -> String {
        format!("commit {} ({})", self.commit.get(..7).unwrap_or(&self.commit), self.name)
    }
}

/// Where the work in a folder began: the merge base with the branch that a pull request goes to, else with the
/// remote's main branch, else the commit that is checked out. Nothing outside a repository.
///
/// # Errors
/// The name of the pull request's branch when it is not here, as in a checkout of depth 1.
pub(crate) fn base(folder: &Path, pull_request_to: Option<&str>) -> Result<Option<Base>, String> {
    let Some(head) = head(folder) else { return Ok(None) };
    let since = |name: &str, reference: &str| {
        commit(folder, &["merge-base", "HEAD", reference]).map(|commit| Base { commit, name: name.to_owned() })
    };
    if let Some(branch) = pull_request_to {
        let name = format!("origin/{branch}");
        return since(&name, &format!("refs/remotes/{name}")).map(Some).ok_or(name);
    }
    Ok(since("origin/HEAD", "refs/remotes/origin/HEAD").or_else(|| Some(Base { commit: head, name: "HEAD".to_owned() })))
}

/// The files of a folder as they stood at a commit.
pub(crate) struct Then<'a> {
    /// The folder, as it is now.
    pub(crate) folder: &'a Path,
    /// The commit.
    pub(crate) commit: &'a str,
}

impl FileSource for Then<'_> {
    /// The bytes as they were committed: no filter of the repository's configuration runs.
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        run(self.folder, &["cat-file", "blob", &format!("{}:./{relative}", self.commit)])
            .ok_or_else(|| format!("it is not in commit {}", self.commit))
    }
}

fn commit(folder: &Path, arguments: &[&str]) -> Option<String> {
    let text = String::from_utf8(run(folder, arguments)?).ok()?;
    let commit = text.trim();
    (!commit.is_empty() && commit.chars().all(|c| c.is_ascii_hexdigit())).then(|| commit.to_owned())
}

fn run(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
