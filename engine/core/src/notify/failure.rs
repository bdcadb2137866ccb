//! Notices of failed steps.

use std::collections::{BTreeMap, BTreeSet};

use super::due::Pass;
use super::ledger::Ledger;
use super::model::Notify;
use super::notice::{Failed, Happening, Notice};
use crate::address::Address;
use crate::apply::{Outcome, Status, StepOutcome};
use crate::cloud::{CloudError, ErrorKind, Place};
use crate::digest::sha256_hex;
use crate::plan::draft::Draft;
use crate::plan::run_state::judge_all;
use crate::schedule::Schedule;

/// Schedules by what they decide.
type Deciding<'a> = BTreeMap<(Place, Address), &'a Schedule>;

/// What a failure is told about.
struct Subject<'a> {
    /// `schedule/class`, `user/alice`.
    name: String,
    /// The schedule, for starts and stops.
    schedule: Option<&'a Schedule>,
}

/// One notice for each schedule, or entry, of which steps failed in a way that some receiver does not know yet.
#[must_use]
pub fn failures(pass: &Pass<'_>, outcome: &Outcome) -> Vec<Notice> {
    let failed: Vec<&StepOutcome> = outcome.steps.iter().filter(|step| matches!(step.status, Status::Failed { .. })).collect();
    if failed.is_empty() {
        return Vec::new();
    }
    let draft = Draft::new(pass.input);
    let deciding = deciding(&draft);
    let mut subjects: BTreeMap<String, (Option<&Schedule>, Vec<Failed>)> = BTreeMap::new();
    for step in failed {
        let subject = subject(pass, &deciding, step);
        subjects.entry(subject.name).or_insert((subject.schedule, Vec::new())).1.extend(of_step(pass, step));
    }
    subjects.into_iter().filter_map(|(name, (schedule, steps))| notice(pass, name, schedule, steps)).collect()
}

/// Forgets failures that are over, so that the next one of their kind is told anew. A pass that was interrupted, restricted or blind
/// cannot tell that something is over.
pub fn settle(ledger: &mut Ledger, pass: &Pass<'_>, outcome: &Outcome) {
    let blind = outcome.interrupted || !pass.input.options.only.is_empty() || !pass.input.snapshot.gaps.is_empty();
    let draft = Draft::new(pass.input);
    let deciding = deciding(&draft);
    let mut failing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    for step in &outcome.steps {
        let name = subject(pass, &deciding, step).name;
        match &step.status {
            Status::Failed { .. } => failing.entry(name).or_default().extend(of_step(pass, step).map(|failed| failed.mark)),
            Status::NotTried { .. } | Status::Stale { .. } | Status::Refused { .. } => drop(open.insert(name)),
            Status::Done { .. } => {}
        }
    }
    let still = |name: &str| (!blind && !open.contains(name)).then(|| failing.get(name).cloned().unwrap_or_default());
    ledger.keep_failing(pass.input.now, still);
}

fn deciding<'a>(draft: &Draft<'a>) -> Deciding<'a> {
    judge_all(draft).into_iter().filter_map(|judged| Some(((judged.place, judged.address), judged.schedule?))).collect()
}

/// A start or stop is the schedule's; everything else the entry's.
fn subject<'a>(pass: &Pass<'a>, deciding: &Deciding<'a>, step: &StepOutcome) -> Subject<'a> {
    let decides = || deciding.get(&(step.place.clone(), step.address.clone())).copied().or_else(|| named(pass, &step.address));
    match decides().filter(|_| step.action.is_run_state()) {
        Some(schedule) => Subject { name: format!("schedule/{}", schedule.name), schedule: Some(schedule) },
        None => Subject { name: step.address.entry().to_owned(), schedule: None },
    }
}

/// The schedule that the entry of a machine being made names.
fn named<'a>(pass: &Pass<'a>, address: &Address) -> Option<&'a Schedule> {
    let fleet = pass.input.fleet;
    let name = match address.section() {
        "user" => fleet.users.get(address.entry_name())?.schedule.as_ref(),
        "database" => fleet.databases.get(address.entry_name())?.schedule.as_ref(),
        _ => None,
    }?;
    fleet.schedules.get(&name.value)
}

