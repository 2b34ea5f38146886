"""What the books of a simulated day say of people with roles."""

from typing import Any

import pytest

from packhorse.domain.users import Role
from simulation.aws.boundary import Call
from simulation.cloud import name_of
from simulation.colleagues import ATTEMPTS, JOBS, WORK
from simulation.faults import is_write
from simulation.rights import BY, OPERATOR, PACKER, READ_ONLY, WAREHOUSE, Person, faults_of_change, faults_of_movement

EAST, WEST = ("east",), ("west",)
PEOPLE = {
    "user:wil": Person("wil", WAREHOUSE, EAST),
    "user:pat": Person("pat", PACKER, EAST),
    "user:oli": Person("oli", OPERATOR),
    "user:rhea": Person("rhea", READ_ONLY),
}


def test_every_role_but_the_owners_takes_part() -> None:
    assert {role for role, _ in JOBS} == set(WORK) == set(ATTEMPTS) == set(Role) - {Role.OWNER}


@pytest.mark.parametrize(
    ("who", "warehouse", "is_wrong"),
    [
        ("user:wil", "east", False),
        ("user:wil", "west", True),
        ("user:pat", "east", True),
        ("user:oli", "west", False),
        ("user:rhea", "east", True),
        ("user:ada", "east", False),
    ],
)
def test_stock_is_changed_by_those_who_may_change_it_there(who: str, warehouse: str, *, is_wrong: bool) -> None:
    assert bool([*faults_of_movement(PEOPLE, who, "receive", warehouse)]) == is_wrong


def shipped_by(name: str, warehouse: str) -> dict[str, Any]:
    return {"fulfilments": [{"warehouse": warehouse, "parcels": [{"tracking": f"T-1{BY}{name}"}]}], "timeline": []}


@pytest.mark.parametrize(
    ("name", "warehouse", "is_wrong"),
    [
        ("wil", "east", False),
        ("wil", "west", True),
        ("pat", "west", True),
        ("rhea", "east", True),
        ("oli", "west", False),
    ],
)
def test_a_parcel_leaves_by_those_who_may_ship_there(name: str, warehouse: str, *, is_wrong: bool) -> None:
    found = [*faults_of_change(PEOPLE, {"timeline": []}, shipped_by(name, warehouse))]

    assert bool(found) == is_wrong


def test_the_timeline_names_nobody_for_what_the_role_does_not_allow() -> None:
    def entry(who: str, what: str) -> dict[str, str]:
        return {"who": who, "what": what}

    last = {"timeline": [entry("user:rhea", "held")]}
    after = {"timeline": [*last["timeline"], entry("user:pat", "shipped"), entry("user:pat", "cancelled")]}

    assert [*faults_of_change(PEOPLE, last, after)] == ["packer user:pat is named for: cancelled"]


def test_the_answer_that_is_stored_by_its_key_is_no_change() -> None:
    put = {
        service: Call("dynamodb", "PutItem", {"TableName": name_of(service)})
        for service in ("RequestsTable", "WorkTable")
    }

    assert {table: is_write(call) for table, call in put.items()} == {"RequestsTable": False, "WorkTable": True}
    assert not is_write(Call("cognito-idp", "AdminGetUser", {}))
    assert is_write(Call("cognito-idp", "AdminCreateUser", {}))
