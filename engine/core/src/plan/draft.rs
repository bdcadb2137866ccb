//! A plan in the making.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::model::{Action, Cause, Held, Op, Options, Step};
use super::run_state::Wants;
use super::site::Site;
use crate::address::Address;
use crate::cloud::{Change, IdRef, Kind, Place, ResourceRef, Snapshot};
use crate::fleet::Fleet;
use crate::lock::Lock;
use crate::schedule::Selectors;
use crate::span::Span;
use crate::tags::{self, Tags};

/// Everything a plan is a function of.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What the file says.
    pub fleet: &'a Fleet,
    /// What is pinned.
    pub lock: &'a Lock,
    /// What was observed.
    pub snapshot: &'a Snapshot,
    /// The instant schedules are judged at.
    pub now: Timestamp,
    /// What the caller chose.
    pub options: &'a Options,
}

/// Steps and held lines gathered so far.
#[derive(Debug)]
pub struct Draft<'a> {
    /// What it is made from.
    pub input: Input<'a>,
    /// Places, sorted.
    pub sites: BTreeMap<Place, Site<'a>>,
    /// The schedules of the fleet by what they select.
    pub selectors: Selectors<'a>,
    /// Steps.
    pub steps: Vec<Step>,
    /// Where something new is made, by address.
    made: HashMap<Address, BTreeSet<Place>>,
    /// Held lines.
    pub held: Vec<Held>,
    /// Remarks.
    pub notes: Vec<String>,
    /// What schedules want at this instant.
    pub wants: Wants,
}

impl<'a> Draft<'a> {
    /// An empty draft.
    #[must_use]
    pub fn new(input: Input<'a>) -> Self {
        let site = |(place, view)| -> (Place, Site<'a>) { (Place::clone(place), Site::new(input.fleet, input.snapshot, place, view)) };
        let sites = input.snapshot.places.iter().map(site).collect();
        let selectors = Selectors::new(input.fleet.schedules.values());
        Self {
            input,
            sites,
            selectors,
            steps: Vec::new(),
            made: HashMap::new(),
            held: Vec::new(),
            notes: Vec::new(),
            wants: Wants::default(),
        }
    }

    /// Adds a step.
    pub fn push(&mut self, step: Step) {
        if step.makes() {
            self.made.entry(step.address.clone()).or_default().insert(step.place.clone());
        }
        self.steps.push(step);
    }

    /// Holds something back.
    pub fn hold(&mut self, place: &Place, address: &Address, why: impl Into<String>, span: Option<&Span>) {
        self.held.push(Held { address: address.clone(), place: place.clone(), why: why.into(), origin: span.map(Span::file_line) });
    }

    /// True when a step at this address makes something new.
    #[must_use]
    pub fn creates(&self, place: &Place, address: &Address) -> bool {
        self.made.get(address).is_some_and(|places| places.contains(place))
    }

    /// True when the caller restricted the plan and `address` is not in it.
    #[must_use]
    pub fn left_out(&self, address: &Address) -> bool {
        let only = &self.input.options.only;
        !only.is_empty() && !only.iter().any(|wanted| address.is_under(wanted))
    }

    /// True when the caller asked about an entry (`user/alice`), as a whole or about one of its parts.
    #[must_use]
    pub fn concerns(&self, entry: &str) -> bool {
        let only = &self.input.options.only;
        only.is_empty() || only.iter().any(|wanted| Address::from_text(wanted).entry() == entry)
    }
}

/// Tags of a new resource: the user's and muster's marks.
#[must_use]
pub fn marked(user: &Tags, mark: &super::mark::Mark) -> Tags {
    let mut all = user.clone();
    all.extend(mark.tags());
    all
}

/// An op that sets tags.
#[must_use]
pub fn set_tags(kind: Kind, id: &str, tags: Tags) -> Op {
    Op::Do(Change::SetTags { resource: ResourceRef { kind, id: IdRef::Id(id.to_owned()) }, tags })
}

/// An op that removes a tag.
#[must_use]
pub fn remove_tag(kind: Kind, id: &str, key: &str) -> Op {
    Op::Do(Change::RemoveTags { resource: ResourceRef { kind, id: IdRef::Id(id.to_owned()) }, keys: vec![key.to_owned()] })
}

/// What a tagged resource's tags say that muster keeps: the live values of the wanted keys.
#[must_use]
pub fn tags_field(wanted: &Tags, live: &Tags) -> (String, String) {
    let of_wanted = |key: &String| live.get(key).map(|value| (key.clone(), value.clone()));
    let live: Tags = wanted.keys().filter_map(of_wanted).collect();
    (tag_text(wanted), tag_text(&live))
}

fn tag_text(tags: &Tags) -> String {
    tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// Steps that keep muster's own tags right on a living resource: a rename, protection, the end of a removal.
///
/// Settings are compared elsewhere; this never touches a tag that is not muster's.
pub fn tend_marks(draft: &mut Draft<'_>, resource: &Marked<'_>) {
    let mut set = Tags::new();
    let mut why = Vec::new();
    let mark = resource.mark;
    if resource.renamed {
        let fleet = draft.input.fleet.name.as_ref().map(ToString::to_string).unwrap_or_default();
        set.insert(tags::FLEET.to_owned(), fleet);
        set.insert(tags::ADDRESS.to_owned(), resource.address.as_str().to_owned());
        set.insert(tags::SELF.to_owned(), resource.self_id.to_owned());
        let was = (mark.fleet.as_deref().unwrap_or_default(), mark.address.as_ref().map(Address::as_str).unwrap_or_default());
        why.push(format!("taken over from fleet `{}`, address {}", was.0, was.1));
    }
    if resource.protect && !mark.protect {
        set.insert(tags::PROTECT.to_owned(), "true".to_owned());
        why.push("protected from removal".to_owned());
    }
    let mut ops = Vec::new();
    if !set.is_empty() {
        ops.push(set_tags(resource.kind, resource.id, set));
    }
    if mark.protect && !resource.protect {
        ops.push(remove_tag(resource.kind, resource.id, tags::PROTECT));
        why.push("no longer protected from removal".to_owned());
    }
    if mark.retire.is_some() {
        ops.push(remove_tag(resource.kind, resource.id, tags::RETIRE_AFTER));
        why.push("listed again, so it is no longer retired".to_owned());
    }
    if ops.is_empty() {
        return;
    }
    let mut step = Step::new(resource.address.clone(), resource.place.clone(), resource.kind, Action::Tag, Cause::File);
    step.id = Some(resource.self_id.to_owned());
    step.reason = why.join("; ");
    step.origin = Some(resource.span.file_line());
    step.precondition.insert("marks".to_owned(), mark.description());
    step.precondition.insert("protect".to_owned(), mark.protect.to_string());
    step.precondition.insert("retire".to_owned(), mark.retire.map(|retire| retire.text()).unwrap_or_default());
    step.ops = ops;
    draft.push(step);
}

/// A living resource whose marks are tended.
#[derive(Debug)]
pub struct Marked<'r> {
    /// Its address as the file now has it.
    pub address: &'r Address,
    /// Where.
    pub place: &'r Place,
    /// Kind.
    pub kind: Kind,
    /// What tags are set on: EC2 id or ARN.
    pub id: &'r str,
    /// Its own id or name.
    pub self_id: &'r str,
    /// Its marks.
    pub mark: &'r super::mark::Mark,
    /// The marks say an earlier fleet or address.
    pub renamed: bool,
    /// The entry says `protect: true`.
    pub protect: bool,
    /// Where the entry stands.
    pub span: &'r Span,
}
