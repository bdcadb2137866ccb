//! What is allowed in a schedule and is most likely not meant.
//!
//! Every finding has a code that stays the same when its words change. Those here follow from the file and the clock
//! alone; what needs an account to be read ([`Code::SelectsNothing`] and its like) is found by [`crate::scheduled`].

mod delivery;
mod running;
mod sizes;
mod windows;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::decide::Context;
use super::model::Schedule;
use super::zone::Zone;
use crate::diag::{Diagnostic, Severity};
use crate::fleet::Fleet;
use crate::name::Name;
use crate::span::Span;

/// Code of a zone that does not exist, which the loader refuses.
pub const UNKNOWN_ZONE: &str = "unknown-zone";
/// Code of a text that is no window, which the loader refuses.
pub const BAD_WINDOW: &str = "bad-window";

/// How far ahead windows are compared and clock changes are met: a year has each kind of both.
const LINT_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366);

/// What the loop's passes are apart when nobody says otherwise: `muster watch` looks every minute.
pub const LOOP_INTERVAL: SignedDuration = SignedDuration::from_secs(60);

macro_rules! codes {
    ($($variant:ident = $word:literal, $severity:ident, $what:literal;)+) => {
        /// What may be the matter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $what] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in output and documentation; it never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// One line about it.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }

            /// Whether the schedule works all the same.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    NeverFires = "never-fires", Warning, "no date in sight on which the window begins";
    EmptyOnClockChange = "empty-on-clock-change", Warning, "a clock change swallows the window whole";
    MinuteBeforeMidnight = "minute-before-midnight", Warning, "the window ends at 23:59 and leaves a minute before midnight";
    BeginIsEnd = "begin-is-end", Warning, "begin and end are the same, which lasts a whole day or week";
    Hidden = "hidden", Warning, "other rules cover it always, so it never decides";
    NeverStops = "never-stops", Warning, "the schedule starts things and never stops them";
    AmbiguousSize = "ambiguous-size", Warning, "two entries of `sizes` or `capacity` hold at one time";
    ShorterThanLoop = "shorter-than-loop", Warning, "a run or a pause shorter than the time between two passes";
    CalendarRunsOut = "calendar-runs-out", Warning, "a calendar has no days from some near date on";
    Unnamed = "unnamed", Warning, "it selects nothing by tag and nobody names it";
    NoEdges = "no-edges", Error, "EventBridge is to deliver what it has no edges for";
    SelectsNothing = "selects-nothing", Warning, "nothing in the account is selected or named";
    TwoSchedules = "two-schedules", Error, "two schedules of equal priority are for one resource, which is held back";
    CannotBeStopped = "cannot-be-stopped", Warning, "the schedule is for something that cannot be stopped or started";
    UnknownZone = "unknown-zone", Error, "the time zone does not exist";
    BadWindow = "bad-window", Error, "the text is no window, or a number in it is out of range";
    NotValid = "not-valid", Error, "the file is not valid in another way";
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What is the matter.
    pub code: Code,
    /// In words, one line.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Where.
    pub span: Span,
    /// Schedules it is about; none for what keeps a file from being read.
    pub schedules: Vec<Name>,
}

impl Lint {
    /// As a message about the file.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("{} [{}]", self.message, self.code.as_str());
        let make = if self.code.severity() == Severity::Error { Diagnostic::error } else { Diagnostic::warning };
        make(message, self.span.clone()).help(&self.help).code(self.code.as_str())
    }

    /// A message of the loader as a finding.
    #[must_use]
    pub fn of_diagnostic(problem: &Diagnostic) -> Option<Self> {
        let code = match problem.code {
            Some(UNKNOWN_ZONE) => Code::UnknownZone,
            Some(BAD_WINDOW) => Code::BadWindow,
            _ if problem.severity == Severity::Error => Code::NotValid,
            _ => return None,
        };
        let help = problem.label.iter().chain(&problem.help).cloned().collect::<Vec<_>>().join("; ");
        Some(Self { code, message: problem.message.clone(), help, span: problem.span.clone()?, schedules: Vec::new() })
    }
}

