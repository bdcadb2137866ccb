//! What each rule is asked about, and what it cannot be asked about because it was not read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, json};

use super::wanted::needs;
use crate::facet::{Fact, Facts, Gap, KindSpec, Members};
use crate::finding::{Finding, Grouping, Verdict};
use crate::policy::{Enabled, Selection, TAGS};
use crate::tags::Tags;

/// Everything there is to ask.
#[derive(Debug, Default)]
pub struct Jobs {
    /// What rules are given, each once for all rules that see the same of it.
    pub documents: Vec<DocumentRef>,
    /// One for each rule of the selection, in its order.
    pub plans: Vec<JobPlan>,
}

/// A thing as some rules see it.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRef {
    /// Facet's word.
    pub kind: &'static str,
    /// Key of the fact.
    pub key: String,
    /// AWS id, or name in fleet.yaml.
    pub id: String,
    /// Account id; empty for what stands in the file.
    pub account: String,
    /// Region; empty for what belongs to an account as a whole.
    pub region: String,
    /// Members that these rules declared.
    pub body: Members,
}

/// What one rule is asked.
#[derive(Debug)]
pub struct JobPlan {
    /// Place of the rule in the selection.
    pub enabled: usize,
    /// Places in [`Jobs::documents`], of every kind the rule needs.
    pub documents: Vec<usize>,
    /// What it cannot be asked about.
    pub unknown: Vec<Finding>,
}

/// Lays out all jobs. A thing that was not read as a rule needs it is not given to that rule: it is unknown, and says which
/// action was missing. For a rule that sees a whole account and region, or the fleet, one such thing makes all of it unknown.
#[must_use]
pub fn jobs(selection: &Selection, facts: &Facts) -> Jobs {
    let mut by_kind: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    facts.facts.iter().for_each(|fact| by_kind.entry(fact.kind).or_default().push(fact));
    let mut maker = Maker { facts, by_kind, views: Vec::new(), known: HashMap::new(), documents: Vec::new() };
    let plans = selection.enabled.iter().enumerate().map(|(at, enabled)| maker.plan(at, enabled)).collect();
    Jobs { documents: maker.documents, plans }
}

struct Maker<'a> {
    facts: &'a Facts,
    by_kind: BTreeMap<&'a str, Vec<&'a Fact>>,
    /// Kinds with the facets that some rule sees of them.
    views: Vec<(&'static str, BTreeSet<String>)>,
    /// Places of documents by the fact's address and the place of the view.
    known: HashMap<(*const Fact, usize), usize>,
    documents: Vec<DocumentRef>,
}

/// A kind as a rule needs it.
struct Needed<'a> {
    kind: &'static KindSpec,
    /// What the rule sees.
    facets: BTreeSet<&'a str>,
    /// Place of kind and facets among the views.
    view: usize,
    /// What has to be read before anything can be said.
    must: BTreeSet<&'a str>,
}

impl<'a> Maker<'a> {
    fn plan(&mut self, at: usize, enabled: &Enabled) -> JobPlan {
        let tags = |kind: &KindSpec| (enabled.scope.reads_tags() && kind.facet(TAGS).is_some()).then_some(TAGS);
        let needed: Vec<Needed<'_>> = needs(enabled)
            .map(|(kind, facets)| {
                let must = facets.iter().copied().chain(tags(kind)).collect();
                Needed { kind, must, view: self.view(kind.word, &facets), facets }
            })
            .collect();
        let asking = Asking { enabled, pack: Arc::new((*enabled.pack).clone()), rule: enabled.rule.id.as_str().into(), needed };
        let mut plan = JobPlan { enabled: at, documents: Vec::new(), unknown: Vec::new() };
        match enabled.rule.grouping {
            Grouping::Each => self.alone(&asking, &mut plan),
            Grouping::Scope => self.together(&asking, |fact| (fact.account.clone(), fact.region.clone()), &mut plan),
            Grouping::Fleet => self.together(&asking, |_| (String::new(), String::new()), &mut plan),
        }
        plan.unknown.sort_by(|a, b| a.order().cmp(&b.order()));
        // A list of a whole account that was refused hides something of each of its regions, and is said once.
        plan.unknown.dedup();
        plan
    }

    fn view(&mut self, kind: &'static str, facets: &BTreeSet<&str>) -> usize {
        let same = |(word, seen): &(&str, BTreeSet<String>)| *word == kind && seen.iter().map(String::as_str).eq(facets.iter().copied());
        self.views.iter().position(same).unwrap_or_else(|| {
            self.views.push((kind, facets.iter().map(|facet| (*facet).to_owned()).collect()));
            self.views.len() - 1
        })
    }

