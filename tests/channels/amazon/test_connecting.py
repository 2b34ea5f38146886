"""Setting up Amazon, over a real socket: what lacks is named, listings come whole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from local.world import amazon_listings, amazon_notifications, amazon_server
from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.channels.amazon import sign_in
from packhorse.channels.amazon.connecting import AmazonConnecting
from packhorse.channels.amazon.notifications import OrderChange, read_notification
from packhorse.channels.amazon.seller import seller_of
from packhorse.channels.http import connect
from packhorse.channels.protocol import ListingFound
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Unavailable
from tests.channels.amazon.shop import FRANCE, GERMANY, an_order, keys_of

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:packhorse-amazon-notifications"


@pytest.fixture
def seller(amazon: Amazon, channel: Channel) -> Iterator[AmazonConnecting]:
    with connect(channel, sign_in, keys_of(amazon)) as http:
        yield AmazonConnecting(seller_of(channel), http)


def test_nothing_lacks(seller: AmazonConnecting) -> None:
    assert seller.check() == ()


def test_orders_whose_addresses_are_withheld_cannot_be_imported(seller: AmazonConnecting) -> None:
    [lacking] = seller.check(datetime.now(UTC) - timedelta(days=31))

    assert "30 days" in lacking


def test_a_marketplace_that_the_seller_is_not_in_and_a_role_that_lacks(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    amazon.settings.marketplaces = [FRANCE]
    amazon.settings.roles = []

    lacking = seller.check()

    assert "marketplace A1PA6795UKMFR9" in lacking[0]
    assert "Product Listing" in lacking[1]


def test_a_seller_is_subscribed_once_and_the_destination_is_made_by_the_application(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    for _ in range(2):
        seller.subscribe(QUEUE, "")

    [destination] = amazon.destinations.values()
    found, of_warehouses = seller.subscriptions()
    assert of_warehouses.topic == "FULFILLMENT_ORDER_STATUS"
    assert destination == {"name": "packhorse-amazon-notifications", "arn": QUEUE}
    assert (found.topic, found.url, found.is_active) == ("ORDER_CHANGE", QUEUE, True)
    assert (len(amazon.tokens), len(amazon.grantless)) == (1, 1)


def test_a_subscription_that_goes_to_another_queue_comes_here_from_then_on(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    seller.subscribe(f"{QUEUE}-of-before", "")

    seller.subscribe(QUEUE, "")

    assert [each.url for each in seller.subscriptions()] == [QUEUE, QUEUE]
    assert len(amazon.destinations) == 2


def test_one_whose_destination_was_deleted_is_not_ours(amazon: Amazon, seller: AmazonConnecting) -> None:
    seller.subscribe(QUEUE, "")
    amazon.destinations.clear()

    assert seller.subscriptions() == ()


def test_a_destination_or_subscription_that_another_process_makes_meanwhile_is_no_refusal(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    amazon.failures.append(Failure(409, times=1, path="/notifications/v1/destinations", method="POST", after=True))
    amazon.failures.append(Failure(409, times=1, path="/notifications/v1/subscriptions", method="POST", after=True))

    with pytest.raises(Unavailable, match="meanwhile"):
        seller.subscribe(QUEUE, "")
    seller.subscribe(QUEUE, "")

    assert [each.url for each in seller.subscriptions()] == [QUEUE, QUEUE]
    assert len(amazon.destinations) == 1


def test_an_order_that_changes_is_sent_to_the_queue_with_what_is_read_of_it(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    sent: list[tuple[str, str]] = []
    amazon.settings.deliveries = 2
    seller.subscribe(QUEUE, "")

    amazon_server.put_orders(amazon, {}, [an_order()])
    amazon_notifications.send_all(amazon, lambda arn, body: sent.append((arn, body)))

    assert {arn for arn, _ in sent} == {QUEUE}
    first, again = (read_notification(body) for _, body in sent)
    assert isinstance(first, OrderChange)
    assert (
        first == again == OrderChange(first.id, amazon.settings.seller, GERMANY, an_order()["orderId"], by_amazon=False)
    )
    assert first.id


def test_what_no_queue_takes_is_sent_later(amazon: Amazon, seller: AmazonConnecting) -> None:
    def failing(*_: str) -> None:
        raise OSError("no queue")

    seller.subscribe(QUEUE, "")
    amazon_server.put_orders(amazon, {}, [an_order()])

    amazon_notifications.send_all(amazon, failing)

    assert (len(amazon.outbox), amazon.sent) == (1, [])


def test_listings_by_page_with_those_that_amazon_ships(amazon: Amazon, seller: AmazonConnecting) -> None:
    names = [f"SKU-{number:03}" for number in range(45)]
    listings = [{"sku": name, "title": f"Title {name}"} for name in names]
    amazon_listings.put_listings(amazon, {}, [*listings, {"sku": "ZZ", "channel": "AMAZON_EU"}])

    found: list[ListingFound] = []
    cursor = None
    while True:
        page = seller.listings(cursor)
        found += page.items
        if (cursor := page.next) is None:
            break

    assert [each.reference for each in found] == [*names, "ZZ"]
    assert found[0] == ListingFound("SKU-000", "SKU-000", "Title SKU-000", fulfilled_by_channel=False)
    assert [each.reference for each in found if each.fulfilled_by_channel] == ["ZZ"]
