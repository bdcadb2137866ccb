//! `weekdays`, `months` and `monthdays` of a period, as Instance Scheduler 3.2.8 reads them.

use std::collections::BTreeSet;

use crate::import::days::Day;
use crate::schedule::{Condition, Mask, MonthDay, Nth};

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
/// Letters by which a day or month is known.
const SHORT: usize = 3;

/// Which of the three fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// 0 is Monday.
    Weekdays,
    /// 1 is January.
    Months,
    /// 1 to 31.
    MonthDays,
}

/// One item of a field's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// `*`, `?`.
    All,
    /// `3`, `wed`, `sep`.
    One(u8),
    /// `L`: Sunday, or the last day of the month.
    Last,
    /// `15W`.
    Nearest(u8),
    /// `mon#1`.
    Nth(u8, u8),
    /// `friL`.
    LastOf(u8),
    /// `mon-fri`, `1-15/3`, `10-L`, `4/2`; without an end to the field's last.
    Range { start: u8, end: Option<u8>, step: u8 },
}

/// A field's list; nothing written is every day.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    field: Field,
    items: Vec<Item>,
}

type Parsed = Result<Item, String>;

impl Field {
    /// The key in Instance Scheduler's own words.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Weekdays => "weekdays",
            Self::Months => "months",
            Self::MonthDays => "monthdays",
        }
    }

    const fn bounds(self) -> (u8, u8) {
        match self {
            Self::Weekdays => (0, 6),
            Self::Months => (1, 12),
            Self::MonthDays => (1, 31),
        }
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Weekdays => &WEEKDAYS,
            Self::Months => &MONTHS,
            Self::MonthDays => &[],
        }
    }

    /// A number of the field, or a name for one.
    fn value(self, text: &str) -> Result<u8, String> {
        let text = text.trim();
        let named = self.names().iter().position(|name| text == *name || text == &name[..SHORT]);
        let (low, high) = self.bounds();
        let number = named.and_then(|place| u8::try_from(place).ok()).map(|place| place + low);
        let Some(number) = number.or_else(|| digits(text)) else {
            return Err(format!("`{text}` is not in {}", self.key()));
        };
        if (low..=high).contains(&number) { Ok(number) } else { Err(format!("`{text}` is not from {low} to {high}")) }
    }

    fn item(self, text: &str) -> Parsed {
        if matches!(text, "*" | "?") {
            return Ok(Item::All);
        }
        if text == "l" {
            return self.last();
        }
        if let Ok(value) = self.value(text) {
            return Ok(Item::One(value));
        }
        if let Some((range, step)) = text.rsplit_once('/') {
            return self.stepped(range, step);
        }
        if let Some((start, end)) = text.rsplit_once('-') {
            return self.range(start, end);
        }
        self.counted(text)
    }

    fn last(self) -> Parsed {
        match self {
            Self::Months => Err("`L` does not stand in months".to_owned()),
            _ => Ok(Item::Last),
        }
    }

    fn range(self, start: &str, end: &str) -> Parsed {
        let (start, end) = (start.trim(), end.trim());
        if start == "l" || (end == "l" && self != Self::MonthDays) {
            return Err(format!("`L` does not stand there in a range of {}", self.key()));
        }
        let start = self.value(start)?;
        let end = if end == "l" { None } else { Some(self.value(end)?) };
        match end {
            Some(end) if end < start && self == Self::MonthDays => Err(format!("the range {start}-{end} goes over the end of the month")),
            end => Ok(Item::Range { start, end, step: 1 }),
        }
    }

    fn stepped(self, range: &str, step: &str) -> Parsed {
        let step = match digits(step.trim()) {
            Some(0) => return Err("a step of 0 goes nowhere".to_owned()),
            Some(step) => step,
            None => return Err(format!("`{step}` is no step")),
        };
        match range.rsplit_once('-') {
            Some((start, end)) => match self.range(start, end)? {
                Item::Range { start, end, .. } => Ok(Item::Range { start, end, step }),
                other => Ok(other),
            },
            None => Ok(Item::Range { start: self.value(range)?, end: None, step }),
        }
    }

    /// `mon#1`, `friL`, `15W`.
    fn counted(self, text: &str) -> Parsed {
        let refused = || Err(format!("`{text}` is not in {}", self.key()));
        match self {
            Self::Weekdays => match (text.split_once('#'), text.strip_suffix('l')) {
                (Some((day, n)), _) => match digits(n) {
                    Some(n @ 1..=5) => Ok(Item::Nth(self.value(day)?, n)),
                    _ => Err(format!("`{n}` in `{text}` is not from 1 to 5")),
                },
                (None, Some(day)) => Ok(Item::LastOf(self.value(day)?)),
                _ => refused(),
            },
            Self::MonthDays => text.strip_suffix('w').map_or_else(refused, |day| Ok(Item::Nearest(self.value(day)?))),
            Self::Months => refused(),
        }
    }
}

