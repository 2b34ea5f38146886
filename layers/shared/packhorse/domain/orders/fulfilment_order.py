"""Fulfilment orders: what one warehouse is to ship of an order, and the parcels that leave it."""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Self

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.labels.label import FulfilmentRef, Label, LabelState
from packhorse.domain.labels.tracking import Transit
from packhorse.domain.orders.cancellation import Cancellation
from packhorse.domain.orders.checks import FailedCheck
from packhorse.domain.orders.mcf import McfOrder
from packhorse.domain.orders.packing import Packing, PackingState
from packhorse.domain.orders.parcel import LineQuantity, Parcel, contents_of, parts_of, tracking_numbers, units_of
from packhorse.domain.orders.rejection import Rejection
from packhorse.domain.orders.sent_row import SentRow
from packhorse.domain.orders.short_id import short_id
from packhorse.domain.values import Units, Value, WarehouseId, Whole


class FulfilmentStatus(StrEnum):
    """How far a fulfilment order is."""

    QUEUED = "queued"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class DocumentKind(StrEnum):
    """What is printed of a fulfilment order."""

    PACKING_SLIP = "packing_slip"
    PICK_LIST = "pick_list"
    LABEL = "label"

    @property
    def words(self) -> str:
        """Its name for people."""
        return self.replace("_", " ")


class SplitOff(Value):
    """That a fulfilment order was a part of another one: the id of the request, and the number of the other one."""

    id: str
    of: Whole


class Merge(Value):
    """Fulfilment orders of several orders that leave as one parcel, under one label.

    `alike` is what they have in common: it is compared with the order's own, which may change.
    """

    id: str
    alike: str
    members: tuple[FulfilmentRef, ...]


