"""A transfer order, every field filled, as the code writes it."""

from datetime import UTC, datetime

from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.transfers.transfer_order import TransferLine, TransferOrder, TransferRecord, TransferState
from packhorse.store.transfers import TRANSFERS

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LINE = TransferLine(
    id="1",
    sku="PLATE Ø 27",
    units=12,
    sent=11,
    received=5,
    damaged=1,
    lost=2,
    returned=1,
    over=3,
    cost=Money.of("27.50", "EUR"),
)
RECORD = TransferRecord(
    receipt="VAN-1", line="1", accepted=5, damaged=1, lost=2, reason="wet", is_return=True, at=NOON, who="user:ada"
)
TRANSFER = TransferOrder(
    id="TO-1001",
    from_warehouse="main",
    to_warehouse="leeds",
    reference="van 7",
    note="the blue ones",
    state=TransferState.PARTIALLY_RECEIVED,
    lines=(LINE,),
    receipts=(RECORD,),
    is_counted=False,
    sent_at=NOON,
    cancelled_at=NOON,
    timeline=(Entry(at=NOON, what="created", who="user:ada", detail="by hand"),),
    created_at=NOON,
    version=1,
)


def store() -> None:
    """Stores it."""
    TRANSFERS.create(TRANSFER, 1001, "request-1", NOON)
