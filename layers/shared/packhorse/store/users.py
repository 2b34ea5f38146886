"""What people may do, and who changed it, in the Settings table.

question                                 | pk     | sk
what a person may do                     | USERS  | RIGHTS#user
what all people with a record may do     | USERS  | RIGHTS#
changes of accounts, by their time       | USERS  | CHANGE#time#id

Every request reads its caller's record, strongly consistent, so that a change counts for tokens of before, too. A
change is written together with its record in the list of changes, if neither the person's rights nor those of who
changes them are others than those that were read: of two owners who take each other's role away, one fails.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.users import UserChange, UserRights
from packhorse.domain.values import WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.commit import write_together
from packhorse.store.expressions import Attributes, Expression, Request, begins_with, between, equals, missing
from packhorse.store.reading import get_item, pages

PK = "USERS"
RIGHTS, CHANGES = "RIGHTS#", "CHANGE#"
RIGHTS_READER = Reader(TypeAdapter(UserRights))
CHANGE_READER = Reader(TypeAdapter(UserChange))


def find_rights(user: str) -> UserRights | None:
    """Return what the person may do; None without a record."""
    key = expressions.key(PK, f"{RIGHTS}{user}")
    found = get_item(settings.settings_table, key)
    return RIGHTS_READER.read(found["body"]["S"]) if found else None


def all_rights() -> Iterator[UserRights]:
    """Yield what all people with a record may do."""
    keys = equals("pk", PK) & begins_with("sk", RIGHTS)
    found = pages("query", **expressions.query(settings.settings_table, keys, ConsistentRead=True))
    return (RIGHTS_READER.read(each["body"]["S"]) for each in found)


def who_works_at(warehouse: WarehouseId) -> list[UserRights]:
    """Return the people who are tied to the warehouse."""
    return [each for each in all_rights() if warehouse in each.warehouses]


class Actor(NamedTuple):
    """Who makes a change, with the rights that were read (None: no record)."""

    user: str
    rights: UserRights | None


def save_rights(new: UserRights, before: UserRights | None, change: UserChange, actor: Actor) -> UserRights:
    """Write the rights of a person with the change that made them; raises Conflict."""
    saved = new.replace(version=new.version + 1)
    write_together(
        [
            _put(f"{RIGHTS}{new.user}", saved.model_dump_json(), saved.version, _as_read(before)),
            {"ConditionCheck": _check(actor)},
            _put(f"{CHANGES}{iso(change.at)}#{change.id}", change.model_dump_json(), 1, missing("pk")),
        ]
    )
    return saved


def _put(sk: str, body: str, version: int, condition: Expression) -> Request:
    values: Attributes = {"pk": PK, "sk": sk, "version": version, "body": stamped(body)}
    return {"Put": expressions.put(settings.settings_table, values, condition)}


def _check(actor: Actor) -> Request:
    where = expressions.key(PK, f"{RIGHTS}{actor.user}")
    return expressions.check(settings.settings_table, where, _as_read(actor.rights))


def _as_read(rights: UserRights | None) -> Expression:
    return equals("version", rights.version) if rights else missing("pk")


def newest_changes(user: str | None, before: str | None, limit: int) -> tuple[list[UserChange], str | None]:
    """Return the newest changes of accounts, of one or of all, and the position after which older ones come."""
    reach = between("sk", CHANGES, f"{CHANGES}{before}" if before else f"{CHANGES}~")
    options: dict[str, Any] = {"ConsistentRead": True, "ScanIndexForward": False}
    query = expressions.query(settings.settings_table, equals("pk", PK) & reach, **options)
    read = map(_change, pages("query", **query))
    older = (each for each in read if user in (None, each.user) and position_of(each) != before)
    found = list(islice(older, limit + 1))
    return found[:limit], position_of(found[limit - 1]) if len(found) > limit else None


def position_of(change: UserChange) -> str:
    """Return the change's place in the list."""
    return f"{iso(change.at)}#{change.id}"


def _change(item: Mapping[str, Any]) -> UserChange:
    return CHANGE_READER.read(item["body"]["S"])
