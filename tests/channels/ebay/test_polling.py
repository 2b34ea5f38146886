"""Polls of eBay, over a real socket: every change once or more, oldest first, with parcels; tokens as they expire."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.world.ebay import ITEMS, SCOPE, Ebay
from local.world.failures import Failure
from packhorse.channels.ebay import sign_in
from packhorse.channels.ebay.polling import PAGE_SIZE, EbayPolling
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, Page
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused
from tests.channels.ebay.shop import MUG, an_order, keys_of, serving

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SOON = datetime.now(UTC)


@pytest.fixture
def ebay() -> Ebay:
    return Ebay()


@pytest.fixture
def channel(ebay: Ebay) -> Iterator[Channel]:
    with serving(ebay) as found:
        yield found


def moment(ago: timedelta) -> str:
    return (SOON - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def put(ebay: Ebay, count: int, apart: timedelta = timedelta(minutes=1), **changed: Any) -> list[str]:
    """Put orders, of which each changed that long after the one before."""
    names = [f"12-{number:05}-00000" for number in range(count)]
    for number, name in enumerate(names):
        at = moment(apart * (count - number))
        ebay.put_order(an_order(orderId=name, creationDate=at, lastModifiedDate=at, **changed))
    return names


def all_pages(ebay: Ebay, channel: Channel, since: datetime = LONG_AGO, keys: Keys | None = None) -> list[Page]:
    with connect(channel, sign_in, keys or keys_of(ebay)) as http:
        return list(pages(EbayPolling(channel.id, http), since))


def pages(orders: EbayPolling, since: datetime) -> Iterator[Page]:
    page = orders.orders_since(since, None)
    yield page
    while page.next:
        page = orders.orders_since(since, page.next)
        yield page


def change(ebay: Ebay, name: str) -> None:
    """Have an order change now."""
    ebay.put_order({**ebay.orders[name], "lastModifiedDate": moment(timedelta(0))})


def ids(found: list[Page]) -> list[str]:
    return [order.channel_order_id for page in found for order in page.orders]


def test_what_changed_since_then_and_nothing_older(ebay: Ebay, channel: Channel) -> None:
    names = put(ebay, 3, timedelta(hours=1))

    assert ids(all_pages(ebay, channel, SOON - timedelta(hours=2, minutes=30))) == names[1:]
    assert ids(all_pages(ebay, channel, SOON)) == []


@pytest.mark.parametrize("apart", [timedelta(minutes=30), timedelta(seconds=2), timedelta(milliseconds=1)])
def test_more_than_a_page_comes_whole_oldest_first(ebay: Ebay, channel: Channel, apart: timedelta) -> None:
    names = put(ebay, 3 * PAGE_SIZE + 7, apart)

    found = all_pages(ebay, channel)

    assert list(dict.fromkeys(ids(found))) == names
    assert max(len(page.orders) for page in found) <= PAGE_SIZE
    assert len(found) < 8


def test_an_order_that_cannot_be_read_counts_as_read(ebay: Ebay, channel: Channel) -> None:
    put(ebay, 2, timedelta(hours=1))
    newest = list(ebay.orders.values())[-1]
    newest["lineItems"] = "?"

    [page] = all_pages(ebay, channel)

    assert (len(page.orders), len(page.refused)) == (1, 1)
    assert page.read_until == datetime.fromisoformat(newest["lastModifiedDate"])


def test_orders_of_one_moment_are_paged(ebay: Ebay, channel: Channel) -> None:
    names = put(ebay, 2 * PAGE_SIZE, timedelta(0))

    for each in ebay.orders.values():
        each["lastModifiedDate"] = moment(timedelta(minutes=5))

    assert set(ids(all_pages(ebay, channel))) == set(names)


def test_an_order_that_changes_between_pages_hides_no_other(ebay: Ebay, channel: Channel) -> None:
    names = put(ebay, 2 * PAGE_SIZE)

    found = []
    with connect(channel, sign_in, keys_of(ebay)) as http:
        for page in pages(EbayPolling(channel.id, http), LONG_AGO):
            found.append(page)
            if len(found) == 1:
                change(ebay, names[0])

    assert set(ids(found)) == set(names)


def test_an_order_that_leaves_a_moment_between_its_pages_hides_no_other(ebay: Ebay, channel: Channel) -> None:
    names = put(ebay, 4 * PAGE_SIZE, timedelta(0))
    for each in ebay.orders.values():
        each["lastModifiedDate"] = moment(timedelta(minutes=5))

    found = []
    with connect(channel, sign_in, keys_of(ebay)) as http:
        for page in pages(EbayPolling(channel.id, http), LONG_AGO):
            found.append(page)
            if page.next:
                assert len(found) < 20
                change(ebay, ids(found[:1])[len(found)])

    assert set(ids(found)) == set(names)


def test_what_is_older_than_ebay_shows_whole_is_not_requested(ebay: Ebay, channel: Channel) -> None:
    put(ebay, 1)

    assert len(ids(all_pages(ebay, channel, datetime(2020, 1, 1, tzinfo=UTC)))) == 1


def test_an_order_that_began_to_ship_has_its_parcels(ebay: Ebay, channel: Channel) -> None:
    [name] = put(ebay, 1)
    ebay.ship(
        name,
        {"lineItems": [{"lineItemId": MUG, "quantity": 2}], "trackingNumber": "JJD1", "shippingCarrierCode": "DHL"},
    )

    [page] = all_pages(ebay, channel)

    [parcel] = page.orders[0].parcels
    assert (parcel.id, parcel.carrier, parcel.tracking, parcel.lines[0].quantity) == ("JJD1", "DHL", "JJD1", 2)
    assert page.orders[0].shipped_at is None


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_order_whose_parcels_ebay_does_not_give_is_left_to_be_read_by_itself(
    ebay: Ebay, channel: Channel, status: int
) -> None:
    names = put(ebay, 3)
    parcel = {"trackingNumber": "T1", "shippingCarrierCode": "DHL", "lineItems": [{"lineItemId": MUG, "quantity": 2}]}
    ebay.ship(names[1], parcel)
    ebay.failures.append(Failure(status, times=1, ending="/shipping_fulfillment"))

    [page] = all_pages(ebay, channel)

    assert [order.channel_order_id for order in page.orders] == [names[0], names[2]]
    assert [(each.name, str(status) in each.reason) for each in page.unread] == [(names[1], True)]


def test_named_orders_are_read_and_unknown_ones_left_out(ebay: Ebay, channel: Channel) -> None:
    names = put(ebay, 60)

    with connect(channel, sign_in, keys_of(ebay)) as http:
        page = EbayPolling(channel.id, http).orders_named([*names, "no such order"])

    assert sorted(ids([page])) == names


# ---- tokens


def test_a_token_is_fetched_once_and_again_when_it_has_expired(ebay: Ebay, channel: Channel) -> None:
    put(ebay, 1)

    all_pages(ebay, channel)
    all_pages(ebay, channel)
    assert len(ebay.tokens) == 1
    ebay.tokens.clear()
    assert len(ids(all_pages(ebay, channel))) == 1


def test_a_revoked_consent_says_to_connect_again(ebay: Ebay, channel: Channel) -> None:
    with pytest.raises(CredentialsRefused, match="connect the channel with a new one") as refusal:
        all_pages(ebay, channel, keys=keys_of(ebay, token="v^1.1#revoked"))

    assert "v^1.1#revoked" not in refusal.value.in_full


@pytest.mark.parametrize("lacking", ["token", "client_id", "client_secret"])
def test_credentials_that_lack_are_named(ebay: Ebay, channel: Channel, lacking: str) -> None:
    with pytest.raises(CredentialsRefused, match=lacking):
        all_pages(ebay, channel, keys=keys_of(ebay, **{lacking: ""}))


def test_a_wrong_application_is_refused(ebay: Ebay, channel: Channel) -> None:
    with pytest.raises(CredentialsRefused, match="401"):
        all_pages(ebay, channel, keys=keys_of(ebay, client_secret="wrong"))


def test_a_scope_that_the_seller_did_not_grant_is_refused(ebay: Ebay, channel: Channel) -> None:
    ebay.settings.scopes = (SCOPE, ITEMS)

    with pytest.raises(CredentialsRefused, match="403"):
        all_pages(ebay, channel)
