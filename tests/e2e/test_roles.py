"""People of each role on the deployed local stack, invited by the API and signed in at its user pool."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

import pytest

from local import login
from local.api import Api, wait_for
from local.people import ensure_person
from local.running import Stack
from tests.e2e.shopify import an_order, post

pytestmark = pytest.mark.e2e

SKU = "E2E-ROLES"
As = Callable[..., Api]


@pytest.fixture
def signed_in(stack: Stack) -> Iterator[As]:
    """Clients of the API for people with a role."""
    with ExitStack() as open_clients:

        def client(role: str, *warehouses: str, name: str = "") -> Api:
            person = ensure_person(stack, role, warehouses, name)
            token = partial(login.bearer_token, stack.home, stack.outputs, person)
            return open_clients.enter_context(closing(Api(stack, token)))

        yield client


def ordered(stack: Stack, api: Api) -> str:
    """The id of an order that Reno is to ship."""
    api.put(f"/products/{SKU}", {"name": SKU})
    api.post("/stock/adjustments", {"adjustments": [{"sku": SKU, "warehouse": "reno", "set": 5}]})
    told = an_order(SKU, 1)
    post(stack, told).raise_for_status()

    def look() -> Any:
        found = api.get(f"/orders?q={told['id']}")["items"]
        order = api.get(f"/orders/{found[0]['id']}") if found else {"fulfilments": []}
        return order["id"] if any(each["status"] == "requested" for each in order["fulfilments"]) else None

    return str(wait_for(look, "an order at reno"))


def test_people_see_and_change_what_their_role_is_there_for(stack: Stack, api: Api, signed_in: As) -> None:
    order_id = ordered(stack, api)
    reno, leeds, packer = signed_in("warehouse", "reno"), signed_in("warehouse", "leeds"), signed_in("packer", "reno")
    reader, operator = signed_in("read_only"), signed_in("operator")
    whole, part = api.get(f"/orders/{order_id}"), reno.get(f"/orders/{order_id}")

    assert whole["customer"]["email"]
    assert (part["customer"]["email"], part["total"], part["timeline"]) == ("", None, [])
    assert part["ship_to"]["address1"] == whole["ship_to"]["address1"]
    assert reader.get(f"/orders/{order_id}") == operator.get(f"/orders/{order_id}") == whole
    assert leeds.call("GET", f"/orders/{order_id}").status_code == 404
    assert {each["warehouse"] for each in reno.get(f"/stock?sku={SKU}")["items"]} == {"reno"}

    count = {"counts": [{"sku": SKU, "warehouse": "reno", "counted": 5}]}
    assert [each.call("POST", "/stock/counts", count).status_code for each in (reader, packer, leeds, reno)] == [
        *(403, 403, 422, 200)
    ]
    shipment = {"parcels": [{"carrier": "UPS", "tracking": f"E2E-{order_id[:8]}"}]}
    path = f"/orders/{order_id}/fulfilments/{part['fulfilments'][0]['number']}/ship"
    assert [each.call("POST", path, shipment).status_code for each in (reader, leeds, packer)] == [403, 404, 202]
    wait_for(lambda: api.get(f"/orders/{order_id}")["status"] == "complete", "the order that the packer shipped")
    assert {each.call("GET", "/users").status_code for each in (operator, reno, packer, reader)} == {403}


def test_who_is_disabled_is_out_with_a_token_of_before_and_it_is_in_the_ledger_who_did_it(
    stack: Stack, api: Api, signed_in: As
) -> None:
    client = signed_in("operator", name="leaver")
    mine = client.get("/me")

    assert api.post(f"/users/{mine['id']}/disable")["enabled"] is False
    assert client.call("GET", "/orders").status_code == 401
    assert api.post(f"/users/{mine['id']}/enable")["enabled"] is True
    assert client.call("GET", "/orders").status_code == 401

    done = [(each["what"], each["who"]) for each in api.get(f"/changes?user={mine['id']}")["items"]]
    assert done == [(what, f"user:{stack.operator['user']}") for what in ("enabled", "disabled", "invited")]


def test_a_password_and_a_second_factor_are_reset_and_people_are_listed(api: Api, signed_in: As) -> None:
    mine = signed_in("operator", name="forgetful").get("/me")

    assert api.post(f"/users/{mine['id']}/reset-mfa")["mfa"] is False
    assert api.post(f"/users/{mine['id']}/reset-password")["id"] == mine["id"]

    assert api.get(f"/users/{mine['id']}")["status"] == "reset_required"
    assert mine["id"] in {each["id"] for each in api.all("/users")}


def test_an_access_token_has_the_same_name_as_an_identity_token(stack: Stack, api: Api) -> None:
    tokens = login.tokens(stack.home, stack.outputs, stack.operator)

    with closing(Api(stack, lambda: tokens["AccessToken"])) as by_access:
        assert by_access.get("/me") == api.get("/me")
