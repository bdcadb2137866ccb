//! `advisor` of the fleet file, wherever that file is read: packs held against fleet.lock, policies against the rules that packs
//! say they have. Nothing is compiled and no account is asked.
//!
//! `validate` shows all of it. `plan` and `apply` say in a line that advice would be refused, and go on: what is wrong here may have
//! become so by a newer muster or a pack built again, and that must keep no machine running at night (decision 0032).

use muster_core::fleet::Loaded;
use muster_core::lock::Lock;

use crate::app::App;
use crate::error::CommandError;
use crate::project::Project;

#[cfg(feature = "rules")]
pub(crate) use with_rules::{complete, doubt, remark};
#[cfg(not(feature = "rules"))]
pub(crate) use without_rules::{complete, doubt, remark};

#[cfg(feature = "rules")]
mod with_rules {
    use std::path::Path;

    use muster_core::diag::{Diagnostic, Severity};
    use muster_core::fleet::Advisor;
    use muster_core::policy::{self, Ground, UNREADABLE};

    use super::{App, CommandError, Loaded, Lock, Project};
    use crate::advisor::{choose, packs};
    use crate::project;
    use crate::render::{count, diagnostics};

    /// Adds what is wrong with packs and policies to what is wrong with the file. Without a lock (it cannot be read) no pack is held
    /// against it.
    pub(crate) fn complete(app: &App, loaded: &mut Loaded, lock: Option<&Lock>) -> Result<(), CommandError> {
        let Some((advisor, ground)) = loaded.advisor.clone() else { return Ok(()) };
        loaded.add(problems(&project::folder(&app.global.fleet), &advisor, ground, lock)?);
        Ok(())
    }

    /// Says to whoever plans that advice would be refused; with `strict` that ends the command with 65.
    pub(crate) fn remark(app: &App, project: &Project, strict: bool) -> Result<(), CommandError> {
        let mut found = problems(&project.folder, &project.fleet.advisor, Ground::of(&project.fleet), Some(&project.lock))?;
        // What there was to say of the files themselves was said when the fleet file was read.
        found.retain(|problem| problem.code != Some(UNREADABLE) && !project.fleet.advisor.read.diagnostics.contains(problem));
        if strict && !found.is_empty() {
            app.terminal.block(&diagnostics::text(&found, &project.sources, &app.terminal.err_style));
            return Err(CommandError::invalid(format!("policies and packs are not valid: {}", diagnostics::tally(&found))));
        }
        if let Some(line) = line(&found) {
            app.terminal.warn(&format!("warning: {line}; `muster validate` shows what and where"));
        }
        Ok(())
    }

    /// In one line that advice would be refused, for whoever asks how things are.
    pub(crate) fn doubt(project: &Project) -> Result<Option<String>, CommandError> {
        let found = problems(&project.folder, &project.fleet.advisor, Ground::of(&project.fleet), Some(&project.lock))?;
        Ok(line(&found))
    }

    /// One line for all errors: a plan is about something else.
    fn line(found: &[Diagnostic]) -> Option<String> {
        let errors: Vec<&Diagnostic> = found.iter().filter(|problem| problem.severity == Severity::Error).collect();
        let first = errors.first()?;
        let place = first.span.as_ref().map(|span| format!(" at {span}")).unwrap_or_default();
        let many = if errors.len() > 1 { format!(" for {}, the first", count(errors.len(), "error")) } else { String::new() };
        Some(format!("advice would be refused{many}{place}: {}", first.message))
    }

    /// Everything that is wrong, in the words of whoever finds it first.
    fn problems(folder: &Path, advisor: &Advisor, ground: Ground, lock: Option<&Lock>) -> Result<Vec<Diagnostic>, CommandError> {
        let listed = packs::listed(folder, advisor, lock)?;
        let ground = Ground { unread: listed.unread, ..ground };
        let selection = policy::select(&advisor.read, &choose::catalogue(&listed.packs), &ground);
        let idle = policy::idle(&advisor.read, &ground, &selection).filter(|_| listed.problems.is_empty());
        Ok(listed.problems.into_iter().chain(selection.diagnostics).chain(idle.map(|idle| idle.diagnostic())).collect())
    }
}

#[cfg(not(feature = "rules"))]
mod without_rules {
    use muster_core::fleet::Advisor;
    use muster_core::policy::PolicyRef;

    use super::{App, CommandError, Loaded, Lock, Project};

    /// Policies were read with the file. Which rules there are this build does not know, and says so to whoever has policies or packs.
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as with the feature")]
    pub(crate) fn complete(app: &App, loaded: &mut Loaded, _lock: Option<&Lock>) -> Result<(), CommandError> {
        if loaded.advisor.as_ref().is_some_and(|(advisor, _)| has_own(advisor)) {
            let note = "note: policies and packs were not held against rules: this build was made without the cargo feature `rules`";
            app.terminal.say(note);
        }
        Ok(())
    }

    fn has_own(advisor: &Advisor) -> bool {
        !advisor.packs.is_empty() || advisor.policies.iter().any(|policy| matches!(policy.value, PolicyRef::File(_)))
    }

    /// Whether advice would be refused is not known here.
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as with the feature")]
    pub(crate) fn doubt(_project: &Project) -> Result<Option<String>, CommandError> {
        Ok(None)
    }

    /// Advice is not to be had from this build, so there is nothing to say about it.
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as with the feature")]
    pub(crate) fn remark(_app: &App, _project: &Project, _strict: bool) -> Result<(), CommandError> {
        Ok(())
    }
}
