//! The rules of schedules against people, a second time, as simply as they can be written over what is true.

use jiff::{SignedDuration, Timestamp};

use super::life::{By, Life, Numbers, none};
use super::log::Why;
use super::town::{Resource, Sort};
use super::wishes::{Source, Wishes};

/// `limit` of schedule `batch`.
pub const LIMIT: SignedDuration = SignedDuration::from_hours(7);
/// `snooze: {max}` of schedule `class`.
const SNOOZE: SignedDuration = SignedDuration::from_hours(6);

/// What a pass has to do about a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Rest,
    /// Nothing: a person's change stands, or its stop is put off.
    Stands,
    /// Nothing yet: it is on its way, or busy.
    Moving,
    /// Start or stop it.
    Turn(bool, Why),
    /// Other numbers.
    Scale(Numbers, Why),
    /// Another type.
    Resize,
}

/// What a person's change meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manual {
    UntilNextEdge,
    Hold,
    Enforce,
}

fn manual_of(crew: &str) -> Manual {
    match crew {
        "always-on" | "berlin" | "plain" => Manual::Enforce,
        "evening" => Manual::Hold,
        _ => Manual::UntilNextEdge,
    }
}

/// One resource at an instant.
pub struct Look<'l> {
    /// Which.
    pub one: &'l Resource,
    /// What is true of it.
    pub life: &'l Life,
    /// What the file wants.
    pub wishes: &'l Wishes<'l>,
    /// When.
    pub at: Timestamp,
}

