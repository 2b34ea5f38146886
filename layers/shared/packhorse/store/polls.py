"""How far each channel has been polled, in the Work table.

question                                   | pk            | sk
up to when everything was handed over      | POLL#channel  | WATERMARK
where a poll ran out of time               | POLL#channel  | LEFT_OFF
"""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from packhorse.aws.settings import settings
from packhorse.domain.values import ChannelId, iso
from packhorse.store.items import Item
from packhorse.store.transaction import ignore_failed_condition


class Watermark(Item):
    """Everything that the channel changed up to this moment was handed over, or is older than its first poll looks."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="WATERMARK")
    reached = UnicodeAttribute()


class PollCursor(Item):
    """A poll that ran out of time: what it asked for, and the cursor of the page that it did not get to."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LEFT_OFF")
    since = UnicodeAttribute()
    cursor = UnicodeAttribute()


class Start(NamedTuple):
    """Where a poll starts: orders modified since then, at that cursor."""

    since: datetime
    cursor: str | None


def get_cursor(channel: ChannelId) -> Start | None:
    """Where the last poll ran out of time; None where it came to its end."""
    try:
        found = PollCursor.get(f"POLL#{channel}", "LEFT_OFF", consistent_read=True)
    except DoesNotExist:
        return None
    return Start(datetime.fromisoformat(found.since), found.cursor)


def save_cursor(channel: ChannelId, at: Start) -> None:
    """Remembers where to go on; without a cursor the poll came to its end."""
    mark = PollCursor(f"POLL#{channel}", since=iso(at.since), cursor=at.cursor or "")
    if at.cursor:
        mark.save()
    else:
        mark.delete()


def get_watermark(channel: ChannelId) -> datetime | None:
    """Up to when the channel has been polled; None before the first time."""
    try:
        return datetime.fromisoformat(Watermark.get(f"POLL#{channel}", "WATERMARK", consistent_read=True).reached)
    except DoesNotExist:
        return None


def advance_watermark(channel: ChannelId, moment: datetime) -> None:
    """Moves the watermark forward, never back."""
    mark = Watermark(f"POLL#{channel}", "WATERMARK")
    unknown_or_older = Watermark.reached.does_not_exist() | (Watermark.reached < iso(moment))
    with ignore_failed_condition():
        mark.update(actions=[Watermark.reached.set(iso(moment))], condition=unknown_or_older)
