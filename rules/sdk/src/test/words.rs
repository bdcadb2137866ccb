//! What every rule must say of itself, and how.

use std::collections::BTreeSet;

use crate::kind::Kind;
use crate::param::Params;
use crate::rule::Rule;

/// Longest title, in characters.
const TITLE_CHARS: usize = 80;
/// Longest message, in characters.
const MESSAGE_CHARS: usize = 160;

/// Checks what the rules of a pack say of themselves. Each pack has a test that calls it: `well_formed(RULES)`.
///
/// # Panics
/// When an id is no id or stands twice, a text is missing or is no sentence, a kind or facet does not exist, or a default
/// of a parameter is not of its own type.
pub fn well_formed(rules: &[&Rule]) {
    let mut ids = BTreeSet::new();
    for rule in rules {
        let id = rule.id;
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!id.is_empty() && id.len() <= 80 && id.chars().all(legal), "`{id}` is no id of a rule");
        assert!(ids.insert(id), "rule {id} stands twice");
        texts(rule);
        needs(rule);
        params(rule);
    }
}

fn texts(rule: &Rule) {
    let (id, title) = (rule.id, rule.title);
    assert!(!title.is_empty() && title.chars().count() <= TITLE_CHARS, "the title of {id} has 1 to {TITLE_CHARS} characters: `{title}`");
    assert!(
        title.starts_with(|c: char| !c.is_lowercase()) && !title.ends_with('.'),
        "the title of {id} begins with a capital and has no full stop"
    );
    for (what, text) in [("risk", rule.risk), ("remediation", rule.remediation.text)] {
        assert!(text.ends_with('.'), "the {what} of {id} is one sentence or more: `{text}`");
    }
    for place in places(rule.remediation.command) {
        let known = ["resource", "region", "account"].contains(&place);
        assert!(known, "the command of {id} has {{resource}}, {{region}} and {{account}} to fill in, not `{{{place}}}`");
    }
}

/// What a command leaves to be filled in: words in braces. Braces of JMESPath and of a shell's variables hold more than a word.
fn places(command: &str) -> impl Iterator<Item = &str> {
    let inside = command.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inside, _)| inside);
    inside.filter(|inside| inside.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == '_'))
}

fn needs(rule: &Rule) {
    let id = rule.id;
    assert!(!rule.needs.is_empty(), "rule {id} needs nothing, so there is nothing it could judge");
    for need in rule.needs {
        let Some(kind) = Kind::of(need.kind) else {
            panic!("rule {id} needs {}, which is no kind; `cargo xtask kinds` makes the table anew", need.kind)
        };
        let strange = need.facets.iter().find(|facet| !kind.facets.iter().any(|(word, _)| word == *facet));
        assert!(strange.is_none(), "rule {id} needs facet {} of {}, which has none of that name", strange.unwrap_or(&""), need.kind);
    }
}

fn params(rule: &Rule) {
    let defaults: Vec<String> = rule.params.iter().map(|param| format!("\"{}\":{}", param.name, param.default())).collect();
    let read = Params::read(rule.params, &format!("{{{}}}", defaults.join(","))).map(|_| ());
    read.unwrap_or_else(|why| panic!("a default of {} is not of its own type: {why}", rule.id));
    let strange = rule
        .params
        .iter()
        .find(|param| param.name.is_empty() || param.name.contains(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-'));
    assert!(strange.is_none(), "parameter `{}` of {} is lower-case words with hyphens", strange.map_or("", |param| param.name), rule.id);
}

/// Checks a row of a finding: messages are one line, begin small and have no full stop.
pub(super) fn message(rule: &Rule, key: &str, row: &str) {
    let Some((_, said)) = row.split_once(": ").filter(|(verdict, _)| !verdict.contains(' ')) else { return };
    let said = said.split(" {").next().unwrap_or(said);
    let mut chars = said.chars();
    let (first, second) = (chars.next(), chars.next());
    // `EBS …`, `IMDSv1 …` are names, `Not …` is not.
    let small = !first.is_some_and(char::is_uppercase) || !second.is_some_and(char::is_lowercase);
    assert!(
        small && !said.ends_with('.') && !said.contains('\n'),
        "rule {} says of {key}: `{said}`; messages are one line, begin small, have no full stop",
        rule.id
    );
    assert!(said.chars().count() <= MESSAGE_CHARS, "rule {} says more than {MESSAGE_CHARS} characters of {key}: `{said}`", rule.id);
}
