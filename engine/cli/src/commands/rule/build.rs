//! `muster rule build`.

use std::fs;
use std::path::Path;

use muster_core::finding::PackId;
use muster_host::author::{BuildError, Built, ComponentizeError, build};

use super::compile::compile;
use super::pack::{Folder, size};
use super::{misfits, sources};
use crate::advisor::aside::aside;
use crate::advisor::place;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{put, reason};
use crate::render::count;

/// Compiles, wraps, checks and writes a pack, and of which sources.
pub(super) async fn run(app: &App, folder: &Path) -> Result<Exit, CommandError> {
    let folder = Folder::open(folder)?;
    misfits::free_in(&folder)?;
    let mut sources = sources::digests(&folder);
    let built = match built(app, &folder).await {
        Ok(built) => built,
        Err(error) => return Err(failed(app, &folder, error)?),
    };
    let component = folder.component();
    put(&component, &built.bytes)
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", component.display(), reason(&error))))?;
    // What the compiler wrote beside, as a lock file, was not there before; what somebody changed meanwhile is not in the component.
    for (path, digest) in sources::digests(&folder) {
        sources.entry(path).or_insert(digest);
    }
    sources::built(&folder, &built.bytes, sources)?;
    let rules = count(built.manifest.rules.len(), "rule");
    app.terminal.result(&format!("{}: {rules}, {}, {}\n", component.display(), size(built.bytes.len() as u64), built.digest))?;
    Ok(Exit::Done)
}

/// What a failed build leaves is of an earlier one.
fn failed(app: &App, folder: &Folder, error: CommandError) -> Result<CommandError, CommandError> {
    if sources::outlived(folder)? {
        app.terminal.warn(&format!("{} is still of an earlier build", folder.component().display()));
    }
    Ok(error)
}

async fn built(app: &App, folder: &Folder) -> Result<Built, CommandError> {
    compile(folder).await?;
    let recipe = &folder.recipe;
    let module = folder.path.join(&recipe.module);
    let wasm = fs::read(&module).map_err(|error| {
        CommandError::failed(format!("the compiler ended well and wrote no {}: {}", module.display(), reason(&error)))
            .hint("`module` in muster-rule.toml is the file that `build` writes")
    })?;
    let (host, language) = (place::host(app)?, recipe.language.word());
    let id = PackId { name: recipe.name.clone(), version: recipe.version.clone() };
    let message = format!("no pack can be made of {}", recipe.module);
    let built = aside(move || {
        let _ticks = host.ticker()?;
        Ok::<_, CommandError>(build(&host, &id, language, &wasm))
    });
    built.await??.map_err(|error| match error {
        BuildError::Misfits(list) => misfits::refused(app, folder, &message, &list),
        BuildError::Componentize(ComponentizeError::Broken(_)) => CommandError::invalid(message)
            .because(error)
            .hint("`module` in muster-rule.toml names what `build` writes: a core module or a component of WebAssembly"),
        error => CommandError::invalid(message).because(error),
    })
}
