"""Batches as they are kept: which fulfilment orders went to a supplier in which files, and how far that is."""

from enum import StrEnum

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.supply.transport import Folder
from packhorse.domain.values import Identifier, Instant, Label, OrderId, Text, Value


class BatchKind(StrEnum):
    """What a batch sends: fulfilment orders, requests to keep units of some back, or one purchase order."""

    ORDERS = "orders"
    CANCELLATIONS = "cancellations"
    PURCHASE_ORDER = "purchase_order"


class BatchState(StrEnum):
    """How far a batch is.

    `forming`: its fulfilment orders are being marked. `ready`: its files are stored, and may be on their way.
    `unknown`: the supplier may have them. `empty`: nothing of it could be sent, or is to be sent any more.
    `replaced`: it was sent again under another number.
    """

    FORMING = "forming"
    READY = "ready"
    SENT = "sent"
    UNKNOWN = "unknown"
    EMPTY = "empty"
    REPLACED = "replaced"


UNFINISHED = frozenset({BatchState.FORMING, BatchState.READY})


class Member(FulfilmentRef):
    """A fulfilment order of a batch, as a message about its order."""

    @property
    def order_id(self) -> OrderId:
        """The order that it is of."""
        return self.order

    @property
    def who(self) -> str:
        """In whose name its order changes."""
        return "packhorse"


class BatchFile(Value):
    """A file of a batch: its name, the key of its content in the bucket, and how many records it has.

    `by_mail`: it goes by the mail server for purchase orders. `is_delivered`: the supplier has it.
    """

    name: Folder
    key: Label
    rows: int
    fulfilments: tuple[Text, ...]
    by_mail: bool = False
    is_delivered: bool = False


class SupplierBatch(Value):
    """A batch of a supplier. `replaces` is the number of the one that it sends again.

    `check_at` is when to look for answers: None while nothing was sent, and once all have answers. `checks` found
    none. `attempted`: its files may be on their way; before that they are made anew, as its orders are by then.
    `says` is a hash of what its files were made of: the units of its fulfilment orders, or its purchase order.
    `is_reminder`: the supplier did not answer the one that it replaces, in which it had the orders since `waits_since`.
    `version` is another one after each save, empty before the first.
    """

    supplier: Identifier
    number: int
    created_at: Instant
    kind: BatchKind = BatchKind.ORDERS
    state: BatchState = BatchState.FORMING
    attempted: bool = False
    members: tuple[Member, ...] = ()
    files: tuple[BatchFile, ...] = ()
    replaces: int | None = None
    who: Label = "packhorse"
    sent_at: Instant | None = None
    check_at: Instant | None = None
    checks: int = 0
    is_reminder: bool = False
    waits_since: Instant | None = None
    problem: str = ""
    purchase_order: Text = ""
    says: Text = ""
    version: Text = ""
