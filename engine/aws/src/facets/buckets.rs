//! The buckets of an account: S3 lists them for all regions at once, so they are listed once however many regions want them. That also
//! tells of those in regions that nobody asks about.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{Bucket, BucketLocationConstraint};
use muster_core::cloud::CloudError;
use muster_core::facet::{Members, Spread};
use tokio::sync::OnceCell;

use super::s3_bodies as body;
use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

/// Most buckets of a page. Any parameter makes AWS say the region of each (K: Amazon S3 API Reference, "ListBuckets", `BucketRegion`).
const PAGE: i32 = 10_000;

/// The list of one account, read by whoever wants it first.
#[derive(Debug, Default)]
pub(super) struct Buckets(OnceCell<Listed>);

/// What it said.
#[derive(Debug)]
struct Listed {
    /// Bodies by region.
    by_region: BTreeMap<String, Vec<Members>>,
    /// Why it is not all.
    failures: Vec<CloudError>,
}

impl Buckets {
    /// Those of the scope's region; what the list did not give hides some of every region.
    pub(super) async fn here(&self, scope: Scope<'_>) -> Found<Members> {
        let listed = self.0.get_or_init(|| listed(scope)).await;
        let items = listed.by_region.get(&scope.place().region).cloned().unwrap_or_default();
        Found { items, failures: listed.failures.clone() }
    }

    /// How many there are in each region, if they were listed.
    pub(super) fn spread(&self, account: &str) -> Option<Spread> {
        let by_region = &self.0.get()?.by_region;
        let regions = by_region.iter().map(|(region, bodies)| (region.clone(), bodies.len())).collect();
        Some(Spread { account: account.to_owned(), kind: "s3.bucket", regions })
    }
}

async fn listed(scope: Scope<'_>) -> Listed {
    const LIST: &str = "s3:ListAllMyBuckets";
    let found = paging::all(LIST, async |token| {
        let request = scope.region.s3().list_buckets().max_buckets(PAGE).set_continuation_token(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.buckets().to_vec(), page.continuation_token().map(str::to_owned)))
    })
    .await;
    let mut listed = Listed { by_region: BTreeMap::new(), failures: found.failures };
    for bucket in found.items {
        match region(scope, &bucket).await {
            Ok(region) => listed.by_region.entry(region).or_default().push(body::bucket(&bucket)),
            Err(error) => listed.failures.push(error),
        }
    }
    listed
}

/// The region of a bucket. AWS says it in the list; of a server that does not, each is asked, and the two oldest regions have names of
/// their own there.
async fn region(scope: Scope<'_>, bucket: &Bucket) -> Result<String, CloudError> {
    if let Some(region) = bucket.bucket_region() {
        return Ok(region.to_owned());
    }
    let request = scope.region.s3().get_bucket_location().bucket(text(bucket.name()));
    let answer = scope.call("s3:GetBucketLocation", request.send()).await?;
    Ok(match answer.location_constraint().map(BucketLocationConstraint::as_str) {
        None | Some("" | "null") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    })
}
