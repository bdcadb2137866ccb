//! Metrics of CloudWatch, by whole days of UTC.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{Dimension, Metric as SdkMetric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode};
use aws_smithy_types::DateTime;
use futures::future::try_join_all;
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::{DAYS, Day, Metric};

use super::gather::{Gather, whole};
use crate::paging;
use crate::region::Scope;

const METRICS: &str = "cloudwatch:GetMetricData";
/// Most metrics of one call; their values stay far under the 100,800 of an answer.
const BATCH: usize = 500;
/// Seconds of a value.
const DAY: i32 = 86_400;

/// A metric of one thing.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// `AWS/EC2`.
    pub(super) namespace: &'static str,
    /// `CPUUtilization`.
    pub(super) name: &'static str,
    /// What it is of.
    pub(super) dimensions: Vec<(&'static str, String)>,
    /// `Average`, `Maximum`, `Sum`, `p95` or `p99`: one value each for a day.
    pub(super) stats: &'static [&'static str],
}

/// What CloudWatch knows of each query, in their order: the last [`DAYS`] whole days of UTC.
///
/// # Errors
/// When any part of it could not be read: half of a history would look like idleness.
pub(super) async fn daily(gather: &Gather<'_>, queries: &[Query]) -> Result<Vec<Metric>, CloudError> {
    let points: Vec<Point<'_>> = queries.iter().enumerate().flat_map(|(at, query)| points(at, query)).collect();
    let (from, until) = days(gather.now);
    let answers = try_join_all(points.chunks(BATCH).map(|batch| values(gather.scope, batch, from, until))).await?;
    let mut metrics: Vec<BTreeMap<String, Day>> = vec![BTreeMap::new(); queries.len()];
    for (point, day, value) in answers.into_iter().flatten() {
        let all = metrics.get_mut(point.query);
        if let Some(entry) = all.map(|all| all.entry(day.clone()).or_insert(Day { day, ..Day::default() })) {
            put(entry, point.stat, value);
        }
    }
    Ok(metrics.into_iter().map(|days| Metric { days: days.into_values().collect() }).collect())
}

/// The same, by whatever names the queries.
///
/// # Errors
/// As [`daily`].
pub(super) async fn daily_by<K: Ord>(gather: &Gather<'_>, queries: Vec<(K, Query)>) -> Result<BTreeMap<K, Metric>, CloudError> {
    let (keys, queries): (Vec<K>, Vec<Query>) = queries.into_iter().unzip();
    Ok(keys.into_iter().zip(daily(gather, &queries).await?).collect())
}

/// One statistic of a query: what CloudWatch calls a query.
#[derive(Debug, Clone, Copy)]
struct Point<'q> {
    /// Which of the queries it belongs to.
    query: usize,
    of: &'q Query,
    stat: &'static str,
}

fn points(query: usize, of: &Query) -> impl Iterator<Item = Point<'_>> {
    of.stats.iter().map(move |stat| Point { query, of, stat })
}

/// Seconds from which and until which: today is not over, so it does not count.
fn days(now: Timestamp) -> (i64, i64) {
    let day = i64::from(DAY);
    let until = now.as_second().div_euclid(day) * day;
    (until - i64::from(DAYS) * day, until)
}

