"""Who may do what: the roles that stand at each route, against what people would say."""

import re
from itertools import product
from urllib.parse import quote

import pytest

from packhorse.api.access import allow, is_open, narrow, roles_of
from packhorse.api.gate import route_of
from packhorse.api.resolver import app
from packhorse.domain.users import LIMITED, Role
from simulation.aws.boundary import World
from simulation.merchant import MUG, set_up
from tests.functions.operate.calls import call
from tests.functions.operate.people import invited

ROUTES = [*app._static_routes, *app._dynamic_routes]
SHELF, EXCEPTION, LISTING = "/stock/{sku}/movements", "/exceptions/{exception_id}", "/products/{sku}/listings/{channel}"
PARCELS = "/orders/{order_id}/fulfilments/{number}"
PURCHASE = "/purchase-orders/{purchase_id}"
TRANSFER, WORK = "/transfer-orders/{transfer_id}", "/work-orders/{work_id}"
EVERYBODY = "owner operator read_only warehouse packer"
WHO = {
    EVERYBODY: [
        *("GET /me", "GET /orders", "GET /orders/{order_id}", "GET /fulfilments"),
        f"GET {PARCELS}/could-ship-with",
    ],
    "owner operator warehouse packer": [
        *(f"POST {PARCELS}/ship", f"PATCH {PARCELS}/parcels/{{place}}"),
        *(f"POST {PARCELS}/{verb}" for verb in ("rates", "label", "labels", "void", "reject")),
        *(f"POST {PARCELS}/{verb}" for verb in ("split", "join", "unmerge")),
        *(f"GET {PARCELS}/labels/{{label_id}}", f"POST {PARCELS}/labels/{{label_id}}/finish"),
        *("POST /label-batches", "GET /label-batches/{batch_id}", "POST /label-batches/{batch_id}/retry"),
        "POST /label-batches/rates",
        *(f"GET {PARCELS}/packing-slip", f"GET {PARCELS}/pick-list", "POST /pick-lists", "POST /merges"),
        "POST /packing-slips",
        *(
            f"POST /bench/{{station}}/{verb}"
            for verb in ("open", "scan", "undo", "aside", "close", "reopen", "reject", "finish", "print")
        ),
        *("GET /print-jobs", "POST /print-jobs/{job_id}/done"),
    ],
    "owner operator read_only warehouse": [
        *("GET /stock", f"GET {SHELF}"),
        *("GET /products", "GET /products/{sku}"),
        *("GET /purchase-orders", f"GET {PURCHASE}", f"GET {PURCHASE}/document"),
        *("GET /transfer-orders", f"GET {TRANSFER}", "GET /work-orders", f"GET {WORK}"),
        *("GET /warehouses", "GET /warehouses/{warehouse_id}"),
    ],
    "owner operator warehouse": [
        *("GET /manifests", "POST /manifests", "GET /manifests/{manifest_id}", f"POST {PURCHASE}/receive"),
        *(f"POST {TRANSFER}/{verb}" for verb in ("send", "receive", "return")),
        f"POST {WORK}/report",
        *(f"POST /stock/{what}" for what in ("adjustments", "receipts", "counts", "transfers", "quarantine")),
    ],
    "owner operator read_only": [
        *(
            "GET /account",
            "GET /activity",
            "GET /lags",
            "GET /audits",
            "GET /uploads",
            "GET /uploads/{upload_id}",
            "POST /routing/dry-run",
        ),
        "GET /purchase-orders/csv",
        *("GET /channels", "GET /channels/{channel_id}", "GET /channels/{channel_id}/drift"),
        *(f"GET /channels/{{channel_id}}/{what}" for what in ("connection", "unmatched", "health")),
        *("GET /exceptions", f"GET {EXCEPTION}", "GET /products/{sku}/listings", f"GET {LISTING}"),
        *("GET /configuration/versions", "GET /configuration/versions/{number}"),
        *("GET /carriers", "GET /carriers/{carrier_id}"),
        "GET /purchase-suggestions",
        *("GET /suppliers", "GET /suppliers/{supplier_id}", "GET /suppliers/{supplier_id}/batches"),
        *("GET /suppliers/{supplier_id}/files", "GET /suppliers/{supplier_id}/files/{file_id}"),
    ],
    "owner operator": [
        *("POST /orders", "PATCH /orders/{order_id}", "PUT /orders/{order_id}/tags", "POST /orders/{order_id}/notes"),
        "PUT /orders/{order_id}/ship-by",
        "DELETE /orders/{order_id}/notes/{note_id}",
        *(f"POST /orders/{{order_id}}/{verb}" for verb in ("pay", "hold", "release", "cancel", "complete", "reroute")),
        *(f"POST /orders/{{order_id}}/lines/{{line_id}}/{verb}" for verb in ("cancel", "product", "move")),
        *(f"POST {PARCELS}/{verb}" for verb in ("take-back", "answer-cancellation", "accept")),
        *(f"{verb} /products/{{sku}}" for verb in ("PUT", "PATCH", "DELETE")),
        *(f"{verb} {LISTING}" for verb in ("PUT", "PATCH", "DELETE")),
        *(f"POST /suppliers/{{supplier_id}}/{verb}" for verb in ("send-now", "test", "preview")),
        *(f"POST /suppliers/{{supplier_id}}/batches/{{number}}/{verb}" for verb in ("confirm", "resend")),
        *(f"POST /suppliers/{{supplier_id}}/files/{{file_id}}/{verb}" for verb in ("accept", "discard")),
        *(
            "POST /uploads",
            f"POST {EXCEPTION}/retry",
            f"POST {EXCEPTION}/dismiss",
            f"POST {EXCEPTION}/reopen",
            "GET /label-batches",
        ),
        *("POST /purchase-orders", "POST /purchase-orders/from-short-lines", f"PUT {PURCHASE}"),
        *("POST /purchase-orders/from-suggestions", f"POST {PURCHASE}/keep"),
        *(f"POST {PURCHASE}/{verb}" for verb in ("submit", "resend", "answer", "close", "cancel")),
        *(f"POST {PURCHASE}/{path}" for path in ("landed-costs", "landed-costs/withdraw", "receipts/withdraw")),
        f"POST {PURCHASE}/lines/{{line_id}}/surplus",
        *("POST /transfer-orders", f"PUT {TRANSFER}", f"POST {TRANSFER}/expect", f"POST {TRANSFER}/close"),
        f"POST {TRANSFER}/cancel",
        *("POST /work-orders", "POST /work-orders/from-short-lines", f"PUT {WORK}"),
        *(f"POST {WORK}/{verb}" for verb in ("submit", "keep", "close", "cancel")),
    ],
    "owner": [
        *(
            "POST /privacy/erase",
            "POST /privacy/export",
            "PUT /account",
            "PATCH /account",
            "POST /audits",
            "POST /configuration/versions",
            "POST /configuration/versions/{number}/restore",
        ),
        *(f"{verb} /warehouses/{{warehouse_id}}" for verb in ("PUT", "PATCH", "DELETE")),
        *(f"{verb} /channels/{{channel_id}}" for verb in ("PUT", "PATCH", "DELETE")),
        *(f"{verb} /carriers/{{carrier_id}}" for verb in ("PUT", "PATCH", "DELETE")),
        *(f"{verb} /suppliers/{{supplier_id}}" for verb in ("PUT", "PATCH", "DELETE")),
        *("POST /channels/{channel_id}/poll", "POST /channels/{channel_id}/sync-now"),
        *(f"POST /channels/{{channel_id}}/{verb}" for verb in ("connect", "check", "pause", "resume")),
        *("GET /users", "POST /users", "GET /users/{user_id}", "PATCH /users/{user_id}", "GET /changes"),
        *(f"POST /users/{{user_id}}/{verb}" for verb in ("disable", "enable", "reset-password", "reset-mfa")),
    ],
}
"""What people would say: who may do it, and what."""


