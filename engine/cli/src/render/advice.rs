//! What every form of advice says beyond the advice itself: what people call a thing, and the command that mends it.

use std::collections::HashMap;

use muster_core::advise::{Advice, Advised};
use muster_core::facet::{Fact, Facts};
use muster_core::finding::{Rule, Verdict};
use muster_core::policy::Selection;

/// What a renderer says besides the advice.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The fleet's name, or the file's when it has none.
    pub(crate) fleet: String,
    /// Zone in which times are shown.
    pub(crate) timezone: Option<String>,
    /// `main (1234…9012) ap-northeast-2`, one for each account.
    pub(crate) places: Vec<String>,
    /// True for the embedded account.
    pub(crate) sandbox: bool,
    /// How long reading and judging took; nothing on the sandbox.
    pub(crate) seconds: Option<f64>,
    /// API calls that reading took.
    pub(crate) calls: u64,
    /// Things that were looked at.
    pub(crate) resources: usize,
    /// Only some rules were asked for, so each is shown whole.
    pub(crate) narrowed: bool,
    /// Folder of the replay files, when there are any.
    pub(crate) replays: Option<String>,
    /// What rules logged for a person.
    pub(crate) remarks: Vec<Remark>,
    /// The command that prints the IAM policy for what was read.
    pub(crate) policy: String,
}

/// A line that a rule logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Full id of the rule.
    pub(crate) about: String,
    /// The line.
    pub(crate) message: String,
}

/// Advice with what it takes to show it.
pub(crate) struct Shown<'a> {
    /// The advice.
    pub(crate) advice: &'a Advice,
    /// What stands around it.
    pub(crate) frame: &'a Frame,
    rules: HashMap<String, &'a Rule>,
    /// By kind, id, account and region.
    facts: HashMap<[&'a str; 4], &'a Fact>,
}

impl<'a> Shown<'a> {
    /// Ties advice to what it was drawn from.
    pub(crate) fn new(advice: &'a Advice, selection: &'a Selection, facts: &'a Facts, frame: &'a Frame) -> Self {
        Self {
            advice,
            frame,
            rules: selection.enabled.iter().map(|enabled| (enabled.id(), &*enabled.rule)).collect(),
            facts: facts.facts.iter().map(|fact| ([fact.kind, &fact.id, &fact.account, &fact.region], fact)).collect(),
        }
    }

    fn fact(&self, advised: &Advised) -> Option<&'a Fact> {
        let finding = &advised.finding;
        self.facts.get(&[&*finding.kind, &*finding.resource, &*finding.account, &*finding.region]).copied()
    }

    /// What the rule says of itself.
    pub(crate) fn rule(&self, id: &str) -> Option<&'a Rule> {
        self.rules.get(id).copied()
    }

    /// What people call it: its address in this fleet, else its Name tag.
    pub(crate) fn name(&self, advised: &Advised) -> Option<String> {
        let called = || self.fact(advised)?.tags().remove("Name");
        let name = advised.address.clone().or_else(called);
        name.filter(|name| !name.is_empty() && **name != *advised.finding.resource)
    }

    /// The command that mends a fail, filled in; nothing where the rule has none.
    pub(crate) fn command(&self, advised: &Advised) -> Option<String> {
        let finding = &advised.finding;
        let pattern = &self.rule(&advised.id).filter(|_| finding.verdict == Verdict::Fail)?.remediation.command;
        filled(pattern, [("{resource}", &finding.resource), ("{region}", &finding.region), ("{account}", &finding.account)])
    }
}

/// A command with its placeholders filled in. Nothing where a value could end a word of a shell or be taken for an option: a
/// thing's id is chosen by whoever made it.
fn filled(pattern: &str, values: [(&str, &str); 3]) -> Option<String> {
    let plain = |text: &str| {
        let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
        begins && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@+=,".contains(c))
    };
    let used = || values.iter().filter(|(placeholder, _)| pattern.contains(placeholder));
    if pattern.is_empty() || !used().all(|(_, value)| plain(value)) {
        return None;
    }
    Some(used().fold(pattern.to_owned(), |command, (placeholder, value)| command.replace(placeholder, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever may create a thing chooses its name; a command that is copied must stay one command.
    #[test]
    fn a_name_cannot_change_the_command() {
        let command = |id: &str| {
            filled(
                "aws s3api get-object --bucket {resource} --region {region}",
                [("{resource}", id), ("{region}", "r"), ("{account}", "1 2")],
            )
        };
        assert_eq!(command("my-logs.2026").as_deref(), Some("aws s3api get-object --bucket my-logs.2026 --region r"));
        for id in ["a;reboot", "$(id)", "--profile", "a b", "`x`", "", "=x", "a\nb", "a'b"] {
            assert_eq!(command(id), None, "{id}");
        }
    }
}
