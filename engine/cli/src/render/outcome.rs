//! What became of a run: what is fine is counted, what is not is listed with its reason.

use std::collections::BTreeMap;

use muster_core::apply::{Outcome, Status, StepOutcome};
use muster_core::cloud::{CloudError, Kind};
use serde_json::{Value, json};

use super::count;
use super::style::{Accent, Style};
use super::table::{Cell, Table};

/// More finished entries than this are counted instead of listed.
const MANY: usize = 20;

/// How many steps ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Done.
    pub(crate) done: usize,
    /// Failed.
    pub(crate) failed: usize,
    /// Refused because something moved.
    pub(crate) stale: usize,
    /// Not tried.
    pub(crate) not_tried: usize,
    /// Not allowed.
    pub(crate) refused: usize,
    /// Steps of which a call was made, done or not.
    pub(crate) touched: usize,
}

/// Counts an outcome.
pub(crate) fn tally(outcome: &Outcome) -> Tally {
    let mut tally = Tally::default();
    for step in &outcome.steps {
        match step.status {
            Status::Done { .. } => tally.done += 1,
            Status::Failed { .. } => tally.failed += 1,
            Status::Stale { .. } => tally.stale += 1,
            Status::NotTried { .. } => tally.not_tried += 1,
            Status::Refused { .. } => tally.refused += 1,
        }
        tally.touched += usize::from(step.touched);
    }
    tally
}

/// True when all that is left was refused: each line says its own way out, and doing it again would change nothing.
pub(crate) fn is_only_refused(outcome: &Outcome) -> bool {
    let tally = tally(outcome);
    tally.refused > 0 && tally.failed + tally.stale + tally.not_tried == 0
}

/// The closing table.
pub(crate) fn text(outcome: &Outcome, style: &Style) -> String {
    let mut table = Table::indented(2);
    done_rows(outcome, &mut table);
    let mut problems: Vec<&StepOutcome> = outcome.steps.iter().filter(|step| !matches!(step.status, Status::Done { .. })).collect();
    problems.sort_by_key(|step| matches!(step.status, Status::NotTried { .. }));
    problems.into_iter().for_each(|step| problem_row(step, &mut table));
    refused_rows(outcome, &mut table);
    format!("{}\n{}\n", table.render(style), sentence(outcome))
}

/// One row for each entry: its parts, and the ids worth knowing. Many are counted; those with a remark stay.
fn done_rows(outcome: &Outcome, table: &mut Table) {
    let mut entries: BTreeMap<&str, Vec<&StepOutcome>> = BTreeMap::new();
    for step in outcome.steps.iter().filter(|step| matches!(step.status, Status::Done { .. })) {
        entries.entry(step.address.entry()).or_default().push(step);
    }
    if entries.len() > MANY {
        table.row(counted(&entries));
        entries.retain(|_, steps| steps.iter().any(|step| matches!(step.status, Status::Done { note: Some(_) })));
    }
    for (entry, steps) in entries {
        let mut ids: Vec<String> = steps.iter().filter_map(|step| id_or_note(step)).collect();
        ids.dedup();
        let cells = [
            Cell::painted(Accent::Create, "done"),
            Cell::new(entry),
            Cell::new(together(&steps)),
            Cell::painted(Accent::Held, ids.join("; ")),
        ];
        table.row(cells.to_vec());
    }
}

/// `done  53 entries  create 206, stop 40`.
fn counted(entries: &BTreeMap<&str, Vec<&StepOutcome>>) -> Vec<Cell> {
    let mut verbs: BTreeMap<&str, usize> = BTreeMap::new();
    for step in entries.values().flatten() {
        *verbs.entry(step.action.as_str()).or_default() += 1;
    }
    let said = verbs.iter().map(|(verb, n)| format!("{verb} {n}")).collect::<Vec<_>>().join(", ");
    let hint = Cell::painted(Accent::Held, "`muster status` lists them");
    vec![Cell::painted(Accent::Create, "done"), Cell::new(format!("{} entries", entries.len())), Cell::new(said), hint]
}

/// `create alarm, instance; stop instance`: the verb once for all its parts.
fn together(steps: &[&StepOutcome]) -> String {
    let mut said: Vec<(&str, Vec<(&str, usize)>)> = Vec::new();
    for step in steps {
        let verb = step.action.as_str();
        let part = step.address.part().unwrap_or_default();
        let at = said.iter().position(|(before, _)| *before == verb).unwrap_or_else(|| {
            said.push((verb, Vec::new()));
            said.len() - 1
        });
        match said[at].1.iter_mut().find(|(before, _)| *before == part) {
            Some((_, times)) => *times += 1,
            None => said[at].1.push((part, 1)),
        }
    }
    let parts = |parts: &[(&str, usize)]| parts.iter().map(|(part, times)| of_part(part, *times)).collect::<Vec<_>>().join(", ");
    said.iter().map(|(verb, all)| format!("{verb} {}", parts(all)).trim_end().to_owned()).collect::<Vec<_>>().join("; ")
}

/// `instance`; of the edges of a schedule how many there are.
fn of_part(part: &str, times: usize) -> String {
    if times > 1 { count(times, part) } else { part.to_owned() }
}

fn words(step: &StepOutcome) -> String {
    match step.address.part() {
        Some(part) => format!("{} {part}", step.action.as_str()),
        None => step.action.as_str().to_owned(),
    }
}

