//! The edges that shall stand in a place.

use std::rc::Rc;

use jiff::Timestamp;

use super::compiler::{Compiled, Compiler};
use super::names::{Names, edges_address};
use super::post::Post;
use super::targets::{Aim, Born, aims};
use crate::address::Address;
use crate::delivery::{EdgeSpec, Target, Wiring, entries, tagged};
use crate::digest::sha256_hex;
use crate::plan::draft::Draft;
use crate::plan::run_state::Judged;
use crate::schedule::{Interval, Schedule};

/// An edge that may stand.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    /// Its schedule.
    pub(super) schedule: &'a Schedule,
    /// What it is.
    pub(super) spec: EdgeSpec,
    /// Its name; not final while the id of its machine is not known.
    pub(super) name: String,
    /// What it acts on.
    pub(super) machine: Option<Address>,
    /// The machine is made by this plan.
    pub(super) born: Option<Born>,
    /// False for one that is not made: it has fired, or two schedules claim its machine.
    pub(super) make: bool,
    /// Its first firing that is far enough ahead.
    pub(super) first: Option<Timestamp>,
    /// A firing that is ahead and too near for it to be made.
    pub(super) too_near: Option<Timestamp>,
    /// It fires within minutes: what stands in its place stays until it has.
    pub(super) is_due: bool,
    /// Two schedules claim its machine: whatever stands stays.
    pub(super) contested: bool,
    /// What about it speaks of an override.
    pub(super) overridden: Option<&'static str>,
    /// Set when it lies in the month by which the window grew.
    pub(super) renewed: Option<String>,
}

impl Wanted<'_> {
    /// The hash of its address, as names carry it.
    pub(super) fn address_hash(&self) -> String {
        sha256_hex(self.spec.address.as_str().as_bytes())[..8].to_owned()
    }
}

/// Every edge of every post that is not held.
pub(super) fn wanted<'a>(
    draft: &mut Draft<'a>,
    names: &Names,
    ready: &[(Post<'a>, bool)],
    judged: &[Judged<'a>],
    compiler: &mut Compiler<'a>,
) -> Vec<Wanted<'a>> {
    let posts: Vec<&Post<'a>> = ready.iter().map(|(post, _)| post).filter(|post| !post.held).collect();
    let mut all = Vec::new();
    for aim in aims(draft, names, &posts, judged) {
        let Some(post) = posts.iter().find(|post| post.schedule.name == aim.schedule.name) else { continue };
        if let Some(compiled) = compiled(draft, names, post, compiler, &aim.overrides) {
            all.extend(of_aim(&aim, &post.wiring, &compiled));
        }
    }
    for post in posts.iter().filter(|post| post.by_tag()) {
        all.extend(by_tag(draft, names, post, compiler));
    }
    all
}

fn compiled<'a>(
    draft: &mut Draft<'a>,
    names: &Names,
    post: &Post<'a>,
    compiler: &mut Compiler<'a>,
    overrides: &[Interval],
) -> Option<Rc<Compiled>> {
    let compiled = compiler.of(post.schedule, post.options, overrides);
    compiled.map_err(|why| draft.hold(&names.place, &edges_address(&post.schedule.name), why, Some(&post.schedule.span))).ok()
}

/// The edges of one machine.
pub(super) fn of_aim<'a>(aim: &Aim<'a>, wiring: &Wiring, compiled: &Compiled) -> Vec<Wanted<'a>> {
    let mut edges = of_target(aim.schedule, &aim.target, wiring, compiled);
    for edge in &mut edges {
        edge.spec.address = address(aim.schedule, &aim.machine, &edge.spec.address);
        edge.spec.awaits = aim.born.filter(|born| *born == Born::Unnamed).map(|_| aim.machine.clone());
        edge.name = edge.spec.name();
        edge.machine = Some(aim.machine.clone());
        edge.born = aim.born;
        edge.contested = aim.contested;
        edge.make &= !aim.contested;
        edge.overridden = aim.overridden;
    }
    edges
}

/// An address with the machine's own in place of its id.
fn address(schedule: &Schedule, machine: &Address, compiled: &Address) -> Address {
    let when = compiled.as_str().rsplit('/').next().unwrap_or_default();
    Address::from_text(&format!("{}/{machine}/{when}", edges_address(&schedule.name)))
}

fn of_target<'a>(schedule: &'a Schedule, target: &Target, wiring: &Wiring, compiled: &Compiled) -> Vec<Wanted<'a>> {
    let of = |timed: &super::compiler::Timed| {
        let entry = entries(schedule, std::slice::from_ref(&timed.timing), std::slice::from_ref(target), wiring).pop()?;
        let renewed = timed.first.filter(|first| *first >= compiled.renewed_from).map(|_| compiled.ahead_to.clone());
        Some(Wanted {
            schedule,
            name: entry.spec.name(),
            spec: entry.spec,
            machine: None,
            born: None,
            make: timed.first.is_some(),
            first: timed.first,
            too_near: timed.too_near,
            is_due: timed.is_due,
            contested: false,
            overridden: None,
            renewed,
        })
    };
    compiled.all.iter().filter_map(of).collect()
}

/// The edges of a schedule whose targets are found when they fire.
fn by_tag<'a>(draft: &mut Draft<'a>, names: &Names, post: &Post<'a>, compiler: &mut Compiler<'a>) -> Vec<Wanted<'a>> {
    let untagged = post.named_untagged(draft.input.fleet, &names.place);
    if !untagged.is_empty() {
        let why = format!(
            "{} name it and lack the tags it selects by, so no edge finds them; give them the tags, or write `resolve: ids`",
            untagged.join(", ")
        );
        draft.hold(&names.place, &edges_address(&post.schedule.name), why, Some(&post.schedule.span));
    }
    let Some(compiled) = compiled(draft, names, post, compiler, &[]) else { return Vec::new() };
    let targets = tagged(post.schedule).unwrap_or_default();
    targets.iter().flat_map(|target| of_target(post.schedule, target, &post.wiring, &compiled)).collect()
}
