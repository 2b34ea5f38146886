"""Parcels at eBay, over a real socket: a fulfilment each, once, with codes and numbers that eBay takes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from local.world.ebay import Ebay, now
from packhorse.channels.ebay import sign_in
from packhorse.channels.ebay.notices import EbayNotices
from packhorse.channels.http import connect
from packhorse.channels.protocol import ParcelNotice
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.parcel import LineQuantity
from tests.channels.ebay.shop import MUG, TOWEL, an_order, keys_of, serving

ORDER = an_order()["orderId"]


@pytest.fixture
def ebay() -> Ebay:
    found = Ebay()
    found.put_order(an_order())
    return found


@pytest.fixture
def channel(ebay: Ebay) -> Iterator[Channel]:
    with serving(ebay) as found:
        yield found


@pytest.fixture
def notices(ebay: Ebay, channel: Channel) -> Iterator[EbayNotices]:
    with connect(channel, sign_in, keys_of(ebay)) as http:
        yield EbayNotices(http)


def a_notice(*parts: tuple[str, int], tracking: str | None = "JJD 00-1", **more: Any) -> ParcelNotice:
    lines = tuple(LineQuantity(line=line, quantity=units) for line, units in parts or ((MUG, 2),))
    return ParcelNotice(ORDER, "p-1", more.pop("carrier", "DHLExpress"), tracking, lines, **more)


def sent(ebay: Ebay) -> list[tuple[str | None, str | None, dict[str, int]]]:
    """Carrier, number and units of each fulfilment."""
    return [
        (
            each.get("shippingCarrierCode"),
            each.get("shipmentTrackingNumber"),
            {part["lineItemId"]: part["quantity"] for part in each["lineItems"]},
        )
        for each in ebay.fulfilments.get(ORDER, [])
    ]


def test_a_parcel_is_a_fulfilment_with_a_code_and_a_number_without_blanks(ebay: Ebay, notices: EbayNotices) -> None:
    references = notices.notify_shipped(a_notice((MUG, 1), (TOWEL, 1)))

    assert references == ("JJD001",)
    assert sent(ebay) == [("DHL", "JJD001", {MUG: 1, TOWEL: 1})]
    assert ebay.orders[ORDER]["orderFulfillmentStatus"] == "IN_PROGRESS"


def test_each_of_two_parcels_has_its_own(ebay: Ebay, notices: EbayNotices) -> None:
    notices.notify_shipped(a_notice((MUG, 1)))
    notices.notify_shipped(a_notice((MUG, 1), (TOWEL, 1), tracking="JJD2"))

    assert [units for *_, units in sent(ebay)] == [{MUG: 1}, {MUG: 1, TOWEL: 1}]
    assert ebay.orders[ORDER]["orderFulfillmentStatus"] == "FULFILLED"


def test_units_of_another_parcel_with_the_same_number_are_sent_without_it(ebay: Ebay, notices: EbayNotices) -> None:
    others = notices.notify_shipped(a_notice((MUG, 2)))
    second = a_notice((TOWEL, 1), others=others)._replace(id="p-2")

    assert notices.notify_shipped(second) == ("1000",)
    assert notices.notify_shipped(second) == ()
    assert sent(ebay) == [("DHL", "JJD001", {MUG: 2}), (None, None, {TOWEL: 1})]
    assert ebay.orders[ORDER]["orderFulfillmentStatus"] == "FULFILLED"


def test_lines_that_ebay_does_not_have_are_refused_by_name_and_nothing_is_made(
    ebay: Ebay, notices: EbayNotices
) -> None:
    with pytest.raises(Rejected, match="eBay has no line 1, 2 in order"):
        notices.notify_shipped(a_notice(("1", 2), (MUG, 1), ("2", 1)))

    assert sent(ebay) == []


def test_what_was_marked_as_shipped_on_ebay_itself_is_not_sent_again(ebay: Ebay, notices: EbayNotices) -> None:
    ebay.ship(ORDER, {"lineItems": [{"lineItemId": MUG, "quantity": 2}]})

    assert notices.notify_shipped(a_notice((MUG, 2))) == ()
    assert notices.notify_shipped(a_notice((MUG, 1), (TOWEL, 1), tracking="JJD9")) == ("JJD9",)
    assert sent(ebay)[1:] == [("DHL", "JJD9", {TOWEL: 1})]


@pytest.mark.parametrize(("there", "left"), [(1, 1), (2, 0)])
def test_a_fulfilment_that_does_not_say_how_many_units_it_has_counts_as_it_is_read(
    ebay: Ebay, notices: EbayNotices, there: int, left: int
) -> None:
    ebay.settings.counts_units = False
    ebay.ship(ORDER, {"lineItems": [{"lineItemId": MUG, "quantity": there}]})

    notices.notify_shipped(a_notice((MUG, 2)))

    assert [units for *_, units in sent(ebay)] == [{MUG: there}, {MUG: left}][: 1 + bool(left)]


@pytest.mark.parametrize(
    ("placed", "left", "shown"),
    [("2026-03-01", "2026-03-05", "2026-03-05"), ("2026-03-06", "2026-03-05", "2026-03-06")],
)
def test_a_parcel_that_is_reported_late_was_shipped_when_it_left(
    ebay: Ebay, notices: EbayNotices, placed: str, left: str, shown: str
) -> None:
    ebay.orders[ORDER]["creationDate"] = f"{placed}T08:30:00.000Z"

    notices.notify_shipped(a_notice(shipped_at=datetime.fromisoformat(f"{left}T08:30:00+00:00")))

    [made] = ebay.fulfilments[ORDER]
    assert made["shippedDate"] == f"{shown}T08:30:00.000Z"


def test_no_parcel_was_shipped_in_the_future(ebay: Ebay, notices: EbayNotices) -> None:
    notices.notify_shipped(a_notice(shipped_at=datetime.fromisoformat("2999-01-01T08:30:00+00:00")))

    [made] = ebay.fulfilments[ORDER]
    assert made["shippedDate"] <= now()


@pytest.mark.parametrize(
    ("carrier", "code"),
    [("USPS", "USPS"), ("FedEx", "FedEx"), ("Royal Mail", "RoyalMail"), ("evri", "Hermes"), ("Hedgehog", "Other"),
     (None, "Other"), ("OnTrac", "OnTrac"), ("An Post", "AnPost"),
     ("UPSDAP", "UPS"), ("FedExDefault", "FedEx"), ("DHLExpress", "DHL"), ("DhlEcs", "DHLGlobalMail"), ("DHL", "DHL")],
)  # fmt: skip
def test_carriers_have_ebays_codes(ebay: Ebay, notices: EbayNotices, carrier: str | None, code: str) -> None:
    notices.notify_shipped(a_notice(carrier=carrier))

    assert sent(ebay)[0][0] == code


def test_a_code_that_the_channel_names_is_sent_as_it_is(ebay: Ebay, notices: EbayNotices) -> None:
    notices.notify_shipped(a_notice(carrier="ARAMEX", is_named_there=True))

    assert sent(ebay)[0][0] == "ARAMEX"


def test_what_ebay_refuses_is_for_a_person(notices: EbayNotices) -> None:
    with pytest.raises(Rejected, match="32100"):
        notices.notify_shipped(a_notice((MUG, 2))._replace(order="12-00000-00000"))


def test_a_corrected_number_is_entered_by_a_person_and_then_found(ebay: Ebay, notices: EbayNotices) -> None:
    references = notices.notify_shipped(a_notice())
    corrected = a_notice(tracking="JJD 2", references=references)

    with pytest.raises(Rejected, match=f"edit the tracking of order {ORDER} in Seller Hub, from JJD001 to JJD2"):
        notices.notify_corrected(corrected)
    ebay.fulfilments[ORDER][0] |= {"fulfillmentId": "JJD2", "shipmentTrackingNumber": "JJD2"}
    notices.notify_corrected(corrected)


def test_a_parcel_that_did_not_leave_is_removed_by_a_person_and_then_gone(ebay: Ebay, notices: EbayNotices) -> None:
    references = notices.notify_shipped(a_notice())
    withdrawn = a_notice(references=references)

    with pytest.raises(Rejected, match=f"remove the tracking JJD001 of order {ORDER} in Seller Hub"):
        notices.notify_withdrawn(withdrawn)
    ebay.fulfilments[ORDER].clear()
    notices.notify_withdrawn(withdrawn)
