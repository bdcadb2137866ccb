//! Overrides written in the file.

use indexmap::IndexMap;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::unknown;
use crate::fleet::leaf::Text;
use crate::fleet::raw_other::RawOverride;
use crate::fleet::raw_schedule::StateWord;
use crate::fleet::{Database, Override, Subject};
use crate::name::Name;
use crate::schedule::RunState;
use crate::span::At;

impl Resolver<'_> {
    /// Soonest end first.
    pub(super) fn overrides(
        &mut self,
        raw: Option<At<Vec<At<RawOverride>>>>,
        users: &[Name],
        databases: &IndexMap<Name, Database>,
    ) -> Vec<Override> {
        let known: Vec<String> =
            users.iter().map(|name| format!("user/{name}")).chain(databases.keys().map(|name| format!("database/{name}"))).collect();
        let list = raw.map(|list| list.value).unwrap_or_default();
        let mut all: Vec<Override> = list.into_iter().filter_map(|raw| self.one_override(raw, &known)).collect();
        all.sort_by_key(|one| one.until);
        all
    }

    fn one_override(&mut self, raw: At<RawOverride>, known: &[String]) -> Option<Override> {
        let At { value: raw, span } = raw;
        let subject = match (raw.select, raw.only) {
            (Some(select), None) => Some(Subject::Select(self.select(select))),
            (None, Some(only)) => Some(Subject::Only(only.value.0.into_iter().map(|address| self.address(address, known)).collect())),
            (None, None) if !raw.refused.is_empty() => None,
            _ => {
                self.error(Diagnostic::error("an override has either `select` or `only`", span.clone()));
                None
            }
        };
        let until = raw.until?;
        if let Some(from) = raw.from.as_ref().filter(|from| from.value >= until.value) {
            self.error(Diagnostic::error("this override ends before it begins", until.span.clone()).also(from.span.clone(), "begins here"));
        }
        let state = if raw.state?.value == StateWord::Running { RunState::Running } else { RunState::Stopped };
        let reason = raw.reason.map(|text| text.value.0);
        Some(Override { span, subject: subject?, state, from: raw.from.map(|from| from.value), until: until.value, reason })
    }

    /// Entries and their parts are checked; ids of what is not ours cannot be.
    fn address(&mut self, address: At<Text>, known: &[String]) -> String {
        let text = address.value.0.as_str();
        let entry: Vec<&str> = text.splitn(3, '/').take(2).collect();
        let entry = entry.join("/");
        let foreign = ["ec2/", "rds/", "rds-cluster/", "asg/", "ecs/"].iter().any(|prefix| text.starts_with(prefix));
        if !foreign && !known.contains(&entry) {
            self.error(
                unknown("entry", &entry, address.span.clone(), known.iter().map(String::as_str))
                    .help("write `user/NAME`, `database/NAME`, or `ec2/i-…` for what is not ours"),
            );
        }
        address.value.0
    }
}
