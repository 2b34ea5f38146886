"""Metrics of CloudWatch that AWS itself writes, such as those of queues; a thousand that are read cost 0.01 USD."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from packhorse.aws.clients import FAILURES, client
from packhorse.aws.settings import settings
from packhorse.domain.errors import Unavailable


class Metric(NamedTuple):
    """A metric of one resource, by its statistic over periods of so many seconds."""

    namespace: str
    name: str
    dimension: tuple[str, str]
    statistic: str
    period: int = 300


def read_metrics(metrics: Sequence[Metric], since: datetime, until: datetime) -> list[list[float]]:
    """Return the values of each metric, without those of periods that have none; raises Unavailable if refused."""
    queries = [_query(f"m{number}", metric) for number, metric in enumerate(metrics)]
    try:
        answer = client("cloudwatch").get_metric_data(MetricDataQueries=queries, StartTime=since, EndTime=until)
    except FAILURES as error:
        raise Unavailable("CloudWatch did not answer") from error
    values = {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}
    return [values.get(query["Id"], []) for query in queries]


def _query(name: str, metric: Metric) -> dict[str, Any]:
    key, value = metric.dimension
    described = {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": key, "Value": value}],
    }
    return {"Id": name, "MetricStat": {"Metric": described, "Period": metric.period, "Stat": metric.statistic}}


def age_in_queue(url: str) -> Metric:
    """Return the metric of the age of a queue's oldest message, in seconds."""
    return _of_queue(url, "ApproximateAgeOfOldestMessage", "Maximum")


def least_in_queue(url: str, period: int) -> Metric:
    """Return the metric of how many messages a queue held at least, all through a period."""
    return _of_queue(url, "ApproximateNumberOfMessagesVisible", "Minimum", period)


def age_in_stock_stream() -> Metric:
    """Return the metric of the age of the last record that was read from the stream of stock, in milliseconds."""
    return Metric("AWS/Lambda", "IteratorAge", ("FunctionName", f"{settings.stack_name}-changed"), "Maximum")


def failed_executions() -> Metric:
    """Return the metric of how many executions of the order state machine failed."""
    return Metric("AWS/States", "ExecutionsFailed", ("StateMachineArn", settings.order_state_machine_arn), "Sum")


def _of_queue(url: str, name: str, statistic: str, period: int = 300) -> Metric:
    return Metric("AWS/SQS", name, ("QueueName", url.rpartition("/")[2]), statistic, period)
