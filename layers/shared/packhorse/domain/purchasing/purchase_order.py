"""Purchase orders: what a supplier is to deliver to a warehouse, line by line, and what has arrived of it.

Open units of a purchase order that is submitted are `incoming` on their shelf.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.money import Currency, Money
from packhorse.domain.numbered import Coming, Numbered
from packhorse.domain.purchasing.case_pack import PurchaseUnits
from packhorse.domain.purchasing.made_for import Purpose, to_come
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.receipts import ReceiptId, ReceivedLine
from packhorse.domain.purchasing.sending import PurchaseSending
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import (
    Identifier,
    Instant,
    Note,
    OrderId,
    OrderIdText,
    Sku,
    SkuText,
    Text,
    Value,
    WarehouseId,
    Whole,
)

MAX_LINES = 80
"""Every line is a write of the one transaction that submits, cancels or closes the purchase order, of 100 at most."""
MAX_RECEIVED_LINES = 23
"""Every line of a receipt is up to four writes of it: balance, movement, exception, and whom it is for.

Beside them are the purchase order, its places on two lists, and four exceptions that may end.
"""
MAX_LANDED = 50
"""Landed costs of a purchase order."""
MAX_RECORDS = 2000
"""Lines of receipts that a purchase order keeps."""


class PurchaseState(StrEnum):
    """How far a purchase order is; it follows from its lines."""

    NEW = "new"
    SUBMITTED = "submitted"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LeftOut(Value):
    """Units for a line of an order that a person took out of a draft."""

    order: OrderIdText
    line: Text
    sku: SkuText
    units: PurchaseUnits

    @property
    def purpose(self) -> Purpose:
        """What the units were for."""
        return Purpose(self.order, self.line, self.sku)


class SpreadBy(StrEnum):
    """What a landed cost is spread by: the price of the units, or their number."""

    VALUE = "value"
    QUANTITY = "quantity"


class LandedCost(Value):
    """A cost beside the price of the goods: freight, duty; `document` is the number of its invoice."""

    document: ReceiptId
    kind: Text = ""
    amount: Money
    by: SpreadBy = SpreadBy.VALUE


class RecordedCost(LandedCost):
    """A landed cost as it was spread: the share of each line, in minor units; documents of before have none."""

    shares: tuple[Whole, ...] = ()


class PurchaseTerms(Value):
    """From whom, to which warehouse, in which currency; `reference` is the supplier's or our own word for it.

    `note` is for the supplier, on its paper and in its files; `internal_note` is for our people alone.
    """

    supplier: Identifier
    warehouse: Identifier
    currency: Currency
    reference: Text = ""
    note: Note = ""
    internal_note: Note = ""


class PurchaseOrder(Numbered, PurchaseTerms):
    """What a supplier is to deliver to a warehouse; `collects`: what is bought next is added while it is new.

    `sending` is None where people send it themselves; `answer_files` are the ids of its supplier's newest files that
    changed it. `left_out` is what it was drafted for, and is not bought: who took that out decided so. `withdrawn` are
    lines of receipts that were recorded wrongly, and count no more. `late` is the last day that passed before all units
    that were expected on it had come, as the nightly audit found.
    One with `ships` follows that fulfilment order, which the supplier ships to the buyer: nothing comes to us.
    """

    collects: bool = False
    ships: FulfilmentRef | None = None
    state: PurchaseState = PurchaseState.NEW
    lines: tuple[PurchaseLine, ...]
    left_out: tuple[LeftOut, ...] = ()
    receipts: tuple[ReceivedLine, ...] = ()
    withdrawn: tuple[ReceivedLine, ...] = ()
    landed: tuple[RecordedCost, ...] = ()
    submitted_at: Instant | None = None
    cancelled_at: Instant | None = None
    late: date | None = None
    sending: PurchaseSending | None = None
    answer_files: tuple[str, ...] = ()

    @property
    def named(self) -> Iterator[str]:
        """Its number, the words about it, and both skus of each line."""
        yield from (self.id, self.reference, self.note, self.internal_note)
        yield from (text for line in self.lines for text in (line.sku, line.supplier_sku))

    @property
    def is_open(self) -> bool:
        """Whether units of it may be incoming."""
        return (
            not self.ships
            and self.submitted_at is not None
            and self.cancelled_at is None
            and any(line.open for line in self.lines)
        )

    @property
    def incoming(self) -> Goods:
        """The units by shelf that are still to arrive; none before it is submitted."""
        if not self.is_open:
            return Goods()
        units = Goods()
        for line in self.lines:
            units[self.shelf(line)] += line.open
        return +units

    @property
    def given_up(self) -> Goods:
        """The units of its lines that others may take; a draft orders none of them."""
        units = Goods()
        for line in self.lines if self.is_open else ():
            units[self.shelf(line)] += line.given_up
        return +units

    @property
    def coming(self) -> Iterator[Coming]:
        """The open units of its lines, also before it is submitted; none of what a supplier ships to a buyer."""
        for line in () if self.ships else self.lines:
            yield Coming(self.shelf(line), line.open, tuple(to_come(line.outstanding, line.open)))

    def served_first(self, sku: Sku) -> Iterator[OrderIdText]:
        """Yield the orders that units of a product were bought for, as far as those accepted reach."""
        for line in self.lines:
            if line.sku == sku:
                yield from line.served_first

    @property
    def total(self) -> Money:
        """The price of all that was ordered and not refused."""
        return Money(minor=self._total, currency=self.currency)

    @property
    def _total(self) -> int:
        return sum(line.unit_cost.minor * (line.ordered - line.refused) for line in self.lines)

    @property
    def received_total(self) -> Money:
        """The price of the units that came and were accepted, also beyond the order: what the goods are owed for."""
        return Money(minor=self._received_total, currency=self.currency)

    @property
    def _received_total(self) -> int:
        return sum(line.unit_cost.minor * line.came for line in self.lines)

    @property
    def sums(self) -> Iterator[tuple[str, int]]:
        """Its totals, and the landed cost of each line."""
        yield "total", self._total
        yield "received_total", self._received_total
        for index, line in enumerate(self.lines):
            yield f"lines.{index}.landed", line.landed
            yield f"lines.{index}.expensed", line.expense

    @property
    def made_for_orders(self) -> frozenset[OrderId]:
        """The orders that lines of it are or were made for, or that it ships."""
        named = (each.order for line in self.lines for each in line.made_for)
        left_out = (each.order for each in self.left_out)
        return frozenset((*named, *left_out, *((self.ships.order,) if self.ships else ())))

    def shelf(self, line: PurchaseLine) -> Shelf:
        """Return the shelf that the units of a line go to."""
        return Shelf(Sku(line.sku), WarehouseId(self.warehouse))

    def line(self, line_id: str) -> PurchaseLine | None:
        """Return the line of that id, None without one."""
        return next((line for line in self.lines if line.id == line_id), None)

    def with_line(self, line: PurchaseLine) -> "PurchaseOrder":
        """Return it with a line in the place of that of the same id."""
        return self.replace(lines=tuple(line if each.id == line.id else each for each in self.lines))
