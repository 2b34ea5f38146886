"""Rights of people: whom a token lets in, and which rights fit."""

from datetime import timedelta

import pytest

from packhorse.domain.errors import SignedOut
from packhorse.domain.users import Caller, Limits, Role, Token, UserRights, check_token, errors_of_rights, limits_of
from packhorse.domain.values import WarehouseId
from simulation.builders import NOON, a_configuration

LEEDS = WarehouseId("leeds")
RIGHTS = UserRights(user="1", email="ada@example.com", signed_out_at=NOON)
SECOND = timedelta(seconds=1)


def test_a_token_of_before_a_reset_does_not_count() -> None:
    check_token(RIGHTS, Token("1", "", frozenset(), NOON + SECOND))

    for issued_at in (NOON - SECOND, NOON, None):
        with pytest.raises(SignedOut):
            check_token(RIGHTS, Token("1", "", frozenset(), issued_at))


def test_no_token_of_who_is_disabled_counts() -> None:
    with pytest.raises(SignedOut):
        check_token(RIGHTS.replace(enabled=False), Token("1", "", frozenset(), NOON + SECOND))


def test_a_role_without_limits_lifts_those_of_another() -> None:
    caller = Caller("1", "user:ada", frozenset(Role), frozenset({LEEDS}))

    assert limits_of(caller, frozenset({Role.WAREHOUSE, Role.READ_ONLY})) is None
    assert limits_of(caller, frozenset({Role.WAREHOUSE, Role.PACKER})) == Limits(frozenset({LEEDS}), shows_phone=True)
    assert limits_of(caller, frozenset({Role.PACKER})) == Limits(frozenset({LEEDS}), shows_phone=False)


def test_limited_roles_need_a_warehouse_and_every_warehouse_has_to_be_there() -> None:
    known = a_configuration().warehouses

    def fields(roles: list[Role], *warehouses: str) -> list[str]:
        return [error.field for error in errors_of_rights(roles, warehouses, known)]

    assert fields([Role.PACKER]) == ["warehouses"]
    assert fields([Role.OWNER]) == fields([Role.PACKER], "main") == []
    assert fields([Role.WAREHOUSE], "main", "moon") == ["warehouses.1"]
