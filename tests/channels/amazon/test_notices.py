"""Parcels at Amazon, over a real socket: a package each, once, with Amazon's codes, changed under its number."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.world.amazon import Amazon
from local.world.failures import Failure
from packhorse.channels.amazon import sign_in
from packhorse.channels.amazon.notices import AmazonNotices, carrier_code, package_number
from packhorse.channels.http import connect
from packhorse.channels.moments import moment_text
from packhorse.channels.protocol import ParcelNotice
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import NotYet, Rejected, Unavailable
from packhorse.domain.orders.parcel import LineQuantity
from tests.channels.amazon.shop import GERMANY, MUG, TOWEL, an_order, keys_of

ORDER = an_order()["orderId"]
LEFT_AT = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def seller(amazon: Amazon, channel: Channel) -> Iterator[AmazonNotices]:
    amazon.put_order(an_order())
    with connect(channel, sign_in, keys_of(amazon)) as http:
        yield AmazonNotices(GERMANY, http)


def a_notice(*parts: tuple[str, int], tracking: str | None = "JJD 00-1", **more: Any) -> ParcelNotice:
    lines = tuple(LineQuantity(line=line, quantity=units) for line, units in parts or ((MUG, 2),))
    name, carrier = more.pop("id", "p-1"), more.pop("carrier", "DHLExpress")
    return ParcelNotice(ORDER, name, carrier, tracking, lines, **{"shipped_at": LEFT_AT, **more})


def sent(amazon: Amazon) -> list[tuple[str, str, dict[str, int]]]:
    """Carrier, number and units of each package."""
    return [
        (
            each["carrier"],
            each["trackingNumber"],
            {part["orderItemId"]: part["quantity"] for part in each["packageItems"]},
        )
        for each in amazon.orders[ORDER]["packages"]
    ]


def test_a_parcel_is_a_package_with_a_code_and_the_time_it_left(amazon: Amazon, seller: AmazonNotices) -> None:
    references = seller.notify_shipped(a_notice((MUG, 1), (TOWEL, 1)))

    assert references == (package_number("p-1"),)
    assert sent(amazon) == [("DHL", "JJD001", {MUG: 1, TOWEL: 1})]
    [package] = amazon.orders[ORDER]["packages"]
    assert datetime.fromisoformat(package["shipTime"]) == LEFT_AT.replace(microsecond=0)
    assert amazon.orders[ORDER]["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"


@pytest.mark.parametrize("days", [-3000, 3000])
def test_a_parcel_left_neither_before_its_order_nor_in_the_future(
    days: int, amazon: Amazon, seller: AmazonNotices
) -> None:
    seller.notify_shipped(a_notice(shipped_at=LEFT_AT + timedelta(days=days)))

    [package] = amazon.orders[ORDER]["packages"]
    assert amazon.orders[ORDER]["createdTime"] <= package["shipTime"] <= moment_text(datetime.now(UTC))


@pytest.mark.parametrize(
    ("carrier", "code"), [("UPSDAP", "UPS"), ("FedExDefault", "FedEx"), ("DHL", "DHL"), ("DhlEcs", "DHL eCommerce")]
)
def test_carriers_have_amazons_codes(amazon: Amazon, seller: AmazonNotices, carrier: str, code: str) -> None:
    seller.notify_shipped(a_notice(carrier=carrier))

    assert sent(amazon)[0][0] == code


@pytest.mark.parametrize(
    ("marketplace", "code"), [("A1F83G8C2ARO7P", "Evri"), ("A1PA6795UKMFR9", "Hermes Logistik Gruppe")]
)
def test_hermes_is_another_company_in_each_country(marketplace: str, code: str) -> None:
    assert carrier_code("Hermes", marketplace) == code


@pytest.mark.parametrize("code", ["FedEx SmartPost", "UPS Mail Innovations", "Purolator"])
def test_a_code_that_the_channel_names_is_sent_as_it_is(amazon: Amazon, seller: AmazonNotices, code: str) -> None:
    seller.notify_shipped(a_notice(carrier=code, is_named_there=True))

    assert sent(amazon)[0][0] == code


def test_a_carrier_that_amazon_has_no_code_of_has_its_name(amazon: Amazon, seller: AmazonNotices) -> None:
    seller.notify_shipped(a_notice(carrier="Hedgehog Express"))

    assert sent(amazon)[0][0] == "Hedgehog Express"


def test_each_of_two_parcels_has_its_own(amazon: Amazon, seller: AmazonNotices) -> None:
    seller.notify_shipped(a_notice((MUG, 1)))
    seller.notify_shipped(a_notice((MUG, 1), (TOWEL, 1), tracking="JJD2", id="p-2"))

    assert [units for *_, units in sent(amazon)] == [{MUG: 1}, {MUG: 1, TOWEL: 1}]
    assert amazon.orders[ORDER]["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_the_same_notice_again_makes_no_second(amazon: Amazon, seller: AmazonNotices) -> None:
    first = seller.notify_shipped(a_notice())

    assert seller.notify_shipped(a_notice()) == first
    assert len(sent(amazon)) == 1


def test_a_lost_answer_makes_no_second(amazon: Amazon, seller: AmazonNotices) -> None:
    amazon.failures.append(Failure(0, method="POST", path="/orders/v0", after=True))
    with pytest.raises(Unavailable):
        seller.notify_shipped(a_notice())

    assert seller.notify_shipped(a_notice()) == (package_number("p-1"),)
    assert len(sent(amazon)) == 1


def test_what_was_entered_there_by_hand_is_found_by_its_number(amazon: Amazon, seller: AmazonNotices) -> None:
    seller.notify_shipped(a_notice((MUG, 2), id="by hand"))

    assert seller.notify_shipped(a_notice((MUG, 2))) == (package_number("by hand"),)
    assert len(sent(amazon)) == 1


def test_units_that_others_hold_are_not_sent_again(amazon: Amazon, seller: AmazonNotices) -> None:
    seller.notify_shipped(a_notice((MUG, 2), id="other"))

    assert seller.notify_shipped(a_notice((MUG, 2), tracking="JJD9")) == ()
    assert len(sent(amazon)) == 1


def test_units_in_a_package_that_waits_for_its_carrier_are_not_sent_again(
    amazon: Amazon, seller: AmazonNotices
) -> None:
    seller.notify_shipped(a_notice((MUG, 2), id="other"))
    waits = {"status": "PENDING", "detailedStatus": "PENDING_PICK_UP"}
    amazon.orders[ORDER]["packages"][0]["packageStatus"] = waits

    assert seller.notify_shipped(a_notice((MUG, 2), tracking="JJD9")) == ()
    assert len(sent(amazon)) == 1


def test_a_corrected_number_changes_the_package(amazon: Amazon, seller: AmazonNotices) -> None:
    references = seller.notify_shipped(a_notice())
    corrected = a_notice(tracking="JJD777", references=references)

    seller.notify_corrected(corrected)
    seller.notify_corrected(corrected)

    assert sent(amazon) == [("DHL", "JJD777", {MUG: 2})]


def test_a_package_that_amazon_does_not_show_yet_is_corrected_under_its_number(
    amazon: Amazon, seller: AmazonNotices
) -> None:
    references = seller.notify_shipped(a_notice())
    amazon.orders[ORDER]["packages"] = []

    seller.notify_corrected(a_notice(tracking="JJD777", references=references))

    [package] = amazon.orders[ORDER]["packages"]
    assert (package["packageReferenceId"], package["trackingNumber"]) == (*references, "JJD777")


def test_a_package_whose_units_are_in_another_one_is_left_to_a_person(amazon: Amazon, seller: AmazonNotices) -> None:
    references = seller.notify_shipped(a_notice())
    [package] = amazon.orders[ORDER]["packages"]
    package["packageReferenceId"] = "1"

    with pytest.raises(Rejected, match="enter its tracking"):
        seller.notify_corrected(a_notice(tracking="JJD777", references=references))


def test_a_void_of_a_package_that_amazon_does_not_show_yet_waits_for_it(amazon: Amazon, seller: AmazonNotices) -> None:
    references = seller.notify_shipped(a_notice())
    amazon.orders[ORDER]["packages"] = []

    with pytest.raises(NotYet):
        seller.notify_withdrawn(a_notice(references=references))
    seller.notify_withdrawn(a_notice(references=references, shipped_at=LEFT_AT - timedelta(hours=2)))


def test_a_void_says_what_to_do_until_it_is_done(amazon: Amazon, seller: AmazonNotices) -> None:
    references = seller.notify_shipped(a_notice())
    with pytest.raises(Rejected, match="Seller Central"):
        seller.notify_withdrawn(a_notice(references=references))

    amazon.orders[ORDER]["packages"][0]["packageStatus"] = {"status": "CANCELLED"}
    seller.notify_withdrawn(a_notice(references=references))


def test_a_parcel_without_a_number_says_what_to_do(seller: AmazonNotices) -> None:
    with pytest.raises(Rejected, match="tracking number"):
        seller.notify_shipped(a_notice(tracking=None))


def test_a_refusal_is_rejected_with_its_reason(amazon: Amazon, seller: AmazonNotices) -> None:
    amazon.orders[ORDER]["fulfillment"]["fulfillmentStatus"] = "CANCELLED"

    with pytest.raises(Rejected, match="cannot be shipped"):
        seller.notify_shipped(a_notice())


def test_lines_that_amazon_does_not_have_are_refused_by_name_and_nothing_is_made(
    amazon: Amazon, seller: AmazonNotices
) -> None:
    with pytest.raises(Rejected, match="Amazon has no line 1 in order"):
        seller.notify_shipped(a_notice(("1", 2), (MUG, 1)))

    assert sent(amazon) == []
