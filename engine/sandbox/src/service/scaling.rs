//! autoscaling and ecs: the numbers of groups and services.

use muster_core::cloud::{CloudError, ErrorKind, Receipt};

use super::{Call, made};

impl Call<'_> {
    pub(super) fn scale_group(self, name: &str, min: u32, desired: u32, max: u32) -> Result<Receipt, CloudError> {
        if self.region.scaling_groups.get(name).is_none() || !self.region.scaling_groups.is_known(name, self.now) {
            return Err(self.refuse(ErrorKind::NotFound, "ValidationError", format!("AutoScalingGroup name not found - {name}")));
        }
        if min > max {
            let message = format!("Max bound, {max}, must be greater than or equal to min bound, {min}");
            return Err(self.refuse(ErrorKind::Invalid, "ValidationError", message));
        }
        if !(min..=max).contains(&desired) {
            let message = format!("Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}");
            return Err(self.refuse(ErrorKind::Invalid, "ValidationError", message));
        }
        if let Some(group) = self.region.scaling_groups.edit(name, self.lag) {
            group.scale(min, desired, max, self.now);
        }
        Ok(made(name))
    }

    pub(super) fn scale_service(self, cluster: &str, service: &str, desired: u32) -> Result<Receipt, CloudError> {
        let named = |row: &&crate::world::Tasks| row.view.cluster == cluster && row.view.name == service;
        let found = self.region.services.values().find(named).map(|row| (row.view.arn.clone(), row.view.daemon, row.view.status.clone()));
        let Some((arn, daemon, status)) = found.filter(|(arn, ..)| self.region.services.is_known(arn, self.now)) else {
            return Err(self.refuse(ErrorKind::NotFound, "ServiceNotFoundException", "Service not found."));
        };
        if status != "ACTIVE" {
            return Err(self.refuse(ErrorKind::WrongState, "ServiceNotActiveException", "Service was not ACTIVE."));
        }
        if daemon {
            let message = "The daemon scheduling strategy does not support a desired count for services.";
            return Err(self.refuse(ErrorKind::Invalid, "InvalidParameterException", message));
        }
        if let Some(row) = self.region.services.edit(&arn, self.lag) {
            row.scale(desired, self.now);
        }
        Ok(made(arn))
    }
}
