//! Policies held against the rules there are: what runs, how, where.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::{Choice, Granted, Ground, Parameters, Policies, RulePattern, Scope, Setting, Tuning, Where, words};
use crate::diag::{self, Diagnostic};
use crate::facet::Home;
use crate::finding::{Need, PackId, Rule, Severity};
use crate::fleet::{did_you_mean, listed};
use crate::span::{At, Span};
use crate::yaml::MAX_PROBLEMS;

/// The facet that scopes and exceptions by tag read.
pub(crate) const TAGS: &str = "tags";

/// A rule that runs.
#[derive(Debug, Clone)]
pub struct Enabled {
    /// The pack it stands in.
    pub pack: Arc<PackId>,
    /// The rule.
    pub rule: Arc<Rule>,
    /// All its parameters, defaults filled in.
    pub params: Map<String, Json>,
    /// How much a fail matters here.
    pub severity: Severity,
    /// Where it runs.
    pub scope: Scope,
    /// The policy that turned it on, or set it last.
    pub policy: String,
    /// Where that stands.
    pub span: Span,
}

impl Enabled {
    /// `ec2/open-ports`, as policies and output have it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.pack.name, self.rule.id)
    }
}

/// What runs and what is excepted.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Rules that run, sorted by pack and id.
    pub enabled: Vec<Enabled>,
    /// Exceptions, sorted by place.
    pub exceptions: Vec<Granted>,
    /// Names of the policies that count, in their order.
    pub policies: Vec<String>,
    /// Zone of days.
    pub zone: TimeZone,
    /// What is wrong, sorted by place; with an error nothing of this may be used.
    pub diagnostics: Vec<Diagnostic>,
    /// True when only some of its rules were asked for, so that what an exception covers cannot be told.
    pub narrowed: bool,
}

impl Selection {
    /// True when nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.diagnostics.iter().all(|problem| problem.severity != diag::Severity::Error)
    }

    /// Leaves only the rules that one of the patterns names (`--rule`).
    #[must_use]
    pub fn only(mut self, patterns: &[RulePattern]) -> Self {
        self.enabled.retain(|enabled| patterns.iter().any(|pattern| pattern.matches(&enabled.pack.name, &enabled.rule.id)));
        self.narrowed = true;
        self
    }
}

/// Holds policies against the rules of all packs and against the fleet. Every problem is found, each at its line.
#[must_use]
pub fn select(policies: &Policies, catalogue: &[(PackId, Vec<Rule>)], ground: &Ground) -> Selection {
    let mut selecting = Selecting { policies, catalogue, ground, problems: policies.diagnostics.clone() };
    selecting.check_words();
    let drafts = selecting.drafts();
    selecting.check_scopes(&drafts);
    let exceptions = selecting.exceptions(&drafts);
    let enabled = drafts.into_iter().filter_map(|draft| selecting.enabled(draft)).collect();
    let mut diagnostics = selecting.problems;
    diagnostics.sort_by_key(|problem| problem.span.as_ref().map(|span| (span.file.clone(), span.start, problem.message.clone())));
    let names = policies.names().map(str::to_owned).collect();
    Selection { enabled, exceptions, policies: names, zone: ground.zone.clone(), diagnostics, narrowed: false }
}

/// Accounts and regions that policies name and that are not the fleet's. Once ids of accounts are known that fleet.yaml does
/// not declare ([`Ground::identified`]), there may be more of them.
#[must_use]
pub fn strangers(policies: &Policies, ground: &Ground) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    policies.scopes().for_each(|scope| ground.check(scope, &mut problems));
    problems
}

/// What all policies together say of a rule.
struct Draft<'a> {
    pack: &'a PackId,
    rule: &'a Rule,
    /// What its pack says of its parameters, when that can be read.
    schema: Option<Parameters>,
    severity: Severity,
    params: Map<String, Json>,
    scope: Option<&'a At<Where>>,
    policy: &'a str,
    span: &'a Span,
}

impl Draft<'_> {
    fn id(&self) -> String {
        format!("{}/{}", self.pack.name, self.rule.id)
    }
}

struct Selecting<'a> {
    policies: &'a Policies,
    catalogue: &'a [(PackId, Vec<Rule>)],
    ground: &'a Ground,
    problems: Vec<Diagnostic>,
}

impl<'a> Selecting<'a> {
    /// Patterns that name nothing, and places that are not the fleet's.
    fn check_words(&mut self) {
        let policies = self.policies;
        for policy in &policies.layers {
            policy.rules.iter().for_each(|setting| self.check_pattern(&setting.pattern));
            policy.exceptions.iter().for_each(|exception| self.check_pattern(&exception.rule));
        }
        self.problems.extend(strangers(policies, self.ground));
    }

