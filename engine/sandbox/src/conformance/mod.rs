//! What every implementation of [`Cloud`] must do, as cases that run against any of them.
//!
//! Each case makes what it needs under names of its own, so cases do not disturb one another and a run does not
//! need an empty account. Whatever a reading is asked for may come late, as on AWS: cases wait for it by the
//! clock they are given. A case that a backend cannot hold is skipped by name and with a reason, never silently.

mod alarms;
mod clusters;
mod databases;
mod edges;
mod groups;
mod instances;
mod keys;
mod launch;
mod parameter_groups;
mod queues;
mod reading;
mod roles;
mod scaling;
mod stage;
mod tags;
mod volumes;

use muster_core::cloud::{Clock, Cloud, Place};
use muster_core::tags::Tags;

use stage::Stage;

/// The estate of what an account must hold before the suite runs, since muster makes none of it: a group, a service and a cluster
/// of two members, each tagged `conformance: stock`. A backend that is not the sandbox is given the same by its own means.
pub const STOCK: &str = "\
places:
- region: ap-northeast-2
  scaling-groups: [{name: stock, min: 1, desired: 2, max: 4, tags: {conformance: stock}}]
  services: [{cluster: stock, name: stock, desired: 2, tags: {conformance: stock}}]
  clusters:
  - name: stock
    engine: aurora-mysql
    version: 8.0.mysql_aurora.3.08.0
    members: [{name: stock-1, class: db.r6g.large}, {name: stock-2, class: db.r6g.large}]
    tags: {conformance: stock}
";

/// True on what [`STOCK`] holds.
fn is_stock(tags: &Tags) -> bool {
    tags.get("conformance").is_some_and(|value| value == "stock")
}

/// What a case answers: nothing, or what was broken.
pub(crate) type Held = Result<(), String>;

/// A case that a backend cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skip {
    /// One of [`CASES`].
    pub case: &'static str,
    /// Why this backend cannot hold it.
    pub reason: &'static str,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As it must be.
    Held,
    /// Not as it must be, and how.
    Broken(String),
    /// Not tried, and why.
    Skipped(&'static str),
}

/// One case and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One of [`CASES`].
    pub case: &'static str,
    /// How it ended.
    pub verdict: Verdict,
}

macro_rules! cases {
    ($($module:ident :: $case:ident),* $(,)?) => {
        /// The name of every case.
        pub const CASES: &[&str] = &[$(concat!(stringify!($module), "::", stringify!($case))),*];

        /// Runs every case that is not skipped, one after another. `run` tells this run's names from another's:
        /// a few lower-case letters or digits.
        pub async fn all<C: Cloud, K: Clock>(cloud: &C, clock: &K, place: &Place, run: &str, skips: &[Skip]) -> Vec<Report> {
            let mut reports = Vec::new();
            $({
                let case = concat!(stringify!($module), "::", stringify!($case));
                let verdict = match skips.iter().find(|skip| skip.case == case) {
                    Some(skip) => Verdict::Skipped(skip.reason),
                    None => verdict($module::$case(&Stage::new(cloud, clock, place, run, reports.len())).await),
                };
                reports.push(Report { case, verdict });
            })*
            reports
        }
    };
}

cases! {
    groups::a_name_is_taken_once,
    groups::rules_are_added_once,
    groups::a_cidr_is_stored_without_host_bits,
    groups::rules_are_revoked_by_id,
    groups::a_group_that_is_named_by_a_rule_stays,
    groups::a_group_in_use_stays,
    groups::what_is_gone_is_deleted_again,
    keys::a_name_is_taken_once,
    keys::the_public_half_is_read_back,
    keys::a_stored_key_is_never_overwritten,
    keys::a_stored_key_is_read_and_deleted,
    launch::a_token_makes_one_instance,
    launch::a_token_with_other_parameters_is_refused,
    launch::a_token_outlives_its_instance,
    launch::an_instance_has_what_it_was_asked_for,
    launch::an_unknown_image_is_refused,
    launch::an_unknown_group_is_refused,
    instances::it_stops_and_starts,
    instances::stopping_twice_is_one_stop,
    instances::a_terminated_one_does_not_start,
    instances::terminating_twice_is_one_end,
    instances::the_type_changes_when_stopped_only,
    instances::groups_and_metadata_change_while_it_runs,
    instances::an_unknown_id_is_refused,
    volumes::a_volume_grows_and_never_shrinks,
    volumes::a_snapshot_asked_for_twice_at_once_is_one,
    alarms::putting_makes_and_replaces,
    alarms::it_is_reset_and_deleted,
    tags::an_instance_is_tagged_and_untagged,
    tags::an_alarm_is_tagged_by_arn,
    tags::a_parameter_group_is_tagged_by_arn,
    tags::a_database_is_tagged_by_arn,
    tags::the_fifty_first_tag_is_refused,
    parameter_groups::a_name_is_taken_once,
    parameter_groups::parameters_are_set_and_read,
    parameter_groups::one_in_use_stays,
    databases::a_name_is_taken_once,
    databases::it_has_what_it_was_asked_for,
    databases::it_stops_and_starts,
    databases::it_is_not_stopped_while_it_is_being_made,
    databases::deletion_protection_protects,
    databases::a_class_waits_for_the_window,
    databases::a_class_changes_at_once_when_asked,
    databases::its_end_is_done_twice,
    databases::a_snapshot_is_tagged_as_it_is_made,
    databases::a_stopped_one_is_not_snapshotted,
    clusters::it_stops_and_starts_with_its_members,
    clusters::a_member_is_not_stopped_alone,
    clusters::a_snapshot_is_taken_once_and_ended,
    clusters::an_unknown_one_is_refused,
    scaling::a_group_takes_its_three_numbers,
    scaling::a_group_is_tagged_by_its_name,
    scaling::a_service_takes_its_number,
    scaling::a_service_is_tagged_by_its_arn,
    edges::a_group_is_made_once,
    edges::a_group_that_is_not_there_is_an_answer,
    edges::a_group_that_is_gone_is_deleted_again,
    edges::a_group_is_tagged_by_its_arn,
    edges::one_stands_as_it_was_made,
    edges::one_needs_its_group,
    edges::one_needs_a_role_that_can_be_assumed,
    edges::one_needs_an_expression_and_a_zone,
    edges::more_than_a_page_is_read_whole,
    edges::the_end_of_a_group_is_that_of_its_edges,
    roles::a_name_is_taken_once,
    roles::what_it_says_is_replaced,
    roles::one_with_a_policy_stays,
    roles::an_unknown_one_is_refused,
    roles::one_is_tagged_by_its_name,
    queues::it_has_what_it_was_asked_for,
    queues::asking_twice_makes_one,
    queues::what_it_keeps_is_changed,
    queues::one_is_tagged_by_its_name,
    reading::unknown_ids_are_left_out,
    reading::ubuntu_is_found_in_both_architectures,
    reading::an_image_is_found_by_id_owner_and_parameter,
    reading::there_is_a_default_network,
    reading::lists_are_sorted_and_counted,
    reading::prefixes_narrow_a_list,
}

fn verdict(held: Held) -> Verdict {
    held.map_or_else(Verdict::Broken, |()| Verdict::Held)
}
