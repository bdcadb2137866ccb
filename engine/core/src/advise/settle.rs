//! From findings to advice: exceptions applied, everything counted, gaps with the rules that needed them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::elsewhere::{Elsewhere, elsewhere};
use super::jobs::{JobPlan, Jobs, ascii};
use super::money::Saves;
use super::ours::Ours;
use super::wanted::{needs, reads_tags};
use crate::address::{Address, Section};
use crate::facet::{Fact, Facts, Gap};
use crate::finding::{Category, Finding, Grouping, PackId, Rule, Severity, Verdict};
use crate::fleet::Fleet;
use crate::policy::{Enabled, Granted, RulePattern, Selection, TAGS};
use crate::span::Span;
use crate::tags::Tags;

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// As of when.
    pub at: Timestamp,
    /// Policies that counted.
    pub policies: Vec<String>,
    /// Sorted by [`Finding::order`].
    pub findings: Vec<Advised>,
    /// What could not be read, with the rules that needed it.
    pub gaps: Vec<Need>,
    /// Every rule that ran, sorted by id.
    pub rules: Vec<RuleRun>,
    /// Exceptions that are over, with what they covered once.
    pub expired: Vec<Ended>,
    /// Exceptions that covered nothing.
    pub unused: Vec<Note>,
    /// What is in regions that the fleet does not list, where that is known.
    pub elsewhere: Vec<Elsewhere>,
}

/// A finding with what its rule and its resource are.
#[derive(Debug, Clone, PartialEq)]
pub struct Advised {
    /// The finding; a fail that an exception covers is exempt here.
    pub finding: Finding,
    /// `ec2/open-ports`.
    pub id: Arc<str>,
    /// What is wrong when it fails.
    pub title: Arc<str>,
    /// What the rule is about.
    pub category: Category,
    /// ARN of the resource, where it has one.
    pub arn: Option<String>,
    /// Its address, `user/alice/instance`, when its tags and a proof say that it is this fleet's.
    pub address: Option<String>,
    /// Where the resource stands in fleet.yaml.
    pub at: Option<Span>,
    /// What mending it saves.
    pub saves: Option<Saves>,
    /// The exception that covers it, or that did until it ended.
    pub exception: Option<Note>,
}

/// An exception, as output has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Policy it stands in.
    pub policy: String,
    /// Of which rules.
    pub rule: String,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Its last day.
    pub until: jiff::civil::Date,
    /// True when that day has passed.
    pub over: bool,
    /// Where it stands.
    pub at: Span,
}

/// An exception that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Which.
    pub note: Note,
    /// Fails that it would cover, and that count again.
    pub fails: usize,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What.
    pub gap: Gap,
    /// Rules that needed it, sorted.
    pub rules: Vec<String>,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRun {
    /// `ec2/open-ports`.
    pub id: String,
    /// Its pack and version.
    pub pack: Arc<PackId>,
    /// What its pack says of it: title, category, risk, remedy, controls.
    pub rule: Arc<Rule>,
    /// How much a fail matters here.
    pub severity: Severity,
    /// The policy that set it.
    pub policy: String,
    /// Where that stands.
    pub at: Span,
    /// Things of the kind it judges, where it runs.
    pub documents: usize,
    /// As it wants them.
    pub pass: usize,
    /// Not as it wants them, and no exception covers it.
    pub fail: usize,
    /// Not told, for want of what was not read or by the rule's own word.
    pub unknown: usize,
    /// The rule did not come to an end.
    pub errored: usize,
    /// Fails that an exception covers.
    pub exempt: usize,
    /// It had nothing to say of them. Never a pass.
    pub not_applicable: usize,
}

/// What the exit code follows from: see [`Advice::worst`] and its neighbours.
impl Advice {
    /// The worst severity among fails.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.of(Verdict::Fail).map(|advised| advised.finding.severity).max()
    }

    /// Findings with a verdict.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Advised> {
        self.findings.iter().filter(move |advised| advised.finding.verdict == verdict)
    }

    /// Gaps that kept a rule that was asked for from judging.
    pub fn felt(&self) -> impl Iterator<Item = &Need> {
        self.gaps.iter().filter(|need| !need.rules.is_empty())
    }
}

