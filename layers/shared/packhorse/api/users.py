"""People: invite, list, change, disable and reset them, and who did so. Owners only, but for `/me`."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints, TypeAdapter

from packhorse.api.access import EVERYBODY, OWNING, allow, current_caller, current_request_id, narrow
from packhorse.api.limits import anything
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.api.preconditions import IfMatch, Precondition, tagged
from packhorse.domain.users import Limits, Role, Roles, UserChange, UserRights, WarehouseIds
from packhorse.domain.values import E_MAIL, Instant, Value
from packhorse.store import users as store
from packhorse.usecases.users import change_user, invite_user
from packhorse.usecases.users.change_user import UserRequest
from packhorse.usecases.users.read_users import Person, get_person, person_page

router = APIGatewayHttpRouter()

MAX_POOL_PAGE = 60
POOL_TOKEN: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(min_length=1, max_length=5000)])

Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=128, pattern=E_MAIL)]


class NewUser(Value):
    """A person to invite; warehouses are those of a `warehouse` or `packer`."""

    email: Email
    roles: Annotated[Roles, Field(min_length=1)]
    warehouses: WarehouseIds = ()


class UserPatch(Value):
    """What a person is to have instead; fields that are not sent stay."""

    roles: Roles | None = None
    warehouses: WarehouseIds | None = None


class User(Value):
    """A person; `status` is that of the user pool, `mfa` is null in lists."""

    id: str
    email: str
    roles: Roles
    warehouses: WarehouseIds
    enabled: bool
    status: str
    mfa: bool | None
    created_at: Instant


class UserPage(Value):
    """A page of people."""

    items: tuple[User, ...]
    next: str | None


class UserChangePage(Value):
    """A page of changes of accounts."""

    items: tuple[UserChange, ...]
    next: str | None


class Me(Value):
    """Who sends the request."""

    id: str
    name: str
    roles: tuple[Role, ...]
    warehouses: tuple[str, ...]


@router.get("/me", summary="Who you are, and what you may do", tags=["users"])
@allow(EVERYBODY, anything)
def me() -> Me:
    """`name` is your name in timelines and the ledger."""
    caller = current_caller()
    roles, warehouses = tuple(sorted(caller.roles)), tuple(sorted(caller.warehouses))
    return Me(id=caller.user, name=caller.name, roles=roles, warehouses=warehouses)


@narrow.register
def _me(mine: Me, _limits: Limits) -> Me:
    return mine


@router.get("/users", summary="All people", tags=["users"])
@allow(OWNING)
def listed(limit: PageSize = 50, cursor: Cursor = None) -> UserPage:
    """In the order of the user pool; a page has at most 60."""
    people, following = person_page(position_of(cursor, POOL_TOKEN), min(limit, MAX_POOL_PAGE))
    seen = tuple(_view(each).replace(mfa=None) for each in people)
    return UserPage(items=seen, next=cursor_of(following))


@router.get("/users/<user_id>", summary="One person", tags=["users"])
@allow(OWNING)
def show(user_id: PathValue) -> User:
    """404 for an unknown id, 409 for an account that the user pool does not show in its present state."""
    return _tagged(get_person(user_id))


@router.post("/users", summary="Invite a person by e-mail", tags=["users"], status_code=HTTPStatus.CREATED)
@allow(OWNING)
def invite(new: NewUser) -> User:
    """The e-mail has a first password, valid for a week. 409 for an address that has an account already."""
    return _view(invite_user.invite_user(new.email, new.roles, new.warehouses, _request()))


@router.patch("/users/<user_id>", summary="Change what a person may do", tags=["users"])
@allow(OWNING)
def change(user_id: PathValue, new: UserPatch, if_match: IfMatch = None) -> User:
    """It counts at once, also for tokens of before. 403 for your own account."""
    read = Precondition(if_match)

    def require(rights: UserRights) -> None:
        read.require(_given(rights), lambda: (each.who for each in store.newest_changes(user_id, None, 1)[0]))

    return _tagged(change_user.change_rights(user_id, new.roles, new.warehouses, _request(), require))


@router.post("/users/<user_id>/disable", summary="Let a person in no more", tags=["users"])
@allow(OWNING)
def disable(user_id: PathValue) -> User:
    """It counts at once, also for tokens of before. 403 for your own account."""
    return _view(change_user.disable_user(user_id, _request()))


@router.post("/users/<user_id>/enable", summary="Let a person in again", tags=["users"])
@allow(OWNING)
def enable(user_id: PathValue) -> User:
    """With the rights of before; the person signs in anew."""
    return _view(change_user.enable_user(user_id, _request()))


@router.post("/users/<user_id>/reset-password", summary="Have a person set another password", tags=["users"])
@allow(OWNING)
def reset_password(user_id: PathValue) -> User:
    """All sessions end, and an e-mail has a code; who never signed in gets the invitation again."""
    return _view(change_user.reset_password(user_id, _request()))


@router.post("/users/<user_id>/reset-mfa", summary="Have a person set up an authenticator app again", tags=["users"])
@allow(OWNING)
def reset_mfa(user_id: PathValue) -> User:
    """All sessions end. For who lost a phone."""
    return _view(change_user.reset_mfa(user_id, _request()))


@router.get("/changes", summary="Who changed which account, newest first", tags=["users"])
@allow(OWNING)
def changes(
    user: Annotated[str | None, Query(max_length=200, description="Only those of this person, by id")] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> UserChangePage:
    """Changes by this API; those in the AWS console are in CloudTrail."""
    items, last = store.newest_changes(user, position_of(cursor, KEY), limit)
    return UserChangePage(items=tuple(items), next=cursor_of(last))


def _request() -> UserRequest:
    return UserRequest(current_request_id(), current_caller(), datetime.now(UTC))


def _given(rights: UserRights) -> UserPatch:
    return UserPatch(roles=rights.roles, warehouses=rights.warehouses)


def _tagged(person: Person) -> User:
    tagged(router, _given(person.rights))
    return _view(person)


def _view(person: Person) -> User:
    return User(
        id=person.found.user,
        email=person.rights.email,
        roles=person.rights.roles,
        warehouses=person.rights.warehouses,
        enabled=person.is_enabled,
        status=person.found.status.lower(),
        mfa=person.found.has_mfa,
        created_at=person.found.created_at,
    )
