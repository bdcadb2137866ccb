//! CloudWatch: alarms.

use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, Dimension as SdkDimension, MetricAlarm, StateValue};
use muster_core::facet::Members;
use muster_core::facet::cloudwatch::{Alarm, Dimension};

use super::gather::{Gather, members};
use crate::convert::text;
use crate::paging::{self, Found};
use crate::region::Scope;

/// Most alarms of a page.
const PAGE: i32 = 100;

/// Every kind of CloudWatch that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    if let Some(kind) = gather.wants("cloudwatch.alarm") {
        gather.keep(gather.listed(kind, all(gather.scope).await));
    }
}

async fn all(scope: Scope<'_>) -> Found<Members> {
    const DESCRIBE: &str = "cloudwatch:DescribeAlarms";
    paging::all(DESCRIBE, async |token| {
        let request = scope
            .region
            .cloudwatch()
            .describe_alarms()
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .max_records(PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let metric = page.metric_alarms().iter().map(|from| members(&metric(from)));
        let composite = page.composite_alarms().iter().map(|from| members(&composite(from)));
        Ok((metric.chain(composite).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn metric(from: &MetricAlarm) -> Alarm {
    let dimension = |from: &SdkDimension| Dimension { name: text(from.name()), value: text(from.value()) };
    Alarm {
        alarm_name: text(from.alarm_name()),
        alarm_arn: text(from.alarm_arn()),
        state_value: text(from.state_value().map(StateValue::as_str)),
        actions_enabled: from.actions_enabled().unwrap_or_default(),
        alarm_actions: from.alarm_actions().to_vec(),
        ok_actions: from.ok_actions().to_vec(),
        insufficient_data_actions: from.insufficient_data_actions().to_vec(),
        namespace: from.namespace().map(str::to_owned),
        metric_name: from.metric_name().map(str::to_owned),
        dimensions: from.dimensions().iter().map(dimension).collect(),
        alarm_rule: None,
    }
}

fn composite(from: &CompositeAlarm) -> Alarm {
    Alarm {
        alarm_name: text(from.alarm_name()),
        alarm_arn: text(from.alarm_arn()),
        state_value: text(from.state_value().map(StateValue::as_str)),
        actions_enabled: from.actions_enabled().unwrap_or_default(),
        alarm_actions: from.alarm_actions().to_vec(),
        ok_actions: from.ok_actions().to_vec(),
        insufficient_data_actions: from.insufficient_data_actions().to_vec(),
        alarm_rule: from.alarm_rule().map(str::to_owned),
        ..Alarm::default()
    }
}