    fn check_pattern(&mut self, pattern: &At<RulePattern>) {
        // Past the bound nobody reads on, and suggestions take time.
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        let (pack, rule) = match &pattern.value {
            RulePattern::All => return,
            RulePattern::Pack(pack) => (pack, None),
            RulePattern::Rule(pack, rule) => (pack, Some(rule)),
        };
        let packs = || self.catalogue.iter().map(|(id, _)| id.name.as_str());
        let Some((_, rules)) = self.catalogue.iter().find(|(id, _)| id.name == *pack) else {
            if self.ground.may_have(pack) {
                return;
            }
            let mut problem = Diagnostic::error(format!("there is no pack `{pack}`"), pattern.span.clone());
            problem.label = did_you_mean(pack, packs());
            let help = format!("packs: {}; one of your own stands under `advisor: {{packs: […]}}` in fleet.yaml", words(packs()));
            return self.problems.push(problem.help(help));
        };
        if let Some(rule) = rule.filter(|rule| !rules.iter().any(|known| known.id == **rule)) {
            let problem = self.unknown_rule(pack, rule, rules, &pattern.span);
            self.problems.push(problem);
        }
    }

    fn unknown_rule(&self, pack: &str, rule: &str, rules: &[Rule], span: &Span) -> Diagnostic {
        let mut problem = Diagnostic::error(format!("pack `{pack}` has no rule `{rule}`"), span.clone());
        let of_pack =
            |(id, rules): &'a (PackId, Vec<Rule>)| rules.iter().map(|known| format!("{}/{}", id.name, known.id)).collect::<Vec<_>>();
        let all: Vec<String> = self.catalogue.iter().flat_map(of_pack).collect();
        let elsewhere =
            || all.iter().find(|id| id.split_once('/').is_some_and(|(_, other)| other == rule)).map(|id| format!("did you mean `{id}`?"));
        problem.label = did_you_mean(&format!("{pack}/{rule}"), all.iter().map(String::as_str)).or_else(elsewhere);
        problem.help(format!("rules of {pack}: {}", words(rules.iter().map(|known| known.id.as_str()))))
    }

