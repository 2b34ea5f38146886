"""People are invited, changed, disabled and reset by owners, and it is in a ledger who did it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from packhorse.aws import user_pool
from packhorse.aws.settings import settings
from packhorse.domain.users import Role
from packhorse.domain.values import WarehouseId
from packhorse.store import users
from packhorse.usecases.users import require_mfa
from simulation.api_requests import request
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import Refused, failed
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import set_up
from tests.functions.operate.calls import Answer, call, send
from tests.functions.operate.people import OLI, PAT, WIL, invited

ADA = "ada@example.com"
"""The first owner, by a group of the pool: she has no record."""
GONE = 60


@pytest.fixture(autouse=True)
def pool(cloud: World) -> World:
    """A merchant with two warehouses, and Ada."""
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("york")))
    cloud.cognito.add(ADA, "owner")
    return cloud


def ledger(**query: Any) -> list[tuple[str, str, str]]:
    """Who did what to whom, newest first."""
    items = call("GET", "/changes", query=query).body["items"]
    return [(each["who"], each["what"], each["email"]) for each in items]


def sent(method: str, path: str, who: str, seconds: float = 0.0, body: Any = None) -> Answer:
    """A request with a token that was issued so many seconds ago."""
    issued_at = datetime.now(UTC) - timedelta(seconds=seconds)
    claims = {"sub": f"sub-{who}", "email": who, "token_use": "id", "iat": str(int(issued_at.timestamp()))}
    return send(request(method, path, body, claims=claims))


# ---- invitations -------------------------------------------------------------------------------------------


def test_an_invited_person_gets_an_e_mail_and_has_the_rights_at_once(pool: World) -> None:
    answer = call("POST", "/users", {"email": " Wil@Example.com", "roles": ["warehouse"], "warehouses": ["leeds"]})

    assert answer.status == 201
    assert {name: answer.body[name] for name in ("email", "roles", "warehouses", "enabled", "status")} == {
        "email": WIL,
        "roles": ["warehouse"],
        "warehouses": ["leeds"],
        "enabled": True,
        "status": "force_change_password",
    }
    assert pool.cognito.users[answer.body["id"]].mails == ["invitation"]
    mine = call("GET", "/me", roles=(), who=WIL).body
    assert (mine["name"], mine["roles"], mine["warehouses"]) == (f"user:{WIL}", ["warehouse"], ["leeds"])
    assert ledger() == [(f"user:{ADA}", "invited", WIL)]


UNFIT = [
    ({"email": "nobody", "roles": ["operator"]}, "email"),
    ({"email": WIL, "roles": []}, "roles"),
    ({"email": WIL, "roles": ["king"]}, "roles.0"),
    ({"email": WIL, "roles": ["warehouse"]}, "warehouses"),
    ({"email": WIL, "roles": ["packer"], "warehouses": ["leeds", "moon"]}, "warehouses.1"),
]


def test_rights_that_do_not_fit_are_refused_before_anybody_gets_an_e_mail(
    pool: World, subtests: pytest.Subtests
) -> None:
    for body, field in UNFIT:
        with subtests.test(field):
            answer = call("POST", "/users", body)
            assert (answer.status, answer.fields) == (422, [field])
    assert len(pool.cognito.users) == 1


def test_who_has_an_account_is_not_invited_once_more(pool: World) -> None:
    invited(OLI, "operator")

    assert call("POST", "/users", {"email": OLI, "roles": ["owner"]}).status == 409
    assert call("POST", "/users", {"email": ADA, "roles": ["read_only"]}).status == 409
    assert call("GET", "/me").body["roles"] == ["owner"]


def test_an_invitation_that_failed_half_way_is_repeated(pool: World) -> None:
    def broken(each: Call) -> None:
        if each.operation == "TransactWriteItems":
            raise failed()

    wanted = {"email": OLI, "roles": ["operator"]}
    pool.before = broken
    assert call("POST", "/users", wanted).status == 503
    pool.before = lambda _: None
    assert call("GET", "/me", roles=(), who=OLI).status == 403

    assert [call("POST", "/users", wanted).status for _ in range(2)] == [201, 201]
    assert pool.cognito.users[f"sub-{OLI}"].mails == ["invitation"]
    assert len(ledger()) == 1


# ---- what is changed counts at once ----------------------------------------------------------------------------


def test_a_change_counts_for_tokens_of_before(pool: World) -> None:
    person = invited(OLI, "operator")
    assert sent("GET", "/account", OLI, GONE).status == 200

    answer = call("PATCH", f"/users/{person}", {"roles": ["packer"], "warehouses": ["york"]})

    assert (answer.body["roles"], answer.body["warehouses"]) == (["packer"], ["york"])
    assert sent("GET", "/account", OLI, GONE).status == 403
    [change, _] = call("GET", "/changes", query={"user": person}).body["items"]
    assert (change["roles_before"], change["roles"], change["warehouses"]) == (["operator"], ["packer"], ["york"])


def test_groups_count_for_who_has_no_record_and_for_nobody_else(pool: World) -> None:
    old = pool.cognito.add("old@example.com", "operator", "owner")

    assert call("GET", f"/users/{old.sub}").body["roles"] == ["operator", "owner"]
    call("PATCH", f"/users/{old.sub}", {"roles": ["read_only"]})

    assert call("PUT", "/account", {"catchall": "york"}, ["owner"], who="old@example.com").status == 403
    assert call("GET", "/account", roles=["owner"], who="old@example.com").status == 200


def test_who_is_disabled_is_out_at_once_and_comes_back_with_the_rights_of_before(pool: World) -> None:
    person = invited(OLI, "operator")

    off = call("POST", f"/users/{person}/disable")
    refused = sent("GET", "/me", OLI)
    on = call("POST", f"/users/{person}/enable")

    assert (off.body["enabled"], refused.status, refused.body["detail"]) == (False, 401, "your account is disabled")
    assert (on.body["enabled"], on.body["roles"]) == (True, ["operator"])
    assert pool.cognito.users[person].enabled
    assert sent("GET", "/me", OLI, GONE).status == 401
    assert sent("GET", "/me", OLI, -GONE).status == 200
    assert [what for _, what, _ in ledger()] == ["enabled", "disabled", "invited"]


def test_a_change_that_changes_nothing_is_not_in_the_ledger(pool: World) -> None:
    person = invited(OLI, "operator")

    call("PATCH", f"/users/{person}", {"roles": ["operator"]})
    for _ in range(2):
        call("POST", f"/users/{person}/disable")

    assert [what for _, what, _ in ledger()] == ["disabled", "invited"]


def test_a_request_whose_second_half_failed_is_finished_when_it_is_repeated(pool: World) -> None:
    person = invited(OLI, "operator")

    def broken(each: Call) -> None:
        if each.operation == "AdminDisableUser":
            raise failed()

    pool.before = broken
    assert call("POST", f"/users/{person}/disable").status == 503
    pool.before = lambda _: None
    assert sent("GET", "/me", OLI).status == 401

    assert call("POST", f"/users/{person}/disable").status == 200
    assert not pool.cognito.users[person].enabled
    assert [what for _, what, _ in ledger()] == ["disabled", "invited"]


def test_a_password_is_reset_and_sessions_of_before_end(pool: World) -> None:
    person = invited(OLI, "operator")
    pool.cognito.users[person].status = "CONFIRMED"

    assert call("POST", f"/users/{person}/reset-password").status == 200

    assert pool.cognito.users[person].mails == ["invitation", "code"]
    assert pool.cognito.users[person].signed_out_at > 0
    assert sent("GET", "/me", OLI, GONE).status == 401
    assert sent("GET", "/me", OLI, -GONE).status == 200
    assert ledger()[0] == (f"user:{ADA}", "password_reset", OLI)


def test_who_never_signed_in_gets_the_invitation_again(pool: World) -> None:
    person = invited(OLI, "operator")

    assert call("POST", f"/users/{person}/reset-password").status == 200

    assert pool.cognito.users[person].mails == ["invitation", "invitation"]
    assert ledger()[0][1] == "invited_again"


def test_who_lost_a_phone_sets_up_the_second_factor_again(pool: World) -> None:
    person = invited(OLI, "operator")
    pool.cognito.users[person].mfa = ["SOFTWARE_TOKEN_MFA"]
    assert call("GET", f"/users/{person}").body["mfa"] is True

    assert call("POST", f"/users/{person}/reset-mfa").body["mfa"] is False

    assert pool.cognito.users[person].mfa == []
    assert sent("GET", "/me", OLI, GONE).status == 401


# ---- an owner is left --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [f"sub-{ADA}", ADA])
def test_nobody_changes_his_own_account(name: str) -> None:
    asked = [
        ("PATCH", ""),
        ("POST", "/disable"),
        ("POST", "/enable"),
        ("POST", "/reset-password"),
        ("POST", "/reset-mfa"),
    ]

    for method, action in asked:
        answer = call(method, f"/users/{name}{action}", {"roles": ["read_only"]} if method == "PATCH" else None)
        assert (answer.status, "another owner" in answer.body["detail"]) == (403, True)
    assert (call("GET", "/me").body["roles"], ledger()) == (["owner"], [])


def test_of_two_owners_who_take_each_others_role_one_stays_owner(pool: World) -> None:
    bea = invited("bea@example.com", "owner")

    def bea_is_first(each: Call) -> None:
        if each.operation == "TransactWriteItems":
            pool.before = lambda _: None
            path = f"/users/sub-{ADA}"
            assert call("PATCH", path, {"roles": ["operator"]}, (), who="bea@example.com").status == 200

    pool.before = bea_is_first
    answer = call("PATCH", f"/users/{bea}", {"roles": ["operator"]})

    assert (answer.status, answer.body["detail"]) == (403, "you are no owner any more")
    assert call("GET", "/me", roles=(), who="bea@example.com").body["roles"] == ["owner"]


def test_a_warehouse_where_people_work_is_not_removed(pool: World) -> None:
    """Another one that is called like it later would be theirs."""
    person = invited(WIL, "warehouse", warehouses=["leeds"])
    call("PUT", "/account", {"catchall": "york", "currency": "EUR"})

    answer = call("DELETE", "/warehouses/leeds")
    call("PATCH", f"/users/{person}", {"warehouses": ["york"]})

    assert (answer.status, answer.body["errors"][0]["message"]) == (409, f"{WIL}: take it away first")
    assert call("DELETE", "/warehouses/leeds").status == 204


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_people_are_listed_page_by_page_with_their_rights(pool: World) -> None:
    invited(WIL, "warehouse", warehouses=["leeds"])
    invited(PAT, "packer", warehouses=["york"])

    first = call("GET", "/users", query={"limit": 2}).body
    second = call("GET", "/users", query={"limit": 2, "cursor": first["next"]}).body

    listed = [(each["email"], each["roles"], each["mfa"]) for each in (*first["items"], *second["items"])]
    assert listed == [(ADA, ["owner"], None), (WIL, ["warehouse"], None), (PAT, ["packer"], None)]
    assert second["next"] is None
    assert call("GET", "/users/nobody").status == 404


def test_changes_are_listed_page_by_page(pool: World) -> None:
    for email in (WIL, PAT, OLI):
        invited(email, "operator")

    def pages() -> Iterator[str]:
        cursor = None
        while True:
            page = call("GET", "/changes", query={"limit": 1, **({"cursor": cursor} if cursor else {})}).body
            yield from (each["email"] for each in page["items"])
            if not (cursor := page["next"]):
                return

    assert list(pages()) == [OLI, PAT, WIL]
    assert [email for _, _, email in ledger(user=f"sub-{PAT}")] == [PAT]


# ---- one name, and the second factor ------------------------------------------------------------------------------


def access_token(who: str, groups: str = "[owner]") -> dict[str, str]:
    """The claims of an access token, which has no e-mail address."""
    return {"sub": f"sub-{who}", "username": f"sub-{who}", "token_use": "access", "cognito:groups": groups}


def test_a_person_has_one_name_in_the_ledger_whichever_token_came(pool: World) -> None:
    invited(OLI, "owner")

    for who in (ADA, OLI):
        by_access = send(request("GET", "/me", claims=access_token(who)))
        assert by_access.body["name"] == call("GET", "/me", who=who).body["name"] == f"user:{who}"


def test_the_token_of_who_is_not_in_the_pool_any_more_is_refused(pool: World) -> None:
    answer = send(request("GET", "/me", claims=access_token("gone@example.com")))

    assert (answer.status, answer.body["detail"]) == (401, "your account does not exist any more")


@pytest.fixture
def optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool leaves it to people whether they use a second factor."""
    monkeypatch.setattr(require_mfa, "settings", replace(settings, mfa="OPTIONAL"))


