"""The publish function, through the real handler: who is told of a change."""

from typing import Any

import pytest

from functions.allocate import publish
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.changes import Burst, ProductChanged, ResyncChannel
from packhorse.store import catalogue, listings
from packhorse.usecases.stock import plan_publishing
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import MUG, Context, set_up
from tests.conftest import invoked, queued

pytestmark = pytest.mark.usefixtures("cloud")
SHOP, SECOND, FILES = "shop", "second-shop", "files"


def a_merchant(*, sync: bool = True, **channel: Any) -> None:
    channels = (
        a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example", **channel),
        a_channel(SECOND, ChannelKind.SHOPIFY),
        a_channel(FILES),
    )
    config: Configuration = a_configuration(sync=sync)
    set_up(config.replace(channels={ChannelId(each.id): each for each in channels}))


def list_on(*channels: str, sku: str = MUG, **more: Any) -> None:
    for channel in channels:
        listings.put_listing(Listing(channel=channel, reference=f"ref {sku}", sku=sku, **more))


def changed(*skus: str, burst: str = "1") -> list[tuple[str, str]]:
    changes = tuple(ProductChanged(sku=Sku(sku), burst=burst, at=NOON) for sku in skus or (MUG,))
    publish.handler(Burst(changes=changes).model_dump(mode="json"), Context())
    return told()


def told() -> list[tuple[str, str]]:
    return sorted((each["channel"], each["sku"]) for each in queued(settings.channels_queue_url))


def test_every_channel_that_lists_it_and_can_be_told_is() -> None:
    a_merchant()
    list_on(SHOP, SECOND, FILES)

    assert changed() == [(SECOND, MUG), (SHOP, MUG)]


def test_kits_that_hold_it_are_told_as_well_also_kits_of_kits() -> None:
    a_merchant()
    catalogue.put_product(Product(sku="SIX", kind=ProductKind.KIT, components={MUG: 6}))
    catalogue.put_product(Product(sku="CRATE", kind=ProductKind.KIT, components={"SIX": 4}))
    list_on(SHOP, sku="SIX")
    list_on(SHOP, sku="CRATE")

    assert changed() == [(SHOP, "CRATE"), (SHOP, "SIX")]


def test_two_components_of_a_kit_that_change_in_one_burst_tell_of_it_once() -> None:
    a_merchant()
    catalogue.put_product(Product(sku="POT"))
    catalogue.put_product(Product(sku="SET", kind=ProductKind.KIT, components={MUG: 6, "POT": 1}))
    list_on(SHOP, sku="SET")

    assert changed(MUG, "POT") == [(SHOP, "SET")]


def test_the_switches_of_the_account_the_product_and_the_channel_keep_silence() -> None:
    a_merchant(sync=False)
    list_on(SHOP)
    assert changed() == []

    a_merchant(active=False)
    assert changed() == []

    a_merchant()
    catalogue.put_product(Product(sku=MUG, sync=False))
    assert changed() == []


def test_a_listing_that_its_channel_fulfils_is_never_told() -> None:
    a_merchant()
    list_on(SHOP, fulfilled_by_channel=True)

    assert changed() == []


class InAHurry(Context):
    """Time for one page."""

    def get_remaining_time_in_millis(self) -> int:
        return 1000


def test_changes_of_a_burst_that_there_is_no_time_for_are_left_to_another_invocation() -> None:
    a_merchant()
    list_on(SHOP)
    catalogue.put_product(Product(sku="POT"))
    list_on(SHOP, sku="POT")
    changes = tuple(ProductChanged(sku=Sku(sku), burst="1", at=NOON) for sku in (MUG, "POT"))

    publish.handler(Burst(changes=changes).model_dump(mode="json"), InAHurry())

    assert told() == [(SHOP, MUG)]
    [rest] = invoked(settings.publish_function)
    assert [each["sku"] for each in rest["changes"]] == ["POT"]


@pytest.mark.parametrize(("context", "invocations"), [(Context(), 1), (InAHurry(), 4)])
def test_a_channel_is_told_of_all_that_it_lists_page_by_page_while_there_is_time(
    context: Context, invocations: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_publishing, "FAN_OUT_PAGE", 2)
    a_merchant()
    skus = ["A", "B #2", "C", "D", "Ä"]
    for sku in skus:
        catalogue.put_product(Product(sku=sku, sync=sku != "C"))
        list_on(SHOP, sku=sku)
    list_on(SECOND)

    news: Any = ResyncChannel(channel=SHOP, event="now", forced=True, at=NOON).model_dump(mode="json")
    count = 0
    while news:
        publish.handler(news, context)
        count += 1
        news = next(iter(invoked(settings.publish_function)), None)

    assert told() == [(SHOP, sku) for sku in skus if sku != "C"]
    assert count == invocations


def test_news_of_a_channel_that_is_gone_are_passed_over() -> None:
    a_merchant()
    gone: Channel = a_channel("gone", ChannelKind.GENERIC)
    list_on(gone.id)

    assert changed() == []
    publish.handler(ResyncChannel(channel=gone.id, event="now", at=NOON).model_dump(mode="json"), Context())
    assert told() == []


def breaks(monkeypatch: pytest.MonkeyPatch, *skus: str) -> None:
    """Products that cannot be read."""
    kits_with = catalogue.kits_with

    def fragile(sku: Sku) -> Any:
        if sku in skus:
            raise ZeroDivisionError
        return kits_with(sku)

    monkeypatch.setattr(catalogue, "kits_with", fragile)


def test_a_change_that_fails_is_retried_alone_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    a_merchant()
    list_on(SHOP)
    breaks(monkeypatch, "BROKEN")

    assert changed("BROKEN", MUG) == [(SHOP, MUG)]

    [alone] = invoked(settings.publish_function)
    assert (alone["kind"], alone["sku"]) == ("sku", "BROKEN")
    with pytest.raises(ZeroDivisionError):
        publish.handler(alone, Context())
    assert invoked(settings.publish_function) == []


def test_a_burst_that_fails_as_a_whole_is_lambdas_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    a_merchant()
    breaks(monkeypatch, "BROKEN", MUG)

    with pytest.raises(ZeroDivisionError):
        changed("BROKEN", MUG)

    assert invoked(settings.publish_function) == []
