"""The watermark and the cursor of each channel's polls, in the Work table.

question                                       | pk            | sk
the time up to which every change was queued   | POLL#channel  | WATERMARK
where a poll is that is not at its last page   | POLL#channel  | LEFT_OFF
what was named and could not be read yet       | UNREAD#channel | name
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import uuid4

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict
from packhorse.domain.values import ChannelId, iso
from packhorse.store import expressions
from packhorse.store.backoff import retry_conflicts
from packhorse.store.conditions import ignore_failed_condition, is_failed_condition
from packhorse.store.expressions import equals
from packhorse.store.items import Item
from packhorse.store.keys import is_nameable
from packhorse.store.partitions import delete_partition


class Watermark(Item):
    """The time up to which all that the channel changed is queued, or is older than the start of its first poll."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="WATERMARK")
    reached = UnicodeAttribute()


class PollCursor(Item):
    """A poll that is not at its end: the start that it requested, and the cursor of the page that it did not reach."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="LEFT_OFF")
    since = UnicodeAttribute()
    cursor = UnicodeAttribute()
    waits_until = UnicodeAttribute(null=True)
    version = UnicodeAttribute(null=True)


class Start(NamedTuple):
    """Where a poll starts: orders modified since then, at that cursor.

    Until `waits_until` its orders are being routed, and only the mark behind them has it go on. `version` is an
    optimistic lock: another one with every write; None of a start that is not stored, or was by code without it.
    """

    since: datetime
    cursor: str | None
    waits_until: datetime | None = None
    version: str | None = None


def find_cursor(channel: ChannelId) -> Start | None:
    """Return where an unfinished poll goes on; None if the last one came to its end."""
    try:
        found = PollCursor.get(f"POLL#{channel}", "LEFT_OFF", consistent_read=True)
    except DoesNotExist:
        return None
    waits_until = datetime.fromisoformat(found.waits_until) if found.waits_until else None
    return Start(datetime.fromisoformat(found.since), found.cursor or None, waits_until, found.version)


def save_cursor(channel: ChannelId, at: Start | None, before: Start | None) -> Start | None:
    """Store where the next poll starts, and return it as it is stored; None deletes that: the poll came to its end.

    Raises Conflict if it is not as it was `before`: a restart that came meanwhile counts.
    """
    if at is None:
        _if_unchanged(PollCursor(f"POLL#{channel}").delete, before)
        return None
    saved = at._replace(version=uuid4().hex)
    _write(channel, saved, before)
    return saved


def restart(channel: ChannelId, since: datetime) -> None:
    """Have the next poll request all orders that were modified since then, or since what an unfinished one began at."""

    def step() -> None:
        unfinished = find_cursor(channel)
        first = min(since, unfinished.since) if unfinished else since
        _write(channel, Start(first, None, version=uuid4().hex), unfinished)

    retry_conflicts(step)


def _write(channel: ChannelId, at: Start, before: Start | None) -> None:
    waits_until = iso(at.waits_until) if at.waits_until else None
    mark = PollCursor(
        f"POLL#{channel}", since=iso(at.since), cursor=at.cursor or "", waits_until=waits_until, version=at.version
    )
    _if_unchanged(mark.save, before)


def _if_unchanged(write: Callable[..., Any], before: Start | None) -> None:
    """Write the cursor under the condition that it is as it was; raises Conflict if not."""
    condition: Condition = PollCursor.pk.does_not_exist() if before is None else PollCursor.version.does_not_exist()
    if before and before.version:
        condition = PollCursor.version == before.version
    try:
        write(condition=condition)
    except (PutError, DeleteError) as error:
        if not is_failed_condition(error):
            raise
        raise Conflict("another poll, or a restart, was first") from error


def save_unread(channel: ChannelId, names: Iterable[str], now: datetime) -> None:
    """Store what the channel named to be read, and could not be read: the next poll reads it.

    What can be no name is left out: no order has it.
    """
    for name in filter(is_nameable, names):
        values = {"pk": _unread(channel), "sk": name, "at": iso(now)}
        client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def unread(channel: ChannelId, most: int) -> dict[str, str]:
    """Return up to `most` names of what is to be read, each with when it was stored last, oldest first."""
    query = expressions.query(settings.work_table, equals("pk", _unread(channel)), ConsistentRead=True)
    found = {item["sk"]["S"]: item["at"]["S"] for item in client("dynamodb").query(**query)["Items"]}
    return dict(sorted(found.items(), key=itemgetter(1))[:most])


def remove_unread(channel: ChannelId, read: Mapping[str, str]) -> None:
    """Remove what was read, unless it was stored again meanwhile."""
    for name, at in read.items():
        key = expressions.key(_unread(channel), name)
        with ignore_failed_condition():
            client("dynamodb").delete_item(**expressions.delete(settings.work_table, key, equals("at", at)))


def forget_unread(channel: ChannelId, name: str) -> None:
    """Remove what is to be read, however often it was named."""
    if not is_nameable(name):
        return
    key = expressions.key(_unread(channel), name)
    client("dynamodb").delete_item(**expressions.delete(settings.work_table, key))


def delete_progress(channel: ChannelId) -> None:
    """Delete the watermark and the cursor of a channel, and what it named to be read."""
    for pk in (f"POLL#{channel}", _unread(channel)):
        delete_partition(settings.work_table, pk)


def _unread(channel: ChannelId) -> str:
    return f"UNREAD#{channel}"


def find_watermark(channel: ChannelId) -> datetime | None:
    """Return the watermark of the channel; None before its first poll."""
    try:
        return datetime.fromisoformat(Watermark.get(f"POLL#{channel}", "WATERMARK", consistent_read=True).reached)
    except DoesNotExist:
        return None


def advance_watermark(channel: ChannelId, moment: datetime) -> None:
    """Move the watermark forward, never back."""
    mark = Watermark(f"POLL#{channel}", "WATERMARK")
    unknown_or_older = Watermark.reached.does_not_exist() | (Watermark.reached < iso(moment))
    with ignore_failed_condition():
        mark.update(actions=[Watermark.reached.set(iso(moment))], condition=unknown_or_older)
