//! Which machines are asked for.

use std::collections::BTreeSet;

use super::row::Row;
use crate::fleet::{did_you_mean, listed};
use crate::tags;

/// All conditions must hold; an empty filter takes everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Tag keys with a value, or with any.
    pub tags: Vec<(String, Option<String>)>,
    /// AWS's word for the state.
    pub state: Option<String>,
    /// `ec2` or `rds`.
    pub service: Option<String>,
    /// Schedule that decides.
    pub schedule: Option<String>,
    /// User it belongs to.
    pub user: Option<String>,
}

impl Filter {
    /// `KEY` or `KEY=VALUE`, as the command line has it.
    #[must_use]
    pub fn tag(text: &str) -> (String, Option<String>) {
        match text.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (text.to_owned(), None),
        }
    }

    /// True when the row is asked for.
    #[must_use]
    pub fn takes(&self, row: &Row) -> bool {
        self.conditions().iter().all(|condition| condition.holds(row))
    }

    /// Why no row is left, and what there is instead; nothing when one is, or when there are none to begin with.
    #[must_use]
    pub fn explain(&self, rows: &[Row]) -> Vec<String> {
        if rows.is_empty() || rows.iter().any(|row| self.takes(row)) {
            return Vec::new();
        }
        let conditions = self.conditions();
        let alone = |condition: &Condition<'_>| rows.iter().filter(|row| condition.holds(row)).count();
        let vain: Vec<String> =
            conditions.iter().filter(|condition| alone(condition) == 0).map(|condition| condition.missed(rows)).collect();
        if !vain.is_empty() {
            return vain;
        }
        let each = |condition: &Condition<'_>| {
            let count = alone(condition);
            format!("{count} {} the {}", if count == 1 { "has" } else { "have" }, condition.words())
        };
        vec![format!("no machine has all of it: {}", conditions.iter().map(each).collect::<Vec<_>>().join(", "))]
    }

    fn conditions(&self) -> Vec<Condition<'_>> {
        let fields = [
            self.state.as_deref().map(Condition::State),
            self.service.as_deref().map(Condition::Service),
            self.schedule.as_deref().map(Condition::Schedule),
            self.user.as_deref().map(Condition::User),
        ];
        let tags = self.tags.iter().map(|(key, value)| Condition::Tag(key, value.as_deref()));
        fields.into_iter().flatten().chain(tags).collect()
    }
}

/// One thing that is asked for.
#[derive(Debug, Clone, Copy)]
enum Condition<'f> {
    State(&'f str),
    Service(&'f str),
    Schedule(&'f str),
    User(&'f str),
    Tag(&'f str, Option<&'f str>),
}

impl Condition<'_> {
    fn holds(self, row: &Row) -> bool {
        match self {
            Self::State(wanted) => row.actual == wanted,
            Self::Service(wanted) => row.service() == wanted,
            Self::Schedule(wanted) => row.schedule.as_deref() == Some(wanted),
            Self::User(wanted) => row.user.as_deref() == Some(wanted),
            Self::Tag(key, value) => row.tags.get(key).is_some_and(|actual| value.is_none_or(|value| value == actual)),
        }
    }

    fn words(self) -> String {
        match self {
            Self::State(wanted) => format!("state `{wanted}`"),
            Self::Service(wanted) => format!("service `{wanted}`"),
            Self::Schedule(wanted) => format!("schedule `{wanted}`"),
            Self::User(wanted) => format!("user `{wanted}`"),
            Self::Tag(key, Some(value)) => format!("tag `{key}={value}`"),
            Self::Tag(key, None) => format!("tag `{key}`"),
        }
    }

    /// What could have been asked for: states, names, values of the tag, or tags when nobody carries its key.
    fn choices(self, rows: &[Row]) -> BTreeSet<String> {
        let each = |row: &Row| -> Vec<String> {
            match self {
                Self::State(_) => vec![row.actual.clone()],
                Self::Service(_) => vec![row.service().to_owned()],
                Self::Schedule(_) => row.schedule.iter().cloned().collect(),
                Self::User(_) => row.user.iter().cloned().collect(),
                Self::Tag(key, Some(_)) if rows.iter().any(|row| row.tags.contains_key(key)) => {
                    row.tags.get(key).map(|value| format!("{key}={value}")).into_iter().collect()
                }
                Self::Tag(..) => row.tags.keys().filter(|key| !key.starts_with(tags::PREFIX)).cloned().collect(),
            }
        };
        rows.iter().flat_map(each).collect()
    }

    fn asked(self) -> String {
        match self {
            Self::State(wanted) | Self::Service(wanted) | Self::Schedule(wanted) | Self::User(wanted) => wanted.to_owned(),
            Self::Tag(key, Some(value)) => format!("{key}={value}"),
            Self::Tag(key, None) => key.to_owned(),
        }
    }

    /// `no machine has the schedule `offce`; did you mean `office`? there are class, office`
    fn missed(self, rows: &[Row]) -> String {
        let choices = self.choices(rows);
        if choices.is_empty() {
            return format!("no machine has the {}, and none has another", self.words());
        }
        let names = || choices.iter().map(String::as_str);
        let near = did_you_mean(&self.asked(), names()).map(|near| format!("{near} ")).unwrap_or_default();
        let are = if choices.len() == 1 { "is" } else { "are" };
        format!("no machine has the {}; {near}there {are} {}", self.words(), listed(names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_a_value_or_any() {
        assert_eq!(Filter::tag("env"), ("env".to_owned(), None));
        assert_eq!(Filter::tag("env=dev=1"), ("env".to_owned(), Some("dev=1".to_owned())));
    }
}
