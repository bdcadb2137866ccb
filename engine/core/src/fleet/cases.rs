//! Cases of `muster schedule test`: at this instant, expect that.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

use super::Fleet;
use super::decode::{Cx, Decode as _, section, unknown};
use super::leaf::{AsWritten, Flaw, Leaf, text_of, words, zone_named};
use crate::diag::{Diagnostic, Sources};
use crate::name::Name;
use crate::schedule::{Schedule, WantedState};
use crate::span::{At, Span};
use crate::yaml::{self, Scalar};

section! {
    /// One case.
    RawCase {
        /// Which schedule.
        schedule = "schedule" (required): Name,
        /// When: with an offset, or on the clocks of the schedule's zone.
        at = "at" (required): Moment,
        /// What is wanted then.
        expect = "expect" (required): Expected,
        /// What it is about, for who reads a failure.
        why = "why": AsWritten,
    }
}

words! {
    /// `expect`.
    Expected, "`running`, `stopped` or `leave`" { Running = "running", Stopped = "stopped", Leave = "leave", }
}

/// An instant, or what clocks show.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    Instant(Timestamp),
    Local(DateTime),
}

impl Leaf for Moment {
    const WANTED: &'static str = "a time such as `2026-10-02T09:00`, or an instant with an offset";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        let instant = || text.parse().ok().map(Self::Instant);
        // A date alone would be its midnight, which nobody means.
        let local = || text.contains('T').then(|| text.parse().ok().map(Self::Local)).flatten();
        instant().or_else(local).ok_or_else(Flaw::default)
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string"})
    }
}

/// One case, ready to be tried.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The schedule.
    pub schedule: &'a Schedule,
    /// The instant.
    pub at: Timestamp,
    /// What is wanted then.
    pub expect: WantedState,
    /// What it is about.
    pub why: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Reads a file of cases against a fleet.
///
/// # Errors
/// With everything that is wrong with it, and its text.
pub fn cases<'a>(file_name: &str, bytes: &[u8], fleet: &'a Fleet) -> Result<Vec<Case<'a>>, (Vec<Diagnostic>, Sources)> {
    let file: Arc<str> = file_name.into();
    let mut sources = Sources::default();
    let text = match yaml::decode_utf8(&file, bytes) {
        Ok(text) => text,
        Err(problem) => return Err((vec![*problem], sources)),
    };
    sources.0.insert(file.clone(), text.into());
    let mut cx = Cx::new(&file);
    let cases = read(&file, text, fleet, &mut cx);
    if cx.diagnostics.is_empty() { Ok(cases) } else { Err((cx.diagnostics, sources)) }
}

fn read<'a>(file: &Arc<str>, text: &str, fleet: &'a Fleet, cx: &mut Cx) -> Vec<Case<'a>> {
    let (root, problems) = yaml::parse(file, text);
    let broken = !problems.is_empty();
    problems.into_iter().for_each(|problem| cx.push(problem));
    let Some(root) = root.filter(|root| !root.is_null()) else {
        if !broken {
            let problem = Diagnostic::error(format!("{file} has no case"), Span::start_of(file));
            cx.push(problem.help("write `- {schedule: office, at: '2026-10-02T09:00', expect: running}`"));
        }
        return Vec::new();
    };
    let raw = cx.under("cases", &root.span, |cx| Vec::<At<RawCase>>::decode(&root, cx)).unwrap_or_default();
    raw.into_iter().filter_map(|raw| case(raw, fleet, cx)).collect()
}

fn case<'a>(raw: At<RawCase>, fleet: &'a Fleet, cx: &mut Cx) -> Option<Case<'a>> {
    let At { value: raw, span } = raw;
    let name = raw.schedule?;
    let Some(schedule) = fleet.schedules.get(&name.value) else {
        cx.push(unknown("schedule", name.as_str(), name.span.clone(), fleet.schedules.keys().map(Name::as_str)));
        return None;
    };
    let at = raw.at?;
    let instant = match instant(at.value, &schedule.timezone) {
        Ok(instant) => instant,
        Err((message, help)) => {
            cx.push(Diagnostic::error(message, at.span).help(help));
            return None;
        }
    };
    let expect = match raw.expect?.value {
        Expected::Running => WantedState::Running,
        Expected::Stopped => WantedState::Stopped,
        Expected::Leave => WantedState::Leave,
    };
    Some(Case { schedule, at: instant, expect, why: raw.why.map(|why| why.value.0), span })
}

