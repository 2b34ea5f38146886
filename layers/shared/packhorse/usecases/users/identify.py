"""Identify the caller of a request: the name, and what the person may do now, whatever the token says."""

from packhorse.aws import user_pool
from packhorse.domain.errors import NotFound, SignedOut
from packhorse.domain.users import Caller, Token, check_token
from packhorse.domain.values import WarehouseId
from packhorse.store import users


def identify(token: Token) -> Caller:
    """Return the caller; raises SignedOut if the token does not count any more.

    The record of a person decides. Without one, as for the first owner, the groups in the token do.
    """
    rights = users.find_rights(token.user) if token.user else None
    if rights is None:
        return Caller(token.user, f"user:{token.email or _email(token.user)}", token.roles)
    check_token(rights, token)
    warehouses = frozenset(map(WarehouseId, rights.warehouses))
    return Caller(token.user, f"user:{rights.email}", frozenset(rights.roles), warehouses)


def _email(user: str) -> str:
    """Return the name of a person whose token has none: that of an access token."""
    if not user:
        return ""
    try:
        return user_pool.recent_user(user).email
    except NotFound as error:
        raise SignedOut("your account does not exist any more") from error
