//! Which rules run: the policies of the fleet file or of the command line, held against every pack.

use std::collections::BTreeMap;

use muster_core::diag::{Diagnostic, Severity, Sources};
use muster_core::finding::{PackId, Rule};
use muster_core::policy::{self, Ground, Policies, PolicyRef, RulePattern, Selection};

use super::packs::{self, Known};
use crate::app::App;
use crate::error::CommandError;
use crate::files::Typed;
use crate::project::Project;
use crate::render::diagnostics;

/// What is to be asked.
pub(crate) struct Chosen {
    /// The policies as they were read.
    pub(crate) policies: Policies,
    /// Which rules run, and how.
    pub(crate) selection: Selection,
    /// Every pack there is.
    pub(crate) packs: Vec<Known>,
}

/// What `--policy` and `--rule` choose, or the fleet file without them. What is wrong with policies or packs ends the command with 65.
pub(crate) fn chosen(app: &App, project: &Project, policy: &[String], rule: &[String]) -> Result<Chosen, CommandError> {
    let packs = packs::known(app, project)?;
    let policies = policies(project, policy)?;
    let selection = select(project, &policies, &packs);
    refuse(app, project, &policies, &selection.diagnostics)?;
    Ok(Chosen { selection: only(selection, rule, &packs)?, policies, packs })
}

/// The policies that count: those of `--policy`, else those of the fleet file, else the baseline.
pub(crate) fn policies(project: &Project, named: &[String]) -> Result<Policies, CommandError> {
    if named.is_empty() {
        return Ok(project.fleet.advisor.read.clone());
    }
    let refs = named.iter().map(|text| reference(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(policy::read(&refs, &Typed(named)))
}

fn reference(text: &str) -> Result<PolicyRef, CommandError> {
    PolicyRef::of(text).map_err(|near| {
        let near = near.map(|near| format!("{near} ")).unwrap_or_default();
        CommandError::usage(format!("there is no built-in policy `{text}`"))
            .hint(format!("{near}built in are baseline, cost, strict and cis; a path has a `/` or ends in `.yaml`"))
    })
}

/// Holds the policies against the rules there are.
fn select(project: &Project, policies: &Policies, packs: &[Known]) -> Selection {
    policy::select(policies, &catalogue(packs), &Ground::of(&project.fleet))
}

/// Every rule there is, by pack.
pub(crate) fn catalogue(packs: &[Known]) -> Vec<(PackId, Vec<Rule>)> {
    packs.iter().map(|known| (known.id.clone(), known.rules.clone())).collect()
}

/// The texts of policies, and of the fleet file that lists them.
pub(crate) fn sources(project: &Project, policies: &Policies) -> Sources {
    let mut sources = policies.sources.clone();
    sources.0.extend(project.sources.0.clone());
    sources
}

/// Shows what is wrong with them; errors end the command with 65.
pub(crate) fn refuse(app: &App, project: &Project, policies: &Policies, problems: &[Diagnostic]) -> Result<(), CommandError> {
    if !problems.is_empty() {
        app.terminal.block(&diagnostics::text(problems, &sources(project, policies), &app.terminal.err_style));
    }
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(CommandError::invalid(format!("the policies are not valid: {}", diagnostics::tally(problems))));
    }
    Ok(())
}

/// Refuses to judge nothing: advice without a rule would read as if all were well.
pub(crate) fn refuse_idle(
    app: &App,
    project: &Project,
    policies: &Policies,
    (selection, ground): (&Selection, &Ground),
) -> Result<(), CommandError> {
    let idle = policy::idle(policies, ground, selection).map(|idle| Diagnostic { severity: Severity::Error, ..idle.diagnostic() });
    refuse(app, project, policies, idle.as_slice())
}

/// Once it is known which accounts there are: shows which of those that policies name are not among them, unless that was shown, and
/// refuses when nothing is left to be judged.
pub(crate) fn refuse_strangers(
    app: &App,
    project: &Project,
    policies: &Policies,
    (selection, ids): (&Selection, &BTreeMap<String, String>),
) -> Result<(), CommandError> {
    let ground = Ground::of(&project.fleet).identified(ids);
    let strangers: Vec<Diagnostic> =
        policy::strangers(policies, &ground).into_iter().filter(|one| !selection.diagnostics.contains(one)).collect();
    refuse(app, project, policies, &strangers)?;
    refuse_idle(app, project, policies, (selection, &ground))
}

/// Only the rules that `--rule` names. A rule that exists and that no policy chose is said to be off, not to pass.
fn only(selection: Selection, named: &[String], packs: &[Known]) -> Result<Selection, CommandError> {
    if named.is_empty() {
        return Ok(selection);
    }
    let patterns = named.iter().map(|text| pattern(text)).collect::<Result<Vec<_>, _>>()?;
    for pattern in &patterns {
        if !selection.enabled.iter().any(|enabled| pattern.matches(&enabled.pack.name, &enabled.rule.id)) {
            return Err(unmatched(pattern, packs));
        }
    }
    Ok(selection.only(&patterns))
}

fn pattern(text: &str) -> Result<RulePattern, CommandError> {
    RulePattern::read(text).map_err(|error| CommandError::usage(format!("`--rule {text}` names no rule: {error}")))
}

fn unmatched(pattern: &RulePattern, packs: &[Known]) -> CommandError {
    let ids = packs.iter().flat_map(|known| known.rules.iter().map(move |rule| (&known.id.name, &rule.id)));
    let all: Vec<String> = ids.clone().map(|(pack, rule)| format!("{pack}/{rule}")).collect();
    if ids.clone().any(|(pack, rule)| pattern.matches(pack, rule)) {
        return CommandError::usage(format!("no policy chooses `{pattern}`"))
            .hint("`--policy strict` chooses every rule; a line under `rules:` of a policy of your own chooses one");
    }
    let error = CommandError::usage(format!("there is no rule `{pattern}`"));
    match muster_core::fleet::did_you_mean(&pattern.to_string(), all.iter().map(String::as_str)) {
        Some(near) => error.hint(near),
        None => {
            error.hint("a rule is `PACK/RULE`, a pack `PACK/*`; `muster advise --policy strict --format json` lists them under `rules`")
        }
    }
}
