//! What advice could not read: each refusal once, with AWS's words, the rules that felt it, and what ends it.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::advise::{Advised, Need};
use muster_core::finding::Verdict;

use super::advice::Shown;
use super::advice_text::label;
use super::count;
use super::style::{Accent, Style};
use super::table::{Cell, Table, wrap};

/// Words of a list that are shown before the rest is counted.
const FEW: usize = 3;

/// What could not be read, first of all.
pub(super) fn block(shown: &Shown<'_>, style: &Style) -> String {
    let mut by_action: BTreeMap<&str, Vec<&Need>> = BTreeMap::new();
    shown.advice.felt().for_each(|need| by_action.entry(&need.gap.action).or_default().push(need));
    if by_action.is_empty() {
        return String::new();
    }
    let rules: BTreeSet<&String> = shown.advice.felt().flat_map(|need| &need.rules).collect();
    let unmade = count(by_action.len(), "read");
    let heading = format!("incomplete: {unmade} could not be made, for want of which {} unknown", answers(rules.len()));
    let mut table = Table::indented(2);
    for (action, needs) in &by_action {
        table.row(vec![Cell::new(*action).whole(), Cell::painted(Accent::Held, hidden(needs))]);
    }
    let mut out = format!("{}\n{}", style.paint(Accent::Destroy, &heading), table.render(style));
    for line in said(shown).into_iter().chain([next(shown)]) {
        for part in wrap(&line, style.width.saturating_sub(2)) {
            out.push_str(&format!("  {part}\n"));
        }
    }
    out
}

fn answers(rules: usize) -> String {
    if rules == 1 { "1 rule answers".to_owned() } else { format!("{rules} rules answer") }
}

/// `ec2.volume in 123456789012 us-east-1, eu-west-1; needed by ec2/volume-encryption`.
fn hidden(needs: &[&Need]) -> String {
    let mut things: BTreeMap<(&str, Option<&str>), BTreeSet<&String>> = BTreeMap::new();
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Need { gap, .. } in needs {
        things.entry((gap.kind, gap.facet)).or_default().extend(&gap.resources);
        places.entry(&gap.account).or_default().extend(Some(gap.region.as_str()).filter(|region| !region.is_empty()));
    }
    let thing = |((kind, facet), all): ((&str, Option<&str>), BTreeSet<&String>)| {
        let facet = facet.map(|facet| format!("{facet} of ")).unwrap_or_default();
        if all.is_empty() { format!("{facet}{kind}") } else { format!("{facet}{} {kind}", all.len()) }
    };
    let place = |(account, regions): (&str, BTreeSet<&str>)| format!("{account} {}", few(regions.into_iter())).trim_end().to_owned();
    let rules: BTreeSet<&str> = needs.iter().flat_map(|need| &need.rules).map(String::as_str).collect();
    let things: Vec<String> = things.into_iter().map(thing).collect();
    let places: Vec<String> = places.into_iter().map(place).collect();
    format!("{} in {}; needed by {}", few(things.iter().map(String::as_str)), places.join("; "), few(rules.into_iter()))
}

/// The first words, and how many more.
fn few<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.collect();
    match words.len().saturating_sub(FEW) {
        0 => words.join(", "),
        more => format!("{} and {more} more", words[..FEW].join(", ")),
    }
}

/// AWS's words, each reason once: what differs only in the action or the thing it names is one.
fn said(shown: &Shown<'_>) -> Vec<String> {
    let mut reasons: Vec<(String, &Need, BTreeSet<&str>)> = Vec::new();
    for need in shown.advice.felt() {
        let reason = reason(need);
        match reasons.iter_mut().find(|(same, ..)| *same == reason) {
            Some((.., actions)) => drop(actions.insert(&need.gap.action)),
            None => reasons.push((reason, need, BTreeSet::from([need.gap.action.as_str()]))),
        }
    }
    let line = |(_, first, actions): (String, &Need, BTreeSet<&str>)| {
        let gap = &first.gap;
        let about = if gap.error.contains(&gap.action) { String::new() } else { format!("{}: ", gap.action) };
        let others = match actions.len() - 1 {
            0 => String::new(),
            more => format!("; likewise {more} more"),
        };
        format!("{about}{}{others}", gap.error)
    };
    reasons.into_iter().map(line).collect()
}

/// Words of an error without those that name an action or a thing, with the account they are of.
fn reason(need: &Need) -> String {
    let names = |word: &&str| word.contains(&need.gap.action) || word.contains("arn:");
    let words: Vec<&str> = need.gap.error.split_whitespace().filter(|word| !names(word)).collect();
    format!("{} {}", need.gap.account, words.join(" "))
}

/// The one command that gets on.
fn next(shown: &Shown<'_>) -> String {
    if shown.advice.felt().all(|need| need.gap.unreachable) {
        return "next: try again; `muster doctor` looks at the way there".to_owned();
    }
    format!("next: `{}` prints the policy that allows it", shown.frame.policy)
}

/// Splits what is unknown of a rule: a line for each action that [`block`] spoke of, and the findings that tell their own reason.
pub(super) fn wanting<'a>(findings: &[&'a Advised], shown: &Shown<'_>) -> (Vec<String>, Vec<&'a Advised>) {
    let (mut by_action, mut others) = (BTreeMap::<String, Vec<&Advised>>::new(), Vec::new());
    for one in findings {
        match action(one, shown) {
            Some(action) => by_action.entry(action).or_default().push(one),
            None => others.push(*one),
        }
    }
    let line = |(action, found): (String, Vec<&Advised>)| {
        // Of what was never listed there is no resource to name, only its account.
        let things: Vec<&&Advised> = found.iter().filter(|one| one.finding.resource != one.finding.account).collect();
        match things.as_slice() {
            [] => format!("for want of {action}"),
            [one] => format!("{}, for want of {action}", label(one, shown)),
            many => format!("{}, for want of {action}", count(many.len(), "resource")),
        }
    };
    (by_action.into_iter().map(line).collect(), others)
}

/// The action whose refusal, told above, left this unknown.
fn action(one: &Advised, shown: &Shown<'_>) -> Option<String> {
    let text = |member: &str| one.finding.evidence.get(member)?.as_str();
    let (action, error) = (text("action")?, text("error")?);
    let told = |need: &Need| need.gap.action == action && need.gap.error == error;
    (one.finding.verdict == Verdict::Unknown && shown.advice.felt().any(told)).then(|| action.to_owned())
}
