"""What a channel requests about the personal data of buyers."""

from enum import StrEnum
from typing import NamedTuple


class PrivacyRequestKind(StrEnum):
    """What is requested: to erase a buyer's data, to export it, or to erase that of all buyers of a channel."""

    ERASE_BUYER = "erase_buyer"
    EXPORT_BUYER = "export_buyer"
    ERASE_CHANNEL = "erase_channel"


class PrivacyRequest(NamedTuple):
    """A request about a buyer of a channel, or about all of them.

    `id` is the channel's id of the request, the same in each delivery. `orders` and `customer` are the channel's ids.
    """

    kind: PrivacyRequestKind
    id: str
    orders: tuple[str, ...] = ()
    customer: str = ""
    email: str = ""

    @property
    def names_buyer(self) -> bool:
        """Whether it says in any way which buyer it is about."""
        return bool(self.orders or self.customer or self.email)
