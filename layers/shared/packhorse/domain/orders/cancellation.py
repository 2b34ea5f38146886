"""Cancellations: what a fulfiller that has accepted a fulfilment order is requested to keep back of it."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from packhorse.domain.values import Instant, Label, Text, Units, Value


class CancellationState(StrEnum):
    """How far a cancellation is; `overtaken`: its units left before the fulfiller answered, or in spite of it."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"


class Cancellation(Value):
    """Units by line that a fulfiller is requested not to ship; they stay with it until it accepts.

    Once accepted, those of them that are `unwanted` are cancelled; the others are routed again without the warehouse
    (`elsewhere`), or stay allocated there and are handed over again when the order is not held. `batch` is the number
    of the batch in which the supplier gets the request, `answer` why it was refused. `accepted` are all units that the
    fulfiller ever agreed to keep back, so that an answer that is repeated counts once; `shipped` are those of them that
    it has shipped all the same.
    """

    state: CancellationState = CancellationState.REQUESTED
    units: Mapping[str, int]
    unwanted: Mapping[str, int] = {}
    elsewhere: bool = False
    reason: Text = ""
    who: Label
    at: Instant
    batch: int | None = None
    answer: Text = ""
    accepted: Mapping[str, int] = {}
    shipped: Mapping[str, int] = {}

    @property
    def is_pending(self) -> bool:
        """Whether its fulfiller has not answered it."""
        return self.state is CancellationState.REQUESTED

    @property
    def is_live(self) -> bool:
        """Whether its units are still with the fulfiller: it has not answered, or refused."""
        return self.state in (CancellationState.REQUESTED, CancellationState.REFUSED)

    def without(self, units: Units, ended: CancellationState) -> "Cancellation":
        """Return it without units that are not with the fulfiller any more; without any left it is `ended`."""
        left = Counter(self.units) - units
        if not left:
            return self.replace(state=ended)
        return self.replace(units=dict(left), unwanted=dict(Counter(self.unwanted) - units))

    def less(self, units: Units) -> "Cancellation | None":
        """Return it without units that are not requested after all; None if nothing ever was, nor is agreed to."""
        left = Counter(self.units) - units
        if left:
            return self.replace(units=dict(left))
        return self.replace(state=CancellationState.ACCEPTED) if self.accepted else None
