//! Links to the lines of fleet.yaml, for a comment that a GitHub Action writes.

use std::path::Path;

use crate::env;
use crate::project::folder;

/// Where the files of a fleet can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Links {
    /// `https://github.com/o/r/blob/SHA/infra`, without a slash at its end.
    base: String,
    /// The fleet file as the command line has it; other files are named relative to its folder.
    fleet: String,
}

impl Links {
    /// What the variables of an Action say; nothing elsewhere, and nothing for a file outside of the checkout.
    pub(crate) fn from_env(fleet: &Path) -> Option<Self> {
        let [server, repository, commit] = [env::GITHUB_SERVER_URL, env::GITHUB_REPOSITORY, env::GITHUB_SHA].map(env::get);
        let (server, repository, commit) = (server?, repository?, commit?);
        let here = folder(fleet).canonicalize().ok()?;
        let top =
            env::get(env::GITHUB_WORKSPACE).map_or_else(|| Path::new(".").canonicalize(), |top| Path::new(&top).canonicalize()).ok()?;
        let inside = here.strip_prefix(top).ok()?.to_str()?.replace('\\', "/");
        Some(Self::new(&server, &repository, &commit, &inside, &fleet.display().to_string()))
    }

    /// Links into a folder of a repository.
    pub(crate) fn new(server: &str, repository: &str, commit: &str, inside: &str, fleet: &str) -> Self {
        let path = format!("{repository}/blob/{commit}/{inside}");
        Self { base: format!("{}/{}", server.trim_end_matches('/'), encoded(path.trim_end_matches('/'))), fleet: fleet.to_owned() }
    }

    /// The link of `fleet.yaml:31`; nothing when there is no line in it.
    pub(crate) fn of(&self, origin: &str) -> Option<String> {
        let (file, line) = origin.rsplit_once(':')?;
        let line: u32 = line.parse().ok()?;
        let name = if file == self.fleet { file.rsplit(['/', '\\']).next().unwrap_or(file) } else { file };
        Some(format!("{}/{}#L{line}", self.base, encoded(name)))
    }
}

/// A path with everything escaped that means something in a URL or in markup.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_fleet_file_and_of_files_it_names() {
        let links = Links::new("https://github.com/", "lms/infra", "1a2b", "aws/fleet", "aws/fleet/fleet.yaml");
        assert_eq!(links.of("aws/fleet/fleet.yaml:31").as_deref(), Some("https://github.com/lms/infra/blob/1a2b/aws/fleet/fleet.yaml#L31"));
        assert_eq!(links.of("students.csv:3").as_deref(), Some("https://github.com/lms/infra/blob/1a2b/aws/fleet/students.csv#L3"));
        let top = Links::new("https://github.com", "lms/infra", "1a2b", "", "fleet.yaml");
        assert_eq!(top.of("fleet.yaml:1").as_deref(), Some("https://github.com/lms/infra/blob/1a2b/fleet.yaml#L1"));
        assert_eq!(top.of("nothing"), None);
    }

    #[test]
    fn a_name_cannot_end_the_link() {
        let links = Links::new("https://github.com", "lms/infra", "1a2b", "", "fleet.yaml");
        let link = links.of("a\"><b>)|수.csv:2").expect("a link");
        assert!(link.ends_with("/a%22%3E%3Cb%3E%29%7C%EC%88%98.csv#L2"), "{link}");
    }
}
