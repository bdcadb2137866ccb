//! The log of a year: one line for everything that happened to the run state of anything, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::digest::sha256_hex;

use super::town::{Resource, instant};

/// Why something was started, stopped, scaled or resized: there is no other reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It was so, or not so, when muster first came.
    First,
    /// It was made while its schedule wanted it stopped.
    Birth,
    /// An edge of its schedule.
    Edge,
    /// An override, of the file or by tag.
    Override,
    /// An override has ended.
    OverrideEnd,
    /// Its maintenance window.
    Maintenance,
    /// Its maintenance window has ended.
    MaintenanceEnd,
    /// It ran its longest.
    Limit,
    /// The tag that put its stop off has.
    SnoozeEnd,
    /// A person's change, put back.
    Undo,
    /// RDS had started it after seven days.
    StopAgain,
    /// Another size.
    Size,
    /// An earlier pass did not get through.
    Retry,
    /// A person.
    Person,
    /// RDS, after seven days.
    Rds,
    /// A start that fell back.
    FellBack,
    /// None of these: a fault.
    Unexplained,
}

impl Why {
    /// The word of the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Birth => "birth",
            Self::Edge => "edge",
            Self::Override => "override",
            Self::OverrideEnd => "override-end",
            Self::Maintenance => "maintenance",
            Self::MaintenanceEnd => "maintenance-end",
            Self::Limit => "limit",
            Self::SnoozeEnd => "snooze-end",
            Self::Undo => "undo",
            Self::StopAgain => "stop-again",
            Self::Size => "size",
            Self::Retry => "retry",
            Self::Person => "person",
            Self::Rds => "rds",
            Self::FellBack => "fell-back",
            Self::Unexplained => "UNEXPLAINED",
        }
    }
}

/// One line.
#[derive(Debug, Clone)]
struct Line {
    at: Timestamp,
    who: usize,
    /// `start`, `stop`, `scale`, `type`, `snapshot`, `untag`.
    verb: &'static str,
    why: Why,
    /// Numbers or type, and what became of it.
    detail: String,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub struct Log {
    lines: Vec<Line>,
    /// What came about, by resource, verb and reason.
    counts: BTreeMap<(usize, &'static str, Why), u32>,
}

/// Weeks in which clocks change, by zone: a day of each.
const WEEKS: [(&str, &str); 12] = [
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Europe/London", "2026-03-29"),
    ("Europe/London", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Africa/Cairo", "2026-04-24"),
    ("Africa/Cairo", "2026-10-29"),
    ("Asia/Seoul", "2026-03-29"),
    ("UTC", "2026-10-25"),
];

impl Log {
    /// Adds a line; `counts` when it came about.
    pub fn add(&mut self, at: Timestamp, who: usize, verb: &'static str, why: Why, detail: &str, counts: bool) {
        self.lines.push(Line { at, who, verb, why, detail: detail.to_owned() });
        if counts {
            *self.counts.entry((who, verb, why)).or_default() += 1;
        }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    fn text(&self, all: &[Resource]) -> String {
        let mut text = String::new();
        for line in &self.lines {
            writeln!(text, "{:.0} {} {} {}{}", line.at, all[line.who].name, line.verb, line.why.word(), detail(line)).expect("text");
        }
        text
    }

    /// The golden text: digest, counts, weeks.
    pub fn golden(&self, all: &[Resource], title: &str) -> String {
        let text = self.text(all);
        let mut golden = format!("{title}\n{} lines, sha256 {}\n", self.lines.len(), sha256_hex(text.as_bytes()));
        self.totals(&mut golden);
        golden.push_str("\n## What was done to each, by reason\n");
        (0..all.len()).for_each(|who| self.row(&mut golden, all, who));
        WEEKS.iter().for_each(|(zone, day)| self.week(&mut golden, all, zone, day));
        golden
    }

    fn totals(&self, golden: &mut String) {
        let mut sums: BTreeMap<(&str, Why), u32> = BTreeMap::new();
        self.counts.iter().for_each(|((_, verb, why), count)| *sums.entry((verb, *why)).or_default() += count);
        golden.push_str("\n## Of all\n");
        sums.iter().for_each(|((verb, why), count)| writeln!(golden, "{verb:<9} {:<16} {count:>6}", why.word()).expect("text"));
    }

    fn row(&self, golden: &mut String, all: &[Resource], who: usize) {
        let mine = || self.counts.range((who, "", Why::First)..(who + 1, "", Why::First));
        let of_verb = |verb: &str| {
            let counted = mine().filter(|((_, of, _), _)| *of == verb).map(|((_, _, why), count)| format!("{} {count}", why.word()));
            counted.collect::<Vec<_>>().join(", ")
        };
        let verbs: std::collections::BTreeSet<&str> = mine().map(|((_, verb, _), _)| *verb).collect();
        let parts: Vec<String> = verbs.into_iter().map(|verb| format!("{verb}: {}", of_verb(verb))).collect();
        writeln!(golden, "{} ({}) {}", all[who].name, all[who].crew, parts.join("; ")).expect("text");
    }

    /// A week around a day, in local time with UTC beside it; what happened to several at once is one line.
    fn week(&self, golden: &mut String, all: &[Resource], zone: &str, day: &str) {
        let tz = TimeZone::get(zone).expect("a zone");
        let middle = instant(&format!("{day}T12:00:00Z"));
        let half = SignedDuration::from_hours(84);
        writeln!(golden, "\n## {zone}, the week around {day}").expect("text");
        let mine = |line: &&Line| all[line.who].zone == zone && middle - half <= line.at && line.at < middle + half;
        let lines: Vec<&Line> = self.lines.iter().filter(mine).collect();
        let minute = |line: &Line| line.at.as_second().div_euclid(60);
        let same = |a: &&Line, b: &&Line| {
            (minute(a), all[a.who].crew, a.verb, a.why, detail(a)) == (minute(b), all[b.who].crew, b.verb, b.why, detail(b))
        };
        let mut sorted = lines;
        sorted.sort_by_key(|line| (minute(line), all[line.who].crew, line.verb, line.why, detail(line)));
        for group in sorted.chunk_by(same) {
            let first = group[0];
            let local = first.at.to_zoned(tz.clone()).strftime("%a %F %H:%M %:z").to_string();
            let names = if let [one] = group { all[one.who].name.clone() } else { format!("{} of {}", group.len(), all[first.who].crew) };
            writeln!(golden, "{local}  {}  {names} {} {}{}", first.at.strftime("%H:%MZ"), first.verb, first.why.word(), detail(first))
                .expect("text");
        }
    }
}

fn detail(line: &Line) -> String {
    if line.detail.is_empty() { String::new() } else { format!(" {}", line.detail) }
}
