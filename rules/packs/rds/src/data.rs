//! What all rules of the pack share: the dated table, and words.

use muster_rule::prelude::*;
use muster_rule::rds::Instance;

/// Ends of support, certificate authorities, generations and prices.
pub const ENGINES: Dated = Dated::new("rds-engines", include_str!("../../../data/rds-engines.json"));
/// Hours of a month, as AWS's price calculator counts.
pub const MONTH_HOURS: f64 = 730.0;

/// True for an instance that belongs to a cluster, which then has the setting.
pub fn is_member(instance: Instance<'_>) -> bool {
    instance.db_cluster_identifier().is_some()
}

/// `1 day`, `7 days`.
pub fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// So many instances run for it: a standby costs as much as the database itself.
pub fn copies(instance: Instance<'_>) -> f64 {
    if instance.multi_az() == Some(true) && !is_member(instance) { 2.0 } else { 1.0 }
}

/// True when it is charged by the hour.
pub fn is_running(instance: Instance<'_>) -> bool {
    instance.db_instance_status().as_deref() == Some("available")
}
