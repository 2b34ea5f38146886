"""What a channel is told about a listing."""

from typing import NamedTuple


class Quantity(NamedTuple):
    """How many of a listing can be sold: a number to set, not to add.

    `last` is what the channel confirmed last, None where nobody knows; `key` is another one whenever it is told: a
    number that comes back is news, and a channel that knows a key does nothing.
    """

    reference: str
    quantity: int
    last: int | None
    key: str
