"""Manifests, and the labels that a day's manifest may hold, in the Work table.

question                                  | pk                        | sk                | index
a manifest                                | MANIFEST#id               | MANIFEST          | -
manifests, newest first                   | kind = MANIFEST           | at                | by_kind
labels of a day that wait for a manifest  | DAY#account#warehouse#day | order#n#label     | -
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.labels.manifest import Manifest
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import OrderId, iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import equals, less, missing
from packhorse.store.parcels import FulfilmentKey
from packhorse.store.reading import get_item, of_kind_since, pages

KIND = "MANIFEST"
KEPT = timedelta(days=60)
"""How long it is stored which labels were bought on a day: the labels themselves are stored with their orders."""

MAX_READ = 500
READ_AT_ONCE = 100
"""How many manifests are read for a page of them, and how many by one request."""

MANIFEST = Reader(TypeAdapter(Manifest))


def get_manifest(manifest_id: str) -> Manifest:
    """Return the manifest; raises NotFound."""
    found = find_manifest(manifest_id)
    if found is None:
        raise NotFound(f"there is no manifest {manifest_id}")
    return found


def find_manifest(manifest_id: str) -> Manifest | None:
    """Return the manifest, None if it does not exist."""
    key = expressions.key(f"MANIFEST#{manifest_id}", "MANIFEST")
    found = get_item(settings.work_table, key)
    return MANIFEST.read(found["body"]["S"]) if found else None


def create_manifest(manifest: Manifest) -> bool:
    """Store a new manifest; return whether there was none of its id."""
    return _put(manifest, missing("pk"))


def replace_manifest(manifest: Manifest, before: Manifest) -> bool:
    """Store a manifest over its state before; return whether it was still that."""
    return _put(manifest, equals("body", _values(before)["body"]))


def _put(manifest: Manifest, condition: expressions.Expression) -> bool:
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, _values(manifest), condition))
        return True
    return False


def newest_manifests(
    limit: int, before: str | None, account: str | None, warehouse: str | None
) -> tuple[list[Manifest], str | None]:
    """Return a page of manifests, newest first, and the cursor of the next page.

    A read ends after `MAX_READ`: of an account that makes few of many, a page may be short, or empty, and have a next
    one. One that was made a moment ago may be missing.
    """
    of_kind = equals("kind", KIND)
    which = of_kind & less("at", before) if before else of_kind
    size = READ_AT_ONCE if account or warehouse else limit + 1
    query = expressions.query(settings.work_table, which, index="by_kind", ScanIndexForward=False, Limit=size)
    found = list[Manifest]()
    for number, item in enumerate(pages("query", **query), 1):
        manifest = MANIFEST.read(item["body"]["S"])
        if account in (None, manifest.account) and warehouse in (None, manifest.warehouse):
            found.append(manifest)
        if len(found) > limit:
            return found[:limit], iso(found[limit - 1].created_at)
        if number == MAX_READ:
            return found, item["at"]["S"]
    return found, None


def manifests_since(moment: datetime) -> Iterator[Manifest]:
    """Yield the manifests that were begun since then; one that was begun a moment ago may be missing."""
    for item in of_kind_since(settings.work_table, KIND, moment):
        yield MANIFEST.read(item["body"]["S"])


def put_bought(account: str, warehouse: str, day: date, box: FulfilmentKey, label: str) -> None:
    """Store that a label is bought on a day, before its order says so; storing it again changes nothing."""
    values: expressions.Attributes = {
        "pk": _day(account, warehouse, day),
        "sk": _sk(box, label),
        "expiration": int((datetime.now(UTC) + KEPT).timestamp()),
    }
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def bought_on(account: str, warehouse: str, day: date) -> list[tuple[FulfilmentKey, str]]:
    """Return the labels that were bought on a day, or were about to be, and may have to be on a manifest yet."""
    which = equals("pk", _day(account, warehouse, day))
    found = pages("query", **expressions.query(settings.work_table, which, ConsistentRead=True))
    return [_label(item["sk"]["S"]) for item in found]


def forget_bought(account: str, warehouse: str, day: date, box: FulfilmentKey, label: str) -> None:
    """Delete that a label waits for a manifest of a day: it is on one, or will be on none."""
    where = expressions.key(_day(account, warehouse, day), _sk(box, label))
    client("dynamodb").delete_item(**expressions.delete(settings.work_table, where))


def _sk(box: FulfilmentKey, label: str) -> str:
    return f"{box.order}#{box.number}#{label}"


def _label(key: str) -> tuple[FulfilmentKey, str]:
    order, number, label = key.split("#", 2)
    return FulfilmentKey(OrderId(order), int(number)), label


def _day(account: str, warehouse: str, day: date) -> str:
    return f"DAY#{account}#{warehouse}#{day.isoformat()}"


def _values(manifest: Manifest) -> expressions.Attributes:
    return {
        "pk": f"MANIFEST#{manifest.id}",
        "sk": "MANIFEST",
        "kind": KIND,
        "at": iso(manifest.created_at),
        "body": stamped(manifest.model_dump_json()),
    }
