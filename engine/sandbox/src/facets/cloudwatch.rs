//! CloudWatch as rules see it.

use jiff::Timestamp;
use muster_core::cloud::IdRef;
use muster_core::facet::Members;
use muster_core::facet::cloudwatch::{Alarm, Dimension};

use super::members;
use crate::world::Region;

/// Every alarm: in the world they all watch an instance.
pub(super) fn alarms(region: &Region, now: Timestamp) -> Vec<Members> {
    let all = region.alarms.seen(now).into_iter().map(|row| {
        let (view, spec) = (&row.view, &row.view.spec);
        let instance = match &spec.instance {
            IdRef::Id(id) => id.clone(),
            IdRef::Of(address) => address.to_string(),
        };
        Alarm {
            alarm_name: view.name.clone(),
            alarm_arn: view.arn.clone(),
            state_value: view.state.clone(),
            actions_enabled: spec.actions_enabled,
            alarm_actions: spec.actions.clone(),
            namespace: Some(spec.namespace.clone()),
            metric_name: Some(spec.metric.clone()),
            dimensions: vec![Dimension { name: "InstanceId".to_owned(), value: instance }],
            ..Alarm::default()
        }
    });
    all.map(|alarm| members(&alarm)).collect()
}
