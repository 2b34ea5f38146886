"""CloudWatch, as far as it is read: metrics of one statistic over periods."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from simulation.contract.backends import Backend

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def queries(*ids: str) -> list[dict[str, Any]]:
    dimensions = [{"Name": "QueueName", "Value": "not-there"}]
    metric = {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": dimensions}
    return [{"Id": each, "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Maximum"}} for each in ids]


def test_a_metric_that_is_not_there_has_no_values(aws: Backend) -> None:
    answer = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries("m0", "m1"), StartTime=NOW - timedelta(minutes=75), EndTime=NOW
    )

    assert [(each["Id"], each["Values"]) for each in answer["MetricDataResults"]] == [("m0", []), ("m1", [])]


def test_metrics_are_read_of_a_time_before_its_end(aws: Backend, code: Callable[..., str]) -> None:
    metrics = aws.client("cloudwatch")

    refused = code(metrics.get_metric_data, MetricDataQueries=queries("m0"), StartTime=NOW, EndTime=NOW)

    assert refused == "ValidationError"
