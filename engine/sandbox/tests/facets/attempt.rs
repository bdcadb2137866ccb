//! Trying what may be read.

use std::collections::BTreeSet;

use futures::executor::block_on;
use muster_core::cloud::{ErrorKind, Place};
use muster_core::facet::{Attempt, Collector as _};
use muster_sandbox::Sandbox;

use crate::service::audit;

fn attempt(sandbox: &Sandbox) -> Attempt {
    let place = Place { account: "default".to_owned(), region: "us-east-1".to_owned() };
    let actions = BTreeSet::from(["ec2:DescribeVolumes", "iam:GetCredentialReport", "s3:ListAllMyBuckets"]);
    block_on(sandbox.attempt(&place, &actions)).expect("an answer")
}

#[test]
fn each_action_is_answered_or_says_why_not() {
    let sandbox = audit();
    let whole = attempt(&sandbox);
    assert_eq!((whole.answered, whole.failed), (BTreeSet::from(["ec2:DescribeVolumes", "s3:ListAllMyBuckets"]), Vec::new()));
    sandbox.deny("s3:*").expect("denied");
    let refused = attempt(&sandbox);
    assert_eq!(refused.answered, BTreeSet::from(["ec2:DescribeVolumes"]));
    let failed: Vec<_> = refused.failed.iter().map(|error| (error.action.as_str(), error.kind)).collect();
    assert_eq!(failed, [("s3:ListAllMyBuckets", ErrorKind::Denied)]);
}
