"""What a supplier's answer says of one fulfilment order, once its rows are understood."""

from collections import Counter
from collections.abc import Mapping

from packhorse.domain.orders.parcel import LineQuantity, parts_of
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.supply.whole_day import WholeDay
from packhorse.domain.values import Instant, LongText, Text, Units, Value


class ReportedParcel(Value):
    """A parcel that left, with the units that are new; no lines if another parcel holds them."""

    carrier: Text = ""
    tracking: Text = ""
    shipped_at: Instant | WholeDay | None = None
    lines: tuple[LineQuantity, ...] = ()


class TrackingChange(Value):
    """Another tracking number of a parcel that is stored already, at this place of its fulfilment order, from 1 on."""

    place: int
    tracking: Text
    carrier: Text = ""


class SupplierRejection(Value):
    """Units that a supplier does not ship by line, by what that says of its stock, and why in its own words."""

    reason: Text
    by_cause: Mapping[RejectReason, Mapping[str, int]]

    @property
    def units(self) -> Units:
        """All the units by line."""
        return sum(map(Counter, self.by_cause.values()), Units())

    @property
    def lines(self) -> tuple[LineQuantity, ...]:
        """All the units as parts of lines."""
        return parts_of(self.units)


class Reply(Value):
    """What a supplier's rows change; one that changes nothing repeats what is stored.

    `cancelled` are units that the supplier keeps back, `cancel_refused` is why it ships what it was requested to keep.
    `late` are parcels of units that it had agreed to keep back. `faults` are rows that were not applied; `warnings`
    were, with something noted about them. `accepts_only` are the units that are acknowledged of lines with more, and
    `accepts_words` says so and why; of the lines `accepts_all_of` all is.
    """

    acknowledged: bool = False
    accepts_only: Mapping[str, int] = {}
    accepts_all_of: tuple[str, ...] = ()
    accepts_words: LongText = ""
    rejection: SupplierRejection | None = None
    cancelled: SupplierRejection | None = None
    cancel_refused: Text | None = None
    parcels: tuple[ReportedParcel, ...] = ()
    late: tuple[ReportedParcel, ...] = ()
    corrections: tuple[TrackingChange, ...] = ()
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[RowFault, ...] = ()
