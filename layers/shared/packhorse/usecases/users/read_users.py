"""Read people: who is in the user pool, with what they may do."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.aws import user_pool
from packhorse.aws.user_pool import PoolUser
from packhorse.domain.users import UserRights
from packhorse.store import users


class Person(NamedTuple):
    """A person in the pool, the rights, and the record that they are from (None: the groups of the pool)."""

    found: PoolUser
    rights: UserRights
    record: UserRights | None

    @property
    def is_enabled(self) -> bool:
        """Whether the person may sign in, and is let in by the API."""
        return self.found.enabled and self.rights.enabled


def get_person(user: str) -> Person:
    """Return the person of that id, or e-mail address; raises NotFound."""
    found = user_pool.get_user(user)
    return _person(found, users.find_rights(found.user))


def person_page(after: str | None, limit: int) -> tuple[list[Person], str | None]:
    """Return a page of people, and the token of the next one."""
    found, following = user_pool.user_page(after, limit)
    return list(_people(found, {each.user: each for each in users.all_rights()})), following


def _people(found: Iterable[PoolUser], records: Mapping[str, UserRights]) -> Iterable[Person]:
    return (_person(each, records.get(each.user)) for each in found)


def _person(found: PoolUser, record: UserRights | None) -> Person:
    if record:
        return Person(found, record, record)
    groups = tuple(sorted(user_pool.roles_of(found.user)))
    return Person(found, UserRights(user=found.user, email=found.email, roles=groups), None)
