"""What a poll brings back."""

from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.channel_order import ChannelOrder


class Refused(NamedTuple):
    """An order of a page that makes no sense: its id as far as it could be read, its JSON, and what is wrong.

    `headers` are those under which the adapter reads it like a webhook; none: it cannot be read alone.
    """

    id: str | None
    raw: str
    reason: str
    headers: Mapping[str, str] = {}


class Page(NamedTuple):
    """One page of a channel's orders; `next` is the cursor of the page after it, `raw` the body as it came."""

    orders: tuple[ChannelOrder, ...]
    refused: tuple[Refused, ...]
    next: str | None
    raw: bytes