/// Puts everything together as of `now`. `judged` is what the rule host found for `jobs`, in any order; of rules that are not
/// in `selection` nothing is taken.
#[must_use]
pub fn settle(selection: &Selection, fleet: &Fleet, facts: &Facts, jobs: &Jobs, judged: Vec<Finding>, now: Timestamp) -> Advice {
    let settling = Settling::new(selection, fleet, facts);
    let unknown = jobs.plans.iter().flat_map(|plan| plan.unknown.iter().cloned());
    let mut used = vec![Use::default(); selection.exceptions.len()];
    let mut findings: Vec<Advised> =
        judged.into_iter().chain(unknown).filter_map(|finding| settling.advised(finding, &mut used, now)).collect();
    findings.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    let mut by_rule: HashMap<&str, Vec<&Advised>> = HashMap::new();
    findings.iter().for_each(|advised| by_rule.entry(&advised.id).or_default().push(advised));
    let rules = jobs.plans.iter().filter_map(|plan| settling.run(plan, jobs, &by_rule)).collect();
    let gaps: Vec<Need> = facts.gaps.iter().map(|gap| Need { gap: gap.clone(), rules: settling.needing(gap) }).collect();
    let (expired, unused) = settling.leftovers(&used, &gaps, now);
    let (policies, elsewhere) = (selection.policies.clone(), elsewhere(fleet, facts));
    Advice { at: now, policies, findings, gaps, rules, expired, unused, elsewhere }
}

/// What an exception was good for.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    /// Fails it is about.
    fails: usize,
    /// Things it is about of which nothing could be told: it may be needed.
    maybe: usize,
}

/// A rule of the selection, with what its findings share.
struct Ruling<'a> {
    enabled: &'a Enabled,
    id: Arc<str>,
    title: Arc<str>,
}

/// A fact, with what its findings share.
struct Known<'a> {
    fact: &'a Fact,
    tags: Tags,
    /// Where it stands in fleet.yaml.
    at: Option<Span>,
    /// Its address, if it is this fleet's.
    address: Option<Address>,
}

struct Settling<'a> {
    selection: &'a Selection,
    /// Rules by pack and id.
    rulings: HashMap<(&'a str, &'a str), Ruling<'a>>,
    /// Facts by kind, and by key as findings have it.
    facts: HashMap<&'a str, HashMap<String, Known<'a>>>,
}

impl<'a> Settling<'a> {
    fn new(selection: &'a Selection, fleet: &'a Fleet, facts: &'a Facts) -> Self {
        let ruling = |enabled: &'a Enabled| {
            let ruling = Ruling { enabled, id: enabled.id().into(), title: enabled.rule.title.as_str().into() };
            ((enabled.pack.name.as_str(), enabled.rule.id.as_str()), ruling)
        };
        let (mut known, ours): (HashMap<&str, HashMap<String, Known<'_>>>, _) = (HashMap::new(), Ours::of(fleet, facts));
        for fact in &facts.facts {
            let address = ours.address(fact).cloned();
            let at = fact.span.clone().or_else(|| stands(fleet, address.as_ref()?.entry()));
            known.entry(fact.kind).or_default().insert(ascii(&fact.key), Known { fact, tags: fact.tags(), at, address });
        }
        Self { selection, rulings: selection.enabled.iter().map(ruling).collect(), facts: known }
    }