def test_every_route_names_its_roles_and_they_are_those_that_people_would_say() -> None:
    expected = {route: frozenset(map(Role, roles.split())) for roles, routes in WHO.items() for route in routes}

    assert {f"{each.method} {each.openapi_path}": roles_of(each.func) for each in ROUTES if not is_open(each.func)} == {
        **expected
    }


def test_health_alone_is_open() -> None:
    assert [each.openapi_path for each in ROUTES if is_open(each.func)] == ["/health"]


def test_a_route_that_names_no_roles_is_closed_to_everybody() -> None:
    assert roles_of(test_health_alone_is_open) == frozenset()


def test_a_route_for_a_limited_role_says_how_its_requests_are_limited() -> None:
    with pytest.raises(TypeError):
        allow(frozenset({Role.PACKER}))
    with pytest.raises(TypeError):
        allow(frozenset({Role.OWNER}), lambda _, arguments: arguments)


def test_the_answer_of_every_route_for_a_limited_role_has_a_view_for_it() -> None:
    limited = [each for each in ROUTES if roles_of(each.func) & LIMITED]

    closed = narrow.dispatch(object)
    assert [
        each.openapi_path for each in limited if narrow.dispatch(each.func.__annotations__["return"]) is closed
    ] == []


def test_the_gate_finds_the_route_that_answers() -> None:
    for each in ROUTES:
        path = re.sub(r"\{\w+\}", "7", each.openapi_path)
        assert route_of(each.method, path) is each.func, f"{each.openapi_path} is behind another route"


def test_each_role_is_let_in_where_it_is_named_and_nowhere_else(cloud: World) -> None:
    set_up()
    for role in Role:
        invited(f"{role}@example.com", role, warehouses=["main"] if role in LIMITED else [])

    for each, role in product((each for each in ROUTES if not is_open(each.func)), Role):
        path = re.sub(
            r"\{(\w+)\}", lambda name: quote({"sku": MUG, "number": "1"}.get(name[1], "x")), each.openapi_path
        )
        answer = call(each.method, path, None if each.method == "GET" else {}, (), who=f"{role}@example.com")
        let_in = answer.status != 403 or answer.body["detail"] != "your role does not allow this"
        assert let_in == (role in roles_of(each.func)), (each.method, path, role)


@pytest.mark.parametrize("body", [{}, None])
@pytest.mark.parametrize("role", sorted(LIMITED))
def test_a_request_of_a_limited_role_without_a_body_does_not_fail(cloud: World, role: Role, body: object) -> None:
    set_up()
    invited("limited@example.com", role, warehouses=["main"])

    for each in (each for each in ROUTES if each.method != "GET" and role in roles_of(each.func)):
        path = re.sub(r"\{\w+\}", "1", each.openapi_path)
        assert call(each.method, path, body, (), who="limited@example.com").status < 500, (each.method, path)


def test_several_roles_may_what_one_of_them_may(cloud: World) -> None:
    set_up()
    invited("both@example.com", "read_only", "warehouse", warehouses=["main"])

    def status(path: str, body: object) -> int:
        return call("POST", path, body, (), who="both@example.com").status

    assert status("/stock/counts", {"counts": [{"sku": MUG, "warehouse": "main", "counted": 3}]}) == 200
    assert status("/orders", {}) == 403
