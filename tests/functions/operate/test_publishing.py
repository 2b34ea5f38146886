"""What channels are told of stock, by the API: sync now, drift, and changes that are none of stock."""

from typing import Any
from urllib.parse import quote

import pytest

from packhorse.aws.settings import settings
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.catalogue.product import Listing
from packhorse.store import listings, published
from simulation.builders import NOON
from simulation.merchant import MUG, set_up
from tests.conftest import invoked
from tests.functions.operate.calls import call
from tests.functions.operate.interference import refused_by

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = "/channels/shop"
A_MUG = quote(MUG, safe="")
A_SHOP = {"kind": "generic", "base_url": "https://shop.example"}


@pytest.fixture(autouse=True)
def merchant(cloud: None) -> None:
    """A shop that lists MUG, the account's switch on."""
    set_up()
    call("PUT", SHOP, {**A_SHOP, "credentials": {"token": "t"}})
    account(sync=True)
    listings.put_listing(Listing(channel="shop", reference="ref", sku=MUG))
    news()


def account(**more: Any) -> None:
    assert call("PUT", "/account", {"catchall": "main", **more}).status == 200


def news() -> list[dict[str, Any]]:
    return [change for told in invoked(settings.publish_function) for change in told.get("changes", [told])]


def test_sync_now_tells_a_channel_everything_whatever_it_knows() -> None:
    assert call("POST", f"{SHOP}/sync-now").status == 202

    [told] = news()
    assert (told["kind"], told["channel"], told["forced"]) == ("channel", "shop", True)


def test_sync_now_needs_the_switch_an_active_channel_and_one_that_listens() -> None:
    account(sync=False)
    assert call("POST", f"{SHOP}/sync-now").status == 409

    account(sync=True)
    call("PUT", SHOP, {**A_SHOP, "active": False})
    assert call("POST", f"{SHOP}/sync-now").status == 409

    call("PUT", "/channels/files", {"kind": "offline"})
    assert call("POST", "/channels/files/sync-now").status == 409
    assert call("POST", "/channels/nobody/sync-now").status == 404
    assert call("POST", f"{SHOP}/sync-now", roles=["operator"]).status == 403


def test_turning_sync_on_tells_nobody_anything() -> None:
    account(sync=False)
    account(sync=True)
    call("PUT", "/products/SIX", {"sync": False})
    call("PUT", "/products/SIX", {"sync": True})

    assert news() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reserve": 3}, True),
        ({"percent": 50}, True),
        ({"override_warehouse": "main"}, True),
        ({"base_url": "https://new.example", "credentials": {"token": "t"}}, True),
        ({"location": "7002"}, True),
        ({"name": "Corner shop"}, False),
        ({"poll_minutes": 30}, False),
    ],
)
def test_a_channel_is_told_anew_when_its_quantities_are_made_in_another_way(change: dict[str, Any], told: bool) -> None:
    call("PUT", SHOP, {**A_SHOP, **change})

    assert [(each["channel"], each["forced"]) for each in news()] == ([("shop", False)] if told else [])


def test_a_warehouse_that_counts_no_more_is_told_to_every_channel() -> None:
    call("PUT", "/warehouses/leeds", {})
    assert [each["channel"] for each in news()] == ["shop"]

    call("PUT", "/warehouses/leeds", {"counts_for_sync": False})
    assert [each["channel"] for each in news()] == ["shop"]

    call("PUT", "/warehouses/leeds", {"counts_for_sync": False, "name": "Leeds"})
    assert news() == []


def test_a_reserve_a_pin_and_a_listing_count_as_a_change_of_the_product() -> None:
    product = f"/products/{A_MUG}"
    call("PUT", product, {"reserve": 3})
    assert [each["sku"] for each in news()] == [MUG]

    call("PUT", product, {"reserve": 3, "name": "Mug"})
    assert news() == []

    call("PUT", f"{product}/listings/shop", {"reference": "ref", "max_quantity": 20})
    assert [each["sku"] for each in news()] == [MUG]

    call("PUT", f"{product}/listings/shop", {"reference": "ref", "max_quantity": 20})
    assert news() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SHOP, {**A_SHOP, "reserve": 3}),
        ("/warehouses/main", {"counts_for_sync": False}),
        (f"/products/{A_MUG}", {"reserve": 3}),
        (f"/products/{A_MUG}/listings/shop", {"reference": "ref", "max_quantity": 20}),
        ("/products/CUP/listings/shop", {"reference": "cup"}),
    ],
)
def test_what_could_not_be_passed_on_is_told_when_the_same_is_asked_for_again(path: str, body: dict[str, Any]) -> None:
    call("PUT", "/products/CUP", {})
    with refused_by("Invoke", "ServiceException"):
        assert call("PUT", path, body).status == 503
    assert news() == []

    assert call("PUT", path, body).status == 200
    assert len(news()) == 1

    assert call("PUT", path, body).status == 200
    assert news() == []


def test_a_change_that_was_not_passed_on_is_told_with_the_next_one() -> None:
    with refused_by("Invoke", "ServiceException"):
        assert call("PUT", SHOP, {**A_SHOP, "reserve": 3}).status == 503

    account(sync=True, split_lines=True)

    assert [each["channel"] for each in news()] == ["shop"]


def test_how_a_channel_last_compared_can_be_seen() -> None:
    assert call("GET", f"{SHOP}/drift").status == 404

    published.save_drift(DriftReport(channel="shop", event="tonight", started_at=NOON, finished_at=NOON, looked_at=3))

    assert call("GET", f"{SHOP}/drift").body["looked_at"] == 3