def test_an_owner_without_a_second_factor_has_the_rights_of_an_operator_and_learns_it(
    pool: World, optional: None
) -> None:
    refused = call("GET", "/users")

    assert (refused.status, "second factor" in refused.body["detail"]) == (403, True)
    assert call("GET", "/orders").status == 200
    assert call("POST", "/orders", {}).status == 422


def test_a_second_factor_counts_as_soon_as_it_is_set_up(pool: World, optional: None) -> None:
    assert call("GET", "/users").status == 403

    pool.cognito.users[f"sub-{ADA}"].mfa = ["SOFTWARE_TOKEN_MFA"]

    assert call("GET", "/users").status == 200


def test_the_second_factor_is_looked_up_once_a_minute(pool: World, optional: None) -> None:
    pool.cognito.users[f"sub-{ADA}"].mfa = ["SOFTWARE_TOKEN_MFA"]
    for _ in range(3):
        assert call("GET", "/changes").status == 200

    assert pool.calls["cognito-idp", "AdminGetUser"] == 1


def test_a_second_factor_that_was_reset_does_not_count_in_a_process_that_lambda_froze(
    pool: World, optional: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.cognito.users[f"sub-{ADA}"].mfa = ["SOFTWARE_TOKEN_MFA"]
    stands, goes_on = time.monotonic(), time.time() + GONE + 1
    assert call("GET", "/changes").status == 200
    pool.cognito.users[f"sub-{ADA}"].mfa = []

    monkeypatch.setattr(time, "monotonic", lambda: stands)
    monkeypatch.setattr(time, "time", lambda: goes_on)

    assert call("GET", "/changes").status == 403


def test_without_second_factors_nothing_is_looked_up(pool: World) -> None:
    assert call("GET", "/changes").status == 200

    assert pool.calls["cognito-idp", "AdminGetUser"] == 0


FAILURES = [
    ("TooManyRequestsException", 503),
    ("LimitExceededException", 503),
    ("NotAuthorizedException", 409),
    ("InvalidParameterException", 422),
    ("InternalErrorException", 503),
]


@pytest.mark.parametrize(("code", "status"), FAILURES)
def test_a_failure_of_the_user_pool_has_the_status_of_who_must_act(pool: World, code: str, status: int) -> None:
    def broken(each: Call) -> None:
        if each.operation == "AdminGetUser":
            raise Refused(code, "as it is")

    pool.before = broken
    user_pool._cached.clear()

    assert call("GET", f"/users/sub-{ADA}").status == status


def test_the_answers_of_the_api_are_stored_nowhere() -> None:
    for answer in (call("GET", "/me"), call("GET", "/nowhere"), call("GET", "/me", roles=["stranger"])):
        assert answer.headers["cache-control"] == "no-store"


def test_everybody_who_works_at_a_warehouse_is_found() -> None:
    invited(WIL, Role.WAREHOUSE, warehouses=["leeds"])
    invited(PAT, Role.PACKER, warehouses=["york"])

    assert [each.email for each in users.who_works_at(WarehouseId("leeds"))] == [WIL]
