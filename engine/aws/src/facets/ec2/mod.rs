//! EC2.

mod account;
mod instance_facets;
mod instances;
mod network;
mod storage;
mod templates;

use aws_smithy_types::base64;
use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use muster_core::facet::KindSpec;

use super::gather::Gather;
use crate::convert::timestamp;

/// Most things of a page of the lists that take so many.
const PAGE: i32 = 1000;
/// Most values of a filter.
const FILTER_VALUES: usize = 200;

/// Reads one kind.
type Reader = for<'a> fn(&'a Gather<'a>, &'static KindSpec) -> LocalBoxFuture<'a, ()>;

/// What reads each kind.
const READERS: [(&str, Reader); 11] = [
    ("ec2.instance", |gather, kind| instances::gather(gather, kind).boxed_local()),
    ("ec2.volume", |gather, kind| storage::volumes(gather, kind).boxed_local()),
    ("ec2.snapshot", |gather, kind| storage::snapshots(gather, kind).boxed_local()),
    ("ec2.image", |gather, kind| storage::images(gather, kind).boxed_local()),
    ("ec2.address", |gather, kind| network::addresses(gather, kind).boxed_local()),
    ("ec2.security-group", |gather, kind| network::groups(gather, kind).boxed_local()),
    ("ec2.network-interface", |gather, kind| network::interfaces(gather, kind).boxed_local()),
    ("ec2.vpc", |gather, kind| network::vpcs(gather, kind).boxed_local()),
    ("ec2.subnet", |gather, kind| network::subnets(gather, kind).boxed_local()),
    ("ec2.launch-template", |gather, kind| templates::gather(gather, kind).boxed_local()),
    ("ec2.account", |gather, kind| account::gather(gather, kind).boxed_local()),
];

/// Every kind of EC2 that is wanted.
pub(super) async fn gather<'a>(gather: &'a Gather<'a>) {
    let mut tasks: Vec<LocalBoxFuture<'_, ()>> = Vec::new();
    for (word, read) in READERS {
        tasks.extend(gather.wants(word).map(|kind| read(gather, kind)));
    }
    join_all(tasks).await;
}

/// An SDK time as RFC 3339.
fn rfc3339(time: Option<&aws_smithy_types::DateTime>) -> Option<String> {
    timestamp(time).map(|time| time.to_string())
}

/// Text that is there and not empty.
fn told(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// User data, which AWS sends in base64. What is no UTF-8 is replaced; what is no base64 stays as it is.
fn decoded(data: &str) -> String {
    base64::decode(data).map_or_else(|_| data.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn sorted<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_data_is_read_whatever_it_is() {
        assert_eq!(decoded("IyEvYmluL3NoCg=="), "#!/bin/sh\n");
        assert_eq!(decoded("H4s="), "\u{1f}\u{fffd}", "compressed data is known by its first byte");
        assert_eq!(decoded("not base64!"), "not base64!");
    }
}
