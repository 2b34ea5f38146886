"""What every channel that can be told quantities promises, over shops that keep what they are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from local.world import ebay_server, server, shopify_server
from local.world.ebay import SELLER, Ebay
from local.world.routes import reply_of
from local.world.shop import Shop
from local.world.shopify_store import Store
from local.world.woocommerce import products
from local.world.woocommerce import server as woo_server
from local.world.woocommerce.store import Store as WooStore
from packhorse.channels import CHANNELS
from packhorse.channels.protocol import Keys, Publishing, Quantity
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable

Answer = Callable[[httpx.Request], httpx.Response]
MUGS = ["MUG/Ü 1", "MUG #2"]
WANTED = [Quantity(MUGS[0], 7, None, "k-1"), Quantity(MUGS[1], 0, None, "k-2")]


class Place:
    """A simulated shop of some kind, reached without a socket, and a client of it that can be meddled with."""

    def __init__(self, kind: ChannelKind) -> None:
        self.kind = kind
        self.shop, self.store, self.ebay, self.woo = Shop(), Store(), Ebay(), WooStore()
        for number, mug in enumerate(MUGS):
            self.store.put_variant({"id": 44210 + number, "sku": mug})
            self.ebay.items[mug] = {"sku": mug, "quantity": 0, "title": mug}
            products.put_product(self.woo, {"id": 44210 + number, "sku": mug})
        self.keys = {
            ChannelKind.SHOPIFY: Keys(self.store.settings.token),
            ChannelKind.WOOCOMMERCE: Keys("", self.woo.settings.key, self.woo.settings.secret),
            ChannelKind.GENERIC: Keys(self.shop.settings.token),
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        asked = request.method, request.url.raw_path.decode()
        if self.kind is ChannelKind.SHOPIFY:
            token = request.headers["X-Shopify-Access-Token"]
            status, content = shopify_server.answer(self.store, *asked, token, request.content)
        elif self.kind is ChannelKind.EBAY:
            status, content = ebay_server.answer(self.ebay, *asked, request.headers, request.content)
        elif self.kind is ChannelKind.WOOCOMMERCE:
            key = request.headers["Authorization"]
            status, content = woo_server.answer(self.woo, *asked, key, request.content)
        else:
            status, content = server.answer(self.shop, *asked, request.headers["Authorization"], request.content)
        reply = reply_of(content)
        return httpx.Response(status, content=reply.body, headers=reply.headers)

    def stocking(self, answer: Answer | None = None) -> Publishing:
        client = httpx.Client(base_url="https://shop.example", transport=httpx.MockTransport(answer or self.answer))
        stock, sign_in = CHANNELS[self.kind].stock, CHANNELS[self.kind].sign_in
        assert stock
        assert sign_in
        if self.kind is ChannelKind.EBAY:  # whose sign-in fetches a token first
            client.headers["Authorization"] = f"Bearer {self.ebay.issue(SELLER, of_seller=True)}"
        else:
            sign_in(client, self.keys[self.kind])
        return stock(Channel(id="web", kind=self.kind, base_url="https://shop.example"), client)


@pytest.fixture(params=sorted(kind for kind, adapter in CHANNELS.items() if adapter.stock))
def place(request: pytest.FixtureRequest) -> Place:
    return Place(ChannelKind(request.param))


def saying(status: int, content: bytes = b"no", retry_after: str | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda _: httpx.Response(status, content=content, headers=headers)


def test_what_is_set_is_what_is_read(place: Place) -> None:
    answers = place.stocking().set_quantities(WANTED)

    assert answers == dict.fromkeys(MUGS)
    assert place.stocking().quantities(MUGS) == {MUGS[0]: 7, MUGS[1]: 0}


def test_the_same_again_changes_nothing(place: Place) -> None:
    place.stocking().set_quantities(WANTED)

    again = place.stocking().set_quantities(WANTED)

    assert again == dict.fromkeys(MUGS)
    assert place.stocking().quantities(MUGS) == {MUGS[0]: 7, MUGS[1]: 0}


def test_of_two_wishes_for_one_listing_the_last_counts(place: Place) -> None:
    place.stocking().set_quantities([WANTED[0], WANTED[0]._replace(quantity=3, key="k-3")])

    assert place.stocking().quantities(MUGS[:1]) == {MUGS[0]: 3}


def test_what_nobody_knows_is_left_out(place: Place) -> None:
    place.stocking().set_quantities(WANTED[:1])

    assert place.stocking().quantities(["no such mug", MUGS[0]]) == {MUGS[0]: 7}


def test_nothing_to_say_and_nothing_to_ask(place: Place) -> None:
    assert place.stocking(saying(500)).set_quantities([]) == {}
    assert place.stocking(saying(500)).quantities([]) == {}


def test_a_lost_answer_is_made_good_by_saying_the_same_again(place: Place) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        place.answer(request)
        sets = b"inventorySetQuantities" in request.content or request.method == "PUT"
        if sets or request.url.path.endswith(("bulk_update_price_quantity", "/batch")):
            raise httpx.ReadTimeout("no luck", request=request)
        return place.answer(request)

    with pytest.raises(Unavailable):
        place.stocking(lost).set_quantities(WANTED)
    again = place.stocking().set_quantities(WANTED)

    assert again == dict.fromkeys(MUGS)
    assert place.stocking().quantities(MUGS) == {MUGS[0]: 7, MUGS[1]: 0}
    assert len(place.store.updates) in (0, 2)


@pytest.mark.parametrize("status", [301, 400, 402, 404, 409, 422, 501])
def test_what_will_not_change_by_itself_is_for_a_person(place: Place, status: int) -> None:
    answers = place.stocking(saying(status, b"no such token")).set_quantities(WANTED)

    assert [str(answers[mug]).partition(": ")[2] for mug in MUGS] == [f"{status} no such token"] * 2
    with pytest.raises(Rejected, match=f"{status} no such token"):
        place.stocking(saying(status, b"no such token")).quantities(MUGS)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_a_failure_of_the_channel_not_of_a_listing(place: Place, status: int) -> None:
    with pytest.raises(CredentialsRefused, match=f": {status}$"):
        place.stocking(saying(status, b"no such token")).set_quantities(WANTED)
    with pytest.raises(CredentialsRefused, match=f": {status}$"):
        place.stocking(saying(status, b"no such token")).quantities(MUGS)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_busy_shop_is_told_later(place: Place, status: int) -> None:
    with pytest.raises(Unavailable, match=str(status)):
        place.stocking(saying(status)).set_quantities(WANTED)
    with pytest.raises(Unavailable, match=str(status)):
        place.stocking(saying(status)).quantities(MUGS)


@pytest.mark.parametrize("failure", [httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError])
def test_a_silent_shop_is_told_later(place: Place, failure: type[httpx.TransportError]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise failure("no luck", request=request)

    with pytest.raises(Unavailable, match=failure.__name__):
        place.stocking(answer).set_quantities(WANTED)
    with pytest.raises(Unavailable, match=failure.__name__):
        place.stocking(answer).quantities(MUGS)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("0", 0),
        ("2.0", 2),
        ("90", 90),
        ("-1", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_shop_says_for_how_long(place: Place, status: int, given: str, seconds: float | None) -> None:
    with pytest.raises(Unavailable) as refusal:
        place.stocking(saying(status, retry_after=given)).set_quantities(WANTED)

    assert refusal.value.retry_after == seconds


def test_a_moment_to_wait_for_is_told_in_seconds(place: Place) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    with pytest.raises(Unavailable) as refusal:
        place.stocking(saying(503, retry_after=later)).quantities(MUGS)

    assert 50 < (refusal.value.retry_after or 0) <= 60


@pytest.mark.parametrize("body", [b"", b"<h1>Be right back</h1>", b"[]", b"{}", b'{"data": null}', b"\xff"])
def test_an_answer_that_is_none_is_asked_for_again_later(place: Place, body: bytes) -> None:
    if (place.kind, body) == (ChannelKind.WOOCOMMERCE, b"[]"):
        pytest.skip("a list of no products is an answer")
    with pytest.raises(Unavailable):
        place.stocking(saying(200, body)).quantities(MUGS)
