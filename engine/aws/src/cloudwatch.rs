//! CloudWatch: alarms that stop idle instances, and how busy instances were.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{
    AlarmType, ComparisonOperator, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricDataResult, MetricStat, StateValue, Statistic,
    Tag,
};
use aws_smithy_types::DateTime;
use futures::future::join_all;
use jiff::Timestamp;
use muster_core::cloud::{Alarm, AlarmSpec, CloudError, CpuHistory, IdRef, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, known, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "cloudwatch:DescribeAlarms";
const PUT: &str = "cloudwatch:PutMetricAlarm";
/// Most alarms of a page.
const PAGE: i32 = 100;
const METRICS: &str = "cloudwatch:GetMetricData";
/// Instances of one call: their values stay under the 100,800 of an answer (K: CloudWatch API Reference, "GetMetricData").
const BATCH: usize = 250;
/// Seconds of a value.
const HOUR: i32 = 3600;
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

/// The highest CPUUtilization of each hour. An instance whose values did not all arrive is not among them.
pub(crate) async fn cpu(scope: Scope<'_>, instances: &BTreeSet<String>, from: Timestamp, hours: u16) -> Found<(String, CpuHistory)> {
    let ids: Vec<&String> = instances.iter().collect();
    Found::concat(join_all(ids.chunks(BATCH).map(|batch| cpu_of(scope, batch, from, hours))).await)
}

async fn cpu_of(scope: Scope<'_>, ids: &[&String], from: Timestamp, hours: u16) -> Found<(String, CpuHistory)> {
    let queries: Vec<MetricDataQuery> = ids.iter().enumerate().map(|(n, id)| cpu_query(n, id)).collect();
    let end = from.as_second() + i64::from(hours) * i64::from(HOUR);
    let pages = paging::all(METRICS, async |token| {
        let request = scope
            .region
            .cloudwatch()
            .get_metric_data()
            .set_metric_data_queries(Some(queries.clone()))
            .start_time(DateTime::from_secs(from.as_second()))
            .end_time(DateTime::from_secs(end))
            .set_next_token(token);
        let page = scope.call(METRICS, request.send()).await?;
        Ok((page.metric_data_results().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    if !pages.failures.is_empty() {
        return Found { items: Vec::new(), failures: pages.failures };
    }
    let items = histories(ids, &pages.items, from, hours).into_iter().collect();
    Found { items, failures: Vec::new() }
}

/// Ids of queries begin with a small letter, which those of instances do too, and have no hyphen.
fn cpu_query(n: usize, id: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name(INSTANCE_ID).value(id).build();
    let metric = Metric::builder().namespace("AWS/EC2").metric_name("CPUUtilization").dimensions(dimension).build();
    let stat = MetricStat::builder().metric(metric).period(HOUR).stat(Statistic::Maximum.as_str()).build();
    MetricDataQuery::builder().id(format!("m{n}")).metric_stat(stat).return_data(true).build()
}

/// Values by the hour they belong to; those of one instance may come on several pages.
fn histories(ids: &[&String], results: &[MetricDataResult], from: Timestamp, hours: u16) -> BTreeMap<String, CpuHistory> {
    let empty = || CpuHistory { from, peaks: vec![None; usize::from(hours)] };
    let mut all: BTreeMap<String, CpuHistory> = ids.iter().map(|id| ((*id).clone(), empty())).collect();
    for result in results {
        let at = result.id().and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
        let Some(history) = at.and_then(|at| ids.get(at)).and_then(|id| all.get_mut(*id)) else { continue };
        for (time, value) in result.timestamps().iter().zip(result.values()) {
            let hour = usize::try_from((time.secs() - from.as_second()).div_euclid(i64::from(HOUR))).ok();
            if let Some(peak) = hour.and_then(|hour| history.peaks.get_mut(hour)) {
                *peak = Some(*value);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_find_their_hour_whatever_page_they_are_on() {
        let from: Timestamp = "2026-11-06T10:00:00Z".parse().expect("instant");
        let at = |hour: i64| DateTime::from_secs(from.as_second() + hour * 3600);
        let result = |id: &str, values: &[(i64, f64)]| {
            let result = MetricDataResult::builder().id(id).set_timestamps(Some(values.iter().map(|(hour, _)| at(*hour)).collect()));
            result.set_values(Some(values.iter().map(|(_, value)| *value).collect())).build()
        };
        let ids = ["i-1".to_owned(), "i-2".to_owned()];
        let results = [result("m0", &[(2, 7.5), (0, 1.0)]), result("m0", &[(3, 2.0), (9, 9.0), (-1, 9.0)]), result("x", &[(0, 1.0)])];
        let all = histories(&ids.each_ref(), &results, from, 4);
        assert_eq!(all["i-1"].peaks, [Some(1.0), None, Some(7.5), Some(2.0)]);
        assert_eq!(all["i-2"].peaks, [None; 4], "one that CloudWatch knows nothing of did not run");
    }

    #[test]
    fn a_query_asks_for_the_highest_value_of_an_hour() {
        let query = cpu_query(3, "i-1");
        let stat = query.metric_stat().expect("a statistic");
        assert_eq!((query.id(), stat.period(), stat.stat()), (Some("m3"), Some(3600), Some("Maximum")));
    }
}
