"""GetMetricData over many metrics: moto reads every value there is for each day of each query, which 500 queries over an estate feel."""

import collections
import datetime
import math

import moto.cloudwatch.models as cloudwatch


def _percentile(percent):
    """The value that so many of a hundred are at most, by nearest rank; moto knows no percentiles."""
    return lambda values: sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


PLAIN = {"Average": lambda values: sum(values) / len(values), "Maximum": max, "Minimum": min, "Sum": sum, "SampleCount": len}
PLAIN |= {"p95": _percentile(95), "p99": _percentile(99)}


def install():
    """Answers queries of plain statistics and percentiles over single values from an index; others are moto's."""
    plain = cloudwatch.CloudWatchBackend.get_metric_data

    def get_metric_data(self, queries, start_time, end_time, scan_by="TimestampAscending"):
        simple = all("MetricStat" in query and query["MetricStat"]["Stat"] in PLAIN and query.get("ReturnData", True) for query in queries)
        single = all(isinstance(one, cloudwatch.MetricDatum) for one in self.metric_data)
        if not simple or not single:
            return plain(self, queries, start_time, end_time, scan_by)
        index = _index(self, start_time, end_time)
        return [_answer(query, index, start_time, scan_by) for query in queries]

    cloudwatch.CloudWatchBackend.get_metric_data = get_metric_data


def _name(namespace, name, dimensions):
    return namespace, name, tuple(sorted(dimensions))


def _like(instant, other):
    """An instant with or without a zone as another has it: each protocol of CloudWatch, and each service of moto, has its own way."""
    if instant.tzinfo is None and other.tzinfo is not None:
        return instant.replace(tzinfo=datetime.timezone.utc)
    if instant.tzinfo is not None and other.tzinfo is None:
        return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return instant


def _index(backend, start, end):
    """Instants and values of each metric in a stretch."""
    end = _like(end, start)
    found = collections.defaultdict(list)
    for one in backend.get_all_metrics():
        at = _like(one.timestamp, start)
        if start <= at < end:
            found[_name(one.namespace, one.name, [(part.name, part.value) for part in one.dimensions])].append((at, one.value))
    return found


def _answer(query, index, start, scan_by):
    asked = query["MetricStat"]
    metric, period = asked["Metric"], int(asked["Period"])
    values = index.get(_name(metric["Namespace"], metric["MetricName"], [(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]), [])
    by_period = collections.defaultdict(list)
    for at, value in values:
        by_period[int((at - start).total_seconds()) // period].append(float(value))
    order = sorted(by_period, reverse=scan_by == "TimestampDescending")
    return {
        "id": query["Id"],
        "label": query.get("Label") or f"{metric['MetricName']} {asked['Stat']}",
        "values": [PLAIN[asked["Stat"]](by_period[number]) for number in order],
        "timestamps": [start + datetime.timedelta(seconds=number * period) for number in order],
        "status_code": "Complete",
    }
