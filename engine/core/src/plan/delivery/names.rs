//! What the parts of delivery are called in one place; all of it follows from names, account and region.

use crate::address::Address;
use crate::arn::partition;
use crate::aws_name::aws_name;
use crate::cloud::Place;
use crate::delivery::group_name;
use crate::name::{FleetName, Name};
use crate::plan::draft::Draft;

/// Address of the schedule group of a fleet.
#[must_use]
pub fn group_address() -> Address {
    Address::from_text("delivery/group")
}

/// Path of the roles of a fleet in a region. The slash at its end keeps `lms` from seeing those of `lms-2`.
#[must_use]
pub fn path(fleet: &FleetName, region: &str) -> String {
    format!("/muster/{fleet}/{region}/")
}

/// Address of a schedule's role.
pub(super) fn role_address(schedule: &Name) -> Address {
    Address::from_text(&format!("schedule/{schedule}/role"))
}

/// Address of a schedule's queue.
pub(super) fn queue_address(schedule: &Name) -> Address {
    Address::from_text(&format!("schedule/{schedule}/queue"))
}

/// Address of a schedule's edges as a whole, for what is said about all of them.
pub(super) fn edges_address(schedule: &Name) -> Address {
    Address::from_text(&format!("schedule/{schedule}/edge"))
}

/// A fleet in a place.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The fleet.
    pub(super) fleet: FleetName,
    /// Where.
    pub(super) place: Place,
    /// Twelve digits.
    pub(super) account: String,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub(super) partition: &'static str,
    /// Name of its schedule group.
    pub(super) group: String,
}

impl Names {
    /// The names in a place; nothing for a fleet without one, which owns nothing.
    pub(super) fn of(draft: &Draft<'_>, place: &Place) -> Option<Self> {
        let fleet = draft.input.fleet.name.clone()?;
        let account = draft.sites.get(place)?.account_id.clone();
        let (group, partition) = (group_name(&fleet), partition(&place.region));
        Some(Self { fleet, place: place.clone(), account, partition, group })
    }

    /// ARN of the schedule group.
    pub(super) fn group_arn(&self) -> String {
        format!("arn:{}:scheduler:{}:{}:schedule-group/{}", self.partition, self.place.region, self.account, self.group)
    }

    /// Name of a schedule's role: IAM is global, so the region is in it.
    pub(super) fn role(&self, schedule: &Name) -> String {
        aws_name(&self.fleet, &in_region(&role_address(schedule), &self.place.region))
    }

    /// ARN of a schedule's role.
    pub(super) fn role_arn(&self, schedule: &Name) -> String {
        format!("arn:{}:iam::{}:role{}{}", self.partition, self.account, path(&self.fleet, &self.place.region), self.role(schedule))
    }

    /// Name of a schedule's queue.
    pub(super) fn queue(&self, schedule: &Name) -> String {
        aws_name(&self.fleet, &queue_address(schedule))
    }

    /// ARN of a schedule's queue.
    pub(super) fn queue_arn(&self, schedule: &Name) -> String {
        format!("arn:{}:sqs:{}:{}:{}", self.partition, self.place.region, self.account, self.queue(schedule))
    }
}

/// What the name of a role is made from.
pub(in crate::plan) fn in_region(role: &Address, region: &str) -> Address {
    Address::from_text(&format!("{role}/{region}"))
}
