"""Setting up eBay, over a real socket: what lacks is named, subscriptions are made once, listings come whole."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.world.ebay import ITEMS, ORDERS, SCOPE, Ebay
from local.world.failures import Failure
from packhorse.channels.ebay import listings, sign_in
from packhorse.channels.ebay.connecting import EbayConnecting
from packhorse.channels.ebay.topics import answer_challenge
from packhorse.channels.http import connect
from packhorse.channels.protocol import Challenge, Connecting, ListingFound
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Rejected
from tests.channels.ebay.shop import TOKEN, keys_of, serving
from tests.channels.listing import all_listings, listing_pages


@pytest.fixture
def ebay() -> Ebay:
    return Ebay()


@pytest.fixture
def channel(ebay: Ebay) -> Iterator[Channel]:
    with serving(ebay) as found:
        yield found


@pytest.fixture
def seller(ebay: Ebay, channel: Channel) -> Iterator[Connecting]:
    with connect(channel, sign_in, keys_of(ebay)) as http:
        yield EbayConnecting(http)


tokens = [TOKEN]


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The url of an endpoint that answers challenges with our answer, by the tokens of the channel."""
    tokens[:] = [TOKEN]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            answer = answer_challenge(Challenge(url, given), tokens)
            self.send_response(200 if answer else 403)
            self.end_headers()
            self.wfile.write(answer.body.encode() if answer else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{http.server_address[1]}/webhooks/ebay-de"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield url
    http.shutdown()
    http.server_close()


def test_scopes_that_were_not_granted_are_named(ebay: Ebay, seller: Connecting) -> None:
    ebay.settings.scopes = (SCOPE, ORDERS)

    assert [each.split(",")[0] for each in seller.check()] == [
        "the scope sell.inventory",
        "the scope commerce.notification.subscription",
    ]


def test_a_consent_that_has_ended_is_for_a_person(ebay: Ebay, seller: Connecting) -> None:
    ebay.settings.refresh_token = "another"

    with pytest.raises(CredentialsRefused, match="connect the channel with a new one"):
        seller.check()


def test_subscribing_twice_makes_one_destination_and_two_subscriptions(
    ebay: Ebay, seller: Connecting, endpoint: str
) -> None:
    seller.subscribe(endpoint, TOKEN)
    seller.subscribe(endpoint, TOKEN)

    assert len(ebay.destinations) == 1
    assert [(each.topic, each.url, each.is_active) for each in seller.subscriptions()] == [
        ("ORDER_CONFIRMATION", endpoint, True),
        ("ITEM_MARKED_SHIPPED", endpoint, True),
    ]


def test_a_rotated_token_is_sent_to_the_destination_that_is_there(
    ebay: Ebay, seller: Connecting, endpoint: str
) -> None:
    seller.subscribe(endpoint, TOKEN)
    rotated = TOKEN[::-1]
    tokens[:] = [rotated, TOKEN]

    seller.subscribe(endpoint, rotated)

    [place] = ebay.destinations.values()
    assert place["deliveryConfig"] == {"endpoint": endpoint, "verificationToken": rotated}
    assert all(each.is_active for each in seller.subscriptions())


def test_a_destination_is_removed_alone_and_once_nothing_is_sent_there(
    ebay: Ebay, seller: Connecting, endpoint: str
) -> None:
    seller.subscribe(endpoint, TOKEN)
    other = {"endpoint": "https://other.example/webhooks/ebay-de", "verificationToken": TOKEN}
    ebay.destinations["other"] = {"destinationId": "other", "status": "ENABLED", "deliveryConfig": other}

    for _ in range(2):
        seller.unsubscribe(endpoint)

    assert list(ebay.destinations) == ["other"]
    assert ebay.subscriptions == {}


def test_an_endpoint_that_fails_its_challenge_is_for_a_person(seller: Connecting, endpoint: str) -> None:
    other = hashlib.sha256(b"other").hexdigest()

    with pytest.raises(Rejected, match="Challenge verification failed"):
        seller.subscribe(endpoint, other)


@pytest.mark.parametrize("secret", ["short", "has blanks and is longer than thirty-two", "x" * 81])
def test_a_secret_that_ebay_does_not_take_is_refused_with_what_it_takes(seller: Connecting, secret: str) -> None:
    with pytest.raises(Rejected, match="32 to 80"):
        seller.subscribe("https://oms.example/webhooks/ebay-de", secret)


def test_listings_of_both_kinds_come_once(ebay: Ebay, seller: Connecting) -> None:
    ebay.items = {f"SKU {n}": {"sku": f"SKU {n}", "quantity": 1, "title": f"Item {n}"} for n in range(101)}
    ebay.listings = {
        "110099988877": {"title": "Tea towel", "sku": "TOWEL", "quantity": 5},
        "110012345678": {"title": "Mug", "sku": "", "variations": {"MUG RED": {"quantity": 1}, "MUG BLUE": {}}},
        **{str(n): {"title": "More", "sku": "", "quantity": 1} for n in range(100)},
    }

    found = all_listings(lambda: seller)

    assert len(found) == len(set(found)) == 101 + 3 + 100
    assert ListingFound("SKU 7", "SKU 7", "Item 7") in found
    assert ListingFound("item:110099988877", "TOWEL", "Tea towel") in found
    assert ListingFound("item:110012345678/MUG RED", "MUG RED", "Mug") in found


@pytest.mark.parametrize("has_offer", [True, False])
def test_an_item_without_a_published_offer_hides_no_listing_of_its_sku(
    ebay: Ebay, seller: Connecting, has_offer: bool
) -> None:
    ebay.items = {"MUG": {"sku": "MUG", "quantity": 0, "title": "Draft", "listing": ""}}
    ebay.listings = {"110012345679": {"title": "Mug", "sku": "MUG", "quantity": 9}}
    if not has_offer:
        text = '{"errors": [{"errorId": 25713, "message": "This Offer is not available."}]}'
        ebay.failures.append(Failure(404, times=2, path="/sell/inventory/v1/offer", text=text))

    assert all_listings(lambda: seller) == [ListingFound("item:110012345679", "MUG", "Mug")]


def test_an_older_listing_beside_that_of_an_item_is_found_too(ebay: Ebay, seller: Connecting) -> None:
    ebay.items = {
        "MUG": {"sku": "MUG", "quantity": 1, "title": "Mug", "listing": "110012345681"},
        "CUP S": {"sku": "CUP S", "quantity": 1, "title": "Cup", "listing": "110012345682"},
        "CUP L": {"sku": "CUP L", "quantity": 1, "title": "Cup", "listing": "110012345682"},
    }
    ebay.listings = {"110012345679": {"title": "Mug", "sku": "MUG", "quantity": 9}}

    found = [each.reference for each in all_listings(lambda: seller)]

    assert found == ["MUG", "CUP S", "CUP L", "item:110012345679"]


def test_an_auction_is_no_listing_whose_quantity_is_set(ebay: Ebay, seller: Connecting) -> None:
    ebay.listings = {
        "1": {"title": "Auction", "sku": "MUG", "quantity": 1, "type": "Chinese"},
        "2": {"title": "Shop", "sku": "MUG", "quantity": 9},
    }

    assert all_listings(lambda: seller) == [ListingFound("item:2", "MUG", "Shop")]


def test_a_sku_that_items_cannot_have_hides_no_listing(ebay: Ebay, seller: Connecting) -> None:
    invalid = '{"errors": [{"errorId": 25708, "message": "Invalid SKU."}]}'
    path = "/sell/inventory/v1/bulk_get"
    ebay.failures += [Failure(400, times=2, path=path, text=invalid)]  # together, and the first one alone
    skus = ["MG39-E29", "M" * 60, "CUP"]
    ebay.listings = {str(at): {"title": "", "sku": sku, "quantity": 9} for at, sku in enumerate(skus)}

    assert [each.sku for each in all_listings(lambda: seller)] == skus


def test_a_listing_that_ends_while_pages_are_read_hides_no_other(
    ebay: Ebay, seller: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "PAGE_SIZE", 20)
    names = [str(110_000_000_000 + number) for number in range(50)]
    ebay.listings |= {each: {"sku": "", "title": "Mug", "quantity": 1, "variations": {}} for each in names}

    found = set()
    for page in listing_pages(lambda: seller):
        found |= {each.reference for each in page.items}
        if page.items and page.next:
            del ebay.listings[names.pop(0)]

    assert found >= {f"item:{each}" for each in names}


def test_items_can_be_read_by_scope_alone(ebay: Ebay, seller: Connecting) -> None:
    ebay.settings.scopes = (SCOPE, ITEMS)

    assert seller.listings(None).items == ()


def test_destinations_whose_pages_have_no_end_are_rejected() -> None:
    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, json={"total": 1, "destinations": [], "next": "/destination?continuation_token=again"}
        )

    with (
        httpx.Client(base_url="https://api.ebay.com", transport=httpx.MockTransport(endless)) as http,
        pytest.raises(Rejected, match="has no end"),
    ):
        EbayConnecting(http).subscriptions()
