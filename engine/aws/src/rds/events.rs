//! When databases were started and stopped.

use aws_sdk_rds::types::{Event, SourceType};
use muster_core::cloud::DbEvent;

use super::PAGE;
use crate::convert::timestamp;
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeEvents";
/// Fourteen days: RDS keeps events no longer.
const KEPT_MINUTES: i32 = 14 * 24 * 60;

/// Starts and stops of all databases.
pub(crate) async fn all(scope: Scope<'_>) -> Found<DbEvent> {
    paging::all(DESCRIBE, async |marker| {
        let request = scope
            .region
            .rds()
            .describe_events()
            .source_type(SourceType::DbInstance)
            .duration(KEPT_MINUTES)
            .max_records(PAGE)
            .set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.events().iter().filter_map(event).collect(), page.marker().map(str::to_owned)))
    })
    .await
}

fn event(from: &Event) -> Option<DbEvent> {
    let started = started(from.message()?)?;
    Some(DbEvent { name: from.source_identifier()?.to_owned(), at: timestamp(from.date())?, started })
}

/// True for RDS-EVENT-0088 ("DB instance started"), false for RDS-EVENT-0087 ("DB instance stopped"), nothing
/// for the rest. The API answers no event ids, so the last word of the message decides; a restart is neither.
fn started(message: &str) -> Option<bool> {
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
            ("Finished DB Instance backup", None),
            ("", None),
        ] {
            assert_eq!(started(message), expected, "{message}");
        }
    }
}
