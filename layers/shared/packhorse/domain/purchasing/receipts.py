"""Receipts of purchase orders: what arrived with which delivery."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.purchasing.case_pack import SomeUnits
from packhorse.domain.spreadsheets import without_fraction
from packhorse.domain.values import Instant, Text, Value

ReceiptId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\n\r\t]+$")
]
"""The number of a delivery, from its papers or the scanner's own: the same one is the same delivery."""


def spelled(receipt: str) -> str:
    """Return a number on papers as it is compared: people write it in capitals or not, spreadsheets as a fraction.

    >>> spelled(" DN  7 ") == spelled("dn 7"), spelled("4711.0") == spelled("4711")
    (True, True)
    """
    return without_fraction(" ".join(receipt.casefold().split()))


class Decision(StrEnum):
    """What becomes of units that arrived beyond the order."""

    ACCEPT = "accept"
    RETURN = "return"


class ReceivedLine(Value):
    """A line of a receipt as it was recorded; `accepted` includes what was accepted beyond the order.

    Of `rejected` units the supplier sends others if they are `replaced`. `surplus` is what a person has to decide on,
    `decision` how that was decided. Unless it `is_counted`, a supplier's feed says what is there: no stock changed.
    """

    receipt: ReceiptId
    line: str
    accepted: SomeUnits = 0
    rejected: SomeUnits = 0
    reason: Text = ""
    replaced: bool = False
    surplus: SomeUnits = 0
    decision: Decision | None = None
    is_counted: bool = True
    at: Instant
    who: Text

    @property
    def arrived(self) -> int:
        """Good units that came, wherever they went."""
        return self.accepted + self.surplus

    @property
    def undecided(self) -> int:
        """Units that wait for a decision."""
        return self.surplus if self.decision is None else 0


def records_of(records: Iterable[ReceivedLine], receipt: str, line: str) -> list[ReceivedLine]:
    """Return those of the records that are of a line of a receipt, however its number is spelled."""
    key = (spelled(receipt), line)
    return [each for each in records if (spelled(each.receipt), each.line) == key]