class FulfilmentOrder(Value):
    """What one warehouse is to ship of an order.

    `attempt` numbers the execution that requests it (0: none does), `token` is the task token that it waits with.
    `earlier_tokens` are those of executions that a hold took it back from; they may not be answered yet. `labels` are
    all that were ever to be bought for it, `voided_parcels` those whose label was voided after they counted as left,
    `checks` what lacks for a label, where a carrier account sells its warehouse's. `printed` are the documents that
    were printed of it: the next ones are reprints. `packing` is its box at a bench; `awaits_packing`: a label was
    bought for it at a warehouse where the packed box is what ships. `rejections` are the units that its warehouse did
    not ship, and why; `may_come_late` are those of them that a person took from its supplier, or that this has not
    shipped once it shipped others all the same. `uncounted_parcels` left though no line wanted their units: these are
    no part of `lines`, nor of the stock. `batch` is the number of the batch in which a supplier gets it, and
    `supplier` that supplier, with which it stays; `sent_rows` are its rows by their numbers in files, `sent_lines` its
    lines by these if it was sent before rows were stored. `is_answered`: its supplier answered about some of it, and
    thus has the rest, though it has acknowledged nothing. `accepts_only` are the units by line that it acknowledged
    last, of lines of which it had more.
    `may_have_shipped`: a row of the supplier's answers says so, or may, and was not applied. `mcf` is what Amazon has
    of it, `cancellation` the newest request to its fulfiller to keep units back. `split_off` says which one it was a
    part of, `joined_into` is the number of the one that has its units now. `merge` is with what it ships as one parcel,
    `left_merge` what it left, until it is out of those of the others. `to_former_place`: where the order goes has
    changed since it was made; once a hold takes it back, its lines are routed again.
    """

    id: str
    warehouse: WarehouseId
    kind: WarehouseKind
    status: FulfilmentStatus = FulfilmentStatus.QUEUED
    attempt: int
    lines: tuple[LineQuantity, ...]
    parcels: tuple[Parcel, ...] = ()
    token: str | None = None
    earlier_tokens: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    voided_parcels: tuple[Parcel, ...] = ()
    checks: tuple[FailedCheck, ...] = ()
    printed: tuple[DocumentKind, ...] = ()
    packing: Packing | None = None
    awaits_packing: bool = False
    rejections: tuple[Rejection, ...] = ()
    may_come_late: Mapping[str, int] = {}
    uncounted_parcels: tuple[Parcel, ...] = ()
    batch: int | None = None
    supplier: str = ""
    sent_lines: tuple[str, ...] = ()
    sent_rows: tuple[SentRow, ...] = ()
    is_answered: bool = False
    accepts_only: Mapping[str, int] = {}
    may_have_shipped: bool = False
    mcf: McfOrder | None = None
    split_off: SplitOff | None = None
    joined_into: int | None = None
    merge: Merge | None = None
    left_merge: Merge | None = None
    cancellation: Cancellation | None = None
    to_former_place: bool = False

    @property
    def number(self) -> int:
        """Its number in the order, as in `/orders/{id}/fulfilments/{n}`."""
        return int(self.id.rpartition("-")[2])

    @property
    def short_id(self) -> str:
        """Its id on paper and in barcodes, as `7ZQ4T0KD-1`; `short_id.parse_short_id` reads it."""
        return short_id(self.id, self.number)

    @property
    def is_open(self) -> bool:
        """Whether its warehouse still has units to ship."""
        return self.status in OPEN_STATUSES

    @property
    def is_taken_back(self) -> bool:
        """Whether a hold took it back from its warehouse; the next attempt hands it over again."""
        return self.status is FulfilmentStatus.QUEUED and not self.attempt

    def to_hand_over_again(self) -> Self:
        """Return it as not handed over: the next attempt hands it over."""
        return self.replace(status=FulfilmentStatus.QUEUED, attempt=0)

    def stopped(self) -> Self:
        """Return it as ended with what has left of it; if nothing has, as cancelled, with the lines that it had."""
        left = parts_of(self.shipped)
        status = FulfilmentStatus.SHIPPED if left else FulfilmentStatus.CANCELLED
        return self.replace(status=status, lines=left or self.lines)

    @property
    def is_unanswered(self) -> bool:
        """Whether it was requested from its fulfiller, which has neither answered nor shipped any of it."""
        return self.status is FulfilmentStatus.REQUESTED and not self.parcels and not self.is_answered

    def to_answered(self) -> Self:
        """Return it as answered about: silence has no consequence for what is left of it."""
        return self.replace(is_answered=True) if self.is_unanswered else self

    @property
    def is_with_partner(self) -> bool:
        """Whether units of it are taken back by a request only: its fulfiller may ship them without us."""
        return self.is_open and ACCEPTED_BY[self.kind](self)

    @property
    def is_with_warehouse(self) -> bool:
        """Whether its warehouse has it, or has shipped of it: a partner only once it got it, or said so."""
        is_requested = self.status in (FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED)
        has_it = self.kind is WarehouseKind.OWN or self.is_with_partner or bool(self.parcels)
        return self.status is FulfilmentStatus.SHIPPED or (is_requested and has_it)

    @property
    def packing_state(self) -> PackingState:
        """How far its box is."""
        return self.packing.state if self.packing else PackingState.UNOPENED

    @property
    def packer(self) -> str:
        """Who has its box open; empty while it is not."""
        return self.packing.who if self.packing and self.packing.state is PackingState.OPEN else ""

    @property
    def is_packed(self) -> bool:
        """Whether its box is closed."""
        return self.packing_state is PackingState.CLOSED

    @property
    def wanted(self) -> Units:
        """Units by line that the warehouse is to ship."""
        return units_of(self.lines)

    @property
    def shipped(self) -> Units:
        """Units by line that have left."""
        return contents_of(self.parcels)

    @property
    def reported_parcels(self) -> tuple[Parcel, ...]:
        """The parcels that left, also those of which no line counts the units."""
        return (*self.parcels, *self.uncounted_parcels)

    @property
    def requested(self) -> Units:
        """Units by line that its fulfiller has and is requested to keep back, whether it refused before or not."""
        found = self.cancellation
        return Counter(found.units) & self.remaining if found and found.is_live else Counter()

    @property
    def agreed(self) -> Units:
        """Units by line that its fulfiller agreed to keep back, and has not shipped all the same."""
        found = self.cancellation
        return Counter(found.accepted) - Counter(found.shipped) if found else Counter()

    @property
    def refused(self) -> Units:
        """Units by line that its supplier itself rejected, and has not shipped all the same."""
        unshipped = sum((each.unshipped for each in self.rejections), Units())
        return unshipped - Counter(self.may_come_late)

    @property
    def rejected(self) -> Units:
        """Units by line that its warehouse did not ship."""
        return sum((Counter(each.units) for each in self.rejections), Units())

    @property
    def remaining(self) -> Units:
        """Units by line that have not left yet; none once it is closed."""
        return self.wanted - self.shipped if self.is_open else Counter()

    @property
    def unlabelled(self) -> Units:
        """Units by line that have neither left nor a label that is, or may be, paid for."""
        return self.remaining - sum((Counter(each.units) for each in self.waiting_labels), Units())

    @property
    def waiting_labels(self) -> tuple[Label, ...]:
        """The labels that are paid for, or may be, and whose parcel has not left yet."""
        return tuple(each for each in self.labels if each.is_open and not self.parcel_of(each))

    def waiting_label_of(self, tracking: str) -> Label | None:
        """Return the label of that number that is bought and whose parcel has not left, None without one."""
        numbers = tracking_numbers(tracking)
        bought = (each for each in self.waiting_labels if each.state is LabelState.BOUGHT and numbers)
        return next((each for each in bought if tracking_numbers(each.tracking) == numbers), None)

    @property
    def ships_shared(self) -> bool:
        """Whether its units are in a parcel with those of other orders: such a label is open, or the parcel left."""
        return any(each.is_shared and (each.is_open or self.parcel_of(each)) for each in self.labels)

    @property
    def has_label(self) -> bool:
        """Whether a label is bought whose parcel has not left yet."""
        return any(each.state is LabelState.BOUGHT for each in self.waiting_labels)

    def label(self, label_id: str) -> Label | None:
        """Return the label of that id, None if it does not exist."""
        return next((each for each in self.labels if each.id == label_id), None)

    def parcel_of(self, label: Label) -> Parcel | None:
        """Return the parcel that left with the label, None if none has."""
        return next((each for each in self.parcels if each.label == label.id), None)

    def transit_of(self, label: Label) -> Transit | None:
        """Return the newest that the carrier reported of a label's parcel, None if nothing."""
        parcel = self.parcel_of(label)
        return parcel.transit if parcel else label.transit


def _by_people_of_ours(_: FulfilmentOrder) -> bool:
    """Return False: what our own people are to ship is what stands here, until it has left."""
    return False


def _by_partner(fulfilment: FulfilmentOrder) -> bool:
    """Return whether a batch has it, or its fulfiller said so: before that the partner does not have it."""
    return fulfilment.batch is not None or fulfilment.status is FulfilmentStatus.ACCEPTED


def _by_amazon(fulfilment: FulfilmentOrder) -> bool:
    """Return whether it was sent to Amazon: it may have it even if its answer was lost."""
    return fulfilment.mcf is not None or fulfilment.status is FulfilmentStatus.ACCEPTED


ACCEPTED_BY: Mapping[WarehouseKind, Callable[[FulfilmentOrder], bool]] = {
    WarehouseKind.OWN: _by_people_of_ours,
    WarehouseKind.DROPSHIP: _by_partner,
    WarehouseKind.THIRD_PARTY: _by_partner,
    WarehouseKind.FBA: _by_amazon,
}
"""Whether the fulfiller of an open fulfilment order has accepted it, by the kind of its warehouse."""

OPEN_STATUSES = frozenset({FulfilmentStatus.QUEUED, FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED})
