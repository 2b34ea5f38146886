"""People in the Cognito user pool: who they are and how they sign in. What they may do is in `store.users`.

The pool's user names are those that Cognito makes, the `sub` in every token; e-mail addresses are sign-in names.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from packhorse.aws.clients import client, ignoring, raising
from packhorse.aws.kept_at import KeptAt
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound, NotNow, Rejected, Unavailable
from packhorse.domain.users import Role

CACHE_SECONDS = 60
INVITED = "FORCE_CHANGE_PASSWORD"
"""The status of a person who has not signed in with the password of the invitation yet."""


class PoolUser(NamedTuple):
    """A person in the pool; `has_mfa` is set by `get_user` only, which alone gets to know it."""

    user: str
    email: str
    enabled: bool
    status: str
    created_at: datetime
    has_mfa: bool = False


class _Cached(NamedTuple):
    at: KeptAt
    user: PoolUser


_cached: dict[str, _Cached] = {}


def recent_user(user: str) -> PoolUser:
    """Return the person as of at most CACHE_SECONDS ago; raises NotFound."""
    return _recent(user) or get_user(user)


def has_mfa(user: str) -> bool:
    """Return whether the person signs in with a second factor; a "no" is never CACHE_SECONDS old, a "yes" may be."""
    recent = _recent(user)
    return bool(recent and recent.has_mfa) or get_user(user).has_mfa


def _recent(user: str) -> PoolUser | None:
    cached = _cached.get(user)
    return cached.user if cached and cached.at.age <= CACHE_SECONDS else None


def get_user(user: str) -> PoolUser:
    """Return the person of that user name or e-mail address; raises NotFound."""
    with _failures():
        answer = client("cognito-idp").admin_get_user(**_user(user))
    found = _pool_user(answer, answer["UserAttributes"])
    found = found._replace(has_mfa=bool(answer.get("UserMFASettingList")))
    _cached[found.user] = _Cached(KeptAt.now(), found)
    return found


def user_page(after: str | None, limit: int) -> tuple[list[PoolUser], str | None]:
    """Return a page of people, and the token of the next one."""
    following = {"PaginationToken": after} if after else {}
    with _failures():
        answer = client("cognito-idp").list_users(UserPoolId=settings.user_pool_id, Limit=limit, **following)
    return [_pool_user(each, each["Attributes"]) for each in answer["Users"]], answer.get("PaginationToken")


def roles_of(user: str) -> frozenset[Role]:
    """Return the roles of the person's groups: those of who has no record of ours."""
    with _failures():
        groups = client("cognito-idp").admin_list_groups_for_user(**_user(user))["Groups"]
    return frozenset(Role(each["GroupName"]) for each in groups if each["GroupName"] in set(Role))


def invite(email: str) -> PoolUser:
    """Create a person and send the invitation; one who has the address already is returned, and gets no invitation."""
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    with ignoring("UsernameExistsException"), _failures():
        answer = client("cognito-idp").admin_create_user(
            **_user(email), UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"]
        )
        return _pool_user(answer["User"], answer["User"]["Attributes"])
    return get_user(email)


def invite_again(user: PoolUser) -> None:
    """Send the invitation again, with another password: the first one is valid for a week."""
    with _failures():
        client("cognito-idp").admin_create_user(
            **_user(user.email), MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
        )


def disable(user: str) -> None:
    """Let the person sign in no more, and end all sessions."""
    with _failures():
        client("cognito-idp").admin_disable_user(**_user(user))


def enable(user: str) -> None:
    """Let the person sign in again."""
    with _failures():
        client("cognito-idp").admin_enable_user(**_user(user))


def reset_password(user: str) -> None:
    """Send a code with which the person sets another password, and end all sessions."""
    with _failures():
        client("cognito-idp").admin_reset_user_password(**_user(user))
    _end_sessions(user)


def reset_mfa(user: str) -> None:
    """Forget the person's authenticator app, and end all sessions."""
    with _failures():
        client("cognito-idp").admin_set_user_mfa_preference(
            **_user(user), SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False}
        )
    _cached.pop(user, None)
    _end_sessions(user)


def _end_sessions(user: str) -> None:
    with _failures():
        client("cognito-idp").admin_user_global_sign_out(**_user(user))


def _user(name: str) -> dict[str, str]:
    return {"UserPoolId": settings.user_pool_id, "Username": name}


def _pool_user(found: Mapping[str, Any], attributes: list[Mapping[str, str]]) -> PoolUser:
    email = next((each["Value"] for each in attributes if each["Name"] == "email"), found["Username"])
    created_at = found["UserCreateDate"].astimezone(UTC)
    return PoolUser(found["Username"], email, found["Enabled"], found["UserStatus"], created_at)


@contextmanager
def _failures() -> Iterator[None]:
    """Raise our errors in place of those of Cognito that a caller can do something about."""
    busy = Unavailable("the user pool has too many requests; try again in a moment")
    with raising(
        {
            "UserNotFoundException": NotFound("there is no such user"),
            "InvalidParameterException": Rejected("the user pool refuses this for this user"),
            "NotAuthorizedException": NotNow("the user pool refuses this in the user's present state"),
            "UnsupportedUserStateException": NotNow("the user has signed in already: reset the password instead"),
            "LimitExceededException": Unavailable("the user pool sends no more e-mail today (its limit is reached)"),
            "TooManyRequestsException": busy,
            "CodeDeliveryFailureException": Unavailable("the user pool could not send the e-mail"),
        }
    ):
        yield
