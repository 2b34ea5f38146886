"""People who use the API: their roles, the warehouses that they work at, and what was changed about them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.errors import FieldError, SignedOut
from packhorse.domain.values import Identifier, Instant, Text, Value, WarehouseId

MAX_WAREHOUSES = 100


class Role(StrEnum):
    """What a person is there for; docs/roles.md says what each may do."""

    OWNER = "owner"
    OPERATOR = "operator"
    WAREHOUSE = "warehouse"
    PACKER = "packer"
    READ_ONLY = "read_only"


LIMITED = frozenset({Role.WAREHOUSE, Role.PACKER})
"""Roles that see and change only what concerns their warehouses."""

Roles = Annotated[tuple[Role, ...], Field(max_length=len(Role))]
WarehouseIds = Annotated[tuple[Identifier, ...], Field(max_length=MAX_WAREHOUSES)]


class UserRights(Value):
    """What a person may do, as an owner decided; `email` names the person in timelines and the ledger.

    Tokens that were issued until `signed_out_at` are refused.
    """

    user: str
    email: Text
    roles: Roles = ()
    warehouses: WarehouseIds = ()
    enabled: bool = True
    signed_out_at: Instant | None = None
    version: int = 0


class UserChangeKind(StrEnum):
    """What an owner did to the account of a person."""

    INVITED = "invited"
    INVITED_AGAIN = "invited_again"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password
    MFA_RESET = "mfa_reset"


class UserChange(Value):
    """A change of a person's account: who made it, and the person's rights before and after it."""

    id: str
    at: Instant
    who: Text
    what: UserChangeKind
    user: str
    email: Text
    roles_before: Roles = ()
    roles: Roles = ()
    warehouses_before: WarehouseIds = ()
    warehouses: WarehouseIds = ()


class Token(NamedTuple):
    """What a token says of its bearer; `roles` are groups of the user pool."""

    user: str
    email: str
    roles: frozenset[Role]
    issued_at: datetime | None


class Caller(NamedTuple):
    """Who sends a request: the name for timelines and the ledger, and the rights of the person."""

    user: str
    name: str
    roles: frozenset[Role]
    warehouses: frozenset[WarehouseId] = frozenset()


class Limits(NamedTuple):
    """What a request of a limited caller is about: these warehouses, and no more of a buyer than the label needs."""

    warehouses: frozenset[WarehouseId]
    shows_phone: bool


def limits_of(caller: Caller, allowing: frozenset[Role]) -> Limits | None:
    """Return the limits of a request that these of the caller's roles allow; None if one of them has no limits.

    >>> limits_of(Caller("1", "user:ada", frozenset({Role.PACKER})), frozenset({Role.PACKER}))
    Limits(warehouses=frozenset(), shows_phone=False)
    """
    return None if allowing - LIMITED else Limits(caller.warehouses, Role.WAREHOUSE in allowing)


def check_token(rights: UserRights, token: Token) -> None:
    """Raise SignedOut for a token that does not count any more."""
    if not rights.enabled:
        raise SignedOut("your account is disabled")
    ended = rights.signed_out_at
    # `iat` has whole seconds: a token of the same second may be an older one
    if ended and (token.issued_at is None or token.issued_at <= ended):
        raise SignedOut("this token was issued before your account was reset; sign in again")


def errors_of_rights(
    roles: Iterable[Role], warehouses: Iterable[str], known: Mapping[WarehouseId, object]
) -> list[FieldError]:
    """Return what is wrong with rights that a person is to get."""
    given, limited = list(warehouses), LIMITED.intersection(roles)
    errors = [
        FieldError(f"warehouses.{index}", f"there is no warehouse {name}")
        for index, name in enumerate(given)
        if WarehouseId(name) not in known
    ]
    if limited and not given:
        errors.append(FieldError("warehouses", f"{' and '.join(sorted(limited))}: say of which warehouses"))
    return errors
