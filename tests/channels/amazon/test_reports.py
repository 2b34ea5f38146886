"""Listings of a seller with thousands of them: by a report, step by step, in the encoding that Amazon names."""

import gzip
import json
from collections.abc import Iterator

import pytest

from local.world.amazon import Amazon
from packhorse.channels.amazon import reports, sign_in
from packhorse.channels.amazon.connecting import AmazonConnecting
from packhorse.channels.amazon.reports import listings_in
from packhorse.channels.amazon.seller import seller_of
from packhorse.channels.http import connect
from packhorse.channels.protocol import ListingFound
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from tests.channels.amazon.shop import keys_of
from tests.channels.listing import all_listings

MANY = 1_001


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LOOK_SECONDS", 0.05)


@pytest.fixture
def seller(amazon: Amazon, channel: Channel) -> Iterator[AmazonConnecting]:
    with connect(channel, sign_in, keys_of(amazon)) as http:
        yield AmazonConnecting(seller_of(channel), http)


def fill(amazon: Amazon, count: int) -> None:
    for number in range(count):
        by_amazon = {"channel": "AMAZON_EU"} if number == 7 else {}
        amazon.put_listing({"sku": f"SKU-{number:05}", "title": f'Töpfe, 3" – {number}', **by_amazon})


def steps(
    channel: Channel, amazon: Amazon, cursor: str | None = None
) -> Iterator[tuple[str | None, list[ListingFound]]]:
    """The pages from a cursor on, each read by another process."""
    while True:
        with connect(channel, sign_in, keys_of(amazon)) as http:
            page = AmazonConnecting(seller_of(channel), http).listings(cursor)
        yield page.next, list(page.items)
        if (cursor := page.next) is None:
            return


def test_five_thousand_listings_come_each_once(amazon: Amazon, seller: AmazonConnecting) -> None:
    fill(amazon, 5_000)
    amazon.settings.report_after = 0.15

    found = all_listings(lambda: seller)

    assert [each.reference for each in found] == [f"SKU-{number:05}" for number in range(5_000)]
    assert found[0].title == 'Töpfe, 3" – 0'
    assert [each.sku for each in found if each.fulfilled_by_channel] == ["SKU-00007"]
    assert len(amazon.reports) == len(amazon.downloads) == 1, "what was downloaded serves the next pages"


def test_a_thousand_are_searched(amazon: Amazon, seller: AmazonConnecting) -> None:
    fill(amazon, 1_000)

    assert len(all_listings(lambda: seller)) == 1_000
    assert amazon.reports == {}


def test_any_process_goes_on_at_any_step(amazon: Amazon, channel: Channel) -> None:
    fill(amazon, MANY)
    amazon.settings.report_after = 0.1

    pages = list(steps(channel, amazon))

    assert sum(len(items) for _, items in pages) == MANY
    assert len(amazon.reports) == 1
    for cursor, _ in pages[-3:-1]:
        again = list(steps(channel, amazon, cursor))
        assert again == pages[len(pages) - len(again) :]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_the_encoding_is_that_of_the_answer(amazon: Amazon, seller: AmazonConnecting, encoding: str) -> None:
    fill(amazon, MANY)
    amazon.settings.report_encoding = encoding

    assert all_listings(lambda: seller)[1].title == 'Töpfe, 3" – 1'


@pytest.mark.parametrize("status", ["FATAL", "CANCELLED"])
def test_a_report_that_amazon_does_not_make_is_said(amazon: Amazon, seller: AmazonConnecting, status: str) -> None:
    fill(amazon, MANY)
    amazon.settings.report_fails = status

    with pytest.raises(Rejected, match=f"{status}.*connect again"):
        all_listings(lambda: seller)


def test_a_report_that_is_never_done_ends(
    amazon: Amazon, seller: AmazonConnecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(amazon, MANY)
    amazon.settings.report_after = 1e9
    monkeypatch.setattr(reports, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(reports, "MOST_LOOKS", 3)

    with pytest.raises(Rejected, match="for hours"):
        all_listings(lambda: seller)


def test_a_url_that_has_expired_is_no_refusal_of_the_credentials(
    amazon: Amazon, seller: AmazonConnecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(amazon, MANY)
    page = seller.listings(seller.listings(None).next)
    monkeypatch.setattr("local.world.amazon_reports.URL_SECONDS", -1.0)

    with pytest.raises(Unavailable, match="403"):
        seller.listings(page.next)

    monkeypatch.undo()
    assert seller.listings(page.next).items


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"seller-sku\n" * 1000)[:-9]], ids=["none", "cut"])
def test_what_is_no_whole_gzip_is_read_again_later(content: bytes) -> None:
    with pytest.raises(Unavailable):
        reports._unpacked(content)


def test_a_report_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_BYTES", 1000)

    with pytest.raises(Rejected, match="1,000 bytes"):
        reports._unpacked(gzip.compress(b"x" * 1001))


def test_columns_of_japan_are_read_and_others_are_named() -> None:
    head = "商品名\t出品ID\t出品者SKU\t価格\tフルフィルメント・チャンネル"

    assert list(listings_in(f"{head}\nマグ\t1\tMUG\t10\tAMAZON_JP\r\n\r\n")) == [
        ListingFound("MUG", "MUG", "マグ", fulfilled_by_channel=True)
    ]
    with pytest.raises(Rejected) as error:
        list(listings_in("item-name\tprice\nMug\t10\n"))
    assert [each.field for each in error.value.errors] == ["seller-sku", "fulfillment-channel"]


def test_a_url_that_is_not_https_is_not_called(seller: AmazonConnecting) -> None:
    with pytest.raises(Rejected, match="https"):
        seller.reports._get("http://169.254.169.254/latest/meta-data")


def test_a_token_of_a_search_is_no_step_of_a_report() -> None:
    assert not reports.is_of_report("abc")
    assert reports.is_of_report(json.dumps(["report", "ID323", 0]))
