//! What is true of a resource, and who made it so: known from what was done to it, not from what AWS shows of it.

use jiff::{SignedDuration, Timestamp};

use super::town::{Resource, Sort, type_of};

/// Least, after, greatest; a service has the middle one only, three times.
pub type Numbers = (u32, u32, u32);

/// Who brought a state about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It was so before the year.
    Before,
    /// It was made.
    Birth,
    /// Muster.
    Muster,
    /// A person.
    Person,
    /// RDS, after seven days.
    Rds,
    /// A start that fell back.
    Fall,
}

/// RDS starts by itself what was stopped for so long.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is true of one of them.
#[derive(Debug, Clone)]
pub struct Life {
    /// It runs, or is on its way there.
    pub on: bool,
    /// Who made it so.
    pub by: By,
    /// When that was asked for.
    pub asked: Timestamp,
    /// When AWS says that it was so: RDS gives the end of a start or stop.
    pub changed: Timestamp,
    /// On its way until then.
    pub settles: Timestamp,
    /// A snapshot of it is being taken until then.
    pub backing_up: Timestamp,
    /// Last start.
    pub started: Timestamp,
    /// Its limit stopped it.
    pub limited: bool,
    /// Of a group or service.
    pub numbers: Numbers,
    /// What its schedule gave last, and when.
    pub given: Option<(Numbers, Timestamp)>,
    /// What it had when its schedule took all away.
    pub remembered: Option<Numbers>,
    /// Type of an instance.
    pub kind: String,
    /// Its override by tag.
    pub tag: Option<(bool, Timestamp)>,
    /// Its tag that puts a stop off.
    pub snooze: Option<Timestamp>,
    /// Its next start falls back.
    pub falls: bool,
    /// The start that is under way falls back.
    pub falling: bool,
    /// What was to be done did not come about in the last pass.
    pub late: bool,
    /// Its stop is put off.
    pub snoozed: bool,
    /// When muster marked that it stops it to change it.
    pub marked: Option<Timestamp>,
    /// The last start or stop that was asked for, and whether the answer was an error.
    pub last: Option<(bool, bool)>,
}

/// Something that comes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Itself {
    /// RDS starts it.
    Rds,
    /// Its start falls back.
    Falls,
}

impl Life {
    /// Before the year. The instance of a user is made by the first pass, and runs when it is made.
    pub fn new(one: &Resource, begin: Timestamp) -> Self {
        let numbers = match one.sort {
            Sort::Group => (2, 3, 6),
            Sort::Service => (3, 3, 3),
            _ => (0, 0, 0),
        };
        let day_before = begin - SignedDuration::from_hours(24);
        Self {
            on: true,
            by: if one.sort == Sort::User { By::Birth } else { By::Before },
            asked: day_before,
            changed: day_before,
            settles: day_before,
            backing_up: day_before,
            started: day_before,
            limited: false,
            numbers,
            given: None,
            remembered: None,
            kind: type_of(one.crew).to_owned(),
            tag: None,
            snooze: None,
            falls: false,
            falling: false,
            late: false,
            snoozed: false,
            marked: None,
            last: None,
        }
    }

    /// It is started or stopped at an instant.
    pub fn turn(&mut self, one: &Resource, on: bool, by: By, at: Timestamp) {
        let lasts = match (one.sort, on) {
            (Sort::User | Sort::Instance, true) => SignedDuration::from_secs(20),
            (Sort::User | Sort::Instance, false) => SignedDuration::from_secs(40),
            (Sort::Database, _) => SignedDuration::from_mins(5),
            (Sort::Cluster, _) => SignedDuration::from_mins(6),
            (Sort::Group | Sort::Service, _) => SignedDuration::ZERO,
        };
        let is_rds = matches!(one.sort, Sort::Database | Sort::Cluster);
        (self.on, self.by, self.asked, self.settles) = (on, by, at, at + lasts);
        self.changed = if is_rds { at + lasts } else { at };
        if on {
            self.started = self.changed;
            self.falling = std::mem::take(&mut self.falls);
        }
        self.limited = false;
    }

    /// The next thing that comes by itself.
    pub fn itself(&self, one: &Resource) -> Option<(Timestamp, Itself)> {
        let is_rds = matches!(one.sort, Sort::Database | Sort::Cluster);
        if is_rds && !self.on {
            return Some((self.settles + WEEK, Itself::Rds));
        }
        self.falling.then_some((self.settles, Itself::Falls))
    }

    /// It is on its way, or its database is busy, so that nobody can start or stop it.
    pub fn is_moving(&self, at: Timestamp) -> bool {
        at < self.settles || at < self.backing_up
    }

    /// No instance, no task: it is stopped.
    pub fn is_none(&self, one: &Resource) -> bool {
        none(one, self.numbers)
    }

    /// Other numbers.
    pub fn scale(&mut self, one: &Resource, numbers: Numbers, by: By, at: Timestamp) {
        self.numbers = numbers;
        self.turn(one, !none(one, numbers), by, at);
    }
}

/// True when nothing may run with these numbers.
pub fn none(one: &Resource, numbers: Numbers) -> bool {
    if one.sort == Sort::Group { numbers.2 == 0 } else { numbers.1 == 0 }
}
