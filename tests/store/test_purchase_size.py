"""Purchase orders are refused clearly before they are larger than DynamoDB takes."""

import random
from typing import Any
from uuid import UUID

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import MAX_LINES, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import ReceivedLine
from packhorse.store.purchases import MAX_BYTES, PURCHASES
from simulation.builders import NOON


def long_order(made_for: int, receipts: int = 0, **more: Any) -> PurchaseOrder:
    """Eighty lines for so many lines of orders each, with ids that no compression makes short."""
    luck = random.Random(1)  # noqa: S311 -- no secret: ids that are the same every time

    def name() -> str:
        return UUID(int=luck.getrandbits(128)).hex

    lines = tuple(
        PurchaseLine(
            id=f"{number}",
            sku=name(),
            ordered=1000,
            unit_cost=Money.of("2.50", "EUR"),
            made_for=tuple(MadeFor(order=name(), line=name()[:13], units=1) for _ in range(made_for)),
        )
        for number in range(1, MAX_LINES + 1)
    )
    records = tuple(
        ReceivedLine(
            receipt=name(), line="1", rejected=1, reason="".join(name() for _ in range(4)), at=NOON, who=name()
        )
        for _ in range(receipts)
    )
    entries = tuple(Entry(at=NOON, what="received", who=each.who, detail=each.receipt) for each in records)
    order = PurchaseOrder(id="PO-1001", supplier="acme", warehouse="main", currency="EUR", lines=lines, created_at=NOON)
    return order.replace(receipts=records, timeline=entries, **more)


@pytest.mark.long
def test_a_draft_leaves_room_for_its_receipts() -> None:
    with pytest.raises(Rejected) as refused:
        PURCHASES.values_of(long_order(made_for=100))

    assert [each.field for each in refused.value.errors] == ["lines"]
    assert len(PURCHASES.values_of(long_order(made_for=50))["body"]) < MAX_BYTES  # type: ignore[arg-type]  # a body is bytes


def test_one_that_is_full_takes_no_more_receipts_and_can_be_closed() -> None:
    full: dict[str, Any] = {"receipts": 1820, "state": PurchaseState.PARTIALLY_RECEIVED}

    with pytest.raises(Rejected, match="close it short"):
        PURCHASES.values_of(long_order(made_for=40, **full))

    closed = PURCHASES.values_of(long_order(made_for=40, **{**full, "state": PurchaseState.CLOSED}))
    assert len(closed["body"]) <= MAX_BYTES  # type: ignore[arg-type]  # likewise
