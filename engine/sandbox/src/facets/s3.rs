//! S3 as rules see it: buckets stand in the estate, and inherit what their account blocks.

use muster_core::facet::Members;
use serde_json::Value;

/// Member of an account, and of its buckets under another name.
const BLOCK: &str = "PublicAccessBlockConfiguration";

/// Says of every bucket what its account blocks of public access.
pub(super) fn under(account: Option<&Members>, buckets: &mut [Members]) {
    let block = account.and_then(|account| account.get(BLOCK)).cloned().unwrap_or(Value::Null);
    buckets.iter_mut().for_each(|bucket| drop(bucket.insert(format!("Account{BLOCK}"), block.clone())));
}