    /// Every rule that is on in the end, sorted.
    fn drafts(&mut self) -> Vec<Draft<'a>> {
        let mut rules: Vec<(&PackId, &Rule)> =
            self.catalogue.iter().flat_map(|(pack, rules)| rules.iter().map(move |rule| (pack, rule))).collect();
        rules.sort_by_key(|(pack, rule)| (&pack.name, &rule.id));
        rules.into_iter().filter_map(|(pack, rule)| self.draft(pack, rule)).collect()
    }

    /// Lays all that is said of a rule over each other: file by file, in a file the wider before the narrower.
    fn draft(&mut self, pack: &'a PackId, rule: &'a Rule) -> Option<Draft<'a>> {
        let (mut draft, policies) = (None, self.policies);
        for policy in &policies.layers {
            let mut settings: Vec<&Setting> =
                policy.rules.iter().filter(|setting| setting.pattern.value.matches(&pack.name, &rule.id)).collect();
            settings.sort_by_key(|setting| setting.pattern.value.rank());
            for setting in settings {
                draft = match &setting.choice {
                    Choice::Off => None,
                    Choice::On(tuning) => {
                        let span = &setting.pattern.span;
                        let mut laid = draft.unwrap_or_else(|| self.fresh(pack, rule, span));
                        (laid.policy, laid.span) = (&policy.name, span);
                        self.lay(&mut laid, tuning);
                        Some(laid)
                    }
                };
            }
        }
        draft
    }

    fn fresh(&mut self, pack: &'a PackId, rule: &'a Rule, span: &'a Span) -> Draft<'a> {
        let schema = match Parameters::read(rule) {
            Ok(schema) => Some(schema),
            Err(why) => {
                let problem = Diagnostic::error(format!("rule `{}` of pack {pack} cannot be set: {why}", rule.id), span.clone());
                self.problems.push(problem.help("the pack's author describes its parameters; `off` leaves the rule out"));
                None
            }
        };
        Draft { pack, rule, schema, severity: rule.severity, params: Map::new(), scope: None, policy: "", span }
    }

    fn lay(&mut self, draft: &mut Draft<'a>, tuning: &'a Tuning) {
        draft.severity = tuning.severity.as_ref().map_or(draft.severity, |severity| severity.value);
        draft.scope = tuning.scope.as_ref().or(draft.scope);
        let Some(schema) = &draft.schema else { return };
        let of = format!("rule `{}/{}`", draft.pack.name, draft.rule.id);
        for (name, value) in &tuning.params {
            if let Some(read) = schema.member(&of, name, value, &mut self.problems) {
                draft.params.insert(name.value.clone(), read);
            }
        }
    }

    /// Scopes that ask of a rule what its kind has not.
    fn check_scopes(&mut self, drafts: &[Draft<'a>]) {
        let mut scopes: BTreeMap<&Span, (&Where, Vec<&Draft<'_>>)> = BTreeMap::new();
        for draft in drafts {
            if let Some(scope) = draft.scope {
                scopes.entry(&scope.span).or_insert((&scope.value, Vec::new())).1.push(draft);
            }
        }
        for (scope, drafts) in scopes.into_values() {
            let tagless: Vec<&Draft<'_>> = drafts.iter().copied().filter(|draft| self.lacks(draft, Has::Tags)).collect();
            for span in scope.tag_spans().filter(|_| !tagless.is_empty()) {
                let problem = Diagnostic::error(without("tags", &tagless), span.clone());
                self.problems.push(
                    problem.help("bound it by account or region; a rule of a pack gets a line of its own, `where: {}` is everywhere"),
                );
            }
            let placeless = drafts.iter().all(|draft| self.lacks(draft, Has::Region));
            for span in scope.region_spans().filter(|_| placeless) {
                let problem = Diagnostic::error(without("region", &drafts), span.clone());
                self.problems.push(problem.help("it is of a whole account, or of fleet.yaml; leave `regions` out"));
            }
        }
    }

    fn lacks(&self, draft: &Draft<'_>, what: Has) -> bool {
        (self.ground.kinds)(draft.rule.subject()).is_some_and(|kind| match what {
            Has::Tags => kind.facet(TAGS).is_none(),
            Has::Region => kind.home != Home::Region,
            Has::Account => kind.home == Home::File,
        })
    }

    fn exceptions(&mut self, drafts: &[Draft<'a>]) -> Vec<Granted> {
        let mut all: Vec<Granted> = Vec::new();
        for exception in self.policies.layers.iter().flat_map(|policy| &policy.exceptions) {
            let about: Vec<&Draft<'_>> =
                drafts.iter().filter(|draft| exception.rule.value.matches(&draft.pack.name, &draft.rule.id)).collect();
            let tagless = !about.is_empty() && about.iter().all(|draft| self.lacks(draft, Has::Tags));
            for span in exception.scope.tag_spans().filter(|_| tagless) {
                let problem = Diagnostic::error(without("tags", &about), span.clone());
                self.problems.push(problem.help("name what it is for by id: `resource: …`"));
            }
            self.check_places(&exception.scope, &about);
            let (scope, ends) = (Scope::of(&exception.scope, self.ground), exception.ends(&self.ground.zone));
            all.push(Granted { exception: exception.clone(), scope, ends });
        }
        all.sort_by(|a, b| (&a.exception.span.file, a.exception.span.start).cmp(&(&b.exception.span.file, b.exception.span.start)));
        all
    }

    /// Places that nothing an exception is about has: it would cover nothing.
    fn check_places(&mut self, scope: &Where, about: &[&Draft<'_>]) {
        for (what, has, words) in [("account", Has::Account, &scope.accounts), ("region", Has::Region, &scope.regions)] {
            let none = !about.is_empty() && about.iter().all(|draft| self.lacks(draft, has));
            if let Some(word) = words.iter().flatten().next().filter(|_| none) {
                let problem = Diagnostic::error(without(what, about), word.span.clone());
                self.problems.push(problem.help(format!("leave `{what}s` out, and name what it is for: `resource: …`")));
            }
        }
    }

    fn enabled(&mut self, draft: Draft<'a>) -> Option<Enabled> {
        let id = draft.id();
        let known = self.known_kinds(&draft);
        let mut params = draft.params;
        let schema = draft.schema.filter(|_| known)?;
        schema.fill(&mut params);
        schema.missing(&format!("rule `{id}`"), &params, draft.span, &mut self.problems);
        Some(Enabled {
            pack: Arc::new(draft.pack.clone()),
            rule: Arc::new(draft.rule.clone()),
            params,
            severity: draft.severity,
            scope: draft.scope.map(|scope| Scope::of(&scope.value, self.ground)).unwrap_or_default(),
            policy: draft.policy.to_owned(),
            span: draft.span.clone(),
        })
    }

    /// Whether everything the rule reads is something that can be collected.
    fn known_kinds(&mut self, draft: &Draft<'a>) -> bool {
        let unknown = draft.rule.needs.iter().find_map(|need| self.unknown_need(need));
        if let Some(what) = &unknown {
            let problem =
                Diagnostic::error(format!("rule `{}` needs {what}, which this version does not read", draft.id()), draft.span.clone());
            let help = format!("pack {} is made for a newer version, or the word is misspelt in it; `off` leaves the rule out", draft.pack);
            self.problems.push(problem.help(help));
        }
        unknown.is_none()
    }

    fn unknown_need(&self, need: &Need) -> Option<String> {
        let Some(kind) = (self.ground.kinds)(&need.kind) else { return Some(format!("`{}`", need.kind)) };
        need.facets.iter().find(|facet| kind.facet(facet).is_none()).map(|facet| format!("`{facet}` of `{}`", need.kind))
    }
}

/// What a kind may lack.
#[derive(Clone, Copy)]
enum Has {
    Tags,
    Region,
    Account,
}

/// Which rules judge what has no tags, or no region.
fn without(what: &str, drafts: &[&Draft<'_>]) -> String {
    match drafts {
        [one] => format!("`{}` judges `{}`, which has no {what}", one.id(), one.rule.subject()),
        many => {
            let ids: Vec<String> = many.iter().map(|draft| draft.id()).collect();
            format!("{} rules judge what has no {what}: {}", many.len(), listed(ids.iter().map(String::as_str)))
        }
    }
}
