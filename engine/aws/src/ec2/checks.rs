//! What no list of instances says: whether one is protected from being stopped, and whether it has passed its status checks.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{InstanceAttributeName, InstanceStatus, InstanceStatusSummary, SummaryStatus};
use futures::future::join_all;
use muster_core::cloud::{CloudError, ErrorKind};

use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

const ATTRIBUTE: &str = "ec2:DescribeInstanceAttribute";
const STATUS: &str = "ec2:DescribeInstanceStatus";
/// Most ids of a DescribeInstanceStatus call (K: EC2 API Reference).
const BATCH: usize = 100;

/// Whether an instance is protected from being stopped. One that is gone is not, nor is one of a server that knows of no such
/// protection: EC2 itself refuses the stop of one that is.
pub(crate) async fn stop_protected(scope: Scope<'_>, id: &str) -> Result<bool, CloudError> {
    let request = scope.region.ec2().describe_instance_attribute().instance_id(id).attribute(InstanceAttributeName::DisableApiStop);
    match scope.call(ATTRIBUTE, request.send()).await {
        Ok(answer) => Ok(answer.disable_api_stop().and_then(|on| on.value()).unwrap_or_default()),
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Those of these instances that have passed both checks; only running ones have any.
pub(crate) async fn passed(scope: Scope<'_>, ids: &BTreeSet<String>) -> Found<String> {
    let ids: Vec<String> = ids.iter().cloned().collect();
    Found::concat(join_all(ids.chunks(BATCH).map(|batch| of_batch(scope, batch.to_vec()))).await)
}

async fn of_batch(scope: Scope<'_>, batch: Vec<String>) -> Found<String> {
    paging::all(STATUS, async |token| {
        let request = scope.region.ec2().describe_instance_status().set_instance_ids(Some(batch.clone())).set_next_token(token);
        match scope.call(STATUS, request.send()).await {
            Ok(page) => {
                let passed = page.instance_statuses().iter().filter(|status| is_passed(status));
                Ok((passed.map(|status| text(status.instance_id())).collect(), page.next_token().map(str::to_owned)))
            }
            // One that is gone has passed nothing; the wait for it ends by its own limit.
            Err(error) if error.kind == ErrorKind::NotFound => Ok((Vec::new(), None)),
            Err(error) => Err(error),
        }
    })
    .await
}

fn is_passed(status: &InstanceStatus) -> bool {
    let ok = |summary: Option<&InstanceStatusSummary>| summary.and_then(|summary| summary.status()) == Some(&SummaryStatus::Ok);
    ok(status.instance_status()) && ok(status.system_status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_checks_must_have_passed() {
        let summary = |status: SummaryStatus| InstanceStatusSummary::builder().status(status).build();
        let of = |instance, system| {
            is_passed(&InstanceStatus::builder().instance_status(summary(instance)).system_status(summary(system)).build())
        };
        assert!(of(SummaryStatus::Ok, SummaryStatus::Ok));
        assert!(!of(SummaryStatus::Initializing, SummaryStatus::Ok));
        assert!(!of(SummaryStatus::Ok, SummaryStatus::Impaired));
        assert!(!is_passed(&InstanceStatus::builder().build()));
    }
}
