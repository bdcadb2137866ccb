//! Ways to the same end, tried in order while AWS cannot give what a way needs.

use super::call;
use crate::cloud::{Clock, Cloud, CloudError, ErrorKind, Place, Receipt};
use crate::plan::Way;

/// What came of trying.
#[derive(Debug)]
pub struct Tried {
    /// The last way's answer.
    pub answer: Result<Receipt, CloudError>,
    /// The way that was gone last.
    pub way: usize,
    /// Remark for the outcome when it was not the first.
    pub note: Option<String>,
    /// Why the step has failed although its ops go on: only the way back was left.
    pub retreat: Option<String>,
}

/// Goes the ways from `first` on, until one is gone to its end or is refused for a reason that the next one shares.
pub async fn go<C: Cloud, K: Clock>(cloud: &C, clock: &K, place: &Place, ways: &[Way], first: usize) -> Tried {
    let mut refused: Vec<String> = ways.iter().take(first).map(|way| format!("{} (no capacity)", way.name)).collect();
    let mut tried = Tried { answer: Ok(Receipt::default()), way: first, note: None, retreat: None };
    for (at, way) in ways.iter().enumerate().skip(first) {
        tried.way = at;
        tried.answer = one(cloud, clock, place, way).await;
        match &tried.answer {
            Err(error) if is_about_this_way(error.kind) => refused.push(format!("{} ({})", way.name, error.code)),
            _ => break,
        }
    }
    if let (true, false, Some(way)) = (tried.answer.is_ok(), refused.is_empty(), ways.get(tried.way)) {
        let why = format!("as {}: not {}", way.name, refused.join(", "));
        if way.retreat { tried.retreat = Some(why) } else { tried.note = Some(why) }
    }
    if let Err(error) = &mut tried.answer
        && is_about_this_way(error.kind)
    {
        error.message = format!("none could be had of {}: {}", refused.join(", "), error.message);
    }
    tried
}

async fn one<C: Cloud, K: Clock>(cloud: &C, clock: &K, place: &Place, way: &Way) -> Result<Receipt, CloudError> {
    let mut receipt = Receipt::default();
    for change in &way.changes {
        receipt = call::perform(cloud, clock, place, change, false).await?;
    }
    Ok(receipt)
}

/// True when another way may succeed: no capacity, a quota of this family, a type that is not offered here.
const fn is_about_this_way(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Capacity | ErrorKind::Quota | ErrorKind::Invalid)
}
