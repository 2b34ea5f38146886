"""Refuse what only an owner may to an owner who signs in without a second factor, where the pool leaves it open."""

from packhorse.aws import user_pool
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotAllowed
from packhorse.domain.users import Caller, Role

OPTIONAL = "OPTIONAL"
ONLY_OWNERS = frozenset({Role.OWNER})
WHAT_TO_DO = (
    "owners need a second factor (MFA) for this: set up an authenticator app, then send the request again; "
    "until then you may do what an operator may"
)


def require_mfa(caller: Caller, roles: frozenset[Role]) -> None:
    """Raise NotAllowed if the request is for owners only, by its `roles`, and the caller has no second factor."""
    if settings.mfa == OPTIONAL and roles == ONLY_OWNERS and not user_pool.has_mfa(caller.user):
        raise NotAllowed(WHAT_TO_DO)
