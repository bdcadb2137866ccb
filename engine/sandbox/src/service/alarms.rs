//! cloudwatch: alarms. They are kept, not evaluated: nothing here has a CPU.

use muster_core::arn::partition;
use muster_core::cloud::{Alarm, AlarmSpec, CloudError, ErrorKind, QuotaKind, Receipt};
use muster_core::tags::Tags;

use super::{Call, made};
use crate::world::AlarmRow;

/// Longest name of an alarm.
const NAME_MAX: usize = 255;

impl Call<'_> {
    pub(super) fn put_alarm(self, name: &str, description: &str, spec: &AlarmSpec, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.id(&spec.instance)?;
        self.check_alarm(name, spec)?;
        if self.region.alarms.get(name).is_none() {
            self.check_quota(QuotaKind::Alarms, self.region.alarms.len(), 1, "LimitExceeded", "alarms")?;
            let arn = format!("arn:{}:cloudwatch:{}:{}:alarm:{name}", partition(self.region_name), self.region_name, self.account_id);
            let view = Alarm {
                name: name.to_owned(),
                arn,
                description: description.to_owned(),
                spec: spec.clone(),
                state: "INSUFFICIENT_DATA".to_owned(),
            };
            self.region.alarms.insert(name, AlarmRow { view, tags: tags.clone() }, self.lag);
        } else if let Some(row) = self.region.alarms.edit(name, self.lag) {
            // State and tags outlive a replacement.
            description.clone_into(&mut row.view.description);
            row.view.spec = spec.clone();
        }
        Ok(made(name))
    }

    fn check_alarm(&self, name: &str, spec: &AlarmSpec) -> Result<(), CloudError> {
        let refuse = |message: String| Err(self.refuse(ErrorKind::Invalid, "ValidationError", message));
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return refuse(format!("alarm name '{name}' must have 1 to {NAME_MAX} characters"));
        }
        let period = spec.period_seconds;
        if !(matches!(period, 10 | 30) || period > 0 && period % 60 == 0) {
            return refuse(format!("Period {period} must be 10, 30 or a multiple of 60"));
        }
        if spec.periods < 1 || i64::from(spec.periods) * i64::from(period) > 7 * 86_400 {
            return refuse(format!("{} periods of {period} s: at least one, at most seven days in all", spec.periods));
        }
        let prefix = format!("arn:{}:", partition(self.region_name));
        match spec.actions.iter().find(|action| !action.starts_with(&prefix)) {
            Some(action) => refuse(format!("Invalid alarm action: {action}")),
            None => Ok(()),
        }
    }

    pub(super) fn reset_alarm(self, name: &str) -> Result<Receipt, CloudError> {
        if !self.region.alarms.is_known(name, self.now) {
            return Err(self.refuse(ErrorKind::NotFound, "ResourceNotFound", format!("Alarm {name} does not exist")));
        }
        if let Some(row) = self.region.alarms.edit(name, self.lag) {
            "OK".clone_into(&mut row.view.state);
        }
        Ok(made(name))
    }

    pub(super) fn delete_alarm(self, name: &str) -> Result<Receipt, CloudError> {
        self.region.alarms.remove(name, self.lag);
        Ok(made(name))
    }
}
