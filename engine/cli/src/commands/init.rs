//! `muster init`.

mod account;
pub(crate) mod bare;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::app::App;
use crate::args::{Init, Look};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project;
use crate::session::Session;
use crate::world::Access;

/// The line that keeps the sandbox, the history and the lease out of version control.
const IGNORED: &str = ".muster/";

/// Writes a fleet file to begin with, its lock and a line of .gitignore.
pub(crate) async fn run(app: &App, args: &Init) -> Result<Exit, CommandError> {
    if args.from_account {
        return from_account(app, &args.look).await;
    }
    let path = &app.global.fleet;
    write_new(path, muster_core::fleet::scaffold())?;
    app.terminal.say(&format!("{} written: look through it, then `muster plan`", path.display()));
    beside(app, path)?;
    if let Err(error) = lock(app).await {
        app.terminal.error(&error);
        app.terminal.warn("nothing is pinned yet: `muster lock` does that once the account can be read");
    }
    Ok(Exit::Done)
}

/// Looks the account over before anything is written, since that may fail or take a while.
async fn from_account(app: &App, look: &Look) -> Result<Exit, CommandError> {
    let path = &app.global.fleet;
    if path.exists() && !look.print {
        return Err(there(path));
    }
    let found = account::look(app, look).await?;
    if look.print {
        app.terminal.script(found.text.as_bytes())?;
        return Ok(found.gaps(app));
    }
    write_new(path, &found.text)?;
    app.terminal.say(&format!("{} written", path.display()));
    beside(app, path)?;
    found.sums(app);
    Ok(found.gaps(app))
}

/// What a fleet file wants beside it.
fn beside(app: &App, path: &Path) -> Result<(), CommandError> {
    write_schemas(&project::folder(path))?;
    if ignore(&project::folder(path))? {
        app.terminal.say(&format!("{IGNORED} added to .gitignore"));
    }
    Ok(())
}

fn there(path: &Path) -> CommandError {
    CommandError::usage(format!("{} is there already and is not overwritten", path.display()))
        .hint("`muster plan` works with it; `--fleet FILE` begins another one")
}

async fn lock(app: &App) -> Result<(), CommandError> {
    let session = Session::open(app, false, Access::Read).await?;
    super::lock::add_missing(app, &session).await.map(|_| ())
}

fn write_new(path: &Path, text: &str) -> Result<(), CommandError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => there(path),
        _ => CommandError::failed(format!("{} could not be written", path.display())).because(error),
    };
    let mut file = File::options().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// Writes the schemas that the first lines of fleet.yaml and of policies name, so that editors complete and check.
fn write_schemas(folder: &Path) -> Result<(), CommandError> {
    let own = project::beside(folder, ".muster");
    for (name, schema) in [("fleet", muster_core::fleet::schema()), ("policy", muster_core::policy::schema())] {
        let path = own.join(format!("{name}.schema.json"));
        let failed = |error: std::io::Error| CommandError::failed(format!("{} could not be written", path.display())).because(error);
        std::fs::create_dir_all(&own).map_err(failed)?;
        std::fs::write(&path, serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n").map_err(failed)?;
    }
    Ok(())
}

/// Adds the line when it is not there; true when it was added.
fn ignore(folder: &Path) -> Result<bool, CommandError> {
    let path = folder.join(".gitignore");
    let failed = |error: std::io::Error| CommandError::failed(format!("{} could not be written", path.display())).because(error);
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    if before.lines().any(|line| matches!(line.trim(), ".muster" | ".muster/" | "/.muster" | "/.muster/")) {
        return Ok(false);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    std::fs::write(&path, format!("{before}{gap}{IGNORED}\n")).map_err(failed)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_added_once() {
        let dir = tempfile::tempdir().expect("temporary folder");
        std::fs::write(dir.path().join(".gitignore"), "target").expect("written");
        assert!(ignore(dir.path()).expect("added"));
        assert!(!ignore(dir.path()).expect("there"));
        let text = std::fs::read_to_string(dir.path().join(".gitignore")).expect("read");
        assert_eq!(text, "target\n.muster/\n");
    }

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let path = dir.path().join("fleet.yaml");
        std::fs::write(&path, "mine").expect("written");
        assert_eq!(write_new(&path, "theirs").expect_err("refused").exit, Exit::Usage);
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "mine");
    }
}