    fn known(&self, kind: &str, key: &str) -> Option<&Known<'a>> {
        self.facts.get(kind)?.get(key)
    }

    fn advised(&self, mut finding: Finding, used: &mut [Use], now: Timestamp) -> Option<Advised> {
        let Ruling { enabled, id, title } = self.rulings.get(&(&*finding.pack.name, &*finding.rule))?;
        let (known, none) = (self.known(&finding.kind, &finding.key), Tags::new());
        let tags = known.map_or(&none, |known| &known.tags);
        // A rule that sees a whole group is given what its scope leaves out, and judges it too. Faults are never dropped.
        let told = finding.verdict != Verdict::Errored
            && known.is_some_and(|known| known.fact.body.contains_key("Tags") || !enabled.scope.reads_tags());
        if told && !enabled.scope.takes(&finding.account, &finding.region, tags) {
            return None;
        }
        let arn = known.and_then(|known| known.fact.arn.clone());
        let address = known.and_then(|known| known.address.as_ref());
        let words = address.into_iter().flat_map(|address| [address.as_str(), address.entry()]);
        let known_by: Vec<&str> = [&*finding.resource].into_iter().chain(arn.as_deref()).chain(words).collect();
        // The host gives a finding without words the title, which says what is wrong: of a pass that would be a lie.
        if finding.verdict == Verdict::Pass && *finding.message == **title {
            finding.message.clear();
        }
        let exception = self.exception(&finding, &known_by, tags, used, now);
        if exception.as_ref().is_some_and(|note| !note.over) {
            finding.verdict = Verdict::Exempt;
        }
        let saves = matches!(finding.verdict, Verdict::Fail | Verdict::Exempt).then(|| Saves::of(&finding.evidence)).flatten();
        let at = known.and_then(|known| known.at.clone());
        let (category, address) = (enabled.rule.category, address.map(ToString::to_string));
        Some(Advised { id: Arc::clone(id), title: Arc::clone(title), category, arn, address, at, saves, exception, finding })
    }

    /// The exception that covers a fail; else one that did until it ended. Of several the one that lasts longest.
    fn exception(&self, finding: &Finding, known_by: &[&str], tags: &Tags, used: &mut [Use], now: Timestamp) -> Option<Note> {
        if matches!(finding.verdict, Verdict::Pass | Verdict::Exempt) {
            return None;
        }
        let rule = (&*finding.pack.name, &*finding.rule);
        let about = |granted: &Granted| granted.is_about(rule, known_by, (&finding.account, &finding.region), tags);
        let mut best: Option<&Granted> = None;
        for (granted, used) in self.selection.exceptions.iter().zip(used).filter(|(granted, _)| about(granted)) {
            if finding.verdict == Verdict::Fail {
                used.fails += 1
            } else {
                used.maybe += 1
            }
            best = best.filter(|best| best.ends >= granted.ends).or(Some(granted));
        }
        best.filter(|_| finding.verdict == Verdict::Fail).map(|granted| note(granted, now))
    }

    fn run(&self, plan: &JobPlan, jobs: &Jobs, by_rule: &HashMap<&str, Vec<&Advised>>) -> Option<RuleRun> {
        let enabled = self.selection.enabled.get(plan.enabled)?;
        let id = enabled.id();
        let own: &[&Advised] = by_rule.get(id.as_str()).map_or(&[], Vec::as_slice);
        let count = |verdict| own.iter().filter(|advised| advised.finding.verdict == verdict).count();
        let said: BTreeSet<&str> = own.iter().map(|advised| &*advised.finding.key).collect();
        let silent = self.judged(enabled, plan, jobs).filter(|key| !said.contains(key.as_str())).count();
        Some(RuleRun {
            pack: Arc::clone(&enabled.pack),
            rule: Arc::clone(&enabled.rule),
            severity: enabled.severity,
            policy: enabled.policy.clone(),
            at: enabled.span.clone(),
            documents: own.len() + silent,
            pass: count(Verdict::Pass),
            fail: count(Verdict::Fail),
            unknown: count(Verdict::Unknown),
            errored: count(Verdict::Errored),
            exempt: count(Verdict::Exempt),
            not_applicable: silent,
            id,
        })
    }

    /// Keys of the documents that a rule had to judge: those of its kind, in its scope.
    fn judged(&self, enabled: &'a Enabled, plan: &'a JobPlan, jobs: &'a Jobs) -> impl Iterator<Item = String> {
        let (subject, alone) = (enabled.rule.subject(), enabled.rule.grouping == Grouping::Each);
        let documents = plan.documents.iter().filter_map(|at| jobs.documents.get(*at)).filter(move |document| document.kind == subject);
        documents.map(|document| (document, ascii(&document.key))).filter_map(move |(document, key)| {
            let taken = || {
                self.known(document.kind, &key).is_some_and(|known| enabled.scope.takes(&document.account, &document.region, &known.tags))
            };
            (alone || taken()).then_some(key)
        })
    }

    /// Rules that needed what a gap hides.
    fn needing(&self, gap: &Gap) -> Vec<String> {
        let needs_it = |enabled: &&Enabled| {
            let tags = || gap.facet == Some(TAGS) && reads_tags(self.selection, enabled);
            let hidden = |facets: &BTreeSet<&str>| gap.facet.is_none_or(|facet| facets.contains(facet));
            enabled.scope.reaches(&gap.account, &gap.region)
                && needs(enabled).any(|(kind, facets)| kind.word == gap.kind && (hidden(&facets) || tags()))
                && self.touches(gap, enabled)
        };
        self.selection.enabled.iter().filter(needs_it).map(Enabled::id).collect()
    }

    /// Whether something that a gap hides is in a rule's scope, or may be. A rule that sees a group is given all of it, so that
    /// its scope does not matter here.
    fn touches(&self, gap: &Gap, enabled: &Enabled) -> bool {
        let may = |key: &String| {
            let Some(Known { fact, tags, .. }) = self.known(gap.kind, &ascii(key)) else { return true };
            let untold = enabled.scope.reads_tags() && (gap.facet == Some(TAGS) || fact.unread.contains(TAGS));
            untold || enabled.scope.takes(&fact.account, &fact.region, tags)
        };
        let whole = gap.facet.is_none() || gap.resources.is_empty() || enabled.rule.grouping != Grouping::Each;
        whole || gap.resources.iter().any(may)
    }

    /// Exceptions that are over, and those that covered nothing. Nobody knows the latter when only some rules ran, or when a rule of
    /// theirs did not see everything.
    fn leftovers(&self, used: &[Use], gaps: &[Need], now: Timestamp) -> (Vec<Ended>, Vec<Note>) {
        let blind: BTreeSet<&str> = gaps.iter().flat_map(|need| &need.rules).map(|id| &**id).collect();
        let is_blind = |rule: &RulePattern| blind.iter().filter_map(|id| id.split_once('/')).any(|(pack, id)| rule.matches(pack, id));
        let (mut expired, mut unused) = (Vec::new(), Vec::new());
        for (granted, used) in self.selection.exceptions.iter().zip(used) {
            let note = note(granted, now);
            if note.over {
                expired.push(Ended { note, fails: used.fails });
            } else if used.fails + used.maybe == 0 && !self.selection.narrowed && !is_blind(&granted.exception.rule.value) {
                unused.push(note);
            }
        }
        (expired, unused)
    }
}

/// Where an entry stands in fleet.yaml.
fn stands(fleet: &Fleet, entry: &str) -> Option<Span> {
    let (section, name) = entry.split_once('/')?;
    if section == Section::User.as_str() {
        fleet.users.get(name).map(|user| user.span.clone())
    } else if section == Section::Database.as_str() {
        fleet.databases.get(name).map(|database| database.span.clone())
    } else {
        None
    }
}

fn note(granted: &Granted, now: Timestamp) -> Note {
    let exception = &granted.exception;
    let rule: &RulePattern = &exception.rule.value;
    Note {
        policy: exception.policy.clone(),
        rule: rule.to_string(),
        owner: exception.owner.clone(),
        reason: exception.reason.clone(),
        until: exception.until.value,
        over: granted.is_over(now),
        at: exception.span.clone(),
    }
}
