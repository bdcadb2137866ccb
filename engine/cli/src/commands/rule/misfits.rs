//! What rules of a pack ask for and there is not, shown where the source says it; and names that are taken.

use muster_core::diag::{Diagnostic, Sources};
use muster_core::span::Span;
use muster_host::author::{Misfit, RECIPE_FILE};

use super::pack::Folder;
use super::sources::place;
use crate::app::App;
use crate::error::CommandError;
use crate::render::diagnostics;

/// Shows each misfit at its line, as far as its word stands in the sources; the error that ends the command with 65.
pub(super) fn refused(app: &App, folder: &Folder, message: &str, misfits: &[Misfit]) -> CommandError {
    let mut sources = Sources::default();
    let problems: Vec<Diagnostic> = misfits.iter().map(|misfit| problem(folder, misfit, &mut sources)).collect();
    app.terminal.block(&diagnostics::text(&problems, &sources, &app.terminal.err_style));
    CommandError::invalid(format!("{message}: {}", diagnostics::tally(&problems)))
        .hint(format!("mend the rule, then `{}`; kinds and facets stand in docs/rules/kinds.md", folder.build_command()))
}

fn problem(folder: &Folder, misfit: &Misfit, sources: &mut Sources) -> Diagnostic {
    let message = format!("rule `{}` {}", misfit.rule, misfit.why);
    let Some((span, text)) = place(folder, &misfit.word) else {
        let help = misfit.near.iter().cloned().collect();
        return Diagnostic { span: None, help, ..Diagnostic::error(message, Span::start_of(&"".into())) };
    };
    sources.0.insert(span.file.clone(), text);
    let problem = Diagnostic::error(message, span);
    misfit.near.iter().fold(problem, |problem, near| problem.label(near.clone()))
}

/// Refuses the name of a pack that is in the binary: ids of rules begin with it, so it stands for one pack.
pub(super) fn free(name: &str) -> Result<(), CommandError> {
    if !muster_host::builtin().iter().any(|pack| pack.id().name == name) {
        return Ok(());
    }
    let message = format!("`{name}` is a pack of muster itself; ids of rules begin with the pack's name, so it stands for one pack");
    Err(CommandError::usage(message).hint(format!("choose another: `our-{name}`")))
}

/// The same for the name in a recipe, at its place there.
pub(super) fn free_in(folder: &Folder) -> Result<(), CommandError> {
    free(&folder.recipe.name).map_err(|error| {
        let at = place(folder, &folder.recipe.name).map(|(span, _)| span).filter(|span| span.file.ends_with(RECIPE_FILE));
        let place = at.map_or_else(|| folder.path.join(RECIPE_FILE).display().to_string(), |span| span.to_string());
        let hints = error.hints.into_iter();
        hints.fold(CommandError::invalid(format!("{place}: {}", error.message)), CommandError::hint)
    })
}
