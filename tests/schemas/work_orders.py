"""A work order, every field filled, as the code writes it."""

from datetime import UTC, datetime

from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.work_orders.work_order import (
    Input,
    Output,
    ScrappedUnits,
    WorkKind,
    WorkOrder,
    WorkRecord,
    WorkState,
)
from packhorse.store.work_orders import WORK_ORDERS

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PLATE, TABLE, EUR = "PLATE Ø 27", "TABLE ½", "EUR"
RECORD = WorkRecord(
    report="MON-1",
    done=2,
    failed=1,
    scrap=(ScrappedUnits(sku=PLATE, units=1),),
    reason="cracked",
    labour=Money.of("4.00", EUR),
    cost=Money.of("9.00", EUR),
    at=NOON,
    who="user:ada",
)
WORK = WorkOrder(
    id="WO-1001",
    kind=WorkKind.DISASSEMBLY,
    sku=TABLE,
    warehouse="leeds",
    units=6,
    labour=Money.of("2.00", EUR),
    reference="week 45",
    note="the blue ones",
    state=WorkState.PARTIALLY_DONE,
    inputs=(Input(sku=TABLE, per_unit=1, scrapped=1, reserved=2, used=2, awaited=1, nested="WO-1002"),),
    outputs=(Output(sku=PLATE, per_unit=3, scrapped=1, made=5),),
    done=2,
    closed=1,
    reports=(RECORD,),
    made_for=(MadeFor(order="web:1", line="1", units=2),),
    builds_for="WO-1000",
    currency=EUR,
    spent=900,
    brought=600,
    timeline=(Entry(at=NOON, what="created", who="user:ada", detail="by hand"),),
    created_at=NOON,
    submitted_at=NOON,
    version=1,
)


def store() -> None:
    """Stores it."""
    WORK_ORDERS.create(WORK, 1001, "request-1", NOON)
