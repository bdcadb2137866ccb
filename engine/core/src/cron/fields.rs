//! What the fields of a cron expression may hold.

/// Weekdays by their numbers in EventBridge, which begin with 1.
pub const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A field of a cron expression, or the expression itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// First of `cron(…)`.
    Minutes,
    /// Second.
    Hours,
    /// Third.
    DayOfMonth,
    /// Fourth.
    Month,
    /// Fifth.
    DayOfWeek,
    /// Sixth, which may be left out.
    Year,
    /// What `cron(…)`, `rate(…)` or `at(…)` holds, or what stands around it.
    Expression,
}

/// The fields of `cron(…)` in their order.
pub(super) const ORDER: [Field; 6] = [Field::Minutes, Field::Hours, Field::DayOfMonth, Field::Month, Field::DayOfWeek, Field::Year];

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

impl Field {
    /// Its name in the AWS documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::DayOfMonth => "day-of-month",
            Self::Month => "month",
            Self::DayOfWeek => "day-of-week",
            Self::Year => "year",
            Self::Expression => "expression",
        }
    }

    /// What it accepts, in words.
    #[must_use]
    pub const fn accepts(self) -> &'static str {
        match self {
            Self::Minutes => "0-59 with `,` `-` `*` `/`",
            Self::Hours => "0-23 with `,` `-` `*` `/`",
            Self::DayOfMonth => "1-31 with `,` `-` `*` `/`, or one of `?`, `L`, `L-3`, `LW`, `15W`",
            Self::Month => "1-12 or JAN-DEC with `,` `-` `*` `/`",
            Self::DayOfWeek => "1-7 or SUN-SAT (Sunday is 1) with `,` `-` `*` `/`, or one of `?`, `L`, `6L`, `3#2`",
            Self::Year => "1970-2199 with `,` `-` `*` `/`",
            Self::Expression => "`cron(minutes hours day-of-month month day-of-week year)`, `rate(5 minutes)` or `at(2026-11-21T09:00:00)`",
        }
    }

    /// Lowest and highest value.
    pub(super) const fn bounds(self) -> (u32, u32) {
        match self {
            Self::Minutes => (0, 59),
            Self::Hours => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (1, 7),
            Self::Year | Self::Expression => (1970, 2199),
        }
    }

    /// Names of its values, the lowest first.
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &MONTHS,
            Self::DayOfWeek => &WEEKDAYS,
            _ => &[],
        }
    }
}

/// A set of numbers below 64: the values of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Set(u64);

impl Set {
    /// All values that a field can have. A year is not a [`Set`].
    #[must_use]
    pub fn full(field: Field) -> Self {
        let (low, high) = field.bounds();
        (low..=high.min(63)).collect()
    }

    /// Adds a number.
    pub const fn insert(&mut self, n: u32) {
        self.0 |= 1 << n;
    }

    /// Whether a number is in it.
    #[must_use]
    pub const fn contains(self, n: u32) -> bool {
        n < 64 && self.0 >> n & 1 == 1
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many are in it.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Its smallest number that is not below `n`.
    #[must_use]
    pub const fn next_from(self, n: u32) -> Option<u32> {
        if n >= 64 {
            return None;
        }
        let rest = self.0 >> n << n;
        if rest == 0 { None } else { Some(rest.trailing_zeros()) }
    }

    /// Its numbers, the smallest first.
    pub fn iter(self) -> impl Iterator<Item = u32> + Clone {
        std::iter::successors(self.next_from(0), move |n| self.next_from(n + 1))
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this one only.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The text of a field: `*`, `0/15`, or values and ranges of three and more.
    pub(super) fn text(self, field: Field) -> String {
        if self == Self::full(field) {
            return "*".to_owned();
        }
        self.steps(field).unwrap_or_else(|| self.list(field))
    }

    /// `0/15` when that is what it is.
    fn steps(self, field: Field) -> Option<String> {
        let first = self.next_from(0)?;
        let step = self.next_from(first + 1)? - first;
        let stepped: Self = (first..=field.bounds().1).step_by(step as usize).collect();
        // Of weekdays the documents know no steps.
        (step > 1 && self.len() > 2 && stepped == self && field != Field::DayOfWeek).then(|| format!("{}/{step}", name(field, first)))
    }

    fn list(self, field: Field) -> String {
        let starts = self.iter().filter(|n| *n == 0 || !self.contains(n - 1));
        let runs = starts.map(|first| (first, (first..).find(|n| !self.contains(n + 1)).unwrap_or(first)));
        let text = |(first, last): (u32, u32)| match last - first {
            0 => name(field, first),
            1 => format!("{},{}", name(field, first), name(field, last)),
            _ => format!("{}-{}", name(field, first), name(field, last)),
        };
        runs.map(text).collect::<Vec<_>>().join(",")
    }
}

impl FromIterator<u32> for Set {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        numbers.into_iter().fold(Self::default(), |mut set, n| {
            set.insert(n);
            set
        })
    }
}

/// A value as it is written: `MON`, `9`.
fn name(field: Field, n: u32) -> String {
    let names = field.names();
    let at = (n as usize).checked_sub(field.bounds().0 as usize);
    at.and_then(|at| names.get(at)).map_or_else(|| n.to_string(), |name| (*name).to_owned())
}