fn id_or_note(step: &StepOutcome) -> Option<String> {
    let Status::Done { note } = &step.status else { return None };
    let id = step.id.as_ref().filter(|_| matches!(step.kind, Kind::Instance | Kind::Database));
    match (id, note) {
        (Some(id), Some(note)) => Some(format!("{id} ({note})")),
        (Some(id), None) => Some(id.clone()),
        (None, note) => note.clone(),
    }
}

fn problem_row(step: &StepOutcome, table: &mut Table) {
    let (accent, word, why) = match &step.status {
        Status::Done { .. } | Status::Refused { .. } => return,
        Status::Failed { why, error } => {
            (Accent::Destroy, "failed", error.as_ref().map_or_else(|| why.clone(), |error| refusal(why, error)))
        }
        Status::Stale { why } => (Accent::Change, "moved", why.clone()),
        Status::NotTried { why } => (Accent::Held, "not tried", why.clone()),
    };
    let id = step.id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let what = format!("{}{id}", words(step));
    table.row(vec![Cell::painted(accent, word), Cell::new(step.address.entry()), Cell::new(what), Cell::new(why)]);
}

/// One row for the parts of an entry that are refused for the same reason.
fn refused_rows(outcome: &Outcome, table: &mut Table) {
    let mut rows: BTreeMap<(&str, &str), Vec<&StepOutcome>> = BTreeMap::new();
    for step in &outcome.steps {
        if let Status::Refused { why } = &step.status {
            rows.entry((step.address.entry(), why)).or_default().push(step);
        }
    }
    for ((entry, why), steps) in rows {
        table.row(vec![Cell::painted(Accent::Destroy, "refused"), Cell::new(entry), Cell::new(together(&steps)), Cell::new(why)]);
    }
}

/// Why, with AWS's code when the words lack it, and the request id that AWS's support asks for.
fn refusal(why: &str, error: &CloudError) -> String {
    let code = if error.code.is_empty() || why.contains(&error.code) { String::new() } else { format!("{}: ", error.code) };
    let request = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
    format!("{code}{why}{request}")
}

/// `3 done, 1 failed.`
pub(crate) fn sentence(outcome: &Outcome) -> String {
    let tally = tally(outcome);
    let counts = [
        (tally.done, "done"),
        (tally.failed, "failed"),
        (tally.stale, "moved"),
        (tally.not_tried, "not tried"),
        (tally.refused, "refused"),
    ];
    let words: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let ended = if outcome.interrupted { "interrupted; " } else { "" };
    if words.is_empty() { format!("{ended}nothing was changed.") } else { format!("{ended}{}.", words.join(", ")) }
}

/// For programs.
pub(crate) fn json(outcome: &Outcome, exit: u8) -> Value {
    json!({"steps": outcome.steps, "interrupted": outcome.interrupted, "exit": exit})
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::address::Address;
    use muster_core::cloud::{ErrorKind, Place};
    use muster_core::plan::Action;

    fn step(address: &str, id: Option<&str>, status: Status) -> StepOutcome {
        StepOutcome {
            address: Address::from_text(address),
            place: Place { account: "main".to_owned(), region: "ap-northeast-2".to_owned() },
            kind: if address.ends_with("instance") { Kind::Instance } else { Kind::SecurityGroup },
            action: Action::Create,
            id: id.map(str::to_owned),
            touched: matches!(status, Status::Done { .. }),
            status,
        }
    }

    #[test]
    fn failures_are_listed_with_reason_and_request_and_successes_by_entry() {
        let mut error = CloudError::new(ErrorKind::Quota, "ec2:RunInstances", "VcpuLimitExceeded", "no room");
        error.request_id = Some("r-9".to_owned());
        let outcome = Outcome {
            steps: vec![
                step("user/alice/security-group", Some("sg-1"), Status::Done { note: None }),
                step("user/alice/instance", Some("i-1"), Status::Done { note: None }),
                step("user/bob/instance", None, Status::Failed { why: "no room for 2 more vCPUs".to_owned(), error: Some(error) }),
                step("user/bob/alarm", None, Status::NotTried { why: "waits for user/bob/instance".to_owned() }),
            ],
            interrupted: false,
        };
        let text = text(&outcome, &Style { color: false, unicode: true, width: 120 });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "  done       user/alice  create security-group, instance  i-1");
        assert!(lines[1].starts_with("  failed     user/bob    create instance"), "{text}");
        assert!(text.contains("VcpuLimitExceeded: no room for 2 more"), "{text}");
        assert!(text.ends_with("2 done, 1 failed, 1 not tried.\n"), "{text}");
    }

    #[test]
    fn many_successes_are_counted_and_remarks_stay() {
        let mut steps: Vec<StepOutcome> =
            (0..30).map(|at| step(&format!("user/u{at}/instance"), Some("i-1"), Status::Done { note: None })).collect();
        steps.push(step("database/app/instance", Some("app"), Status::Done { note: Some("creating".to_owned()) }));
        let text = text(&Outcome { steps, interrupted: false }, &Style { color: false, unicode: true, width: 100 });
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.contains("31 entries") && text.contains("create 31") && text.contains("creating"), "{text}");
    }

    #[test]
    fn an_outcome_of_nothing() {
        assert_eq!(sentence(&Outcome { steps: Vec::new(), interrupted: true }), "interrupted; nothing was changed.");
    }
}
