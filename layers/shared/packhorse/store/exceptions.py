"""Exceptions: what needs a person and is not about one order, in the Work table.

question                    | pk                | sk         | index
one exception               | EXCEPTION#id      | EXCEPTION  | -
exceptions, newest first    | kind = EXCEPTION  | at         | by_kind
"""

import hashlib
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from packhorse.domain.values import Instant, Value, iso
from packhorse.settings import settings


class OpenException(Value):
    """What went wrong, with what, how often, and where the untouched input is kept."""

    id: str
    cause: str
    concerns: str
    message: str
    raw: str
    times: int
    first_at: Instant
    last_at: Instant


class ByKind(GlobalSecondaryIndex["Record"]):
    """All exceptions, by time."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class Record(Model):
    """One exception."""

    class Meta:
        table_name = settings.work_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="EXCEPTION")
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    cause = UnicodeAttribute()
    concerns = UnicodeAttribute()
    message = UnicodeAttribute()
    raw = UnicodeAttribute()
    first_at = UnicodeAttribute()
    times = NumberAttribute()
    by_kind = ByKind()


def open_one(cause: str, concerns: str, message: str, at: datetime, raw: str = "") -> None:
    """Records that something needs a person; the same cause for the same thing again only counts up."""
    name = hashlib.sha256(f"{cause}\n{concerns}".encode()).hexdigest()[:32]
    Record(f"EXCEPTION#{name}", "EXCEPTION").update(
        actions=[
            Record.kind.set("EXCEPTION"),
            Record.at.set(f"{iso(at)}#{name}"),
            Record.cause.set(cause),
            Record.concerns.set(concerns),
            Record.message.set(message[:2000]),
            Record.raw.set(raw or Record.raw | ""),
            Record.first_at.set(Record.first_at | iso(at)),
            Record.times.add(1),
        ]
    )


def newest(before: str | None, limit: int) -> tuple[list[OpenException], str | None]:
    """A page of the exceptions, newest first, and the cursor of the next."""
    condition = ByKind.at < before if before else None
    records = list(
        Record.by_kind.query("EXCEPTION", condition, scan_index_forward=False, limit=limit + 1, page_size=limit + 1)
    )
    return [_read(record) for record in records[:limit]], records[limit - 1].at if len(records) > limit else None


def _read(record: Record) -> OpenException:
    return OpenException(
        id=record.pk.partition("#")[2],
        cause=record.cause,
        concerns=record.concerns,
        message=record.message,
        raw=record.raw,
        times=int(record.times),
        first_at=datetime.fromisoformat(record.first_at),
        last_at=datetime.fromisoformat(record.at.partition("#")[0]),
    )
