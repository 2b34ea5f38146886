"""The logger and the metrics of every function: one structured line for each thing that happened in the business."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="packhorse")
metrics = Metrics(namespace="Packhorse", service="packhorse")


def count(name: str, units: int = 1) -> None:
    """Adds to a metric; nothing is written for zero."""
    if units:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=units)
