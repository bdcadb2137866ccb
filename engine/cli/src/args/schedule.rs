mod fleet;

use clap::{Args, Subcommand};
use jiff::Timestamp;

pub(crate) use fleet::{ScheduleExplain, ScheduleExport, ScheduleKey, ScheduleLint, ScheduleList, ScheduleSet, ScheduleShow, ScheduleTest};

/// How many firings `schedule next` shows when nobody says.
pub(crate) const FIRINGS: u32 = 5;

/// Look at schedules: when they act, what they want, and why
#[derive(Debug, Args)]
pub(crate) struct Schedule {
    #[command(subcommand)]
    pub(crate) command: ScheduleCommand,
}

/// What to do about schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    Next(ScheduleNext),
    List(ScheduleList),
    Show(ScheduleShow),
    Set(ScheduleSet),
    Lint(ScheduleLint),
    Explain(ScheduleExplain),
    Test(ScheduleTest),
    Export(ScheduleExport),
}

/// Print the next firings of an EventBridge expression, RFC 3339 in UTC, one a line
///
/// `cron(…)`, `rate(…)` and `at(…)` are read as EventBridge Scheduler reads them. fleet.yaml is not looked at.
#[derive(Debug, Args)]
pub(crate) struct ScheduleNext {
    /// The expression: `cron(0 9 ? * MON-FRI *)`
    #[arg(long, value_name = "C", required_unless_present = "stdin")]
    pub(crate) cron: Option<String>,
    /// Its IANA time zone
    #[arg(long, value_name = "Z", default_value = "UTC")]
    pub(crate) zone: String,
    /// Firings after this instant (RFC 3339); without it after now
    #[arg(long, value_name = "T")]
    pub(crate) after: Option<Timestamp>,
    /// How many
    #[arg(short, value_name = "N", default_value_t = FIRINGS)]
    pub(crate) n: u32,
    /// Read JSON lines `{cron, zone, after, n}` and answer each with `{next: […]}` or `{error}`
    #[arg(long, conflicts_with_all = ["cron", "zone", "after", "n"])]
    pub(crate) stdin: bool,
}
