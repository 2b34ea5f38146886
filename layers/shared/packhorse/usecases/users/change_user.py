"""Change what a person may do: the rights, whether the account is enabled, and how the person signs in.

The record is written first, and counts from then on; the user pool follows. A request that failed in between may be
repeated: it changes nothing more in the record, and the pool again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from packhorse.aws import user_pool
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import NotAllowed, Rejected
from packhorse.domain.users import Caller, Role, UserChange, UserChangeKind, UserRights, errors_of_rights
from packhorse.store import configuration, users
from packhorse.store.backoff import retry_conflicts
from packhorse.store.users import Actor
from packhorse.usecases.users.read_users import Person, get_person

Edit = Callable[[Person], UserRights]


class UserRequest(NamedTuple):
    """Who changes an account, and when; `id` is equal in every try of the request."""

    id: str
    caller: Caller
    at: datetime


def change_rights(
    user: str,
    roles: tuple[Role, ...] | None,
    warehouses: tuple[str, ...] | None,
    by: UserRequest,
    require: Callable[[UserRights], None],
) -> Person:
    """Give the person these roles and warehouses; None leaves them as they are. Raises Rejected, NotAllowed.

    `require` raises if what is stored is not what the caller read.
    """

    def edit(person: Person) -> UserRights:
        require(person.rights)
        now = person.rights
        return with_rights(
            now, now.roles if roles is None else roles, now.warehouses if warehouses is None else warehouses
        )

    return _change(user, edit, UserChangeKind.CHANGED, by)


def with_rights(rights: UserRights, roles: tuple[Role, ...], warehouses: tuple[str, ...]) -> UserRights:
    """Return the record with these roles and warehouses; raises Rejected."""
    if errors := errors_of_rights(roles, warehouses, configuration.current().warehouses):
        raise Rejected("these rights do not fit", errors)
    return rights.replace(roles=tuple(sorted(set(roles))), warehouses=tuple(sorted(set(warehouses))))


def disable_user(user: str, by: UserRequest) -> Person:
    """Let the person in no more, whatever token the person has."""

    def edit(person: Person) -> UserRights:
        now = person.rights
        return now.replace(enabled=False, signed_out_at=by.at) if now.enabled else now

    changed = _change(user, edit, UserChangeKind.DISABLED, by)
    user_pool.disable(changed.found.user)
    return changed._replace(found=changed.found._replace(enabled=False))


def enable_user(user: str, by: UserRequest) -> Person:
    """Let the person sign in again."""

    def edit(person: Person) -> UserRights:
        now = person.rights
        return now if person.is_enabled else now.replace(enabled=True, signed_out_at=by.at)

    changed = _change(user, edit, UserChangeKind.ENABLED, by)
    user_pool.enable(changed.found.user)
    return changed._replace(found=changed.found._replace(enabled=True))


def reset_password(user: str, by: UserRequest) -> Person:
    """Have the person set another password; send the invitation again to who never signed in."""
    if get_person(user).found.status == user_pool.INVITED:
        changed = _sign_out(user, UserChangeKind.INVITED_AGAIN, by)
        user_pool.invite_again(changed.found)
        return changed
    changed = _sign_out(user, UserChangeKind.PASSWORD_RESET, by)
    user_pool.reset_password(changed.found.user)
    return changed


def reset_mfa(user: str, by: UserRequest) -> Person:
    """Have the person set up an authenticator app again."""
    changed = _sign_out(user, UserChangeKind.MFA_RESET, by)
    user_pool.reset_mfa(changed.found.user)
    return changed._replace(found=changed.found._replace(has_mfa=False))


def _sign_out(user: str, what: UserChangeKind, by: UserRequest) -> Person:
    return _change(user, lambda person: person.rights.replace(signed_out_at=by.at), what, by)


def _change(user: str, edit: Edit, what: UserChangeKind, by: UserRequest) -> Person:
    def step() -> Person:
        actor, person = acting_owner(by.caller), get_person(user)
        if person.found.user == by.caller.user:
            raise NotAllowed("you cannot change your own account, so that an owner is left: ask another owner")
        after = edit(person)
        if after == person.rights:
            return person
        saved = save_rights(after, person, change_of(what, person.rights, after, by), actor)
        return person._replace(rights=saved, record=saved)

    return retry_conflicts(step)


def save_rights(new: UserRights, person: Person, change: UserChange, actor: Actor) -> UserRights:
    """Write the rights of a person, and log the change."""
    saved = users.save_rights(new, person.record, change, actor)
    logger.info("account changed", extra={"user": change.user, "what": change.what})
    return saved


def acting_owner(caller: Caller) -> Actor:
    """Return the caller with the rights that are stored now; raises NotAllowed if the caller is no owner any more."""
    rights = users.find_rights(caller.user)
    if rights and not (rights.enabled and Role.OWNER in rights.roles):
        raise NotAllowed("you are no owner any more")
    return Actor(caller.user, rights)


def change_of(what: UserChangeKind, before: UserRights, after: UserRights, by: UserRequest) -> UserChange:
    """Return the record of a change."""
    return UserChange(
        id=by.id,
        at=by.at,
        who=by.caller.name,
        what=what,
        user=after.user,
        email=after.email,
        roles_before=before.roles,
        roles=after.roles,
        warehouses_before=before.warehouses,
        warehouses=after.warehouses,
    )