fn of_step(pass: &Pass<'_>, step: &StepOutcome) -> Option<Failed> {
    let Status::Failed { why, error } = &step.status else { return None };
    let code = error.as_ref().map(|error| error.code.clone()).filter(|code| !code.is_empty());
    Some(Failed {
        place: step.place.to_string(),
        address: step.address.as_str().to_owned(),
        action: step.action.as_str().to_owned(),
        id: step.id.clone(),
        account: pass.input.snapshot.account_id(&step.place.account).to_owned(),
        region: step.place.region.clone(),
        mark: mark(step, why, code.as_deref()),
        code,
        why: why.clone(),
        request: error.as_ref().and_then(|error| error.request_id.clone()),
        next: next(error.as_ref()),
    })
}

/// The same for the same failure of the same step: AWS's code, else the words without the numbers in them, which count time and tries.
fn mark(step: &StepOutcome, why: &str, code: Option<&str>) -> String {
    let words = || why.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let reason = code.map_or_else(words, str::to_owned);
    sha256_hex(format!("{}\0{}\0{}\0{reason}", step.place, step.address, step.action.as_str()).as_bytes())[..12].to_owned()
}

/// What gets on from there.
fn next(error: Option<&CloudError>) -> &'static str {
    match error.map(|error| error.kind) {
        Some(ErrorKind::Denied) => "`muster iam --apply` prints the policy this fleet needs",
        Some(ErrorKind::Credentials | ErrorKind::WrongAccount) => "`muster doctor` looks at the credentials",
        Some(ErrorKind::Quota) => "remove what is not needed, or ask AWS for a higher quota",
        Some(ErrorKind::Capacity) => "the next pass tries again; AWS has no machine of that type to give at the moment",
        Some(ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service) => "the next pass tries again",
        _ => "`muster plan` shows what is left; the next pass tries again",
    }
}

fn notice(pass: &Pass<'_>, subject: String, schedule: Option<&Schedule>, mut steps: Vec<Failed>) -> Option<Notice> {
    let fleet = pass.input.fleet;
    let notify: &Notify = schedule.map_or(fleet.notify.as_ref(), |schedule| fleet.notify_of(schedule)).filter(|notify| notify.failure)?;
    steps.sort();
    let marks: BTreeSet<String> = steps.iter().map(|step| step.mark.clone()).collect();
    let to: Vec<_> = notify.to.iter().filter(|target| !pass.ledger.knows(&subject, target, &marks)).cloned().collect();
    if to.is_empty() {
        return None;
    }
    let content = sha256_hex(marks.into_iter().collect::<Vec<_>>().join(" ").as_bytes());
    let since = pass.ledger.failing_since(&subject).unwrap_or(pass.input.now);
    Some(Notice {
        key: pass.key(&format!("failure/{subject}/{since}/{}", &content[..8])),
        fleet: fleet.name.as_ref().map(ToString::to_string),
        at: pass.input.now,
        timezone: schedule.map(|schedule| schedule.timezone.clone()).or_else(|| fleet.timezone.clone()).unwrap_or_else(|| "UTC".to_owned()),
        sandbox: pass.sandbox,
        origin: schedule.map(|schedule| schedule.span.file_line()).or_else(|| entry_line(pass, &subject)),
        to,
        what: Happening::Failure { subject, since, steps },
    })
}

fn entry_line(pass: &Pass<'_>, subject: &str) -> Option<String> {
    let (fleet, address) = (pass.input.fleet, Address::from_text(subject));
    let name = address.entry_name();
    let span = match address.section() {
        "user" => &fleet.users.get(name)?.span,
        "database" => &fleet.databases.get(name)?.span,
        "parameter-group" => &fleet.parameter_groups.get(name)?.span,
        _ => return None,
    };
    Some(span.file_line())
}
