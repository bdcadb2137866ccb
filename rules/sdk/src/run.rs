//! One call: the rule by its id, over a batch.

use crate::answer::Answer;
use crate::ask::{Ask, Batch, Doc, Failure, Findings};
use crate::param::Params;
use crate::rule::{Each, Grouping, Rule};
use crate::slip::{self, Slip};
use crate::time::Time;

/// Runs the rule `id` of a pack.
pub(crate) fn evaluate<'a>(rules: &[&Rule], id: &str, params: &str, now: u64, batch: &Batch<'a>) -> Result<Findings<'a>, Failure> {
    let rule = rules.iter().find(|rule| rule.id == id).ok_or_else(|| Failure::internal(format!("the pack has no rule `{id}`")))?;
    let params = Params::read(rule.params, params).map_err(Failure::params)?;
    let ask = Ask::new(rule, params, Time(i64::try_from(now).unwrap_or(i64::MAX)));
    let mut found = Findings::default();
    match rule.check.0 {
        Grouping::Each(check) => each(&ask, check, batch, &mut found)?,
        Grouping::Scope(check) | Grouping::Fleet(check) => {
            check(&ask, batch, &mut found)?;
            slipped(None)?;
        }
    }
    Ok(found)
}

fn each<'a>(ask: &Ask<'_>, check: Each, batch: &Batch<'a>, found: &mut Findings<'a>) -> Result<(), Failure> {
    let docs = batch.of(ask.rule.subject());
    found.found.reserve(docs.len());
    for doc in docs {
        let answer: Answer = check(ask, *doc);
        slipped(Some(doc))?;
        found.push(*doc, answer);
    }
    Ok(())
}

/// What the readers noted is the end of the call.
fn slipped(doc: Option<&Doc<'_>>) -> Result<(), Failure> {
    match slip::take() {
        None => Ok(()),
        Some(Slip::Rule(message)) => Err(Failure::internal(message)),
        Some(Slip::Input(message)) => Err(Failure::input(match doc {
            Some(doc) => format!("{message} in {}", doc.key),
            None => message,
        })),
    }
}
