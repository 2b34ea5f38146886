"""events/: every function has sample events, and its real handler takes each of them as its name says."""

import importlib
import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import ChannelId, OrderId
from packhorse.store import configuration, listings, orders
from packhorse.usecases.intake import poll
from packhorse.usecases.stock import publish_stock
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration
from simulation.carrier import ACCOUNT, connect_carrier
from simulation.merchant import Context, put_stock, set_up
from simulation.template import ROOT, resources
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")

EVENTS = ROOT / "events"
FUNCTIONS = {
    function["Handler"].partition(".")[0]: f"{function['CodeUri'].replace('/', '.')}"
    for function in resources("AWS::Serverless::Function").values()
}
APART = {"api", "bus", "notification", "transit", "upload", "webhook"}
PATHS = [path for path in sorted(EVENTS.rglob("*.json")) if path.parent.name not in APART]
BATCHES = [path for path in PATHS if path.stem == "batch"]
PAYLOADS = [path for path in PATHS if path.stem != "batch"]
BEFORE = {
    "own": ["route"],
    "track": ["route", "own"],
    "push": ["route", "own", "track"],
    "finish": ["route", "own"],
    "audit": ["route"],
}
"""Whose batches come first, so that what an event is about exists."""


def event(function: str, case: str) -> dict[str, Any]:
    return dict(json.loads((EVENTS / function / f"{case}.json").read_text()))


def invoke(function: str, sent: dict[str, Any]) -> Any:
    return importlib.import_module(f"{FUNCTIONS[function]}.{function}").handler(sent, Context())


@pytest.fixture(autouse=True)
def _merchant(monkeypatch: pytest.MonkeyPatch, cloud: Any) -> None:
    """The merchant of the events: one generic channel, which lists a mug."""
    set_up(a_configuration(channel=a_channel("web", ChannelKind.GENERIC, base_url="https://shop.example")), "MUG-BLUE")
    put_stock(10, "MUG-BLUE")
    listings.put_listing(Listing(channel="web", sku="MUG-BLUE", reference="V-11"))
    secrets.save_credentials(ChannelId("web"), secrets.Credentials(webhook_secrets=("a-secret-of-the-example",)))

    def connect(*_: Any) -> httpx.Client:
        empty: dict[str, Any] = {"orders": [], "next": None, "stock": []}
        return httpx.Client(
            transport=httpx.MockTransport(lambda _: httpx.Response(200, json=empty)), base_url="https://shop.example"
        )

    monkeypatch.setattr(poll, "client_of_channel", connect)
    monkeypatch.setattr(publish_stock, "client_of_channel", connect)


def test_every_function_has_events_and_every_folder_is_a_function() -> None:
    assert {path.name for path in EVENTS.iterdir() if path.is_dir()} == set(FUNCTIONS)


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_exactly_the_bad_records_of_a_batch_come_back(path: Path) -> None:
    function = path.parent.name
    for earlier in BEFORE.get(function, ()):
        invoke(earlier, event(earlier, "batch"))

    answer = invoke(function, event(function, path.stem))

    assert [each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", [])] == list(bad(path))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_payload_is_taken_unless_it_is_a_bad_one(path: Path) -> None:
    function = path.parent.name
    for earlier in BEFORE.get(function, ()):
        invoke(earlier, event(earlier, "batch"))

    with pytest.raises(ValueError, match="does not fit") if path.stem.startswith("bad") else nullcontext():
        invoke(function, event(function, path.stem))


def bad(path: Path) -> Iterator[str]:
    """The message ids that say that they are bad."""
    for record in json.loads(path.read_text()).get("Records", []):
        if record.get("messageId", "").startswith("bad"):
            yield record["messageId"]


def test_the_order_of_the_events_is_shipped_by_them_in_turn() -> None:
    for function in ("webhook", "route", "own", "track"):
        invoke(function, event(function, "order-created" if function == "webhook" else "batch"))

    [name] = {each["order_id"] for each in map(json.loads, bodies("track")) if each["order_id"].strip("0")}
    assert orders.get_order(OrderId(name)).status == "complete"


def bodies(function: str) -> Iterator[str]:
    return (record["body"] for record in event(function, "batch")["Records"])


def test_a_signed_webhook_is_queued_and_one_that_is_not_signed_is_refused() -> None:
    answers = [invoke("webhook", event("webhook", case))["statusCode"] for case in ("order-created", "not-signed")]

    assert answers == [200, 401]
    assert [message["order"]["channel_order_id"] for message in queued(settings.orders_queue_url)] == ["1001"]


def test_a_signed_report_of_a_carrier_is_queued_and_one_that_is_not_signed_is_refused(cloud: World) -> None:
    configuration.apply_edit(lambda before: before.with_carrier(ACCOUNT), "owner", NOON)
    connect_carrier(cloud)

    answers = [invoke("transit", event("transit", case))["statusCode"] for case in ("delivered", "not-signed")]

    assert answers == [200, 401]
    assert [message["event"]["status"] for message in queued(settings.tracking_queue_url)] == ["delivered"]


def test_a_webhook_by_an_event_bus_is_queued() -> None:
    store = a_channel("store", ChannelKind.SHOPIFY, base_url="https://corner-shop.myshopify.com")
    configuration.apply_edit(lambda before: before.with_channel(store), "owner", NOON)

    invoke("bus", event("bus", "order-created"))

    assert [message["order"]["channel"] for message in queued(settings.orders_queue_url)] == ["store"]


def test_a_notification_that_is_not_signed_is_refused() -> None:
    seller = a_channel("ebay", ChannelKind.EBAY, base_url="https://api.ebay.com")
    configuration.apply_edit(lambda before: before.with_channel(seller), "owner", NOON)

    assert invoke("notification", event("notification", "not-signed"))["statusCode"] == 401


def test_a_challenge_of_a_channel_that_sends_none_is_405_and_names_what_is_taken() -> None:
    answer = invoke("webhook", event("webhook", "challenge"))

    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "POST")
    assert json.loads(answer["body"])["title"] == "Method Not Allowed"


def test_the_api_answers_its_events() -> None:
    invoke("route", event("route", "batch"))

    answers = [invoke("api", event("api", case))["statusCode"] for case in ("get-order", "place-order", "no-role")]

    assert answers == [200, 202, 403]
