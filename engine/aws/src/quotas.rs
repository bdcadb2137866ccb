//! Service Quotas. What cannot be read is a note: a plan must not fail because a quota is unknown.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use muster_core::cloud::{Quota, QuotaKind};

use crate::paging;
use crate::region::Scope;

const LIST: &str = "servicequotas:ListServiceQuotas";
/// Most quotas of a page.
const PAGE: i32 = 100;

/// Service, code and words of a quota.
const fn entry(kind: QuotaKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        QuotaKind::StandardVcpus => ("ec2", "L-1216C47A", "vCPUs of running instances"),
        QuotaKind::SecurityGroups => ("vpc", "L-E79EC296", "security groups"),
        QuotaKind::RulesPerGroup => ("vpc", "L-0EA8095F", "rules of a security group"),
        QuotaKind::Alarms => ("monitoring", "L-2B86AAC5", "alarms"),
        QuotaKind::DbInstances => ("rds", "L-7B6409FD", "databases"),
    }
}

/// The quotas that could be read, and why others could not.
pub(crate) async fn read(scope: Scope<'_>, wanted: &BTreeSet<QuotaKind>) -> (BTreeMap<QuotaKind, Quota>, BTreeSet<String>) {
    let services: BTreeSet<&str> = wanted.iter().map(|kind| entry(*kind).0).collect();
    let lists = join_all(services.into_iter().map(async |service| (service, list(scope, service).await))).await;
    let mut values = BTreeMap::new();
    let mut notes = BTreeSet::new();
    for (service, found) in lists {
        values.extend(found.items);
        notes.extend(found.failures.iter().map(|error| format!("quotas of {service} could not be read: {error}")));
    }
    let mut quotas = BTreeMap::new();
    for kind in wanted {
        let (service, code, words) = entry(*kind);
        match values.get(code) {
            Some(limit) => drop(quotas.insert(*kind, Quota { limit: *limit, code: code.to_owned() })),
            None => drop(notes.insert(format!("the quota of {words} ({service} {code}) is unknown"))),
        }
    }
    (quotas, notes)
}

async fn list(scope: Scope<'_>, service: &str) -> paging::Found<(String, f64)> {
    paging::all(LIST, async |token| {
        let request = scope.region.quotas().list_service_quotas().service_code(service).max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST, request.send()).await?;
        let values = page.quotas().iter().filter_map(|quota| Some((quota.quota_code()?.to_owned(), quota.value()?)));
        Ok((values.collect(), page.next_token().map(str::to_owned)))
    })
    .await
}
