//! IAM as rules see it: users and root stand in the estate, and what it says of their credentials is as a report that was just made.

use jiff::Timestamp;
use muster_core::facet::Members;
use serde_json::Value;

/// Says of all credentials that do not when they were reported.
pub(super) fn reported(now: Timestamp, bodies: &mut [Members]) {
    for credentials in bodies.iter_mut().filter_map(|body| body.get_mut("Credentials")).filter_map(Value::as_object_mut) {
        credentials.entry("GeneratedTime").or_insert_with(|| now.to_string().into());
    }
}
