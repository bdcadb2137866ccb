//! Calendars that end: said in every plan before it happens, since nothing else would notice.

use std::collections::BTreeMap;

use super::draft::Draft;
use crate::name::Name;
use crate::schedule::Zone;

/// Adds a note for each calendar file that schedules read and that runs out.
pub(super) fn note(draft: &mut Draft<'_>) {
    let (fleet, now) = (draft.input.fleet, draft.input.now);
    let mut readers: BTreeMap<String, Vec<&Name>> = BTreeMap::new();
    for schedule in fleet.schedules.values() {
        let Ok(zone) = Zone::find(&schedule.timezone) else { continue };
        let today = zone.tz().to_datetime(now).date();
        for name in schedule.calendar_names() {
            let end = fleet.calendars.get(name).and_then(|calendar| calendar.runs_out(today));
            // Days written in fleet.yaml mostly come once: that they are over is no news.
            let Some(end) = end.filter(|end| end.source.file.is_some()) else { continue };
            readers.entry(format!("{}; {}", end.message(name, today), end.source.span.file_line())).or_default().push(&schedule.name);
        }
    }
    for (what, names) in readers {
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        draft.notes.push(format!("{what}, read by {names}"));
    }
}
