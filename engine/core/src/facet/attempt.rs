//! Whether an account lets us read, tried before anybody asks it for everything.

use std::collections::BTreeSet;

use super::collect::{Kinds, Wanted};
use super::table::Per;
use crate::cloud::CloudError;

/// Calls that [`Wanted::attempts`] leaves out although they are made once for all things: they name what a list gave before, or cost.
pub const NOT_ATTEMPTED: [&str; 4] = [
    // Charged by metric (K: Amazon CloudWatch Pricing).
    "cloudwatch:GetMetricData",
    // IAM makes a new report for whoever asks, and there is none to get until somebody did.
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    // Names a signing configuration.
    "lambda:ListFunctionsByCodeSigningConfig",
];

/// How single calls ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Actions that were answered.
    pub answered: BTreeSet<&'static str>,
    /// Why the others were not; each names its action.
    pub failed: Vec<CloudError>,
}

impl Attempt {
    /// Takes in how a call ended.
    pub fn add(&mut self, action: &'static str, ended: Result<(), CloudError>) {
        match ended {
            Ok(()) => drop(self.answered.insert(action)),
            Err(error) => self.failed.push(error),
        }
    }
}

impl Wanted {
    /// IAM actions of which one call tells whether they are allowed: those of lists and settings, not those that are asked of each
    /// thing nor [`NOT_ATTEMPTED`].
    #[must_use]
    pub fn attempts(&self) -> BTreeSet<&'static str> {
        let once = self.all().flat_map(Kinds::calls).filter(|call| call.per != Per::Thing).map(|call| call.action);
        once.filter(|action| !NOT_ATTEMPTED.contains(action)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Place;
    use crate::facet::{Wanted, kinds};

    fn place() -> Place {
        Place { account: "main".to_owned(), region: "us-east-1".to_owned() }
    }

    #[test]
    fn what_takes_a_thing_or_money_is_not_tried() {
        let mut wanted = Wanted::default();
        wanted.add([&place()], "ec2.instance", ["cpu", "user-data", "image", "tags"]);
        assert_eq!(wanted.attempts(), BTreeSet::from(["ec2:DescribeImages", "ec2:DescribeInstances"]));
        assert!(wanted.actions().is_superset(&wanted.attempts()));
    }

    #[test]
    fn what_is_left_out_stands_in_the_table() {
        let mut wanted = Wanted::default();
        kinds().for_each(|kind| wanted.add([&place()], kind.word, kind.facets.iter().map(|facet| facet.word)));
        assert_eq!(NOT_ATTEMPTED.iter().find(|action| !wanted.actions().contains(*action)), None);
    }
}
