//! Findings of the host, with everything that was not asked, as advice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::exempt::Exceptions;
use super::given::{Given, Unjudged, concerns, given};
use super::model::{Advice, GapRow, Judgement, Note, RuleRow, Tally};
use super::savings::Savings;
use crate::address::Address;
use crate::facet::{Fact, Facts, Gap};
use crate::finding::{Finding, Verdict};
use crate::fleet::Fleet;
use crate::policy::{Enabled, Granted};
use crate::tags;

/// A rule that was chosen, and what it was given.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Full id: `ec2/open-ports`.
    pub id: Arc<str>,
    /// The rule, as the policies set it.
    pub enabled: &'a Enabled,
    /// What it was given.
    pub given: Given<'a>,
}

impl<'a> Asked<'a> {
    /// What a chosen rule is given of what was collected.
    #[must_use]
    pub fn new(enabled: &'a Enabled, facts: &'a Facts) -> Self {
        Self { id: enabled.id().into(), given: given(&enabled.rule, &enabled.scope, facts), enabled }
    }
}

/// What advice is drawn from.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// Instant the rules judged at.
    pub at: Timestamp,
    /// The fleet whose words name things.
    pub fleet: &'a Fleet,
    /// What was collected.
    pub facts: &'a Facts,
    /// Every rule that was asked, whatever it said.
    pub asked: &'a [Asked<'a>],
    /// Exceptions of the policies.
    pub exceptions: &'a [Granted],
    /// True when all rules that the policies chose were asked: only then is an exception that covers nothing one too many.
    pub is_whole: bool,
    /// What the rules said, by pack and id.
    pub findings: Vec<Finding>,
    /// What is worth knowing beside the verdicts.
    pub notes: Vec<Note>,
}

/// Draws the advice.
#[must_use]
pub fn conclude(input: Input<'_>) -> Advice {
    let view = View::new(&input);
    let mut exceptions = Exceptions::new(input.exceptions, input.at);
    let said = input.findings.iter().filter_map(|finding| view.judgement(finding, &mut exceptions));
    let unsaid = input.asked.iter().flat_map(|asked| asked.given.unjudged.iter().map(|one| view.unknown(asked, one)));
    let mut findings: Vec<Judgement> = said.chain(unsaid).collect();
    findings.sort_by(|a, b| (&a.rule, &a.kind, &a.key).cmp(&(&b.rule, &b.kind, &b.key)));
    let mut tallies: HashMap<&str, Tally> = HashMap::new();
    for found in &findings {
        tallies.entry(&found.rule).or_default().add(found.verdict);
    }
    let rules = input.asked.iter().map(|asked| row(asked, tallies.get(&*asked.id).copied().unwrap_or_default())).collect();
    let mut notes = input.notes.clone();
    notes.extend(exceptions.notes(input.is_whole));
    notes.sort();
    notes.dedup();
    Advice {
        at: input.at,
        rules,
        gaps: input.facts.gaps.iter().map(|gap| GapRow { gap: gap.clone(), rules: felt_by(input.asked, gap) }).collect(),
        tally: Tally::of(findings.iter().map(|found| found.verdict)),
        savings: Savings::of(&findings),
        findings,
        notes,
        calls: input.facts.calls.values().sum(),
    }
}

