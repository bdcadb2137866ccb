//! What `muster advise` would read: a small call of each list and setting, in one region of each account.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::cloud::{CloudError, ErrorKind, Place, Snapshot};
use muster_core::facet::{Attempt, Collector as _, Wanted};

use super::{Check, PRINTS};
use crate::advisor::{choose, collect};
use crate::app::App;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::render::{count, short_account};
use crate::session::Session;

/// What these checks are of.
pub(super) const WHAT: &str = "advice";
/// What prints the policy.
const POLICY: &str = "`muster iam --advise`";
/// Actions that a line names before it counts the rest.
const FEW: usize = 3;

/// Tries them. Rights hang on the account, seldom on the region, so one region of each is asked.
pub(super) async fn try_reads(app: &App, session: &Session, snapshot: &Snapshot) -> Result<(Vec<Check>, Exit), CommandError> {
    let selection = choose::chosen(app, &session.project, &[], &[])?.selection;
    let wanted = collect::wanted(&session.project.fleet, &selection);
    if !wanted.asks() {
        return Ok((vec![Check::well(WHAT, "the rules of this fleet read its file and nothing of the account")], Exit::Done));
    }
    let actions = wanted.attempts();
    let mut ended = Vec::new();
    for place in firsts(&wanted) {
        let id = snapshot.identities.get(&place.account).map_or(&place.account, |identity| &identity.account_id);
        ended.push((format!("{} {}", short_account(id), place.region), session.world.attempt(place, &actions).await?));
    }
    Ok((checks(&wanted, &ended), exit(&ended)))
}

/// One place of each account.
fn firsts(wanted: &Wanted) -> impl Iterator<Item = &Place> {
    let mut seen = BTreeSet::new();
    wanted.places().map(|(place, _)| place).filter(move |place| seen.insert(&place.account))
}

/// One line for each action that failed, and what was not tried.
fn checks(wanted: &Wanted, ended: &[(String, Attempt)]) -> Vec<Check> {
    let mut failed: BTreeMap<(&str, bool), BTreeSet<String>> = BTreeMap::new();
    for (place, attempt) in ended {
        for error in &attempt.failed {
            failed.entry((&error.action, is_refusal(error))).or_default().insert(place.clone());
        }
    }
    let mut checks: Vec<Check> = failed.into_iter().map(|((action, refused), places)| failure(action, refused, places)).collect();
    let tried = wanted.attempts();
    if checks.is_empty() {
        let places: Vec<&str> = ended.iter().map(|(place, _)| place.as_str()).collect();
        let reads = count(tried.len(), "read");
        checks.push(Check::well(WHAT, format!("{reads} that rules need can be made, tried in {}", places.join(", "))));
    }
    let untried: Vec<&str> = wanted.actions().difference(&tried).copied().collect();
    if let Some(what) = listed(&untried) {
        checks.push(Check::note(
            WHAT,
            format!("not tried, since it takes a resource or costs: {what}"),
            format!("{POLICY} prints the policy with it"),
        ));
    }
    checks
}

fn failure(action: &str, refused: bool, places: BTreeSet<String>) -> Check {
    let places = places.into_iter().collect::<Vec<_>>().join(", ");
    if refused {
        return Check::ill(WHAT, format!("{action} is refused in {places}"), format!("{POLICY}{PRINTS}"));
    }
    Check::ill(WHAT, format!("{action} did not answer in {places}"), "try again; look at network and endpoint")
}

/// The first words, and how many more.
fn listed(words: &[&str]) -> Option<String> {
    let first = words.iter().take(FEW).copied().collect::<Vec<_>>().join(", ");
    match words.len() {
        0 => None,
        1..=FEW => Some(first),
        more => Some(format!("{first} and {} more", more - FEW)),
    }
}

/// Whether it is a permission, rather than throttling or the network.
const fn is_refusal(error: &CloudError) -> bool {
    !matches!(error.kind, ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service)
}

fn exit(ended: &[(String, Attempt)]) -> Exit {
    let failed = ended.iter().flat_map(|(_, attempt)| &attempt.failed);
    Exit::of(failed.map(|error| if is_refusal(error) { Exit::Denied } else { Exit::Unreachable }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::Health;

    fn wanted() -> Wanted {
        let place = |account: &str, region: &str| Place { account: account.to_owned(), region: region.to_owned() };
        let mut wanted = Wanted::default();
        wanted.add(&[place("data", "a"), place("data", "b"), place("main", "a")], "s3.bucket", ["tags", "policy", "acl", "size"]);
        wanted
    }

    fn after(kinds: &[ErrorKind]) -> (Vec<Check>, Exit) {
        let wanted = wanted();
        let failed = |kind: &ErrorKind| vec![CloudError::new(*kind, "s3:ListAllMyBuckets", "", "no")];
        let attempt = |(place, kind): (&Place, &ErrorKind)| (place.to_string(), Attempt { failed: failed(kind), ..Attempt::default() });
        let ended: Vec<(String, Attempt)> = firsts(&wanted).zip(kinds).map(attempt).collect();
        (checks(&wanted, &ended), exit(&ended))
    }

    #[test]
    fn a_refused_call_is_told_once_with_the_way_out() {
        let (checks, exit) = after(&[ErrorKind::Denied, ErrorKind::Denied]);
        assert_eq!(exit, Exit::Denied);
        assert_eq!(checks[0], Check::ill(WHAT, "s3:ListAllMyBuckets is refused in data/a, main/a", format!("{POLICY}{PRINTS}")));
        assert_eq!(checks.len(), 2, "{checks:?}");
        assert_eq!(after(&[ErrorKind::Throttled]).1, Exit::Unreachable);
    }

    #[test]
    fn what_was_not_tried_is_said() {
        let (checks, exit) = after(&[]);
        assert_eq!((exit, checks[0].health), (Exit::Done, Health::Well));
        let found = &checks[1].found;
        assert_eq!(
            found,
            "not tried, since it takes a resource or costs: cloudwatch:GetMetricData, s3:GetBucketAcl, s3:GetBucketPolicy and 1 more"
        );
    }
}
