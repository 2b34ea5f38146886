"""Amazon on a simulated day: the seller's account, the warehouse that ships from there, and its notifications."""

from collections.abc import Mapping
from functools import partial
from random import Random

import httpx

from local.world import amazon_server
from local.world.amazon import Amazon, Settings
from local.world.amazon_notifications import ORDER_CHANGE
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import FbaSettings, Packaging, WhenUnfulfillable
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.store import listings
from simulation.aws.web import response_of
from simulation.fba.rules import AmazonBooks
from simulation.outside import Outside
from simulation.scene import AMAZON as AT_AMAZON
from simulation.stated_orders import SHOP

ACCOUNT, URL = "amazon", "https://amazon.example"
WAREHOUSE = "east"
SHARE = 0.3
"""The share of days with a warehouse of Amazon's, of those without a carrier account and a supplier."""
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
ABROAD = "amazon-fr"
"""The seller's channel in France, on some days: its polls share the calls of the seller with those of Germany."""
SEARCH = "/orders/2026-01-01/orders"
SELLER_SKUS: Mapping[str, str] = {"CUP": "AMZ cup-1"}
"""Skus at Amazon; of the others it has ours."""
UNBRANDED = "BLANK_BOX"
SEEN_AFTER = 150.0
"""Seconds after which Amazon shows, on some days, what it was sent: less than until a lost request counts as such."""
STRANGERS = "902-0000000-0000001"
"""An order of another seller's."""


def with_amazon(day: Outside, config: Configuration) -> Configuration:
    """Return the configuration, on some days with a warehouse that is Amazon's.

    It draws from a random generator of its own, so that the other acts of a seed are the same without Amazon.
    """
    dice = Random(f"amazon {day.random.getstate()}")  # noqa: S311 - the same for a seed is the point
    is_free = not day.carrier and not day.supplier
    if not (is_free and dice.random() < SHARE if day.scene is None else day.scene.partner == AT_AMAZON):
        return config
    amazon = Amazon(Settings(marketplaces=[GERMANY, FRANCE], has_rates=False))
    if day.scene is None:
        amazon.settings.refused_features = dice.choice(((), (), (UNBRANDED,)))
        amazon.settings.has_notifications = dice.random() < 0.8
        amazon.settings.deliveries = dice.choice((1, 1, 2))
    day.amazon = AmazonBooks(amazon)
    day.books.partners = day.books.transfers.not_counted = frozenset({WAREHOUSE})
    day.deployment.world.web.serve(URL, partial(_answered, day, amazon))
    subscribe(amazon)
    save_keys(amazon)
    fba = FbaSettings(
        channel=ACCOUNT,
        when_unfulfillable=WhenUnfulfillable.ROUTE_AGAIN if day.scene else dice.choice([*WhenUnfulfillable]),
        most_dropped_percent=dice.choice((50, 100)),
    )
    rule = config.account.restock.get(WarehouseKind.OWN)
    restock = {**config.account.restock, **({WarehouseKind.FBA: rule} if rule else {})}
    places, shop = dict(config.warehouses), config.channels[ChannelId(SHOP)]
    places[WarehouseId(WAREHOUSE)] = places[WarehouseId(WAREHOUSE)].replace(kind=WarehouseKind.FBA, fba=fba)
    if dice.random() < 0.3 and day.scene is None:
        config = config.with_channel(shop.replace(packaging=Packaging.UNBRANDED))
    day.amazon.seen_after = dice.choice((0.0, SEEN_AFTER)) if day.scene is None else 0.0
    if dice.random() < 0.4 and day.scene is None:
        config = config.with_channel(_channel(amazon, ABROAD, FRANCE))
        save_keys(amazon, ABROAD)
    return config.with_channel(_channel(amazon, ACCOUNT, GERMANY)).replace(
        warehouses=places, account=config.account.replace(restock=restock)
    )


def _channel(amazon: Amazon, name: str, marketplace: str) -> Channel:
    return Channel(
        id=name,
        kind=ChannelKind.AMAZON,
        base_url=URL,
        seller=amazon.settings.seller,
        marketplace=marketplace,
        calls_per_second=100,
    )


def _answered(day: Outside, amazon: Amazon, received: httpx.Request) -> httpx.Response:
    target = amazon_server.PREFIX + received.url.raw_path.decode()
    if day.amazon and received.url.path == SEARCH:
        day.amazon.polled.append(received.url.params["marketplaceIds"])
    if day.amazon and STRANGERS in target:
        day.amazon.wrong.add(f"an order of another seller's was asked for: {target}")
    with day.turns.skewed(0.0):
        if day.amazon:  # where clocks are wrong, nobody knows how long ago it was sent
            amazon.settings.seen_after = 0.0 if day.deployment.clocks_wrong_by else day.amazon.seen_after
        answer = amazon_server.answer(amazon, received.method, target, received.headers, received.read())
    return response_of(*answer)


def subscribe(amazon: Amazon) -> None:
    """Have Amazon send what changes to our queue."""
    amazon.destinations["1"] = {"name": "packhorse", "arn": settings.amazon_queue_arn}
    for topic in (ORDER_CHANGE, "FULFILLMENT_ORDER_STATUS"):
        amazon.subscriptions[topic] = {"subscriptionId": topic, "payloadVersion": "1.0", "destinationId": "1"}


def save_keys(amazon: Amazon, channel: str = ACCOUNT) -> None:
    """Store the seller's keys for a channel."""
    keys = amazon.settings
    own = secrets.Credentials(
        client_id=keys.client_id, client_secret=keys.client_secret, token=keys.refresh_token, origin=origin_of(URL)
    )
    secrets.save_credentials(ChannelId(channel), own)


def list_at_amazon(sku: str) -> None:
    """List a product that has another sku at Amazon: no quantity of it is published."""
    if name := SELLER_SKUS.get(sku):
        listings.put_listing(Listing(channel=ACCOUNT, sku=sku, reference=name, fulfilled_by_channel=True))


def put_stock(amazon: Amazon, sku: str, units: int) -> None:
    """Have so many units of a sku that Amazon can sell."""
    name = SELLER_SKUS.get(sku, sku)
    shelf = amazon.stock.get(name, {"reserved": 0, "inbound": 0, "unfulfillable": 0})
    amazon.stock[name] = {**shelf, "fulfillable": units}
