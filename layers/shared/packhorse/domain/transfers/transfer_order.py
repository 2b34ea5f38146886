"""Transfer orders: what one warehouse sends to another, line by line, and what has become of it.

Units of a line that were sent are in one of these: received, damaged, lost, returned, or open. Open ones are `incoming`
and `in_transit` on the shelf that they go to. Units beyond those sent are `over`: they were found.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.money import Money
from packhorse.domain.numbered import Numbered
from packhorse.domain.purchasing.case_pack import PurchaseUnits, SomeUnits
from packhorse.domain.purchasing.receipts import ReceiptId
from packhorse.domain.stock.costing import rounded
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Identifier, Instant, Note, Sku, SkuText, Text, Value, WarehouseId

MAX_LINES = 30
"""Every line is up to three writes of the one transaction that sends it: both shelves, and the movement."""
MAX_RECEIVED_LINES = 24
"""Every line of a receipt is up to four writes of one transaction: both shelves, movement, exception."""
USUAL = timedelta(days=14)
"""How long after it is sent a transfer order without a day of its own is expected."""
MAX_RECORDS = 1000
"""Lines of receipts that a transfer order keeps."""


class TransferState(StrEnum):
    """How far a transfer order is; it follows from its lines."""

    REQUESTED = "requested"
    SENT = "sent"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class TransferUnits(Value):
    """Units of a product that are to be sent."""

    sku: SkuText
    units: PurchaseUnits


class TransferLine(TransferUnits):
    """A line of a transfer order, and where its units are; `cost` is that of all units that were sent."""

    id: str
    sent: SomeUnits = 0
    received: SomeUnits = 0
    damaged: SomeUnits = 0
    lost: SomeUnits = 0
    returned: SomeUnits = 0
    over: SomeUnits = 0
    cost: Money | None = None

    @property
    def open(self) -> int:
        """Units that are on their way."""
        return self.sent - self.received - self.damaged - self.lost - self.returned

    @property
    def arrived(self) -> int:
        """Units of those sent that are on a shelf again, at either end."""
        return self.received + self.damaged + self.returned

    @property
    def cost_of_arrived(self) -> int:
        """The cost of the units that are on a shelf again, in minor units: of all of them exactly the whole cost."""
        return rounded(self.cost.minor * self.arrived, self.sent) if self.cost else 0

    @property
    def differs(self) -> bool:
        """Whether fewer units came than were sent, or more."""
        return bool(self.lost or self.over)


class TransferRecord(Value):
    """A line of a receipt as it was recorded; `is_return`: at the warehouse that sent it."""

    receipt: ReceiptId
    line: str
    accepted: SomeUnits = 0
    damaged: SomeUnits = 0
    lost: SomeUnits = 0
    reason: Text = ""
    is_return: bool = False
    at: Instant
    who: Text

    @property
    def came(self) -> int:
        """Units that came, good or damaged."""
        return self.accepted + self.damaged


class TransferTerms(Value):
    """From which warehouse to which one; `reference` is a word of ours or of the carrier for it.

    It is `expected_on` that day, without one some days after it is sent.
    """

    from_warehouse: Identifier
    to_warehouse: Identifier
    expected_on: date | None = None
    reference: Text = ""
    note: Note = ""


class TransferOrder(Numbered, TransferTerms):
    """What one warehouse sends to another.

    `is_counted`: what arrives is put on the shelf here; else its warehouse's own figures say what is there. `late` is
    the day on which it was expected and had not arrived, as the nightly audit found.
    """

    state: TransferState = TransferState.REQUESTED
    lines: Annotated[tuple[TransferLine, ...], Field(min_length=1)]
    receipts: tuple[TransferRecord, ...] = ()
    is_counted: bool = True
    sent_at: Instant | None = None
    cancelled_at: Instant | None = None
    late: date | None = None

    @property
    def named(self) -> Iterator[str]:
        """Its number, the words about it, and its skus."""
        yield from (self.id, self.reference, self.note, *(line.sku for line in self.lines))

    @property
    def due_on(self) -> date | None:
        """The day on which it is expected, None of one that is not sent and has none."""
        return self.expected_on or ((self.sent_at + USUAL).date() if self.sent_at else None)

    @property
    def incoming(self) -> Goods:
        """The units on their way, by the shelf that they go to: all of them are in transit."""
        return self.in_transit

    @property
    def in_transit(self) -> Goods:
        """The units on their way, by the shelf that they go to."""
        return +Goods({self.destination(line): line.open for line in self.lines})

    def source(self, line: TransferLine) -> Shelf:
        """Return the shelf that a line's units leave."""
        return Shelf(Sku(line.sku), WarehouseId(self.from_warehouse))

    def destination(self, line: TransferLine) -> Shelf:
        """Return the shelf that a line's units go to."""
        return Shelf(Sku(line.sku), WarehouseId(self.to_warehouse))

    def line(self, line_id: str) -> TransferLine | None:
        """Return the line of that id, None without one."""
        return next((line for line in self.lines if line.id == line_id), None)

    def with_line(self, line: TransferLine) -> "TransferOrder":
        """Return it with a line in the place of that of the same id."""
        return self.replace(lines=tuple(line if each.id == line.id else each for each in self.lines))

    def changed_lines(self, before: "TransferOrder") -> Iterator[tuple[TransferLine, TransferLine]]:
        """Yield the lines that differ from those of before, as they were and as they are."""
        for line in self.lines:
            was = before.line(line.id)
            if was and was != line:
                yield was, line
