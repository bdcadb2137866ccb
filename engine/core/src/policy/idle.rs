//! Policies after which nothing would be judged.

use super::lint::is_built_in;
use super::{Enabled, Ground, Lint, LintCode, Policies, Selection};
use crate::facet::Home;
use crate::span::Span;

/// Says that no rule is on, or that none of them runs anywhere in the fleet; nothing when something would be judged, and
/// nothing of a selection with errors: what is wrong with a rule keeps it from being on.
#[must_use]
pub fn idle(policies: &Policies, ground: &Ground, selection: &Selection) -> Option<Lint> {
    if !selection.is_clean() || selection.enabled.iter().any(|enabled| runs(enabled, ground)) {
        return None;
    }
    let (message, help) = if selection.enabled.is_empty() {
        ("no rule is on, so nothing would be judged", "rules that no policy names are off: turn some on, `ec2/*: on`, or list `baseline`")
    } else if selection.narrowed {
        (
            "no rule that was asked for runs anywhere in this fleet, so nothing would be judged",
            "compare its `where` with `cloud` in fleet.yaml",
        )
    } else {
        ("no rule that is on runs anywhere in this fleet, so nothing would be judged", "compare each `where` with `cloud` in fleet.yaml")
    };
    let (message, help) = (message.to_owned(), help.to_owned());
    let span = selection.enabled.first().map_or_else(|| place(policies, ground), |enabled| enabled.span.clone());
    Some(Lint { code: LintCode::NothingOn, message, help, span, also: None })
}

/// The last policy that somebody wrote, else the list of them.
fn place(policies: &Policies, ground: &Ground) -> Span {
    let own = policies.layers.iter().rfind(|policy| !is_built_in(policy));
    let first = own.map(|policy| policy.rules.first().map_or_else(|| Span::start_of(&policy.file), |rule| rule.pattern.span.clone()));
    first.or_else(|| ground.listed.clone()).unwrap_or_else(|| Span::start_of(&"fleet.yaml".into()))
}

/// Whether a rule judges anything that can be in the fleet. Where the places are not known it may.
fn runs(enabled: &Enabled, ground: &Ground) -> bool {
    let mut places = ground.places().peekable();
    if places.peek().is_none() {
        return true;
    }
    let homes: Vec<Home> = enabled.rule.needs.iter().filter_map(|need| (ground.kinds)(&need.kind)).map(|kind| kind.home).collect();
    homes.contains(&Home::File)
        || places.any(|(account, region)| {
            let reaches = |home: &Home| enabled.scope.reaches(account, if *home == Home::Region { region } else { "" });
            homes.iter().any(reaches)
        })
}
