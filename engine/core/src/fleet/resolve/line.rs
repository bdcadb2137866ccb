//! One schedule by itself: the line of a tool, with the calendars and overrides that it brings along.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::{Decode, Entries};
use crate::fleet::raw_schedule::{RawCalendar, RawOverride, RawSchedule, StateWord};
use crate::fleet::{Calendar, FileSource, LoadOptions};
use crate::name::{FleetName, Name};
use crate::schedule::{Interval, RunState, Schedule};
use crate::span::{At, Span};
use crate::yaml::Node;

/// The name of a schedule that has none, and of the key under which a line has it.
pub const NAME: &str = "schedule";

/// What is wrong, in the order of the line.
pub type Problems = Vec<Diagnostic>;

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("a line reads no files; write the days into `dates`".to_owned())
    }
}

/// A schedule from what stands under its name in `schedules:`.
///
/// A reference in `after`, and a fleet for `delivery`, are not asked for: a line has neither.
///
/// # Errors
/// With everything that fleet.yaml would be refused for, and without a zone: neither its own nor `timezone`.
pub fn schedule(node: &Node, timezone: Option<&str>, calendars: &IndexMap<Name, Calendar>) -> Result<Schedule, Problems> {
    read(node, NAME, |resolver, raw: RawSchedule| {
        let name = Name::new(NAME).ok()?;
        resolver.timezone = timezone.map(str::to_owned);
        resolver.fleet = FleetName::new("line").ok();
        let after = raw.after.iter().flat_map(|kept| &kept.value.value);
        resolver.schedule_names = after.filter_map(|after| after.value.schedule.as_ref()).map(|name| name.value.clone()).collect();
        let names: Vec<Name> = calendars.keys().cloned().collect();
        Some(resolver.schedule(At::new(name, node.span.clone()), raw, &names))
    })
}

/// Calendars from what stands under `calendars:`; their days stand in `dates`.
///
/// # Errors
/// With everything that fleet.yaml would be refused for, and for `files`.
pub fn calendars(node: &Node) -> Result<IndexMap<Name, Calendar>, Problems> {
    read(node, "calendars", |resolver, raw: Entries<RawCalendar>| Some(resolver.calendars(raw)))
}

/// Overrides from what stands under `overrides:`, the soonest end first as in a fleet. All are about the schedule of
/// the line, whatever `select` and `only` say.
///
/// # Errors
/// With everything that fleet.yaml would be refused for.
pub fn overrides(node: &Node) -> Result<Vec<Interval>, Problems> {
    read(node, "overrides", |resolver, raw: Vec<At<RawOverride>>| {
        let mut all: Vec<Interval> = raw.into_iter().filter_map(|one| resolver.interval(one.value)).collect();
        all.sort_by_key(|one| one.until);
        Some(all)
    })
}

impl Resolver<'_> {
    fn interval(&mut self, raw: RawOverride) -> Option<Interval> {
        let (state, until) = (raw.state?.value, raw.until?);
        if let Some(from) = raw.from.as_ref().filter(|from| from.value >= until.value) {
            self.error(Diagnostic::error("this override ends before it begins", from.span.clone()));
        }
        let state = if state == StateWord::Running { RunState::Running } else { RunState::Stopped };
        let why = raw.reason.map_or_else(|| "no reason given".to_owned(), |text| text.value.0);
        Some(Interval { from: raw.from.map(|from| from.value), until: until.value, state, why })
    }
}

/// Decodes a node under a key and resolves it; the value counts only when nothing is wrong.
fn read<R: Decode, T>(node: &Node, key: &str, resolve: impl FnOnce(&mut Resolver<'_>, R) -> Option<T>) -> Result<T, Problems> {
    let file: Arc<str> = node.span.file.clone();
    let options = LoadOptions::default();
    let mut resolver = Resolver::new(file, &NoFiles, &options);
    // A place of its own, so that messages name the key and not the file.
    let place = Span { end: 1, ..node.span.clone() };
    let raw = resolver.cx.under(key, &place, |cx| R::decode(node, cx));
    let value = raw.and_then(|raw| resolve(&mut resolver, raw));
    value.filter(|_| resolver.cx.is_clean()).ok_or(resolver.cx.diagnostics)
}
