//! The conformance suite of `trait Cloud` against the live client and a moto server: every case, none skipped.

use muster_aws::WallClock;
use muster_sandbox::conformance::{CASES, Verdict, all};

/// Seconds a database takes to change its state: long enough to be seen on the way.
const SLOW_DATABASES: &str = r#"{"rds_delay": 2}"#;
const AT_ONCE: &str = r#"{"rds_delay": 0}"#;

#[tokio::test]
async fn the_live_account_conforms() {
    let Some(world) = crate::world(99).await else { return };
    world.stock().await;
    world.lab("config", SLOW_DATABASES).await;
    let reports = all(&world.live, &WallClock, &world.place, "m", &[]).await;
    world.lab("config", AT_ONCE).await;
    assert_eq!(reports.len(), CASES.len());
    let broken: Vec<String> = reports
        .into_iter()
        .filter(|report| report.verdict != Verdict::Held)
        .map(|report| format!("{}: {:?}", report.case, report.verdict))
        .collect();
    assert!(broken.is_empty(), "{} of {} cases are broken\n{}", broken.len(), CASES.len(), broken.join("\n"));
}
