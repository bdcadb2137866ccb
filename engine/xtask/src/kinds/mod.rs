//! What is made from the table of kinds in `muster_core::facet`: the views of the rules' SDK, a page and a JSON Schema for
//! each kind.

mod model;
mod pages;
mod views;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use muster_core::facet;

use crate::generate::{Files, put};
use model::Service;

/// Where the views are; nothing else is there.
pub(crate) const VIEWS: &str = "rules/sdk/src/kinds";

/// Writes the views and the pages of kinds alone: what owners of a kind run after each change.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    put(root, &make(root)?)
}

/// All files, by their path in the repository.
pub(crate) fn make(root: &Path) -> Result<Files, String> {
    let services = services()?;
    let mut files = Files::new();
    for service in &services {
        files.insert(Path::new(VIEWS).join(format!("{}.rs", service.module())), formatted(root, &views::service(service))?);
        for kind in &service.kinds {
            files.insert(format!("docs/reference/kinds/{}.json", kind.spec.word).into(), pages::schema(kind).into_bytes());
        }
    }
    files.insert(Path::new(VIEWS).join("mod.rs"), formatted(root, &views::root(&services))?);
    files.insert("docs/reference/kinds.md".into(), pages::page(&services).into_bytes());
    Ok(files)
}

fn services() -> Result<Vec<Service>, String> {
    let mut kinds: Vec<_> = facet::kinds().collect();
    kinds.sort_by_key(|kind| kind.word);
    kinds.chunk_by(|a, b| model::service_of(a) == model::service_of(b)).map(Service::read).collect()
}

/// As rustfmt would have it, so that `cargo fmt` finds nothing to do.
fn formatted(root: &Path, source: &str) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("rustfmt could not be run: {error}");
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--config-path"]).arg(root).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(source.as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("rustfmt refused a generated view:\n{source}")) }
}
