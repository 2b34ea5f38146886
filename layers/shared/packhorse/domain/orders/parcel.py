"""Parcels that leave a warehouse, the units in them, and the tracking numbers that name them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Protocol

from pydantic import Field

from packhorse.domain.labels.tracking import Transit
from packhorse.domain.orders.notice import Notice
from packhorse.domain.values import Instant, Text, Units, Value, Whole


class LineQuantity(Value):
    """A number of units of a line."""

    line: Annotated[str, Field(max_length=100)]
    quantity: Annotated[Whole, Field(gt=0)]


def units_of(parts: Iterable[LineQuantity]) -> Units:
    """Return the units by line; a line may occur more than once.

    >>> units_of((LineQuantity(line="1", quantity=2), LineQuantity(line="1", quantity=3)))
    Counter({'1': 5})
    """
    units: Units = Counter()
    for part in parts:
        units[part.line] += part.quantity
    return units


def parts_of(units: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """Return the units as one part per line; the reverse of `units_of`."""
    return tuple(LineQuantity(line=line, quantity=quantity) for line, quantity in units.items())


BEFORE_USPS = re.compile(r"^420[0-9]{5}(?:[0-9]{4})?(?=9[0-9]{21}$)")
"""Application identifier and ZIP code, which the barcode of USPS has before the number that is printed below it."""
BEFORE_FEDEX = re.compile(r"^(?:100|96)(?=[0-9]{31,32}$)[0-9]+?(?=[0-9]{12}$)")
"""What the barcode of FedEx, of 34 digits, has before the number that is printed below it."""


def tracking_numbers(text: str | None) -> frozenset[str]:
    """Return the tracking numbers in a text, without what their spelling may differ in.

    >>> sorted(tracking_numbers("1z 999-aa, JD01"))
    ['1Z999AA', 'JD01']
    >>> sorted(tracking_numbers("420895019400110200881234567890"))
    ['9400110200881234567890']
    >>> sorted(tracking_numbers("1001921334250001000300779017972697"))
    ['779017972697']
    """
    numbers = (re.sub(r"[\s\u00ad\u2010-\u2015-]", "", part).upper() for part in re.split(r"[,;\n]", text or ""))
    return frozenset(
        BEFORE_FEDEX.sub("", BEFORE_USPS.sub("", number, count=1), count=1) for number in numbers if number
    )


def numbers_of(texts: Iterable[str | None]) -> set[str]:
    """Return all tracking numbers in those texts."""
    return {number for text in texts for number in tracking_numbers(text)}


class HoldsLines(Protocol):
    """A parcel, ours or the channel's."""

    @property
    def lines(self) -> tuple[LineQuantity, ...]:
        """What is in it."""
        ...


def contents_of(parcels: Iterable[HoldsLines]) -> Units:
    """Return the units by line in all of these parcels."""
    return units_of(part for parcel in parcels for part in parcel.lines)


class Parcel(Value):
    """A parcel that left; carrier and tracking may be unknown; no lines if another parcel holds the units.

    `left_by` is the latest moment at which it may have left, where its supplier says the day alone: `shipped_at` is
    then one that stands for the day. `is_reported`: the channel reported it, no warehouse of ours. `channel_fulfilment`
    is the channel's id of the fulfilment that we made there of it. `boxed_at` is when the box was closed that it left
    with, if any: of two clocks `shipped_at` would not say it. `former` are wrong tracking numbers that it was reported
    with before, and the name of one that has no number. `label` is the id of the label that was bought here for it,
    `transit` the newest that its carrier reports, `notice` what its channel has of it. `is_cancelled`: its order was
    cancelled when it had left, so a void cancels its units; `is_expected_back`: these count as on hand again since, by
    the rule of that time (None: no rule was applied yet, or none was stored).
    """

    carrier: Text | None = None
    tracking: Text | None = None
    shipped_at: Instant
    left_by: Instant | None = None
    lines: tuple[LineQuantity, ...]
    label_url: str | None = None
    is_reported: bool = False
    channel_fulfilment: str | None = None
    boxed_at: Instant | None = None
    former: tuple[str, ...] = ()
    label: str | None = None
    transit: Transit | None = None
    notice: Notice | None = None
    is_cancelled: bool = False
    is_expected_back: bool | None = None

    def is_named(self, tracking: str | None) -> bool:
        """Return whether the parcel has, or had, this tracking number, which names one parcel; false without one."""
        numbers = tracking_numbers(tracking)
        return bool(numbers) and any(numbers == tracking_numbers(each) for each in (self.tracking, *self.former))