impl Look<'_> {
    /// What a pass has to do.
    pub fn wish(&self) -> Wish {
        if matches!(self.one.sort, Sort::Group | Sort::Service) {
            return self.wish_of_group();
        }
        let life = self.life;
        let (wanted, source) = self.base(self.at);
        let (wanted, limited) = self.limit(wanted, source);
        let Some(on) = wanted else { return Wish::Rest };
        if on == life.on {
            return if on && self.wants_other_type() { self.unless_moving(Wish::Resize) } else { Wish::Rest };
        }
        if life.is_moving(self.at) {
            return Wish::Moving;
        }
        if source != Source::Override && !limited && self.stands(on) {
            return Wish::Stands;
        }
        if source != Source::Override && !on && self.put_off_until().is_some_and(|until| self.at < until) {
            return Wish::Stands;
        }
        Wish::Turn(on, self.why(source, limited && !on))
    }

    /// Whose word it is that counts now.
    pub fn source(&self) -> Source {
        self.base(self.at).1
    }

    fn unless_moving(&self, wish: Wish) -> Wish {
        if self.life.is_moving(self.at) { Wish::Moving } else { wish }
    }

    fn base(&self, at: Timestamp) -> (Option<bool>, Source) {
        self.wishes.at(self.one, self.life.tag, at)
    }

    fn edge_since(&self, from: Timestamp) -> Option<Timestamp> {
        self.wishes.edge(self.one, self.life.tag, from, self.at)
    }

    /// The limit stands below overrides; what it stopped stays so until the next start of the schedule.
    fn limit(&self, wanted: Option<bool>, source: Source) -> (Option<bool>, bool) {
        let life = self.life;
        if self.one.crew != "batch" || source != Source::Schedule {
            return (wanted, false);
        }
        if life.on {
            let reached = self.at >= life.started + LIMIT;
            return (if reached { Some(false) } else { wanted }, reached);
        }
        let anew = self.wishes.start_edge(self.one, life.asked, self.at);
        (if life.limited && !anew { Some(false) } else { wanted }, life.limited)
    }

    /// A person's change, or RDS's own start where that is left alone, stands.
    fn stands(&self, on: bool) -> bool {
        let life = self.life;
        let superseded = || self.edge_since(life.changed).is_some();
        match life.by {
            By::Rds => self.one.crew == "db-leave" && !superseded(),
            By::Person if self.base(life.changed).0 == Some(on) => match manual_of(self.one.crew) {
                Manual::Enforce => false,
                Manual::Hold => true,
                Manual::UntilNextEdge => !superseded(),
            },
            _ => false,
        }
    }

    /// Until when its tag puts a stop off: so far as it says, and at most [`SNOOZE`] after the stop was due.
    pub fn put_off_until(&self) -> Option<Timestamp> {
        let asked = self.life.snooze.filter(|_| self.one.crew == "class" && self.life.on)?;
        let edge = self.wishes.edge(self.one, self.life.tag, self.at - SNOOZE, self.at);
        let due = edge.map_or(self.life.started, |edge| edge.max(self.life.started));
        Some(asked.min(due + SNOOZE))
    }

    fn wants_other_type(&self) -> bool {
        let types = self.wishes.types(self.one, self.at);
        let since = self.wishes.size_edge(self.one, self.life.started, self.at);
        !types.is_empty() && !types.contains(&self.life.kind) && since.is_some()
    }

    /// Why it is turned: there is always one reason, else this panics.
    fn why(&self, source: Source, limited: bool) -> Why {
        let life = self.life;
        if life.late || life.by == By::Fall {
            return Why::Retry;
        }
        match (source, life.by) {
            _ if limited => Why::Limit,
            (Source::Override, _) => Why::Override,
            (_, By::Rds) => Why::StopAgain,
            _ if life.snoozed => Why::SnoozeEnd,
            (Source::Maintenance, _) => Why::Maintenance,
            (Source::Schedule, By::Person) if self.is_undone() => Why::Undo,
            (Source::Schedule, by) => self.why_by_edge(by),
        }
    }

    /// A person's change against an enforced schedule.
    fn is_undone(&self) -> bool {
        manual_of(self.one.crew) == Manual::Enforce && self.base(self.life.changed).0 == Some(!self.life.on)
    }

    fn why_by_edge(&self, by: By) -> Why {
        let edge = self.edge_since(self.life.asked).map(|edge| self.base(edge - SignedDuration::from_secs(1)).1);
        match (edge, by) {
            (Some(Source::Override), _) => Why::OverrideEnd,
            (Some(Source::Maintenance), _) => Why::MaintenanceEnd,
            (_, By::Before) => Why::First,
            (_, By::Birth) => Why::Birth,
            (Some(Source::Schedule), _) => Why::Edge,
            (None, _) if self.wishes.size_edge(self.one, self.life.asked, self.at).is_some() => Why::Size,
            (None, _) => Why::Unexplained,
        }
    }

    fn wish_of_group(&self) -> Wish {
        let life = self.life;
        let (wanted, source) = self.base(self.at);
        let Some(on) = wanted else { return Wish::Rest };
        let Some(numbers) = self.numbers(on) else { return Wish::Stands };
        if self.is_given(numbers) {
            return Wish::Rest;
        }
        if source != Source::Override && life.by == By::Person && self.numbers_stand() {
            return Wish::Stands;
        }
        Wish::Scale(numbers, self.why_numbers(source))
    }

    /// The numbers it should have; nothing when nobody knows.
    fn numbers(&self, on: bool) -> Option<Numbers> {
        let life = self.life;
        let service = self.one.sort == Sort::Service;
        if !on {
            return Some((0, 0, 0));
        }
        let written =
            self.wishes.numbers(self.one, self.at).map(|(min, after, max)| if service { (after, after, after) } else { (min, after, max) });
        written.or_else(|| if life.is_none(self.one) { life.remembered } else { Some(life.numbers) })
    }

    /// It has them; what it is after within its bounds is its own business once its schedule has given it these.
    fn is_given(&self, numbers: Numbers) -> bool {
        let (life, one) = (self.life, self.one);
        let bounds = |n: Numbers| (n.0, n.2);
        let same = one.sort == Sort::Service || bounds(life.numbers) == bounds(numbers);
        let given = life.given.is_some_and(|(given, _)| given == numbers);
        life.numbers == numbers || (given && same && !none(one, life.numbers) && !none(one, numbers))
    }

    fn numbers_stand(&self) -> bool {
        let superseded =
            || self.edge_since(self.life.asked).is_some() || self.wishes.size_edge(self.one, self.life.asked, self.at).is_some();
        match manual_of(self.one.crew) {
            Manual::Enforce => false,
            Manual::Hold => true,
            Manual::UntilNextEdge => !superseded(),
        }
    }

    fn why_numbers(&self, source: Source) -> Why {
        let life = self.life;
        let undo = life.by == By::Person
            && self.edge_since(life.asked).is_none()
            && self.wishes.size_edge(self.one, life.asked, self.at).is_none();
        match source {
            _ if life.late => Why::Retry,
            Source::Override => Why::Override,
            _ if undo => Why::Undo,
            _ => self.why_by_edge(life.by),
        }
    }
}