/// A number of few digits; what is longer is past every bound anyway.
fn digits(text: &str) -> Option<u8> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().unwrap_or(u8::MAX))
}

impl Expression {
    /// Reads the items of a field, each a text that may itself be a list with commas.
    ///
    /// Notes get what Instance Scheduler reads otherwise.
    ///
    /// # Errors
    /// When Instance Scheduler refuses it, or reads a step that is none.
    pub(super) fn parse(field: Field, texts: &[String], notes: &mut Vec<String>) -> Result<Self, String> {
        let mut items = Vec::new();
        for text in texts.iter().flat_map(|text| text.split(',')) {
            let text = text.trim().to_lowercase();
            items.push(field.item(&text).map_err(|why| format!("{} `{text}`: {why}", field.key()))?);
            note_step(field, &text, notes);
        }
        if items.is_empty() {
            return Err(format!("{} is an empty list; leave it out for every day", field.key()));
        }
        Ok(Self { field, items })
    }

    /// Whether a day is in it.
    pub(super) fn holds(&self, day: Day) -> bool {
        self.items.iter().any(|item| match (self.field, *item) {
            (_, Item::All) => true,
            (Field::Weekdays, Item::Last) => day.weekday == 6,
            (_, Item::Last) => day.number == day.last(),
            (_, Item::Nearest(n)) => day.nearest(n) == Some(day.number),
            (_, Item::Nth(weekday, n)) => day.weekday == weekday && (day.number - 1) / 7 + 1 == n,
            (_, Item::LastOf(weekday)) => day.weekday == weekday && day.number + 7 > day.last(),
            (field, Item::One(_) | Item::Range { .. }) => {
                let value = match field {
                    Field::Weekdays => day.weekday,
                    Field::Months => day.month(),
                    Field::MonthDays => day.number,
                };
                self.values(*item) >> value & 1 == 1
            }
        })
    }

    /// The numbers that an item names, one bit each.
    fn values(&self, item: Item) -> u32 {
        let (low, high) = self.field.bounds();
        let (start, end, step) = match item {
            Item::One(value) => (value, value, 1),
            Item::Range { start, end, step } => (start, end.unwrap_or(high), step),
            _ => return 0,
        };
        // A range that goes over the end goes on from the start with the rest of its step.
        let (count, round) = (u32::from(high - low + 1), start > end);
        let length = (u32::from(end) + if round { count } else { 0 }) - u32::from(start);
        (0..=length).step_by(usize::from(step)).fold(0, |mask, further| {
            let value = u32::from(low) + (u32::from(start - low) + further) % count;
            mask | 1 << value
        })
    }

    /// As a condition of a window; none when every day is in it.
    pub(super) fn condition(&self) -> Option<Condition> {
        if self.items.contains(&Item::All) {
            return None;
        }
        let low = self.field.bounds().0;
        let all = self.items.iter().fold(0, |mask, item| mask | self.values(*item));
        let mut plain = Mask::EMPTY;
        (0..32).filter(|bit| all >> bit & 1 == 1).for_each(|bit| plain.insert(bit - low + 1));
        match self.field {
            Field::Months => (!plain.is_full(12)).then_some(Condition::Months(plain)),
            Field::Weekdays => {
                let mut nth = BTreeSet::new();
                for item in &self.items {
                    match item {
                        Item::Last => plain.insert(7),
                        Item::Nth(day, n) => _ = nth.insert(Nth { weekday: day + 1, n: Some(*n) }),
                        Item::LastOf(day) => _ = nth.insert(Nth { weekday: day + 1, n: None }),
                        _ => {}
                    }
                }
                (!plain.is_full(7)).then_some(Condition::Weekdays { days: plain, nth })
            }
            Field::MonthDays => {
                let special = |item: &Item| match item {
                    Item::Last => Some(MonthDay::BeforeLast(0)),
                    Item::Nearest(n) => Some(MonthDay::Nearest(*n)),
                    _ => None,
                };
                let special: BTreeSet<MonthDay> = self.items.iter().filter_map(special).collect();
                (!plain.is_full(31)).then_some(Condition::MonthDays { days: plain, special })
            }
        }
    }

    /// Days near which a workday is wanted that some months lack.
    pub(super) fn missing_nearest(&self) -> Option<u8> {
        self.items.iter().find_map(|item| if let Item::Nearest(n @ 29..) = item { Some(*n) } else { None })
    }
}

