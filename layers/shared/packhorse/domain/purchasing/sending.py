"""How far a purchase order is on its way to its supplier."""

from enum import StrEnum

from packhorse.domain.values import Instant, Text, Value, Whole


class SendingState(StrEnum):
    """How far a purchase order is on its way to the supplier.

    `sending`: it goes out with the next exchange. `not_sent`: that failed, for a reason, and is tried again. `unknown`:
    the supplier may have it, which a person finds out.
    """

    SENDING = "sending"
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class PurchaseSending(Value):
    """How a purchase order gets to its supplier: in which batch, which `replaces` one; `reason` is why it did not.

    `silent_hours` is for how long its supplier had not answered at the last check beyond its limit.
    """

    state: SendingState = SendingState.SENDING
    at: Instant
    batch: int | None = None
    replaces: int | None = None
    reason: Text = ""
    silent_hours: Whole = 0
