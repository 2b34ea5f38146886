"""A day without a time stands for a moment that can be: after the hand-over, not in the future, and on that day."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Known, answered
from packhorse.domain.supply.answers import AnswerRow
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.feeds import left_after
from packhorse.domain.supply.sending import marked
from packhorse.domain.supply.whole_day import WholeDay
from simulation.builders import NOON, a_line
from tests.domain.order_builders import MUG, in_fulfilment

KNOWN = Known(unshipped_only)

DAY = WholeDay(begins=datetime(2026, 11, 18, 23, tzinfo=UTC), ends=datetime(2026, 11, 19, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("18 09:00", "20 09:00", "19 11:00"),  # its noon there
        ("19 14:00", "20 09:00", "19 14:00"),  # handed over in the afternoon
        ("19 07:00", "19 08:00", "19 08:00"),  # read in the morning
        ("20 09:00", "20 10:00", "19 22:59"),  # handed over the day after: the supplier's day counts
        ("18 09:00", "18 10:00", "18 10:00"),  # tomorrow
    ],
)
def test_a_day_is_its_noon_within_what_is_possible(after: str, before: str, expected: str) -> None:
    found = DAY.moment(*(datetime.strptime(f"2026 11 {each} +0000", "%Y %m %d %H:%M %z") for each in (after, before)))

    assert f"{found:%d %H:%M}" == expected


@pytest.mark.parametrize(("hour", "units"), [(11, 2), (15, 2), (24, 0)])
def test_what_left_on_the_day_of_a_feed_may_have_left_after_it(hour: int, units: int) -> None:
    work = in_fulfilment(a_line(MUG, 2))
    batch = SupplierBatch(supplier="acme", number=1, created_at=NOON)
    begins = NOON.replace(hour=0) + timedelta(days=1)
    day = WholeDay(begins=begins, ends=begins + timedelta(days=1))
    row = AnswerRow(row=2, meaning=Meaning.SHIPPED, tracking="A1", shipped_at=day)
    order = answered(marked(work, 1, batch, NOON), 1, [row], day.ends + timedelta(days=1), "acme", KNOWN).change.order

    left = left_after(order, order.fulfilments[0], begins + timedelta(hours=hour), NOON)

    assert (order.fulfilments[0].parcels[0].shipped_at, left.total()) == (begins + timedelta(hours=12), units)


@pytest.mark.parametrize("hours", [-3000, -1, 25])
@pytest.mark.parametrize("is_day", [True, False])
def test_a_time_that_cannot_be_says_nothing(hours: int, is_day: bool) -> None:
    work, now = in_fulfilment(a_line(MUG, 2)), NOON + timedelta(hours=24)
    said = NOON + timedelta(hours=hours)
    day = WholeDay(begins=said - timedelta(hours=24), ends=said)
    row = AnswerRow(row=2, meaning=Meaning.SHIPPED, tracking="A1", shipped_at=day if is_day and hours < 0 else said)

    [parcel] = answered(work, 1, [row], now, "acme", KNOWN).change.order.fulfilments[0].parcels

    assert (parcel.shipped_at, parcel.left_by) == (now, None)
