"""What a poll brings back."""

from typing import NamedTuple

from packhorse.domain.channel_order import ChannelOrder


class Refused(NamedTuple):
    """An order of a page that makes no sense: its id as far as it could be read, its JSON, and what is wrong."""

    id: str | None
    raw: str
    reason: str


class Page(NamedTuple):
    """One page of a channel's orders; `next` is the cursor of the page after it, `raw` the body as it came."""

    orders: tuple[ChannelOrder, ...]
    refused: tuple[Refused, ...]
    next: str | None
    raw: bytes