    fn of(&self, kind: &KindSpec) -> Vec<&'a Fact> {
        self.by_kind.get(kind.word).cloned().unwrap_or_default()
    }

    /// Every thing for itself.
    fn alone(&mut self, asking: &Asking<'_>, plan: &mut JobPlan) {
        for needed in &asking.needed {
            for fact in self.of(needed.kind) {
                let tags_known = !needed.must.contains(TAGS) || self.missing(fact, &BTreeSet::from([TAGS])).is_none();
                if !asking.reaches(fact) || (tags_known && !asking.takes(fact)) {
                    continue;
                }
                match self.missing(fact, &needed.must) {
                    Some(gap) => plan.unknown.push(asking.unknown(fact, &gap)),
                    None => plan.documents.push(self.document(needed, fact)),
                }
            }
            let refused = self
                .facts
                .gaps
                .iter()
                .filter(|gap| is_listing(gap, needed.kind) && asking.enabled.scope.reaches(&gap.account, &gap.region));
            plan.unknown.extend(refused.map(|gap| asking.unlisted(gap)));
        }
    }

    /// What a rule judges together; a gap in one of its kinds leaves nothing to be said of any.
    fn together(&mut self, asking: &Asking<'_>, group: fn(&Fact) -> (String, String), plan: &mut JobPlan) {
        let mut groups: BTreeMap<(String, String), Vec<(&Needed<'_>, &'a Fact)>> = BTreeMap::new();
        for needed in &asking.needed {
            for fact in self.of(needed.kind).into_iter().filter(|fact| asking.reaches(fact)) {
                groups.entry(group(fact)).or_default().push((needed, fact));
            }
        }
        for gap in self.gaps_of(asking) {
            let home = if asking.enabled.rule.grouping == Grouping::Fleet {
                (String::new(), String::new())
            } else {
                (gap.account.clone(), gap.region.clone())
            };
            groups.entry(home).or_default();
        }
        for (home, facts) in groups {
            match self.hole(asking, &home, &facts) {
                Some(gap) => plan.unknown.extend(asking.all_unknown(&facts, &gap)),
                None => plan.documents.extend(facts.into_iter().map(|(needed, fact)| self.document(needed, fact)).collect::<Vec<_>>()),
            }
        }
    }

    /// Lists that a rule needs and that could not be read.
    fn gaps_of(&self, asking: &Asking<'_>) -> impl Iterator<Item = &'a Gap> {
        let needed: Vec<&KindSpec> = asking.needed.iter().map(|needed| needed.kind).collect();
        let scope = asking.enabled.scope.clone();
        self.facts
            .gaps
            .iter()
            .filter(move |gap| needed.iter().any(|kind| is_listing(gap, kind)) && scope.reaches(&gap.account, &gap.region))
    }

    /// The first thing missing in a group.
    fn hole(&self, asking: &Asking<'_>, (account, region): &(String, String), facts: &[(&Needed<'_>, &'a Fact)]) -> Option<Gap> {
        let all = asking.enabled.rule.grouping == Grouping::Fleet;
        let listing = self.gaps_of(asking).find(|gap| all || is_of(gap, account, region)).cloned();
        listing.or_else(|| facts.iter().find_map(|(needed, fact)| self.missing(fact, &needed.must)))
    }

    /// Why a facet that has to be there is not.
    fn missing(&self, fact: &Fact, must: &BTreeSet<&str>) -> Option<Gap> {
        let about = |gap: &&Gap| {
            gap.kind == fact.kind
                && gap.facet.is_some_and(|facet| must.contains(facet))
                && (gap.resources.contains(&fact.key) || (gap.resources.is_empty() && is_of(gap, &fact.account, &fact.region)))
        };
        let unread = fact.unread.iter().find(|facet| must.contains(*facet));
        self.facts.gaps.iter().find(about).cloned().or_else(|| unread.map(|facet| unexplained(fact, facet)))
    }

    fn document(&mut self, needed: &Needed<'_>, fact: &'a Fact) -> usize {
        *self.known.entry((std::ptr::from_ref(fact), needed.view)).or_insert_with(|| {
            self.documents.push(DocumentRef {
                kind: fact.kind,
                key: fact.key.clone(),
                id: fact.id.clone(),
                account: fact.account.clone(),
                region: fact.region.clone(),
                body: fact.projected(needed.kind, &needed.facets),
            });
            self.documents.len() - 1
        })
    }
}

/// True for a gap in the list of a kind.
fn is_listing(gap: &Gap, kind: &KindSpec) -> bool {
    gap.kind == kind.word && gap.facet.is_none()
}