/// Values of up to [`BATCH`] statistics, with the day of each.
async fn values<'p>(
    scope: Scope<'_>,
    batch: &'p [Point<'p>],
    from: i64,
    until: i64,
) -> Result<Vec<(&'p Point<'p>, String, f64)>, CloudError> {
    let queries: Vec<MetricDataQuery> = batch.iter().enumerate().map(|(n, point)| sdk_query(n, point)).collect();
    let pages = paging::all(METRICS, async |token| {
        let request = scope
            .region
            .cloudwatch()
            .get_metric_data()
            .set_metric_data_queries(Some(queries.clone()))
            .start_time(DateTime::from_secs(from))
            .end_time(DateTime::from_secs(until))
            .set_next_token(token);
        let page = scope.call(METRICS, request.send()).await?;
        Ok((page.metric_data_results().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    let mut values = Vec::new();
    for result in whole(pages)? {
        refused(&result)?;
        let Some(point) = result.id().and_then(|id| batch.get(id.strip_prefix('m')?.parse::<usize>().ok()?)) else { continue };
        values.extend(result.timestamps().iter().zip(result.values()).map(|(at, value)| (point, date(at.secs()), *value)));
    }
    Ok(values)
}

/// A result that failed within an answer that did not.
fn refused(result: &MetricDataResult) -> Result<(), CloudError> {
    let kind = match result.status_code() {
        Some(StatusCode::Forbidden) => ErrorKind::Denied,
        Some(StatusCode::InternalError) => ErrorKind::Service,
        _ => return Ok(()),
    };
    let words = result.messages().iter().filter_map(|message| message.value()).collect::<Vec<_>>().join("; ");
    let code = result.status_code().map_or("", StatusCode::as_str);
    Err(CloudError::new(kind, METRICS, code, words))
}

fn sdk_query(n: usize, point: &Point<'_>) -> MetricDataQuery {
    let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
    let dimensions = point.of.dimensions.iter().map(dimension).collect();
    let metric = SdkMetric::builder().namespace(point.of.namespace).metric_name(point.of.name).set_dimensions(Some(dimensions)).build();
    let stat = MetricStat::builder().metric(metric).period(DAY).stat(point.stat).build();
    MetricDataQuery::builder().id(format!("m{n}")).metric_stat(stat).return_data(true).build()
}

/// The day of UTC: `2026-11-20`.
fn date(second: i64) -> String {
    Timestamp::from_second(second).map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn put(day: &mut Day, stat: &str, value: f64) {
    match stat {
        "Maximum" => day.maximum = Some(value),
        "p95" => day.p95 = Some(value),
        "p99" => day.p99 = Some(value),
        "Sum" => day.sum = Some(value),
        _ => day.average = Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_end_with_yesterday() {
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().expect("instant");
        let (from, until) = days(now);
        assert_eq!((date(from), date(until - 1)), ("2026-11-07".to_owned(), "2026-11-20".to_owned()));
        let midnight: Timestamp = "2026-11-21T00:00:00Z".parse().expect("instant");
        assert_eq!(days(midnight), (from, until));
    }

    #[test]
    fn a_query_is_asked_once_for_each_statistic() {
        let dimensions = vec![("InstanceId", "i-1".to_owned())];
        let query = Query { namespace: "AWS/EC2", name: "CPUUtilization", dimensions, stats: &["Average", "Maximum"] };
        let asked: Vec<MetricDataQuery> = points(4, &query).enumerate().map(|(n, point)| sdk_query(n, &point)).collect();
        let stat = |n: usize| asked[n].metric_stat().expect("a statistic");
        assert_eq!(
            (asked[1].id(), stat(1).period(), stat(1).stat(), stat(0).stat()),
            (Some("m1"), Some(DAY), Some("Maximum"), Some("Average"))
        );
        assert!(points(4, &query).all(|point| point.query == 4));
    }

    #[test]
    fn each_statistic_has_a_place_of_its_own() {
        let mut day = Day::default();
        for (stat, value) in [("Average", 1.0), ("Maximum", 2.0), ("Sum", 3.0), ("p95", 4.0), ("p99", 5.0)] {
            put(&mut day, stat, value);
        }
        let wanted = Day { average: Some(1.0), maximum: Some(2.0), sum: Some(3.0), p95: Some(4.0), p99: Some(5.0), ..Day::default() };
        assert_eq!(day, wanted);
    }

    #[test]
    fn a_result_that_was_refused_is_an_error() {
        let result = |code: StatusCode| MetricDataResult::builder().id("m0").status_code(code).build();
        assert_eq!(refused(&result(StatusCode::Forbidden)).expect_err("refused").kind, ErrorKind::Denied);
        assert!(refused(&result(StatusCode::PartialData)).is_ok(), "the rest is on the next page");
    }
}
