"""The longest lag of each hour or day of a channel or a supplier, in the Work table, for some days.

question                                  | pk               | sk
the lags of a kind of a channel, supplier | LAG#kind#its id  | start of the span
"""

from datetime import datetime, timedelta

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.health.lag import LagKind, LagPoint
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Attributes, at_least, equals, less, missing
from packhorse.store.reading import pages

KEPT = timedelta(days=16)


def keep_longest(kind: LagKind, name: str, point: LagPoint) -> None:
    """Store a lag, unless one that is as long is stored of its span."""
    key = expressions.key(_pk(kind, name), iso(point.start))
    values: Attributes = {"seconds": point.seconds, "expiration": int((point.start + KEPT).timestamp())}
    is_longer = missing("pk") | less("seconds", point.seconds)
    with ignore_failed_condition():
        client("dynamodb").update_item(**expressions.update(settings.work_table, key, sets=values, condition=is_longer))


def find_lags(kind: LagKind, name: str, since: datetime) -> tuple[LagPoint, ...]:
    """Return the lags of the spans since then, oldest first, without those in which none was measured."""
    keys = equals("pk", _pk(kind, name)) & at_least("sk", iso(since))
    found = pages("query", **expressions.query(settings.work_table, keys))
    return tuple(
        LagPoint(start=datetime.fromisoformat(item["sk"]["S"]), seconds=int(item["seconds"]["N"])) for item in found
    )


def _pk(kind: LagKind, name: str) -> str:
    return f"LAG#{kind}#{name}"
