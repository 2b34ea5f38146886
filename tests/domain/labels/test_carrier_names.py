"""Names of carriers: wherever one is compared, each of its names means the same carrier."""

from collections.abc import Callable

import pytest

from packhorse.channels.amazon.notices import carrier_code as amazon_code
from packhorse.channels.ebay.notices import carrier_code as ebay_code
from packhorse.channels.shopify.tracking_companies import company_of
from packhorse.channels.woocommerce.providers import core_provider
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.labels.carrier_names import ALIASES, carrier_key, names_meant, same_carrier

SHOP = Channel(id="shop", kind=ChannelKind.GENERIC, carrier_names={"UPS": "United Parcel", "Oak": "Oak & Sons"})
EXTENSION = ("Fedex", "UPS", "USPS", "DHL US")
"""Some of the names that Shipment Tracking has."""

PLACES: dict[str, Callable[[str], object]] = {
    "a limit of a request, or of a channel": lambda name: same_carrier(name, "ups"),
    "the carrier of a manifest": lambda name: names_meant("ups", [name, "USPS"]) == (name,),
    "the channel's own names": lambda name: SHOP.name_of_carrier(name) == "United Parcel",
    "Shipment Tracking": lambda name: names_meant(name, EXTENSION) == ("UPS",),
    "WooCommerce": lambda name: core_provider(name) == "ups",
    "Shopify": lambda name: company_of(name) == "UPS",
    "eBay": lambda name: ebay_code(name) == "UPS",
    "Amazon": lambda name: amazon_code(name, "") == "UPS",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("name", "is_ups"), [("UPS", True), ("UPSDAP", True), ("ups dap", True), ("USPS", False), ("Oak", False)]
)
def test_each_name_of_a_carrier_means_it_in_every_place(place: str, name: str, is_ups: bool) -> None:
    assert PLACES[place](name) is is_ups


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("UPS", ["UPS", "UPSDAP"], ("UPS",)),
        ("upsdap", ["UPS", "UPSDAP"], ("UPSDAP",)),
        ("FedEx", ["FedExDefault", "FedexSmartPost", "UPS"], ("FedExDefault", "FedexSmartPost")),
        ("DHL", ["DhlEcs", "DHLExpress"], ("DHLExpress",)),
        ("DHL", ["DhlEcs", "DhlExpressDefault"], ("DhlExpressDefault",)),
        ("Oak", ["UPS"], ()),
        ("", ["UPS"], ()),
    ],
)
def test_a_name_that_is_known_means_that_alone_and_another_all_names_of_its_carrier(
    name: str, known: list[str], meant: tuple[str, ...]
) -> None:
    assert names_meant(name, known) == meant


def test_a_carrier_that_a_channel_has_no_name_for_keeps_its_own() -> None:
    assert [SHOP.name_of_carrier(each) for each in ("Oak", "Elm", None)] == ["Oak & Sons", "Elm", None]
    assert [SHOP.has_name_of(each) for each in ("Oak", "Elm", None)] == [True, False, False]


def test_what_a_name_stands_for_is_no_other_name_of_anything() -> None:
    assert all(carrier_key(key) == key for key in ALIASES.values())
