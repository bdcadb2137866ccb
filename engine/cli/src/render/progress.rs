//! What happens while it happens, on stderr: one line a finished step, and on a terminal one that moves.

use std::collections::BTreeSet;

use muster_core::address::Address;
use muster_core::event::{Event, Progress as Step, What};

use super::style::{Accent, Style};
use super::table::truncate_middle;

/// Counts steps as their events come in.
#[derive(Debug)]
pub(crate) struct Progress {
    total: usize,
    ended: usize,
    under_way: BTreeSet<Address>,
}

/// What is to be shown after an event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// A line that stays.
    pub(crate) permanent: Option<String>,
    /// The line that moves, where lines can.
    pub(crate) moving: Option<String>,
}

impl Progress {
    /// Nothing has happened yet to so many steps.
    pub(crate) const fn new(total: usize) -> Self {
        Self { total, ended: 0, under_way: BTreeSet::new() }
    }

    /// Takes an event in.
    pub(crate) fn take(&mut self, event: &Event, style: &Style) -> Lines {
        let What::Step { address, action, progress, .. } = &event.what else { return Lines::default() };
        let (accent, sign, rest) = match progress {
            Step::Calling { call } => return self.moving(address, call, style),
            Step::Waiting { until } => return self.moving(address, until, style),
            Step::Done { id } => (Accent::Create, "✓", id.clone().unwrap_or_default()),
            Step::Failed { error, .. } => (Accent::Destroy, "✗", error.clone()),
            Step::NotTried { why } => (Accent::Held, "–", why.clone()),
        };
        self.under_way.remove(address);
        self.ended += 1;
        let width = self.total.to_string().len();
        let line = format!("{:>width$}/{} {sign} {} {address} {rest}", self.ended, self.total, action.as_str());
        let cut = truncate_middle(line.trim_end(), style.width);
        Lines { permanent: Some(style.paint(accent, &cut)), moving: Some(String::new()) }
    }

    fn moving(&mut self, address: &Address, what: &str, style: &Style) -> Lines {
        self.under_way.insert(address.clone());
        let others = match self.under_way.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let line = format!("{}/{}  {address}: {what}{others}", self.ended, self.total);
        Lines { permanent: None, moving: Some(style.paint(Accent::Held, &truncate_middle(&line, style.width.saturating_sub(1)))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::plan::Action;

    fn event(address: &str, progress: Step) -> Event {
        let (account, region) = ("1".to_owned(), "r".to_owned());
        let what = What::Step { address: Address::from_text(address), action: Action::Create, account, region, progress };
        Event { at: jiff::Timestamp::UNIX_EPOCH, what }
    }

    #[test]
    fn finished_steps_stay_and_the_rest_moves() {
        let style = Style { color: false, unicode: true, width: 80 };
        let mut progress = Progress::new(12);
        let call = |call: &str| Step::Calling { call: call.to_owned() };
        let first = progress.take(&event("user/a/key", call("ec2:ImportKeyPair")), &style);
        assert_eq!(first.moving.as_deref(), Some("0/12  user/a/key: ec2:ImportKeyPair"));
        progress.take(&event("user/b/key", call("ec2:ImportKeyPair")), &style);
        let done = progress.take(&event("user/a/key", Step::Done { id: Some("key-1".to_owned()) }), &style);
        assert_eq!(done.permanent.as_deref(), Some(" 1/12 ✓ create user/a/key key-1"));
        let refused = Step::Failed { error: "no".to_owned(), request_id: None };
        assert_eq!(progress.take(&event("user/b/key", refused), &style).permanent.as_deref(), Some(" 2/12 ✗ create user/b/key no"));
    }
}