fn felt_by(asked: &[Asked<'_>], gap: &Gap) -> BTreeSet<Arc<str>> {
    asked.iter().filter(|asked| concerns(&asked.enabled.rule, &asked.enabled.scope, gap)).map(|asked| Arc::clone(&asked.id)).collect()
}

fn row(asked: &Asked<'_>, tally: Tally) -> RuleRow {
    let Enabled { rule, severity, params, pack, span, .. } = asked.enabled;
    let said = tally.pass + tally.fail + tally.unknown + tally.errored + tally.exempt;
    RuleRow {
        id: Arc::clone(&asked.id),
        title: rule.title.clone(),
        category: rule.category,
        severity: *severity,
        kind: rule.subject().to_owned(),
        pack: pack.to_string(),
        params: params.clone(),
        risk: rule.risk.clone(),
        remediation: rule.remediation.text.clone(),
        controls: rule.controls.clone(),
        origin: span.file_line(),
        not_applicable: (asked.given.judged.len() + asked.given.unjudged.len()).saturating_sub(said),
        tally,
    }
}

/// Where findings find their rule and their fact.
struct View<'a, 'i> {
    input: &'i Input<'a>,
    facts: HashMap<(&'a str, &'a str), &'a Fact>,
    asked: HashMap<(&'i str, &'i str), &'i Asked<'a>>,
    owned: BTreeMap<String, String>,
}

impl<'a, 'i> View<'a, 'i> {
    fn new(input: &'i Input<'a>) -> Self {
        Self {
            input,
            facts: input.facts.facts.iter().map(|fact| ((fact.kind, fact.key.as_str()), fact)).collect(),
            asked: input.asked.iter().map(|asked| ((asked.enabled.pack.name.as_str(), asked.enabled.rule.id.as_str()), asked)).collect(),
            owned: origins(input.fleet),
        }
    }

    /// Nothing for what a rule says of a resource that it was given to see and not to judge.
    fn judgement(&self, finding: &Finding, exceptions: &mut Exceptions<'_>) -> Option<Judgement> {
        let asked = self.asked.get(&(finding.pack.name.as_str(), &*finding.rule))?;
        let fact = self.facts.get(&(&*finding.kind, &*finding.key))?;
        // A rule that failed with nothing to judge in sight must be seen all the same.
        if finding.verdict != Verdict::Errored && !asked.given.judged.contains(fact.key.as_str()) {
            return None;
        }
        let exception = exceptions.cover(asked.enabled, fact, self.address(fact), finding.verdict);
        let verdict = if exception.is_some() { Verdict::Exempt } else { finding.verdict };
        let evidence = finding.evidence.clone();
        let mut judgement = self.about(asked, fact, verdict, finding.message.clone(), evidence);
        judgement.exception = exception;
        judgement.fault.clone_from(&finding.fault);
        Some(judgement)
    }

    fn unknown(&self, asked: &Asked<'_>, one: &Unjudged<'_>) -> Judgement {
        let actions: Vec<&str> = one.actions.iter().map(String::as_str).collect();
        let message = match actions.as_slice() {
            [] => "not judged: what the rule needs could not be read".to_owned(),
            actions => format!("not judged: {} was not answered", actions.join(", ")),
        };
        let evidence = Map::from_iter([("Unread".to_owned(), json!(actions))]);
        self.about(asked, one.fact, Verdict::Unknown, message, evidence)
    }

    fn about(&self, asked: &Asked<'_>, fact: &Fact, verdict: Verdict, message: String, evidence: Map<String, Value>) -> Judgement {
        let (name, origin) = self.named(fact);
        Judgement {
            rule: Arc::clone(&asked.id),
            verdict,
            severity: asked.enabled.severity,
            kind: fact.kind.into(),
            resource: fact.id.as_str().into(),
            name,
            arn: fact.arn.clone(),
            account: fact.account.as_str().into(),
            region: fact.region.as_str().into(),
            message,
            evidence,
            origin,
            command: (verdict == Verdict::Fail).then(|| command(&asked.enabled.rule.remediation.command, fact)).flatten(),
            exception: None,
            fault: None,
            key: fact.key.as_str().into(),
        }
    }

    /// Its address, when it is this fleet's.
    fn address(&self, fact: &Fact) -> Option<Address> {
        let carried = fact.tags();
        let ours = self.input.fleet.name.as_ref().is_some_and(|name| carried.get(tags::FLEET).is_some_and(|fleet| fleet == name.as_str()));
        carried.get(tags::ADDRESS).filter(|_| ours).map(|address| Address::from_text(address))
    }

    /// What people call it, and the line that declares it.
    fn named(&self, fact: &Fact) -> (Option<String>, Option<String>) {
        if let Some(span) = &fact.span {
            return (None, Some(span.file_line()));
        }
        if let Some(address) = self.address(fact) {
            return (Some(address.to_string()), self.owned.get(address.entry()).cloned());
        }
        let name = fact.tags().remove("Name").filter(|name| !name.is_empty() && *name != fact.id);
        (name, None)
    }
}

/// Lines of the entries that own resources, by entry: `user/alice`.
fn origins(fleet: &Fleet) -> BTreeMap<String, String> {
    let users = fleet.users.values().map(|user| (format!("user/{}", user.name), user.span.file_line()));
    let databases = fleet.databases.values().map(|database| (format!("database/{}", database.name), database.span.file_line()));
    let groups = fleet.parameter_groups.values().map(|group| (format!("parameter-group/{}", group.name), group.span.file_line()));
    users.chain(databases).chain(groups).collect()
}

/// A rule's command with the resource filled in. Nothing where a value could end a word of a shell or be taken for an option: a
/// thing's id is chosen by whoever made it.
fn command(pattern: &str, fact: &Fact) -> Option<String> {
    let plain = |text: &str| !text.starts_with('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@+=,".contains(c));
    let values = [("{resource}", &fact.id), ("{region}", &fact.region), ("{account}", &fact.account)];
    let used = || values.iter().filter(|(placeholder, _)| pattern.contains(placeholder));
    if pattern.is_empty() || !used().all(|(_, value)| plain(value) && !value.is_empty()) {
        return None;
    }
    Some(used().fold(pattern.to_owned(), |command, (placeholder, value)| command.replace(placeholder, value)))
}
