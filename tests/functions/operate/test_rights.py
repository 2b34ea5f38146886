"""Who may do what: the table of rights against what people would say."""

from itertools import product

from packhorse.api.access import RIGHTS, Role, is_allowed
from packhorse.api.resolver import app

ROUTES = [(route.method, route.openapi_path) for route in (*app._static_routes, *app._dynamic_routes)]
OWNER, OPERATOR, WAREHOUSE, READ_ONLY = Role
WHO: dict[str, set[Role]] = {
    "GET /": {OWNER, OPERATOR, WAREHOUSE, READ_ONLY},
    "POST /stock/": {OWNER, OPERATOR, WAREHOUSE},
    "POST /orders/{order_id}/fulfilments/{number}/ship": {OWNER, OPERATOR, WAREHOUSE},
    "POST /orders": {OWNER, OPERATOR},
    "POST /uploads": {OWNER, OPERATOR},
    "POST /routing/dry-run": {OWNER, OPERATOR, WAREHOUSE, READ_ONLY},
    "POST /exceptions": {OWNER, OPERATOR},
    "PUT /products": {OWNER, OPERATOR},
    "PATCH /products": {OWNER, OPERATOR},
    "PUT /orders": {OWNER, OPERATOR},
    "DELETE /orders": {OWNER, OPERATOR},
    "PATCH /orders": {OWNER, OPERATOR},
    "PATCH /orders/{order_id}/fulfilments": {OWNER, OPERATOR, WAREHOUSE},
    "DELETE /products": {OWNER, OPERATOR},
}


def who_may(method: str, path: str) -> set[Role]:
    """As people would say it: those whom the longest beginning names, or the owner alone."""
    begins = [start for start in WHO if f"{method} {path}".startswith(start)]
    return WHO[max(begins, key=len)] if begins else {OWNER}


def test_a_role_may_what_it_is_there_for_and_nothing_else() -> None:
    for (method, path), role in product(ROUTES, Role):
        assert is_allowed(frozenset({role}), method, path) == (role in who_may(method, path)), (method, path, role)


def test_several_roles_may_what_one_of_them_may() -> None:
    assert is_allowed(frozenset({READ_ONLY, WAREHOUSE}), "POST", "/stock/adjustments")
    assert not is_allowed(frozenset({READ_ONLY, WAREHOUSE}), "POST", "/orders")


def test_nobody_may_what_no_row_names() -> None:
    assert not is_allowed(frozenset(Role), "OPTIONS", "/orders")
    assert not is_allowed(frozenset(), "GET", "/orders")


def test_every_row_decides_something() -> None:
    deciding = [next(row for row in RIGHTS if row[0] == method and begins(path, row[1])) for method, path in ROUTES]

    assert set(RIGHTS) == set(deciding)


def begins(path: str, start: str) -> bool:
    return start == "/" or f"{path}/".startswith(f"{start}/")
