"""Payloads whose orders are missing are taken in again, through the real handlers."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from functions.allocate import route
from functions.ingest import poll, webhook
from functions.operate import audit
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.configuration.account import Unmatched
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.audits import AuditRequest
from packhorse.store import audits, polls
from packhorse.usecases.operations import audit_payloads
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration, sqs_event
from simulation.merchant import Context, set_up
from tests.conftest import queued
from tests.functions.ingest.polled import polled_over
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

SHOP = ChannelId("corner-shop")
ORDER = json.loads((Path(__file__).parents[2] / "data" / "generic" / "order.json").read_text())


def a_shop(**more: Any) -> None:
    account = {"unmatched_sku": Unmatched.REJECT} if more.pop("rejects", False) else {}
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example", **more)
    set_up(a_configuration(channel=channel, **account))
    keys = secrets.Credentials(webhook_secrets=("hush",), token="let me in", origin="https://shop.example:443")
    secrets.save_credentials(SHOP, keys)


def post(number: str, topic: str = "order.created") -> None:
    body = json.dumps({**ORDER, "id": number}).encode()
    signature = f"sha256={hmac.digest(b'hush', body, hashlib.sha256).hex()}"
    headers = {"x-packhorse-topic": topic, "x-packhorse-signature": signature}
    event = {"pathParameters": {"channel": SHOP}, "headers": headers, "body": body.decode()}
    assert webhook.handler(event, Context())["statusCode"] == 200


def lost() -> list[dict[str, Any]]:
    """What the orders queue held, and nothing read."""
    return queued(settings.orders_queue_url)


def audited(days: int = 1) -> AuditRun:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False):
        audit.handler(AuditRequest(audit=AuditKind.PAYLOADS).model_dump(mode="json"), Context())
    return next(run for run in audits.last_runs() if run.audit is AuditKind.PAYLOADS)


@pytest.mark.parametrize("days", [1, 11])
def test_a_webhook_whose_message_expired_is_queued_again(days: int) -> None:
    a_shop()
    post("1001")
    [message] = lost()

    assert audited(days).mended == 1

    assert lost() == [message]


def test_the_payloads_of_another_day_are_audited_by_a_run_of_the_day_after() -> None:
    a_shop()
    post("1001")
    [message] = lost()
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    with time_machine.travel(tomorrow + timedelta(days=3), tick=False):
        audit.handler({"audit": "payloads", "run": {"audit": "payloads", "started_at": iso(tomorrow)}}, Context())

    assert lost() == [message]


def test_a_webhook_whose_order_is_stored_is_left_alone(cloud: World) -> None:
    a_shop()
    post("1001")
    route.handler(sqs_event(*lost()), Context())
    lost()
    cloud.calls.clear()

    run = audited()

    assert (run.looked_at, run.mended, lost()) == (1, 0, [])
    assert not cloud.calls["s3", "GetObject"] + cloud.calls["s3", "HeadObject"]


def test_an_order_that_stays_out_is_not_taken_in_again(cloud: World) -> None:
    a_shop(ignore_before=datetime(2099, 1, 1, tzinfo=UTC))
    post("1001")
    post("1002", topic="order.unheard_of")
    lost()
    cloud.calls.clear()

    run = audited()

    assert (run.looked_at, run.mended, lost()) == (2, 0, [])
    assert not cloud.calls["s3", "GetObject"]


def test_an_order_that_has_stayed_out_since_it_came_is_not_taken_in_again() -> None:
    a_shop()
    post("1001")
    lost()
    a_shop(ignore_before=datetime(2099, 1, 1, tzinfo=UTC))

    assert (audited().mended, lost()) == (0, [])


def test_an_order_that_is_an_exception_is_not_taken_in_again() -> None:
    a_shop(rejects=True)
    post("1001")
    route.handler(sqs_event(*lost()), Context())

    assert (audited().mended, lost()) == (0, [])


@pytest.mark.parametrize("days", [1, 11])
def test_an_order_whose_exception_a_person_dismissed_stays_out(days: int) -> None:
    a_shop(rejects=True)
    post("1001")
    route.handler(sqs_event(*lost()), Context())
    [rejected] = call("GET", "/exceptions").body["items"]
    assert call("POST", f"/exceptions/{rejected['id']}/dismiss").status == 200

    assert (audited(days).mended, lost()) == (0, [])


def test_every_page_of_payloads_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_payloads, "PAYLOADS_PAGE", 2)
    a_shop()
    for number in ("1001", "1002", "1003", "1004", "1005"):
        post(number)
    messages = lost()

    run = audited()

    assert (run.looked_at, run.mended) == (5, 5)
    assert sorted(each["order"]["channel_order_id"] for each in lost()) == sorted(
        each["order"]["channel_order_id"] for each in messages
    )


def polled(monkeypatch: pytest.MonkeyPatch) -> httpx.URL:
    """Polls the shop, which has one order; returns what it was asked."""
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={"orders": [ORDER], "next": None})

    polled_over(monkeypatch, answer)
    poll.handler({"channel": SHOP}, Context())
    [url] = asked
    return url


def test_a_channel_is_polled_again_from_before_the_orders_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop()
    polled(monkeypatch)
    [message] = lost()

    assert audited(11).mended == 1

    assert polled(monkeypatch).params["modified_since"] == "2026-11-23T09:31:12.000000Z"
    assert message["order"]["modified_at"] == "2026-11-23T09:31:12Z"
    assert [{**each, "raw": ""} for each in lost()] == [{**message, "raw": ""}]
    assert polls.find_cursor(SHOP) is None


def test_a_channel_whose_orders_are_stored_or_stay_out_is_not_polled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop()
    polled(monkeypatch)
    route.handler(sqs_event(*lost()), Context())
    assert (audited().mended, polls.find_cursor(SHOP)) == (0, None)

    a_shop(ignore_before=datetime(2099, 1, 1, tzinfo=UTC))
    polled(monkeypatch)
    assert (audited().mended, polls.find_cursor(SHOP)) == (0, None)
