"""Quantities at eBay, over a real socket: by the API that made the listing, each listing for itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from local.world.ebay import Ebay
from local.world.failures import Failure
from packhorse.channels.ebay import sign_in
from packhorse.channels.ebay.stock import EbayStock
from packhorse.channels.http import connect
from packhorse.channels.protocol import Quantity
from packhorse.domain.batching import batched
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from tests.channels.ebay.shop import keys_of, serving
from tests.channels.setting import set_all

TOWEL, RED, BLUE = "item:110099988877", "item:110012345678/MUG RED", "item:110012345678/MUG BLUE"


@pytest.fixture
def ebay() -> Ebay:
    found = Ebay()
    found.listings = {
        "110099988877": {"title": "Tea towel", "sku": "", "quantity": 5, "sold": 2},
        "110012345678": {"title": "Mug", "sku": "", "variations": {"MUG RED": {"quantity": 1}, "MUG BLUE": {}}},
    }
    found.items = {f"SKU {n}": {"sku": f"SKU {n}", "quantity": n, "title": ""} for n in range(60)}
    return found


@pytest.fixture
def channel(ebay: Ebay) -> Iterator[Channel]:
    with serving(ebay) as found:
        yield found


@pytest.fixture
def stock(ebay: Ebay, channel: Channel) -> Iterator[EbayStock]:
    with connect(channel, sign_in, keys_of(ebay)) as http:
        yield EbayStock(http, str(channel.base_url))


def wanted(**quantities: int) -> list[Quantity]:
    return [Quantity(name, quantity, None, f"k-{name}") for name, quantity in quantities.items()]


def test_each_listing_is_set_by_its_own_api(ebay: Ebay, stock: EbayStock) -> None:
    answers = set_all(stock, wanted(**{TOWEL: 7, RED: 0, BLUE: 3, "SKU 1": 9}))

    assert answers == dict.fromkeys([TOWEL, RED, BLUE, "SKU 1"])
    assert stock.quantities([TOWEL, RED, BLUE, "SKU 1"]) == {TOWEL: 7, RED: 0, BLUE: 3, "SKU 1": 9}


def test_what_was_sold_is_not_for_sale(stock: EbayStock) -> None:
    assert stock.quantities([TOWEL, "item:1", "no such sku"]) == {TOWEL: 3}


def test_many_listings_take_as_few_calls_as_ebay_allows(ebay: Ebay, stock: EbayStock) -> None:
    ebay.listings |= {str(n): {"title": "", "sku": "", "quantity": 0} for n in range(9)}
    many = {f"SKU {n}": n + 1 for n in range(60)} | {f"item:{n}": n for n in range(9)}

    assert set_all(stock, wanted(**many)) == dict.fromkeys(many)
    assert stock.quantities(list(many)) == many


def test_many_listings_are_read_in_as_few_calls(ebay: Ebay, stock: EbayStock) -> None:
    ebay.listings |= {str(n): {"title": "", "sku": "", "quantity": n + 2, "sold": 2} for n in range(300)}
    ebay.listings |= {"again": {"title": "", "sku": "", "variations": {"A": {"quantity": 3, "sold": 1}, "B": {}}}}
    many = {f"item:{n}": n for n in range(300)} | {"item:again/A": 2, "item:again/B": 0, TOWEL: 3, RED: 1}

    for batch in batched(many, 50):
        assert stock.quantities(batch) == {each: many[each] for each in batch}

    assert sum(ebay.trading_calls.values()) == 2


def test_what_the_list_does_not_have_or_count_is_read_alone(ebay: Ebay, stock: EbayStock) -> None:
    ebay.listings |= {str(n): {"title": "", "sku": "", "quantity": n} for n in range(6)}
    pages = "<PaginationResult><TotalNumberOfPages>1</TotalNumberOfPages></PaginationResult>"
    items = "".join(f"<Item><ItemID>{n}</ItemID><Quantity>9</Quantity></Item>" for n in range(5))
    listed = f"<ActiveList><ItemArray>{items}</ItemArray>{pages}</ActiveList>"
    text = f"<GetMyeBaySellingResponse><Ack>Success</Ack>{listed}</GetMyeBaySellingResponse>"
    ebay.failures.append(Failure(200, path="/ws/", text=text))

    assert stock.quantities([f"item:{n}" for n in range(7)]) == {f"item:{n}": n for n in range(6)}


def test_one_listing_is_read_from_ebay_also_after_the_list_was(ebay: Ebay, stock: EbayStock) -> None:
    """It is read to find out whether eBay answers."""
    ebay.listings |= {str(n): {"title": "", "sku": "", "quantity": n} for n in range(9)}
    stock.quantities([f"item:{n}" for n in range(9)])
    ebay.failures.extend(Failure(500, path="/ws/") for _ in range(9))

    with pytest.raises(Unavailable):
        stock.quantities(["item:3"])


def test_what_was_listed_some_minutes_ago_is_listed_again(ebay: Ebay, stock: EbayStock) -> None:
    many = {f"item:{n}": n for n in range(9)}
    ebay.listings |= {str(n): {"title": "", "sku": "", "quantity": n} for n in range(9)}
    before = stock.quantities(list(many))
    ebay.listings["8"]["quantity"] = 80

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        assert (before, stock.quantities(list(many))) == (many, many | {"item:8": 80})


def test_one_listing_that_is_refused_affects_no_other(ebay: Ebay, stock: EbayStock) -> None:
    answers = set_all(stock, wanted(**{"SKU 1": 8, "gone": 1, TOWEL: 7, "item:1": 1, f"{RED} 2": 1}))

    assert {name for name, why in answers.items() if why is None} == {"SKU 1", TOWEL}
    assert "404 gone could not be found" in str(answers["gone"])
    assert "ended or not found: 1. (21916750)" in str(answers["item:1"])
    assert "21916799" in str(answers[f"{RED} 2"])


def test_a_token_that_expired_between_calls_is_fetched_again(ebay: Ebay, stock: EbayStock) -> None:
    set_all(stock, wanted(**{TOWEL: 7}))
    ebay.tokens.clear()

    assert set_all(stock, wanted(**{TOWEL: 8})) == {TOWEL: None}


def test_a_seller_whose_token_is_never_taken_is_a_failure_of_the_channel(ebay: Ebay, stock: EbayStock) -> None:
    ebay.settings.token_seconds = 0

    with pytest.raises((CredentialsRefused, Unavailable)):
        set_all(stock, wanted(**{TOWEL: 7}))


@pytest.mark.parametrize("text", ["", "<h1>Be right back</h1>", "<!DOCTYPE x><a/>", "{}", "\x00"])
def test_an_answer_that_is_none_is_requested_again_later(ebay: Ebay, stock: EbayStock, text: str) -> None:
    ebay.failures += [Failure(200, path="/ws/", text=text) for _ in range(2)]

    with pytest.raises(Unavailable):
        set_all(stock, wanted(**{TOWEL: 7}))
    with pytest.raises(Unavailable):
        stock.quantities([TOWEL])


@pytest.mark.parametrize(("code", "kind"), [(518, Unavailable), (10007, Unavailable), (932, CredentialsRefused)])
def test_errors_of_the_whole_call_are_none_of_a_listing(
    ebay: Ebay, stock: EbayStock, code: int, kind: type[Exception]
) -> None:
    fault = (
        f"<Errors><LongMessage>no</LongMessage><ErrorCode>{code}</ErrorCode><SeverityCode>Error</SeverityCode></Errors>"
    )
    name = "ReviseInventoryStatusResponse"
    text = f'<{name} xmlns="urn:ebay:apis:eBLBaseComponents"><Ack>Failure</Ack>{fault}</{name}>'
    ebay.failures.append(Failure(200, times=2, path="/ws/", text=text))

    with pytest.raises(kind):
        set_all(stock, wanted(**{TOWEL: 7}))


def test_an_error_inside_ebay_is_tried_again_later(ebay: Ebay, stock: EbayStock) -> None:
    body = '{"responses": [{"sku": "SKU 1", "statusCode": 500, "errors": []}]}'
    ebay.failures.append(Failure(207, path="/sell/inventory", text=body))

    with pytest.raises(Unavailable, match="500"):
        set_all(stock, wanted(**{"SKU 1": 1}))


def test_a_quantity_that_cannot_be_read_is_for_a_person(ebay: Ebay, stock: EbayStock) -> None:
    text = (
        "<GetItemResponse><Ack>Failure</Ack><Errors><LongMessage>no</LongMessage><ErrorCode>36</ErrorCode>"
        "<SeverityCode>Error</SeverityCode></Errors></GetItemResponse>"
    )
    ebay.failures.append(Failure(200, path="/ws/", text=text))

    with pytest.raises(Rejected, match="36"):
        stock.quantities([TOWEL])


def test_what_an_order_takes_is_offered_no_more(ebay: Ebay, stock: EbayStock) -> None:
    of_item = {"sku": "SKU 9", "legacyItemId": "1", "lineItemId": "1", "quantity": 2}
    of_listing = {"legacyItemId": "110099988877", "lineItemId": "2", "quantity": 1}

    for _ in range(2):
        ebay.put_order({"orderId": "12-00001-00000", "lineItems": [of_item, of_listing]})

    assert stock.quantities(["SKU 9", TOWEL]) == {"SKU 9": 7, TOWEL: 2}