/// Instance Scheduler 3.2.8 reads the last digit of a step only, and never ends when that is 0.
fn note_step(field: Field, text: &str, notes: &mut Vec<String>) {
    let step = text.rsplit_once('/').map(|(_, step)| step.trim().trim_start_matches('0')).filter(|step| step.len() > 1);
    if let Some(step) = step {
        let last = &step[step.len() - 1..];
        let instead = if last == "0" { "never ends on it".to_owned() } else { format!("reads the last digit only, {last}") };
        notes.push(format!("{} `{text}`: the step is {step} here; Instance Scheduler 3.2.8 {instead}", field.key()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::days::text;

    fn read(field: Field, written: &str) -> Result<String, String> {
        let expression = Expression::parse(field, &[written.to_owned()], &mut Vec::new())?;
        Ok(text(&expression.condition().into_iter().collect::<Vec<_>>()))
    }

    /// The tables of the implementation guide, and the forms that its parser takes besides.
    #[test]
    fn items_are_read_as_instance_scheduler_reads_them() {
        use Field::{MonthDays, Months, Weekdays};
        for (field, written, wanted) in [
            (Weekdays, "mon-fri", "mon-fri"),
            (Weekdays, "Monday, 2,Fri", "mon,wed,fri"),
            (Weekdays, "0", "mon"),
            (Weekdays, "L", "sun"),
            (Weekdays, "sat-mon", "sat-mon"),
            (Weekdays, "5-1/2", "mon,sat"),
            (Weekdays, "mon/2", "mon,wed,fri,sun"),
            (Weekdays, "mon#1,friL", "mon#1,last fri"),
            (Weekdays, "4L", "last fri"),
            (Weekdays, "0#2", "mon#2"),
            (Weekdays, "*", "daily"),
            (Weekdays, "mon-sun", "daily"),
            (Weekdays, "?", "daily"),
            (Months, "jan-mar,12", "dec-mar"),
            (Months, "oct-feb", "oct-feb"),
            (Months, "january/3", "jan,apr,jul,oct"),
            (Months, "11-4/2", "jan,mar,nov"),
            (Months, "1-12", "daily"),
            (MonthDays, "1-3,15", "day 1-3,15"),
            (MonthDays, "L", "day L"),
            (MonthDays, "25-L", "day 25-31"),
            (MonthDays, "1/7", "day 1,8,15,22,29"),
            (MonthDays, "1/15", "day 1,16,31"),
            (MonthDays, "2-10/4", "day 2,6,10"),
            (MonthDays, "15W,1w", "day 1W,15W"),
            (MonthDays, "1-31", "daily"),
        ] {
            assert_eq!(read(field, written).as_deref(), Ok(wanted), "{written}");
        }
    }

    #[test]
    fn what_instance_scheduler_refuses_is_refused() {
        use Field::{MonthDays, Months, Weekdays};
        for (field, written) in [
            (Weekdays, "fri-L"),
            (Weekdays, "L-fri"),
            (Weekdays, "7"),
            (Weekdays, "mon#6"),
            (Weekdays, "mon#0"),
            (Weekdays, "3W"),
            (Weekdays, "*/2"),
            (Weekdays, "noday"),
            (Weekdays, ""),
            (Months, "L"),
            (Months, "0"),
            (Months, "13"),
            (Months, "jan-L"),
            (Months, "janL"),
            (MonthDays, "0"),
            (MonthDays, "32"),
            (MonthDays, "20-10"),
            (MonthDays, "L-5"),
            (MonthDays, "L/2"),
            (MonthDays, "0W"),
            (MonthDays, "15L"),
            (MonthDays, "15#1"),
            (MonthDays, "1/0"),
            (MonthDays, "1/7x"),
            (MonthDays, "1/ 7 days"),
            (MonthDays, "99999999999"),
        ] {
            assert!(read(field, written).is_err(), "{written}");
        }
    }

    #[test]
    fn a_step_that_is_read_otherwise_is_a_note() {
        let mut notes = Vec::new();
        for text in ["1/10", "1/15", "1/7", "1/07"] {
            Expression::parse(Field::MonthDays, &[text.to_owned()], &mut notes).expect("expression");
        }
        assert_eq!(
            notes,
            [
                "monthdays `1/10`: the step is 10 here; Instance Scheduler 3.2.8 never ends on it",
                "monthdays `1/15`: the step is 15 here; Instance Scheduler 3.2.8 reads the last digit only, 5",
            ]
        );
    }
}
