//! The folder of a pack: its recipe, what was built of it, its cases.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_core::finding::{PackId, Rule};
use muster_host::author::{Manifest, RECIPE_FILE, Recipe, misfits};
use muster_host::{Host, Limits, Pack};

use super::sources;
use crate::advisor::aside::aside;
use crate::advisor::place;
use crate::app::App;
use crate::error::CommandError;
use crate::files::reason;

/// Folder of the cases in the folder of a pack.
pub(super) const CASES: &str = "cases";

/// A folder with a recipe.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// Where it is.
    pub(super) path: PathBuf,
    /// What its recipe says.
    pub(super) recipe: Recipe,
}

/// What was built, ready to be asked.
pub(super) struct Ready {
    /// The pack.
    pub(super) pack: Pack,
    /// Its rules.
    pub(super) rules: Vec<Rule>,
}

/// What was built, with the host that asks it.
pub(super) struct Desk {
    /// The host.
    pub(super) host: Host,
    /// The pack and its rules.
    pub(super) ready: Ready,
}

/// What was built, not yet loaded.
struct Described {
    bytes: Vec<u8>,
    id: PackId,
    rules: Vec<Rule>,
}

impl Folder {
    /// Reads the recipe.
    pub(super) fn open(path: &Path) -> Result<Self, CommandError> {
        let file = path.join(RECIPE_FILE);
        let text = fs::read_to_string(&file).map_err(|error| {
            CommandError::invalid(format!("{} cannot be read: {}", file.display(), reason(&error)))
                .hint("`muster rule new NAME --lang c` begins a pack; `--pack DIR` names its folder")
        })?;
        let recipe =
            Recipe::read(&text).map_err(|error| CommandError::invalid(format!("{} is not valid", file.display())).because(error))?;
        Ok(Self { path: path.to_owned(), recipe })
    }

    /// Where the component is.
    pub(super) fn component(&self) -> PathBuf {
        self.path.join(format!("{}.wasm", self.recipe.name))
    }

    /// The command that builds it.
    pub(super) fn build_command(&self) -> String {
        let folder = if self.path == Path::new(".") { String::new() } else { format!(" --pack {}", self.path.display()) };
        format!("muster rule build{folder}")
    }

    /// Loads what was built, and compiles it beside the thread that hears Ctrl-C.
    pub(super) async fn desk(&self, app: &App) -> Result<Arc<Desk>, CommandError> {
        let (host, folder, built) = (place::host(app)?, self.clone(), self.described(app)?);
        let desk = aside(move || {
            let ticks = host.ticker()?;
            let ready = folder.load(&host, built)?;
            drop(ticks);
            Ok::<_, CommandError>(Desk { host, ready })
        });
        Ok(Arc::new(desk.await??))
    }

    /// Loads what was built, and takes its rules from its manifest. Says so when its sources are newer.
    pub(super) fn ready(&self, app: &App, host: &Host) -> Result<Ready, CommandError> {
        self.load(host, self.described(app)?)
    }

    fn described(&self, app: &App) -> Result<Described, CommandError> {
        let path = self.component();
        let bytes = read(&path).map_err(|error| error.hint(self.makes_it()))?;
        let manifest = Manifest::of(&bytes).map_err(|error| self.unusable(error.into()))?;
        let manifest = manifest.ok_or_else(|| self.unusable("it was not made by muster".into()))?;
        let rules = manifest.described().map_err(|error| self.unusable(error.into()))?.rules;
        let misfits = misfits(&rules);
        if !misfits.is_empty() {
            return Err(super::misfits::refused(app, self, &format!("{} cannot be used", path.display()), &misfits));
        }
        if let Some(why) = sources::stale(self, &bytes) {
            app.terminal.warn(&format!("{} is older than its sources: {why}; next: {}", path.display(), self.build_command()));
        }
        Ok(Described { bytes, id: manifest.id(), rules })
    }

    fn load(&self, host: &Host, built: Described) -> Result<Ready, CommandError> {
        let pack = host.load(built.id, &built.bytes).map_err(|error| self.unusable(error.into()))?;
        Ok(Ready { pack, rules: built.rules })
    }

    fn makes_it(&self) -> String {
        format!("`{}` makes it", self.build_command())
    }

    fn unusable(&self, error: Box<dyn std::error::Error + Send + Sync>) -> CommandError {
        CommandError::invalid(format!("{} cannot be used", self.component().display())).because(error).hint(self.makes_it())
    }

    /// Files of cases by name.
    pub(super) fn cases(&self) -> Result<Vec<PathBuf>, CommandError> {
        let folder = self.path.join(CASES);
        let entries = fs::read_dir(&folder).map_err(|error| {
            CommandError::invalid(format!("{} cannot be read: {}", folder.display(), reason(&error))).hint(
                "a case is a YAML file there with `given:` and `expect:`; `muster rule test --record --kind K` makes one of an account",
            )
        })?;
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
        files.sort();
        Ok(files)
    }
}

/// The bytes of a component; over the host's limit not even they are read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let failed = |why: String| CommandError::invalid(format!("{} cannot be read: {why}", path.display()));
    let meta = fs::metadata(path).map_err(|error| failed(reason(&error)))?;
    let most = Limits::default().component_bytes;
    if !meta.is_file() {
        return Err(failed("it is no file".to_owned()));
    }
    if meta.len() > most {
        return Err(failed(format!("it has {} bytes, at most {most} are read", meta.len())));
    }
    fs::read(path).map_err(|error| failed(reason(&error)))
}

/// Bytes as people read them: `5.3 KB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} KB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!([999, 1_000, 5_344, 999_999, 4_400_000].map(size), ["999 B", "1.0 KB", "5.3 KB", "999.9 KB", "4.4 MB"]);
    }
}
