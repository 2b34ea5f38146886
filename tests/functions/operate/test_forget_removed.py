"""What is removed leaves nothing behind that another one of the same id would begin with."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from packhorse.aws import schedules, secrets
from packhorse.aws.clients import client
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.connection import Connection, WebhookState
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.messages.suppliers import ExchangeFiles
from packhorse.store import connections, fba_state, polls, published
from packhorse.usecases.intake.newest_secrets import save_secrets_mark
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import set_up
from tests.conftest import WORLDS
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

GONE = ChannelId("gone-17")
ADDRESS = "https://shop.example"


def with_progress(channel: ChannelId) -> None:
    """Store all that says how far a channel is."""
    polls.advance_watermark(channel, NOON)
    polls.restart(channel, NOON)
    polls.save_unread(channel, ["1001", "1002"], NOON)
    connections.start_connection(
        Connection(channel=channel, run="r1", who="ada", webhook_url=ADDRESS, started_at=NOON, updated_at=NOON)
    )
    connections.save_webhooks(channel, WebhookState(checked_at=NOON))
    connections.save_signing(channel, "mark")
    connections.save_event(channel, NOON)
    connections.save_poll(channel, NOON)
    published.save_drift(DriftReport(channel=channel, event="night", started_at=NOON))


def with_secrets(name: str, of: str) -> None:
    found = secrets.Credentials(webhook_secrets=("s" * 20,), token="t" * 20)
    secrets.save_credentials(name, found, of)
    save_secrets_mark(name, found, of)


def left_of(name: str) -> Iterator[Any]:
    """Everything that is stored under a name."""
    for table in (settings.work_table, settings.catalogue_table, settings.orders_table, settings.requests_table):
        yield from (item for item in client("dynamodb").scan(TableName=table)["Items"] if name in str(item))
    yield from (each for each in WORLDS[-1].scheduler.schedules if name in each)
    stored = WORLDS[-1].secretsmanager.secrets.items()
    yield from (each for each, secret in stored if name in each and secret.gone_at is None)


def remove(path: str) -> int:
    return call("DELETE", path).status


def test_nothing_is_left_of_a_removed_channel_but_its_store() -> None:
    channel = a_channel(GONE, ChannelKind.SHOPIFY, base_url=ADDRESS)
    set_up(a_configuration(channel=channel))
    schedules.save_schedule(channel)
    with_secrets(GONE, secrets.CHANNELS)
    with_progress(GONE)
    assert len(list(left_of(GONE))) == 13

    assert remove(f"/channels/{GONE}") == 204

    assert [item["pk"]["S"] for item in left_of(GONE)] == ["STORES"], "whose orders are under the id stays known"


def test_nothing_is_forgotten_of_a_channel_that_cannot_be_removed() -> None:
    seller = {"seller": "A1SELLER", "marketplace": "A1F83G8C2ARO7P"}
    channel = a_channel(GONE, ChannelKind.AMAZON, base_url="https://sellingpartnerapi-eu.amazon.com", **seller)
    set_up(a_configuration(channel=channel))
    schedules.save_schedule(channel)
    with_secrets(GONE, secrets.CHANNELS)
    with_progress(GONE)
    assert call("PUT", "/warehouses/fba", {"kind": "fba", "fba": {"channel": GONE}}).status == 200
    before = list(left_of(GONE))

    assert remove(f"/channels/{GONE}") == 409

    assert list(left_of(GONE)) == before
    assert [remove(path) for path in ("/warehouses/fba", f"/channels/{GONE}")] == [204, 204]


def test_a_channel_begins_with_nothing_that_a_poll_left_behind_after_another_of_its_id_was_removed() -> None:
    set_up()
    with_progress(GONE)

    answer = call("PUT", f"/channels/{GONE}", {"kind": "shopify", "base_url": ADDRESS})

    assert answer.status == 200
    assert (polls.find_watermark(GONE), polls.find_cursor(GONE), polls.unread(GONE, 9)) == (None, None, {})
    assert connections.find_connection(GONE) is None
    assert published.find_drift(GONE) is None


def test_a_channel_that_is_changed_keeps_its_progress() -> None:
    set_up(a_configuration(channel=a_channel(GONE, ChannelKind.SHOPIFY, base_url=ADDRESS)))
    with_progress(GONE)

    call("PUT", f"/channels/{GONE}", {"kind": "shopify", "base_url": ADDRESS, "name": "Shop"})

    assert polls.find_watermark(GONE) == NOON
    assert connections.find_connection(GONE)


def test_nothing_is_left_of_a_removed_carrier_account() -> None:
    set_up()
    credentials = {"token": "t" * 20, "webhook_secrets": ["s" * 20]}
    assert call("PUT", f"/carriers/{GONE}", {"kind": "easypost", "credentials": credentials}).status == 200
    assert len(list(left_of(GONE))) == 2

    assert remove(f"/carriers/{GONE}") == 204

    assert list(left_of(GONE)) == []


def test_nothing_is_left_of_a_removed_supplier_and_an_interrupted_removal_can_be_repeated() -> None:
    set_up()
    assert call("PUT", f"/suppliers/{GONE}", {}).status == 200
    schedules.save_supplier_schedule(GONE, 15, message_body(ExchangeFiles(supplier=GONE)))
    with_secrets(GONE, secrets.SUPPLIERS)
    assert len(list(left_of(GONE))) == 3

    assert [remove(f"/suppliers/{GONE}") for _ in range(2)] == [204, 404]

    assert list(left_of(GONE)) == []


def test_nothing_is_left_of_a_removed_warehouse() -> None:
    set_up()
    assert call("PUT", f"/warehouses/{GONE}", {"kind": "own"}).status == 200
    fba_state.save_progress_read(WarehouseId(GONE), fba_state.ProgressRead(until=NOON))
    fba_state.save_stock_read(WarehouseId(GONE), NOON + timedelta(hours=1))
    schedules.save_fba_schedule(GONE, 15, "{}")

    assert remove(f"/warehouses/{GONE}") == 204

    assert list(left_of(GONE)) == []
