//! A fleet that is nothing but an account: for commands that work before there is a file.

use muster_core::fleet::{LoadOptions, load};

use crate::app::App;
use crate::env;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::Folder;
use crate::project::{self, Project};

/// The account of the credentials, or the sandbox, in these regions or in that of the environment.
pub(crate) fn project(app: &App, regions: &[String]) -> Result<Project, CommandError> {
    let sandbox = app.global.sandbox.is_some();
    let environment = || env::first(&[env::REGION, env::DEFAULT_REGION]);
    let regions = if regions.is_empty() { environment().into_iter().collect() } else { regions.to_vec() };
    if regions.is_empty() && !sandbox {
        return Err(CommandError::usage("no region").hint("`--region ap-northeast-2`, `--all-regions`, or set AWS_REGION"));
    }
    let mut cloud = serde_json::json!({"provider": if sandbox { "sandbox" } else { "aws" }});
    if !regions.is_empty() {
        cloud["regions"] = regions.into();
    }
    let text = serde_json::json!({"cloud": cloud}).to_string();
    let folder = project::folder(&app.global.fleet);
    let loaded = load("the command line", text.as_bytes(), &Folder::new(&folder), &LoadOptions { region: None, sandbox });
    let Some(fleet) = loaded.fleet else {
        let why = loaded.diagnostics.first().map(|problem| problem.message.clone()).unwrap_or_default();
        return Err(CommandError::new(Exit::Usage, why).hint("regions read `ap-northeast-2`"));
    };
    Ok(Project { folder, fleet, bytes: Vec::new(), lock: project::empty_lock(), is_locked: false, sources: loaded.sources })
}
