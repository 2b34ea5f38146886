"""The reply to a supplier's rows about one fulfilment order, as it grows row by row."""

from collections import Counter
from dataclasses import dataclass, field

from packhorse.domain.orders.parcel import parts_of
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.supply.answers import AnswerRow, Expected, RowFault
from packhorse.domain.supply.reply import ReportedParcel, SupplierRejection, TrackingChange
from packhorse.domain.values import Units

MANY_REASONS = 5


@dataclass
class KeptUnits:
    """Units that rows say the supplier does not ship, and why; `said` are those by line that were said before."""

    said: Units
    by_cause: dict[RejectReason, Units] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    seen: "Counter[AnswerRow]" = field(default_factory=Counter)

    @property
    def units(self) -> Units:
        """All the units by line."""
        return sum(self.by_cause.values(), Units())

    def add(self, units: Units, row: AnswerRow) -> None:
        """Add units by line that a row says are not shipped."""
        self.by_cause[row.cause] = self.by_cause.get(row.cause, Counter()) + units
        self.reasons.append(row.reason)

    def stated(self) -> SupplierRejection | None:
        """Return the units with the reasons, None without any."""
        reasons = list(dict.fromkeys(filter(None, self.reasons)))[:MANY_REASONS]
        by_cause = {cause: dict(units) for cause, units in self.by_cause.items() if units}
        return SupplierRejection(reason="; ".join(reasons)[:255], by_cause=by_cause) if by_cause else None


class ReplyDraft:
    """The reply as it grows, and the units that remain; `reserved` are those that rows name which are read later."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self.remaining = Counter({line.id: line.remaining for line in expected.lines})
        self.reserved = Units()
        self.withheld = Counter(expected.withheld)
        self.cancelled = KeptUnits(Counter(expected.cancelled))
        self.rejected = KeptUnits(Counter(expected.rejected))
        self.parcels: list[ReportedParcel] = []
        self.late: list[ReportedParcel] = []
        self.corrections: list[TrackingChange] = []
        self.numbers: tuple[str, ...] = ()
        self.says_not_shipped = False
        self.faults: list[RowFault] = []
        self.warnings: list[RowFault] = []

    @property
    def rest(self) -> Units:
        """The units by line that no row names."""
        return self.remaining - self.reserved

    def parcel(self, first: AnswerRow, units: Units) -> None:
        """Add the parcel of a row and those with its number, and take its units from what remains."""
        self.remaining = self.remaining - units
        self.parcels.append(_reported(first, units))

    def late_parcel(self, first: AnswerRow, units: Units) -> None:
        """Add a parcel of units that the supplier had said not to ship."""
        self.withheld = self.withheld - units
        self.late.append(_reported(first, units))


def _reported(first: AnswerRow, units: Units) -> ReportedParcel:
    lines = parts_of(units)
    return ReportedParcel(carrier=first.carrier, tracking=first.tracking, shipped_at=first.shipped_at, lines=lines)
