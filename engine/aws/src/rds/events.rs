//! When databases and clusters were started and stopped.

use aws_sdk_rds::types::{Event, SourceType};
use muster_core::cloud::DbEvent;

use super::PAGE;
use crate::convert::timestamp;
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeEvents";
/// Fourteen days: RDS keeps events no longer.
const KEPT_MINUTES: i32 = 14 * 24 * 60;

/// What RDS says when it begins to start what was stopped for seven days (K: Amazon RDS User Guide, "Amazon RDS event categories
/// and event messages", RDS-EVENT-0154 of an instance, RDS-EVENT-0153 of a cluster).
const BY_ITSELF: &str = "exceeding the maximum allowed time being stopped";

/// Starts and stops of all databases.
pub(crate) async fn of_databases(scope: Scope<'_>) -> Found<DbEvent> {
    all(scope, SourceType::DbInstance).await
}

/// Starts and stops of all clusters.
pub(crate) async fn of_clusters(scope: Scope<'_>) -> Found<DbEvent> {
    all(scope, SourceType::DbCluster).await
}

async fn all(scope: Scope<'_>, source: SourceType) -> Found<DbEvent> {
    paging::all(DESCRIBE, async |marker| {
        let request =
            scope.region.rds().describe_events().source_type(source.clone()).duration(KEPT_MINUTES).max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.events().iter().filter_map(event).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

fn event(from: &Event) -> Option<DbEvent> {
    let message = from.message()?;
    let (started, automatic) = (started(message)?, message.contains(BY_ITSELF));
    Some(DbEvent { name: from.source_identifier()?.to_owned(), at: timestamp(from.date())?, started, automatic })
}

/// True for RDS-EVENT-0088 and 0151 ("DB instance started", "DB cluster started"), false for RDS-EVENT-0087 and 0150 ("… stopped"),
/// nothing for the rest. The API answers no event ids, so the last word of the message decides; a restart is neither, and a start
/// that RDS begins by itself ends with the other's word.
fn started(message: &str) -> Option<bool> {
    if message.contains(BY_ITSELF) {
        return Some(true);
    }
    match message.trim_end_matches(['.', ' ']).rsplit(' ').next()? {
        "started" => Some(true),
        "stopped" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_starts_and_stops_count() {
        for (message, expected) in [
            ("DB instance started", Some(true)),
            ("DB instance has been stopped.", Some(false)),
            ("DB instance restarted", None),
            ("DB instance is being started due to it exceeding the maximum allowed time being stopped.", Some(true)),
            ("DB cluster stopped.", Some(false)),
            ("Finished DB Instance backup", None),
            ("", None),
        ] {
            assert_eq!(started(message), expected, "{message}");
        }
    }
}