/// Whether a gap hides something of an account and region: one of a whole account does of all its regions.
fn is_of(gap: &Gap, account: &str, region: &str) -> bool {
    gap.account == account && (gap.region.is_empty() || region.is_empty() || gap.region == region)
}

/// A facet that was not read although no call was refused: what reads it stands in the table.
fn unexplained(fact: &Fact, facet: &'static str) -> Gap {
    let spec = crate::facet::kind(fact.kind).and_then(|kind| Some((kind, kind.facet(facet)?)));
    let call = spec.and_then(|(kind, facet)| facet.calls.iter().chain(kind.calls).next());
    Gap {
        action: call.map(|call| call.action.to_owned()).unwrap_or_default(),
        account: fact.account.clone(),
        region: fact.region.clone(),
        kind: fact.kind,
        facet: Some(facet),
        resources: BTreeSet::from([fact.key.clone()]),
        error: "it was not read".to_owned(),
        unreachable: false,
    }
}

/// A rule with what its findings share.
struct Asking<'a> {
    enabled: &'a Enabled,
    pack: Arc<crate::finding::PackId>,
    rule: Arc<str>,
    needed: Vec<Needed<'a>>,
}

impl Asking<'_> {
    fn reaches(&self, fact: &Fact) -> bool {
        self.enabled.scope.reaches(&fact.account, &fact.region)
    }

    fn takes(&self, fact: &Fact) -> bool {
        let tags = if self.enabled.scope.reads_tags() { fact.tags() } else { Tags::new() };
        self.enabled.scope.takes(&fact.account, &fact.region, &tags)
    }

    /// A thing that cannot be judged.
    fn unknown(&self, fact: &Fact, gap: &Gap) -> Finding {
        self.finding((fact.kind, &fact.key, &fact.id), (&fact.account, &fact.region), why(gap), gap)
    }

    /// A place in which nobody knows what there is.
    fn unlisted(&self, gap: &Gap) -> Finding {
        let message = format!("{}; what there is of `{}` in {} is unknown", why(gap), gap.kind, place(gap));
        let key = format!("{}/{}/{}", gap.account, gap.region, gap.kind);
        self.finding((gap.kind, &key, &gap.account), (&gap.account, &gap.region), message, gap)
    }

    /// Everything the rule would have judged in a group, or the group itself when nothing of it is known.
    fn all_unknown(&self, facts: &[(&Needed<'_>, &Fact)], gap: &Gap) -> Vec<Finding> {
        let subject = self.enabled.rule.subject();
        let judged = facts.iter().filter(|(needed, fact)| needed.kind.word == subject && (fact.unread.contains(TAGS) || self.takes(fact)));
        let message = || {
            format!(
                "{}; the rule sees {} at once",
                why(gap),
                if self.enabled.rule.grouping == Grouping::Fleet { "the fleet" } else { "an account and region" }
            )
        };
        let mut all: Vec<Finding> =
            judged.map(|(_, fact)| self.finding((fact.kind, &fact.key, &fact.id), (&fact.account, &fact.region), message(), gap)).collect();
        if all.is_empty() || (gap.facet.is_none() && gap.kind == subject) {
            all.push(self.unlisted(gap));
        }
        all
    }

    fn finding(&self, (kind, key, id): (&str, &str, &str), (account, region): (&str, &str), message: String, gap: &Gap) -> Finding {
        let mut evidence = Map::from_iter([("action".to_owned(), json!(gap.action)), ("error".to_owned(), json!(gap.error))]);
        evidence.extend(gap.facet.map(|facet| ("facet".to_owned(), json!(facet))));
        Finding {
            rule: Arc::clone(&self.rule),
            pack: Arc::clone(&self.pack),
            verdict: Verdict::Unknown,
            severity: self.enabled.severity,
            kind: kind.into(),
            key: ascii(key).into(),
            resource: id.into(),
            account: account.into(),
            region: region.into(),
            message,
            evidence,
            fault: None,
        }
    }
}

/// ``s3:GetBucketPolicy was refused: AccessDenied``.
fn why(gap: &Gap) -> String {
    format!("{} {}: {}", gap.action, if gap.unreachable { "did not answer" } else { "was refused" }, gap.error)
}

/// `123456789012/us-east-1`, or the account alone.
fn place(gap: &Gap) -> String {
    if gap.region.is_empty() { gap.account.clone() } else { format!("{}/{}", gap.account, gap.region) }
}

/// Keys as the rule host writes them: beyond ASCII as `\uXXXX`, as their bodies are.
pub(super) fn ascii(key: &str) -> String {
    let mut units = [0; 2];
    let escaped = |c: char| match c {
        c if c.is_ascii() => c.to_string(),
        c => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    key.chars().map(escaped).collect()
}
