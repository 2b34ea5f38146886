"""List prices in USD: us-east-1, on demand, arm64, without free tier, tax or discount, as published in November 2026.

What is not in them: storage, which grows with the orders that are kept and not with those that come in; data transfer,
some hundred bytes an answer; keys of KMS that AWS owns, which are free.
"""

from collections.abc import Mapping
from typing import NamedTuple

REGION = "us-east-1"
AS_OF = "2026-11"
MILLION = 1_000_000
CHUNK_BYTES = 64 * 1024
"""SQS and EventBridge bill a request for every 64 KB of its payload."""


class Price(NamedTuple):
    """What one unit costs, and the service whose line of the bill it stands on."""

    service: str
    usd: float


PRICES: Mapping[str, Price] = {
    "http_request": Price("http", 1.00 / MILLION),  # HTTP API, up to 512 KB
    "lambda_request": Price("lambda", 0.20 / MILLION),
    "lambda_gb_second": Price("lambda", 0.0000133334),
    "write_unit": Price("dynamodb_writes", 0.625 / MILLION),
    "read_unit": Price("dynamodb_reads", 0.125 / MILLION),
    "sqs_request": Price("sqs", 0.40 / MILLION),
    "sqs_fifo_request": Price("sqs", 0.50 / MILLION),
    "sqs_fair_request": Price("sqs", 0.50 / MILLION),  # of messages with a group in a standard queue
    "state_transition": Price("step_functions", 25.00 / MILLION),  # Standard: the start, states entered, retries
    "s3_put": Price("s3", 5.00 / MILLION),  # PUT, POST, COPY, LIST
    "s3_get": Price("s3", 0.40 / MILLION),
    "log_gb": Price("logs", 0.50),  # ingestion
    "secret_read": Price("secrets", 5.00 / MILLION),
    "secret_month": Price("secrets", 0.40),
    "event": Price("events", 1.00 / MILLION),  # EventBridge, a bus of our own
    "schedule_invocation": Price("schedules", 1.00 / MILLION),
    "alarm_metric_month": Price("alarms", 0.10),  # for each metric that an alarm reads
    "fast_alarm_metric_month": Price("alarms", 0.30),  # the same with a period below 60 s
    "composite_alarm_month": Price("alarms", 0.50),
    "metric_month": Price("metrics", 0.30),
    "metric_read": Price("metrics", 10.00 / MILLION),  # by GetMetricData
    "dashboard_month": Price("dashboards", 3.00),
    "key_month": Price("keys", 1.00),
}


class Usage(dict[str, float]):
    """How many units were used, by the names in PRICES.

    >>> used = Usage(sqs_request=3) + Usage(sqs_request=1, s3_put=2)
    >>> used - Usage(sqs_request=1), used * 0.5
    ({'sqs_request': 3, 's3_put': 2}, {'sqs_request': 2.0, 's3_put': 1.0})
    """

    def __add__(self, other: Mapping[str, float]) -> "Usage":
        return Usage({name: self.get(name, 0) + other.get(name, 0) for name in {**self, **other}})

    def __sub__(self, other: Mapping[str, float]) -> "Usage":
        return self + Usage({name: -units for name, units in other.items()})

    def __mul__(self, times: float) -> "Usage":
        return Usage({name: units * times for name, units in self.items()})

    @property
    def usd(self) -> float:
        """The price in USD."""
        return sum(self.by_service.values())

    @property
    def by_service(self) -> dict[str, float]:
        """The price in USD by service, the most expensive first."""
        lines: dict[str, float] = {}
        for name, units in self.items():
            service, usd = PRICES[name]
            lines[service] = lines.get(service, 0) + units * usd
        return dict(sorted(lines.items(), key=lambda line: -line[1]))


def chunks(size: int) -> int:
    """Return how many requests a payload is billed as.

    >>> [chunks(size) for size in (0, 65536, 65537)]
    [1, 1, 2]
    """
    return max(1, -(-size // CHUNK_BYTES))
