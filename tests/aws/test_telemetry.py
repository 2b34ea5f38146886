"""Lines of the log and metrics: whose stack they are of, and when."""

import io
import json
from datetime import datetime

import pytest

from packhorse.aws.settings import settings
from packhorse.aws.telemetry import add_duration, add_metric, logger, metrics


def test_a_line_of_the_log_has_a_time_that_lambda_reads_and_the_name_of_the_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)

    logger.warning("webhook refused")

    line = json.loads(log.getvalue())
    assert line["service"] == settings.stack_name
    assert datetime.fromisoformat(line["timestamp"]).tzinfo
    assert "T" in line["timestamp"]


def test_every_metric_is_that_of_one_stack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)

    metrics.log_metrics(lambda _, __: add_metric("OrdersReceived"))({}, object())
    add_duration("PublishLag", 3.0, channel="web")

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    dimensions = [each["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for each in printed]
    assert dimensions == [[["service"]], [["service", "channel"]]]
    assert {each["service"] for each in printed} == {settings.stack_name}
