"""Setting a channel up: the progress of one run, and the webhooks that it has."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Cursor, Identifier, Instant, Label, Text, Value

STALLED_AFTER = timedelta(minutes=15)
"""A run that stored nothing for so long has lost its message: more than the time of two invocations."""


class ConnectStep(StrEnum):
    """The step of a run that is next, or how it ended."""

    WEBHOOKS = "webhooks"
    LISTINGS = "listings"
    ORDERS = "orders"
    DONE = "done"
    FAILED = "failed"


class Connection(Value):
    """A run that sets a channel up: webhooks, then listings page by page, then the first import of orders.

    `former_urls` are addresses of earlier runs, whose webhooks are removed once those to `webhook_url` are registered.
    `webhooks_refused` is why the channel's webhooks are left to a person. Listings are `found` in the channel, `listed`
    anew, listed `before`, or `unmatched`. `cursor` is that of the next page, `orders_since` the beginning of the first
    import: None leaves it to the poll.
    """

    channel: Identifier
    run: Label
    who: Label
    webhook_url: Annotated[str, Field(max_length=600)]
    former_urls: tuple[str, ...] = ()
    step: ConnectStep = ConnectStep.WEBHOOKS
    orders_since: Instant | None = None
    started_at: Instant
    updated_at: Instant
    finished_at: Instant | None = None
    failure: str = ""
    webhooks_refused: str = ""
    cursor: Cursor | None = None
    pages: int = 0
    found: int = 0
    listed: int = 0
    before: int = 0
    unmatched: int = 0

    @property
    def is_over(self) -> bool:
        """Whether it came to an end, a good one or not."""
        return self.finished_at is not None

    def is_stalled(self, now: datetime) -> bool:
        """Return whether nothing will continue it: its message was lost."""
        return not self.is_over and now - self.updated_at > STALLED_AFTER

    def at_step(self, step: ConnectStep, now: datetime) -> "Connection":
        """Return the run at its next step; the last one ends it."""
        ended = now if step in (ConnectStep.DONE, ConnectStep.FAILED) else None
        return self.replace(step=step, updated_at=now, finished_at=ended)

    def failed(self, reason: str, now: datetime) -> "Connection":
        """Return the run as ended by a failure that a person has to mend."""
        return self.at_step(ConnectStep.FAILED, now).replace(failure=reason[:500])


class UnmatchedReason(StrEnum):
    """Why a listing of a channel was not listed here."""

    NO_SKU = "no_sku"
    NO_PRODUCT = "no_product"
    SKU_TWICE = "sku_twice"
    UNFIT = "unfit"
    """Its reference is blank, too long, or a step in a path: the channel has to give it another one."""


class UnmatchedListing(Value):
    """A listing that means no product: a person maps it, or makes the product, which lists it."""

    reference: Text
    sku: str
    title: str
    reason: UnmatchedReason
    fulfilled_by_channel: bool = False


class WebhookState(Value):
    """The webhooks of ours that a channel had when they were read last; `problem` is why some lack.

    `elsewhere` are other addresses to which the channel sends the same: nothing here hears those.
    """

    checked_at: Instant
    topics: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    problem: str = ""
