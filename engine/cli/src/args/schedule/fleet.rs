//! Commands about the schedules of fleet.yaml.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::args::{TextOrJson, duration};

/// Show every schedule: its zone, what it wants now, its next edge, and how many machines it moves
#[derive(Debug, Args)]
pub(crate) struct ScheduleList {
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Do not read the account: what follows from the file alone
    #[arg(long)]
    pub(crate) offline: bool,
}

/// Draw a schedule's week on its local clock, with UTC beside it, its next edges, and what it saves
#[derive(Debug, Args)]
pub(crate) struct ScheduleShow {
    /// Schedules; all of them without a name
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// The week in which this day lies (`2026-11-23`); without it the present one
    #[arg(long, value_name = "DATE")]
    pub(crate) week: Option<Date>,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Do not read the account: hours of one machine, and no money
    #[arg(long)]
    pub(crate) offline: bool,
}

/// Find what is allowed in a schedule and is most likely not meant
///
/// Each finding has a code; docs/schedules/lint.md lists them.
#[derive(Debug, Args)]
pub(crate) struct ScheduleLint {
    /// Findings end with exit code 65
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Do not read the account: leaves out what a schedule selects
    #[arg(long)]
    pub(crate) offline: bool,
    /// Time between two passes of your loop
    #[arg(long = "loop", value_name = "DURATION", value_parser = duration, default_value = "1m")]
    pub(crate) interval: SignedDuration,
}

/// Say why a machine is on or off: every rule in order of precedence with its line, and which one decides
#[derive(Debug, Args)]
pub(crate) struct ScheduleExplain {
    /// An address (`user/alice`), an AWS id, or a name
    #[arg(value_name = "RESOURCE")]
    pub(crate) resource: String,
    /// Ask the schedules about this instant (RFC 3339) instead of now
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// Try the cases of a file: at this instant, expect that; exit code 1 when one fails
///
/// A case reads `- {schedule: office, at: '2026-10-02T09:00', expect: running}`. A time without an offset is the
/// schedule's local time.
#[derive(Debug, Args)]
pub(crate) struct ScheduleTest {
    /// The cases; without it `schedules.test.yaml` beside the fleet file
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// Change one key of a schedule in fleet.yaml; comments, order and everything else stay as they are
///
/// The new file is read before it is written; what does not load is not written. Shown are the lines that change and
/// what that changes in the coming week.
#[derive(Debug, Args)]
pub(crate) struct ScheduleSet {
    /// The schedule
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What to change
    #[arg(value_name = "KEY", value_enum)]
    pub(crate) key: ScheduleKey,
    /// Its new value; `run`, `stop` and `leave` take several windows
    #[arg(value_name = "VALUE", required_unless_present = "unset", allow_negative_numbers = true)]
    pub(crate) values: Vec<String>,
    /// Take the key away
    #[arg(long, conflicts_with = "values")]
    pub(crate) unset: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Print a schedule as the entries of EventBridge Scheduler that fire its edges, and what each delivery guarantees
///
/// Nothing is made: `delivery: eventbridge` in fleet.yaml and `muster apply` do that.
#[derive(Debug, Args)]
pub(crate) struct ScheduleExport {
    /// Schedules; all of them without a name
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Form of the result
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// Keys of a schedule that can be changed from the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScheduleKey {
    /// Windows in which things run
    Run,
    /// Windows in which they do not, whatever `run` says
    Stop,
    /// Windows in which nothing is done
    Leave,
    /// Outside all windows: stopped, running, leave
    Otherwise,
    /// IANA zone
    Timezone,
    /// Against starts and stops by hand: until-next-edge, hold, enforce
    Manual,
    /// The higher decides where two schedules meet
    Priority,
    /// true or false
    Hibernate,
    /// Who fires the edges: loop, eventbridge, both
    Delivery,
    /// Longest run, such as `14h`
    MaxRuntime,
    /// What `workday` counts, such as `mon-fri`
    Workdays,
}
