//! EventBridge schedules and rules that start and stop things.
//!
//! They are events. What starts and what stops the same targets makes windows from the one to the other; a start or a stop
//! alone becomes an hour in which that is wanted, and nothing is for the rest of the time.

mod events;
mod raw;
mod target;

use indexmap::IndexMap;

use super::clocks::{goes_back_over, skips};
use super::draft::Draft;
use super::{Imported, object};
use events::{Event, When};
use raw::Raw;
use target::{Action, Target, Wanted};

/// Reads one schedule or rule, or `{schedules: […]}` of them; those on the same targets make one.
pub(super) fn import(text: &str) -> Result<Vec<Imported>, String> {
    let raw: Raw = object(text)?;
    let mut groups: IndexMap<Target, Group> = IndexMap::new();
    for entry in raw.entries() {
        let name = entry.name();
        let of = |why: String| format!("`{name}`: {why}");
        let disabled = entry.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("DISABLED"));
        for Action { target, wanted } in target::actions(&entry).map_err(of)? {
            let group = groups.entry(target).or_default();
            group.names.push(name.clone());
            if disabled {
                group.notes.push(format!("`{name}` is disabled and left out"));
            } else {
                group.events.push(Event::read(&entry, wanted, &mut group.notes).map_err(of)?);
            }
        }
    }
    groups.into_iter().map(|(target, group)| group.schedule(&target)).collect()
}

/// What acts on the same targets.
#[derive(Debug, Default)]
struct Group {
    names: Vec<String>,
    events: Vec<Event>,
    notes: Vec<String>,
}

impl Group {
    fn schedule(self, target: &Target) -> Result<Imported, String> {
        let mut draft = Draft::new(self.zone()?);
        draft.select = target.select();
        self.notes.iter().for_each(|note| draft.note(note));
        draft.notes.extend(target.note());
        let (starts, stops): (Vec<&Event>, Vec<&Event>) = self.events.iter().partition(|event| event.wanted.is_start());
        match (starts.is_empty(), stops.is_empty()) {
            (true, true) => draft.otherwise = Some("leave"),
            (false, false) => self.pairs(&starts, &stops, &mut draft)?,
            (one_sided, _) => {
                let events = if one_sided { &stops } else { &starts };
                alone(events, one_sided, &mut draft);
            }
        }
        draft.capacity = capacity(&starts, &mut draft);
        self.note_clocks(&mut draft);
        Ok(draft.done(self.names.first().cloned()))
    }

    /// The zone that all events share.
    fn zone(&self) -> Result<String, String> {
        let first = self.events.first().map_or("UTC", |event| event.zone.name());
        match self.events.iter().find(|event| event.zone.name() != first) {
            None => Ok(first.to_owned()),
            Some(other) => {
                Err(format!("`{}` is in {} and others on its targets in {first}; a window has one zone", other.name, other.zone.name()))
            }
        }
    }

    fn pairs(&self, starts: &[&Event], stops: &[&Event], draft: &mut Draft) -> Result<(), String> {
        draft.run = events::windows(starts, stops, &mut draft.notes)?;
        if self.events.iter().any(|event| event.bounds != (None, None)) {
            draft.note("start and end dates bound the days on which windows begin; a stop that would follow the end date is kept");
        }
        Ok(())
    }

    fn note_clocks(&self, draft: &mut Draft) {
        let minutes: Vec<u16> = self.events.iter().flat_map(Event::minutes).collect();
        let Some(event) = self.events.first() else { return };
        if skips(event.zone.tz(), &minutes) {
            draft.note("EventBridge skips an event in an hour that clocks skip; here the window begins or ends right after it");
        }
        if goes_back_over(event.zone.tz(), &minutes) {
            draft.note("in an hour that comes twice EventBridge fires the first time; here a window ends with the second");
        }
    }
}

/// Starts without stops, or the other way round: an hour in which it is wanted.
fn alone(events: &[&Event], stops: bool, draft: &mut Draft) {
    let windows: Vec<String> = events.iter().flat_map(|event| event.hours()).collect();
    let (word, other) = if stops { ("stops", "starts") } else { ("starts", "stops") };
    draft.note(format!(
        "it only {word}: the hour from each event on wants that, and nothing {other} it or is wanted for the rest of the time"
    ));
    draft.otherwise = Some("leave");
    if stops { draft.stop = windows } else { draft.run = windows }
}

/// The numbers that all starts of a group or service give it.
fn capacity(starts: &[&Event], draft: &mut Draft) -> Option<serde_json::Value> {
    let numbers = |event: &&Event| if let Wanted::Numbers(numbers) = &event.wanted { Some(numbers.clone()) } else { None };
    let first = starts.first().and_then(numbers)?;
    if starts.iter().any(|event| numbers(event).as_ref() != Some(&first)) {
        draft.note("its starts give different numbers, which does not carry over; write `capacity` by window");
        return None;
    }
    Some(serde_json::json!([{"else": first}]))
}

impl When {
    /// What a recurring and a single event cannot share.
    const MIXED: &'static str = "single and recurring events on the same targets cannot be one schedule; import them apart";
}
