"""What a channel is told about a listing."""

from typing import NamedTuple


class Quantity(NamedTuple):
    """How many of a listing can be sold: a number to set, not to add.

    `last` is what the channel confirmed last, None where nobody knows; `key` the same whenever the same is said again,
    and never for anything else: a number that comes back later is something else.
    """

    reference: str
    quantity: int
    last: int | None
    key: str
