//! `muster rule build`.

use std::fs;
use std::path::Path;

use muster_core::finding::PackId;
use muster_host::author::{Built, Recipe, build};

use super::compile::compile;
use super::pack::{Folder, size};
use crate::advisor::aside::aside;
use crate::advisor::place;
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{put, reason};
use crate::render::count;

/// Compiles, wraps, checks and writes a pack.
pub(super) async fn run(app: &App, folder: &Path) -> Result<Exit, CommandError> {
    let folder = Folder::open(folder)?;
    let recipe = &folder.recipe;
    compile(&folder).await?;
    let module = folder.path.join(&recipe.module);
    let wasm = fs::read(&module).map_err(|error| {
        CommandError::failed(format!("the compiler ended well and wrote no {}: {}", module.display(), reason(&error)))
            .hint("`module` in muster-rule.toml is the file that `build` writes")
    })?;
    let built = make(app, recipe, wasm).await?;
    let component = folder.component();
    put(&component, &built.bytes)
        .map_err(|error| CommandError::failed(format!("{} could not be written: {}", component.display(), reason(&error))))?;
    report(app, &component, &built)
}

async fn make(app: &App, recipe: &Recipe, wasm: Vec<u8>) -> Result<Built, CommandError> {
    let (host, language) = (place::host(app)?, recipe.language.word());
    let id = PackId { name: recipe.name.clone(), version: recipe.version.clone() };
    let built = aside(move || {
        let _ticks = host.ticker()?;
        Ok::<_, CommandError>(build(&host, &id, language, &wasm))
    });
    built.await??.map_err(|error| CommandError::invalid(format!("no pack can be made of {}", recipe.module)).because(error))
}

fn report(app: &App, component: &Path, built: &Built) -> Result<Exit, CommandError> {
    for unknown in &built.unknown {
        app.terminal.warn(&format!(
            "this muster knows no {unknown}, so a rule that needs it has nothing to judge; `muster rule inspect` lists what it reads"
        ));
    }
    let rules = count(built.manifest.rules.len(), "rule");
    app.terminal.result(&format!("{}: {rules}, {}, {}\n", component.display(), size(built.bytes.len() as u64), built.digest))?;
    Ok(Exit::Done)
}
