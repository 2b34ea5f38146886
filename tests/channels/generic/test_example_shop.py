"""The example server of the documentation, over a real socket, against the adapter."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from packhorse.channels.generic import sign_in
from packhorse.channels.generic.connecting import GenericConnecting
from packhorse.channels.generic.shop import Generic
from packhorse.channels.generic.signing import signature
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, ParcelNotice, Quantity
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import CredentialsRefused, Rejected
from packhorse.domain.orders.parcel import LineQuantity
from tests.channels.setting import set_all

ROOT = Path(__file__).parents[3]
KEYS = Keys("let-me-in", others=("shh-new", "shh-old"))
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def example() -> Any:
    spec = importlib.util.spec_from_file_location("example_shop", ROOT / "docs/example_shop.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def shop() -> Any:
    found = example().Shop("let-me-in", "shh-old")
    order = json.loads((ROOT / "tests/data/generic/order.json").read_text())
    for number in range(3):
        found.orders[f"W/{number}"] = {**order, "id": f"W/{number}"}
    return found


@pytest.fixture
def url(shop: Any) -> Iterator[str]:
    http = example().server(shop, 0)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    http.server_close()


def calling(url: str, keys: Keys = KEYS) -> Generic:
    channel = Channel(id="web", kind=ChannelKind.GENERIC, base_url=url, calls_per_second=100)
    return Generic("web", connect(channel, sign_in, keys))


def a_notice(order: str = "W/1", tracking: str = "JD01") -> ParcelNotice:
    return ParcelNotice(order, "p-1", "DHL", tracking, (LineQuantity(line="1", quantity=2),))


def test_its_orders_are_read_page_by_page(shop: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packhorse.channels.generic.shop.PAGE_SIZE", 2)
    first = calling(url).orders_since(SINCE, None)
    second = calling(url).orders_since(SINCE, first.next)

    assert [each.channel_order_id for each in (*first.orders, *second.orders)] == ["W/0", "W/1", "W/2"]
    assert (first.refused, second.next) == ((), None)


def test_it_is_notified_of_a_parcel_its_correction_and_its_void(shop: Any, url: str) -> None:
    for _ in range(2):
        calling(url).notify_shipped(a_notice())
    assert [(each["id"], each["tracking"]) for each in shop.orders["W/1"]["parcels"]] == [("p-1", "JD01")]

    calling(url).notify_corrected(a_notice(tracking="JD02"))
    assert [each["tracking"] for each in shop.orders["W/1"]["parcels"]] == ["JD02"]

    for _ in range(2):
        calling(url).notify_withdrawn(a_notice())
    assert shop.orders["W/1"]["parcels"] == []


def test_the_parcel_that_it_lists_is_known_by_its_id(shop: Any, url: str) -> None:
    calling(url).notify_shipped(a_notice())

    page = calling(url).orders_since(SINCE, None)

    [order] = [each for each in page.orders if each.channel_order_id == "W/1"]
    assert [parcel.id for parcel in order.parcels] == ["p-1"]


def test_an_order_that_changes_between_two_pages_hides_no_other(shop: Any, url: str) -> None:
    order = shop.orders["W/0"]
    many = [f"W/{number}" for number in range(260)]
    shop.orders = {each: {**order, "id": each} for each in many}  # all of them changed at one moment

    page = calling(url).orders_since(SINCE, None)
    found = list(page.orders)
    while page.next:
        shop.change(shop.orders[found[0].channel_order_id], note="changed")
        shop.change(shop.orders[found[-1].channel_order_id], note="changed")
        page = calling(url).orders_since(SINCE, page.next)
        found += page.orders

    assert {each.channel_order_id for each in found} == set(many)


def test_it_cancels_once_and_not_what_has_shipped(shop: Any, url: str) -> None:
    calling(url).cancel_order("W/1", restock=True)
    first = shop.orders["W/1"]["cancelled_at"]
    calling(url).cancel_order("W/1", restock=True)
    assert first == shop.orders["W/1"]["cancelled_at"] is not None

    calling(url).notify_shipped(a_notice("W/2"))
    with pytest.raises(Rejected, match="409"):
        calling(url).cancel_order("W/2", restock=True)
    with pytest.raises(Rejected, match="404"):
        calling(url).cancel_order("W/9", restock=True)


def test_its_quantities_are_set_and_read(shop: Any, url: str) -> None:
    assert set_all(calling(url), [Quantity("mug/blue", 7, None, "k-1")]) == {"mug/blue": None}

    assert calling(url).quantities(["mug/blue", "mug-red"]) == {"mug/blue": 7}


@pytest.mark.parametrize("keys", [KEYS._replace(token="guessed"), KEYS._replace(others=("guessed",))])
def test_it_takes_no_call_with_a_wrong_token_or_secret(shop: Any, url: str, keys: Keys) -> None:
    with pytest.raises(CredentialsRefused):
        calling(url, keys).notify_shipped(a_notice())

    assert shop.orders["W/1"]["parcels"] == []


def test_it_is_set_up_by_its_token_alone_and_signs_with_the_secret_that_it_is_given(shop: Any, url: str) -> None:
    hook, given = "https://api.example/webhooks/web", "a-secret-that-was-generated"
    channel = Channel(id="web", kind=ChannelKind.GENERIC, base_url=url, calls_per_second=100)

    GenericConnecting("web", connect(channel, sign_in, KEYS._replace(others=(given,)))).subscribe(hook, given)

    connecting = GenericConnecting("web", connect(channel, sign_in, KEYS._replace(others=(given,))))
    assert {each.url for each in connecting.subscriptions()} == {hook}
    assert connecting.listings(None).items == ()
    assert set_all(connecting.shop, [Quantity("mug", 7, None, "k-1")]) == {"mug": None}
    with pytest.raises(CredentialsRefused):
        set_all(calling(url), [Quantity("mug", 8, None, "k-2")])


def test_it_gives_no_webhook_to_a_wrong_token(shop: Any, url: str) -> None:
    hook = {"url": "https://elsewhere.example", "secret": "a-secret-of-somebody"}

    assert httpx.put(f"{url}/webhook", json=hook, headers={"Authorization": "Bearer guessed"}).status_code == 401
    assert (shop.webhook_url, shop.secret) == (None, "shh-old")


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 401), (-310, 401)])
def test_it_takes_no_call_that_was_signed_long_ago(shop: Any, url: str, age: int, status: int) -> None:
    body = b'{"quantity": 3}'
    signed = signature(body, ["shh-old"], int(datetime.now(UTC).timestamp()) - age)
    headers = {"Authorization": "Bearer let-me-in", "X-Packhorse-Signature": signed}

    assert httpx.put(f"{url}/stock/mug", content=body, headers=headers).status_code == status


def test_its_own_webhook_secret_signs_for_us(shop: Any) -> None:
    raw = json.dumps(shop.orders["W/0"]).encode()
    given = signature(raw, [shop.secret], int(datetime.now(UTC).timestamp()))

    assert shop.is_signed(given, raw)
    assert Generic("web").verify({"X-Packhorse-Signature": given}, raw, ["shh-new", "shh-old"])