/// The one instant that is meant; what clocks show twice or never is said to be so.
fn instant(moment: Moment, timezone: &str) -> Result<Timestamp, (String, String)> {
    let local = match moment {
        Moment::Instant(at) => return Ok(at),
        Moment::Local(local) => local,
    };
    let refused = |what: &str, help: String| (format!("{local} {what} in {timezone}"), help);
    let zone = zone_named(timezone).ok_or_else(|| refused("cannot be read", "the zone does not exist".to_owned()))?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).map_err(|_| refused("is out of range", String::new())),
        AmbiguousOffset::Fold { before, after } => {
            Err(refused("comes twice", format!("clocks go back: say which, `{local}{before}` or `{local}{after}`")))
        }
        AmbiguousOffset::Gap { before, after } => {
            Err(refused("never comes", format!("clocks skip it, going from {before} to {after}: choose a time before or after")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{FileSource, LoadOptions, load};
    use crate::schedule::Context;

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, _relative: &str) -> Result<Vec<u8>, String> {
            Err("there are none".to_owned())
        }
    }

    fn fleet() -> Fleet {
        let text = "timezone: America/New_York\nschedules:\n  office: {run: ['mon-fri 09:00-19:00']}\n";
        load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true }).fleet.expect("a fleet")
    }

    fn problems(text: &str) -> Vec<String> {
        let fleet = fleet();
        let (problems, _) = cases("schedules.test.yaml", text.as_bytes(), &fleet).expect_err(text);
        problems
            .into_iter()
            .map(|one| format!("{}: {} ({})", one.span.map_or(0, |span| span.line), one.message, one.help.join("; ")))
            .collect()
    }

    #[test]
    fn local_times_are_the_schedules_and_offsets_are_honoured() {
        let fleet = fleet();
        let text = "- {schedule: office, at: '2026-10-02T09:00', expect: running, why: friday}\n- {schedule: office, at: '2026-10-02T09:00Z', expect: stopped}\n";
        let cases = cases("schedules.test.yaml", text.as_bytes(), &fleet).unwrap_or_else(|(problems, _)| panic!("{problems:?}"));
        let at: Vec<String> = cases.iter().map(|case| case.at.to_string()).collect();
        assert_eq!(at, ["2026-10-02T13:00:00Z", "2026-10-02T09:00:00Z"]);
        let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
        assert!(cases.iter().all(|case| case.schedule.decide(case.at, &ctx).state == case.expect));
        assert_eq!((cases[0].why.as_deref(), cases[1].span.line), (Some("friday"), 2));
    }

    #[test]
    fn times_that_come_twice_or_never_are_errors() {
        let case = |at: &str| problems(&format!("- {{schedule: office, at: '{at}', expect: running}}\n"));
        assert_eq!(
            case("2026-11-01T01:30"),
            [
                "1: 2026-11-01T01:30:00 comes twice in America/New_York (clocks go back: say which, `2026-11-01T01:30:00-04` or `2026-11-01T01:30:00-05`)"
            ]
        );
        assert_eq!(
            case("2026-03-08T02:30"),
            [
                "1: 2026-03-08T02:30:00 never comes in America/New_York (clocks skip it, going from -05 to -04: choose a time before or after)"
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_the_file_is_said_at_its_line() {
        let text = "- {schedule: offce, at: '2026-10-02T09:00', expect: on}\n- {at: tomorrow}\n- {schedule: offce, at: '2026-10-02T09:00', expect: leave}\n";
        let said = problems(text);
        assert!(said[0].starts_with("1: `expect` wants `running`, `stopped` or `leave`, not `on`"), "{said:?}");
        assert!(said.iter().any(|one| one.starts_with("2: `at` wants a time such as")), "{said:?}");
        assert!(said.iter().any(|one| one.starts_with("3: unknown schedule `offce`")), "{said:?}");
        assert_eq!(
            problems(""),
            ["1: schedules.test.yaml has no case (write `- {schedule: office, at: '2026-10-02T09:00', expect: running}`)"]
        );
    }
}
