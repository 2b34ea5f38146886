"""The logger and the metrics of every function: one structured line for each thing that happened in the business."""

import logging
import warnings

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from packhorse.aws.log_format import TextlessFormatter
from packhorse.aws.settings import settings

warnings.filterwarnings("ignore", "No application metrics")  # a batch that counts nothing is no fault
# Lambda has all libraries log on INFO: httpx the whole address of each call, which may be a signed link to a label.
logging.getLogger().setLevel(logging.WARNING)
NAMESPACE = "Packhorse"
logger = Logger(service=settings.stack_name, logger_formatter=TextlessFormatter())
metrics = Metrics(namespace=NAMESPACE, service=settings.stack_name)


def facts_of(error: Exception) -> dict[str, str | int]:
    """Return what of a failure is logged: its class, and the status of the answer behind it.

    Never its text: what an outside system says may quote an address. People read that in exceptions.
    """
    status: int | None = getattr(error, "status", None)
    return {"failure": type(error).__name__, **({"status": status} if status else {})}


def add_metric(name: str, units: int = 1) -> None:
    """Add to a metric; zero writes nothing."""
    if units:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=units)


def add_duration(name: str, milliseconds: float, **dimensions: str) -> None:
    """Write a duration as a metric with these dimensions, at once."""
    with single_metric(name=name, unit=MetricUnit.Milliseconds, value=milliseconds, namespace=NAMESPACE) as metric:
        for dimension, value in {"service": settings.stack_name, **dimensions}.items():
            metric.add_dimension(name=dimension, value=value)
