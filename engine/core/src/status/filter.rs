//! Which machines are asked for.

use super::row::Row;

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
        let is = |wanted: &Option<String>, actual: Option<&str>| wanted.as_deref().is_none_or(|wanted| actual == Some(wanted));
        let tagged = |(key, value): &(String, Option<String>)| {
            row.tags.get(key).is_some_and(|actual| value.as_ref().is_none_or(|value| value == actual))
        };
        is(&self.state, Some(&row.actual))
            && is(&self.service, Some(row.service()))
            && is(&self.schedule, row.schedule.as_deref())
            && is(&self.user, row.user.as_deref())
            && self.tags.iter().all(tagged)
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
