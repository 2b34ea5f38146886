"""Cognito: people in a user pool who sign in with e-mail addresses."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from simulation.contract.backends import Backend

Code = Callable[..., str]


class Pool(NamedTuple):
    """A user pool."""

    cognito: Any
    id: str

    def invite(self, email: str, **more: Any) -> Any:
        """A person, who gets no e-mail."""
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        found = self.cognito.admin_create_user(
            UserPoolId=self.id, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS", **more
        )
        return found["User"]

    def named(self, user: str) -> dict[str, str]:
        """The parameters of a call about a person."""
        return {"UserPoolId": self.id, "Username": user}

    def get(self, user: str) -> Any:
        """The person as it is now."""
        return self.cognito.admin_get_user(**self.named(user))


@pytest.fixture
def pool(aws: Backend, name: str) -> Pool:
    """An empty pool; that of the stand-in is the one that it has."""
    cognito = aws.client("cognito-idp")
    made = cognito.create_user_pool(PoolName=name, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    return Pool(cognito, made["UserPool"]["Id"])


def attributes(found: Any) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in found}


def test_a_person_is_found_by_the_sub_and_by_the_address(pool: Pool, name: str) -> None:
    made = pool.invite(f"{name}@example.com")

    by_sub, by_address = pool.get(made["Username"]), pool.get(f"{name}@example.com")

    assert by_sub["Username"] == by_address["Username"] == attributes(by_sub["UserAttributes"])["sub"]
    assert attributes(by_sub["UserAttributes"])["email"] == f"{name}@example.com"
    assert (by_sub["Enabled"], by_sub["UserStatus"]) == (True, "FORCE_CHANGE_PASSWORD")
    assert not by_sub.get("UserMFASettingList")


def test_an_address_has_one_person(pool: Pool, name: str, code: Code) -> None:
    pool.invite(f"{name}@example.com")

    assert code(pool.invite, email=f"{name}@example.com") == "UsernameExistsException"
    assert code(pool.get, user="nobody@example.com") == "UserNotFoundException"


def test_who_is_disabled_is_enabled_again(pool: Pool, name: str, code: Code) -> None:
    user = pool.named(pool.invite(f"{name}@example.com")["Username"])

    pool.cognito.admin_disable_user(**user)
    assert pool.get(user["Username"])["Enabled"] is False
    pool.cognito.admin_enable_user(**user)

    assert pool.get(user["Username"])["Enabled"] is True
    assert code(pool.cognito.admin_disable_user, **pool.named("nobody@example.com")) == "UserNotFoundException"


def test_a_password_that_is_reset_has_to_be_set_anew(pool: Pool, name: str) -> None:
    user = pool.named(pool.invite(f"{name}@example.com")["Username"])
    pool.cognito.admin_set_user_password(**user, Password="Correct-horse-7", Permanent=True)
    assert pool.get(user["Username"])["UserStatus"] == "CONFIRMED"

    pool.cognito.admin_reset_user_password(**user)
    pool.cognito.admin_user_global_sign_out(**user)

    assert pool.get(user["Username"])["UserStatus"] == "RESET_REQUIRED"


def test_a_second_factor_that_is_reset_is_gone(pool: Pool, name: str) -> None:
    user = pool.named(pool.invite(f"{name}@example.com")["Username"])

    pool.cognito.admin_set_user_mfa_preference(
        **user, SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False}
    )

    assert not pool.get(user["Username"]).get("UserMFASettingList")


def test_a_person_has_the_groups_that_an_administrator_said(pool: Pool, name: str, code: Code) -> None:
    user = pool.named(pool.invite(f"{name}@example.com")["Username"])
    pool.cognito.create_group(UserPoolId=pool.id, GroupName=f"group-{name}")
    pool.cognito.admin_add_user_to_group(**user, GroupName=f"group-{name}")

    groups = pool.cognito.admin_list_groups_for_user(**user)["Groups"]

    assert [each["GroupName"] for each in groups] == [f"group-{name}"]
    assert code(pool.cognito.admin_add_user_to_group, **user, GroupName="none") == "ResourceNotFoundException"


def test_people_are_listed_page_by_page(pool: Pool, name: str) -> None:
    made = {pool.invite(f"{name}-{number}@example.com")["Username"] for number in range(3)}
    found: list[str] = []
    token: dict[str, str] = {}

    while True:
        page = pool.cognito.list_users(UserPoolId=pool.id, Limit=2, **token)
        assert len(page["Users"]) <= 2
        found += [each["Username"] for each in page["Users"]]
        if "PaginationToken" not in page:
            break
        token = {"PaginationToken": page["PaginationToken"]}

    assert made <= set(found)
    assert len(found) == len(set(found))
