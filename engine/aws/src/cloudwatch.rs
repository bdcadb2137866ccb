//! CloudWatch: alarms that stop idle instances.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{AlarmType, ComparisonOperator, Dimension, MetricAlarm, StateValue, Statistic, Tag};
use futures::future::join_all;
use muster_core::cloud::{Alarm, AlarmSpec, CloudError, IdRef, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, known, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "cloudwatch:DescribeAlarms";
const PUT: &str = "cloudwatch:PutMetricAlarm";
/// Most alarms of a page.
const PAGE: i32 = 100;
/// The dimension that names an instance.
const INSTANCE_ID: &str = "InstanceId";

/// Alarms whose name begins with one of `prefixes`.
pub(crate) async fn alarms(scope: Scope<'_>, prefixes: &BTreeSet<String>) -> Found<Alarm> {
    let mut found = Found::concat(join_all(prefixes.iter().map(|prefix| with_prefix(scope, prefix))).await);
    // One prefix may be the beginning of another.
    found.items.sort_by(|a, b| a.name.cmp(&b.name));
    found.items.dedup_by(|a, b| a.name == b.name);
    found
}

async fn with_prefix(scope: Scope<'_>, prefix: &str) -> Found<Alarm> {
    paging::all(DESCRIBE, async |token| {
        let request = scope
            .region
            .cloudwatch()
            .describe_alarms()
            .alarm_name_prefix(prefix)
            .alarm_types(AlarmType::MetricAlarm)
            .max_records(PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.metric_alarms().iter().map(alarm).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn alarm(from: &MetricAlarm) -> Alarm {
    Alarm {
        name: text(from.alarm_name()),
        arn: text(from.alarm_arn()),
        description: text(from.alarm_description()),
        spec: spec(from),
        state: text(from.state_value().map(StateValue::as_str)),
    }
}

/// An alarm on something else than an instance watches the instance with no id, which is nobody's wish.
fn spec(from: &MetricAlarm) -> AlarmSpec {
    let watched = from.dimensions().iter().find(|dimension| dimension.name() == Some(INSTANCE_ID));
    AlarmSpec {
        instance: IdRef::Id(text(watched.and_then(|dimension| dimension.value()))),
        namespace: text(from.namespace()),
        metric: text(from.metric_name()),
        statistic: text(from.statistic().map(Statistic::as_str)),
        comparison: text(from.comparison_operator().map(ComparisonOperator::as_str)),
        threshold: from.threshold().unwrap_or_default(),
        period_seconds: from.period().unwrap_or_default(),
        periods: from.evaluation_periods().unwrap_or_default(),
        missing_data: text(from.treat_missing_data()),
        actions: from.alarm_actions().to_vec(),
        actions_enabled: from.actions_enabled().unwrap_or_default(),
    }
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// cloudwatch:PutMetricAlarm.
pub(crate) async fn put(scope: Scope<'_>, name: &str, description: &str, spec: &AlarmSpec, tags: &Tags) -> Result<Receipt, CloudError> {
    let instance = known(PUT, &spec.instance)?;
    let request = scope
        .region
        .cloudwatch()
        .put_metric_alarm()
        .alarm_name(name)
        .alarm_description(description)
        .namespace(&spec.namespace)
        .metric_name(&spec.metric)
        .statistic(Statistic::from(spec.statistic.as_str()))
        .comparison_operator(ComparisonOperator::from(spec.comparison.as_str()))
        .threshold(spec.threshold)
        .period(spec.period_seconds)
        .evaluation_periods(spec.periods)
        .treat_missing_data(&spec.missing_data)
        .set_alarm_actions(Some(spec.actions.clone()))
        .actions_enabled(spec.actions_enabled)
        .dimensions(Dimension::builder().name(INSTANCE_ID).value(instance).build())
        .set_tags((!tags.is_empty()).then(|| sdk_tags(tags)));
    let answer = scope.call(PUT, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// cloudwatch:SetAlarmState to OK.
pub(crate) async fn reset(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .cloudwatch()
        .set_alarm_state()
        .alarm_name(name)
        .state_value(StateValue::Ok)
        .state_reason("muster started the instance");
    let answer = scope.call("cloudwatch:SetAlarmState", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// cloudwatch:DeleteAlarms.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.cloudwatch().delete_alarms().alarm_names(name);
    gone_is_done(scope.call("cloudwatch:DeleteAlarms", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}

/// cloudwatch:TagResource.
pub(crate) async fn set_tags(scope: Scope<'_>, arn: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope.region.cloudwatch().tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(tags)));
    let answer = scope.call("cloudwatch:TagResource", request.send()).await?;
    Ok(receipt(&answer, Some(arn)))
}

/// cloudwatch:UntagResource.
pub(crate) async fn remove_tags(scope: Scope<'_>, arn: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let request = scope.region.cloudwatch().untag_resource().resource_arn(arn).set_tag_keys(Some(keys.to_vec()));
    gone_is_done(scope.call("cloudwatch:UntagResource", request.send()).await.map(|answer| receipt(&answer, Some(arn))))
}

/// cloudwatch:ListTagsForResource.
pub(crate) async fn tags_of(scope: Scope<'_>, arn: &str) -> Result<Tags, CloudError> {
    let request = scope.region.cloudwatch().list_tags_for_resource().resource_arn(arn);
    let answer = scope.call("cloudwatch:ListTagsForResource", request.send()).await?;
    Ok(answer.tags().iter().map(|tag| (text(tag.key()), text(tag.value()))).collect())
}