/// What the judgement depends on besides the file.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// From when on windows are looked at.
    pub now: Timestamp,
    /// Time between two passes of the loop.
    pub interval: SignedDuration,
}

/// All findings about the schedules of a fleet that need no account, by place.
#[must_use]
pub fn lint(fleet: &Fleet, options: &Options) -> Vec<Lint> {
    let named = named(fleet);
    let ctx = Context { calendars: &fleet.calendars, overrides: &[] };
    let of_one = |schedule: &Schedule| {
        let mut found = schedule.lint(options, &ctx);
        if schedule.select.is_none() && !named.contains(&schedule.name) {
            found.push(unnamed(schedule));
        }
        found.extend(calendars(fleet, schedule, options.now));
        found
    };
    let mut all: Vec<Lint> = fleet.schedules.values().flat_map(of_one).collect();
    sort(&mut all);
    all
}

/// By place, each once: what several schedules share is one finding about all of them.
pub fn sort(all: &mut Vec<Lint>) {
    all.sort_by(|a, b| (&a.span.file, a.span.start, a.code, &a.message).cmp(&(&b.span.file, b.span.start, b.code, &b.message)));
    all.dedup_by(|next, first| {
        let same = (&next.span, next.code, &next.message) == (&first.span, first.code, &first.message);
        if same {
            first.schedules.append(&mut next.schedules);
        }
        same
    });
}

/// Schedules that users and databases name.
fn named(fleet: &Fleet) -> BTreeSet<&Name> {
    let users = fleet.users.values().filter_map(|user| user.schedule.as_ref());
    let databases = fleet.databases.values().filter_map(|database| database.schedule.as_ref());
    users.chain(databases).map(|name| &name.value).collect()
}

fn unnamed(schedule: &Schedule) -> Lint {
    Lint {
        code: Code::Unnamed,
        message: format!("nothing is moved by `{}`: it has no `select`, and no user or database names it", schedule.name),
        help: format!("write `schedule: {}` in an entry, give it a `select`, or take it out", schedule.name),
        span: schedule.span.clone(),
        schedules: vec![schedule.name.clone()],
    }
}

/// Calendars that a schedule reads and that end.
fn calendars(fleet: &Fleet, schedule: &Schedule, now: Timestamp) -> Vec<Lint> {
    let Ok(zone) = Zone::find(&schedule.timezone) else { return Vec::new() };
    let today = zone.tz().to_datetime(now).date();
    let ends = schedule.calendar_names().into_iter().filter_map(|name| Some((name, fleet.calendars.get(name)?.runs_out(today)?)));
    ends.map(|(name, end)| Lint {
        code: Code::CalendarRunsOut,
        message: end.message(name, today),
        help: match end.source.file {
            Some(_) => "put the days of the next year into it: from then on every day is a day like any other".to_owned(),
            None => "take it out, or write the days to come".to_owned(),
        },
        span: end.source.span,
        schedules: vec![schedule.name.clone()],
    })
    .collect()
}

impl Schedule {
    /// All findings that follow from this schedule alone.
    #[must_use]
    pub fn lint(&self, options: &Options, ctx: &Context<'_>) -> Vec<Lint> {
        let Ok(zone) = Zone::find(&self.timezone) else { return Vec::new() };
        let frame = self.frame(&zone, ctx);
        let mut all = windows::lint(self, &frame, options.now);
        all.extend(windows::hidden_exceptions(self, ctx));
        all.extend(running::never_stops(self, options.now, ctx));
        all.extend(running::shorter_than_loop(self, options, ctx));
        all.extend(sizes::ambiguous(self, options.now, ctx));
        all.extend(delivery::no_edges(self));
        all.iter_mut().for_each(|lint| lint.schedules = vec![self.name.clone()]);
        all
    }

    /// The calendars it reads.
    #[must_use]
    pub fn calendar_names(&self) -> BTreeSet<&Name> {
        self.except.iter().map(|exception| &exception.calendar).chain(&self.workdays.except).collect()
    }
}
