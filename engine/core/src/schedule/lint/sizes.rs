//! Two sizes at one time: the source of machines that are resized for ever.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::windows::ahead;
use super::{Code, LINT_AHEAD, Lint};
use crate::schedule::instants::{Frame, Stretch};
use crate::schedule::model::Schedule;
use crate::schedule::window::Window;

/// A window and what holds in it.
struct Entry {
    window: Window,
    says: Json,
    stretches: Vec<Stretch>,
}

pub(super) fn ambiguous(schedule: &Schedule, frame: &Frame<'_>, now: Timestamp) -> Vec<Lint> {
    ["sizes", "capacity"].into_iter().filter_map(|key| of_key(schedule, key, frame, now)).collect()
}

fn of_key(schedule: &Schedule, key: &str, frame: &Frame<'_>, now: Timestamp) -> Option<Lint> {
    let entries: Vec<Entry> = schedule.other.get(key)?.as_array()?.iter().filter_map(|entry| read(entry, frame, now)).collect();
    let pairs = entries.iter().enumerate().flat_map(|(at, one)| entries[at + 1..].iter().map(move |two| (one, two)));
    let (one, two, at) = { pairs }.filter(|(one, two)| one.says != two.says).find_map(|(one, two)| Some((one, two, meet(one, two)?)))?;
    let message = format!("`{key}` of `{}` says two things at {at}: `{}` and `{}` both hold", schedule.name, one.window, two.window);
    let help = "let one window begin where the other ends; neither is taken while both hold".to_owned();
    Some(Lint { code: Code::AmbiguousSize, message, help, span: schedule.span.clone() })
}

fn read(entry: &Json, frame: &Frame<'_>, now: Timestamp) -> Option<Entry> {
    let window = Window::parse(entry.get("in")?.as_str()?).ok()?;
    let mut says = entry.clone();
    says.as_object_mut()?.remove("in");
    let stretches = ahead(&window, frame, now, LINT_AHEAD);
    Some(Entry { window, says, stretches })
}

/// The first instant at which both hold. Their stretches come in order of time.
fn meet(one: &Entry, two: &Entry) -> Option<Timestamp> {
    let (mut a, mut b) = (one.stretches.iter().peekable(), two.stretches.iter().peekable());
    while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
        let (from, to) = (first.from.max(second.from), first.to.min(second.to));
        if from < to {
            return Some(from);
        }
        if first.to <= second.to {
            a.next()
        } else {
            b.next()
        };
    }
    None
}
