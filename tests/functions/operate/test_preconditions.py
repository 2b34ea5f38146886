"""If-Match: of two people who edit what both read, the second is refused, whichever document it is."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.values import Sku
from packhorse.store import catalogue
from packhorse.usecases.catalogue.save_product import save_product
from simulation.merchant import MUG
from tests.functions.operate import purchasing
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.purchasing import LAMP, line, merchant

pytestmark = pytest.mark.usefixtures("cloud")

ADA, BOB = "ada@example.com", "bob@example.com"
DOCUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "/account": ({"split_lines": True}, {"ship_complete": True}),
    "/warehouses/main": ({"name": "North"}, {"name": "South"}),
    "/channels/web": ({"name": "Shop"}, {"name": "Store"}),
    "/carriers/post": ({"name": "Post"}, {"name": "Parcels"}),
    "/suppliers/acme": ({"name": "Acme"}, {"name": "Acme Ltd"}),
    f"/products/{MUG}": ({"name": "Mug"}, {"bins": {"main": "A-1"}}),
    f"/products/{MUG}/listings/web": ({"max_quantity": 5}, {"max_quantity": 7}),
}


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    for path, body in {
        "/channels/web": {"kind": "offline"},
        "/carriers/post": {"kind": "manual"},
        f"/products/{MUG}/listings/web": {"reference": MUG},
    }.items():
        assert call("PUT", path, body).status == 200, path


def tag(path: str) -> str:
    return call("GET", path).headers["etag"]


def patch(path: str, body: dict[str, Any], read: str | None, who: str = ADA, **headers: str) -> Answer:
    sent = headers | ({"if-match": read} if read else {})
    return call("PATCH", path, body, headers=sent, who=who)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_second_save_of_what_both_read_is_refused_and_changes_nothing(path: str) -> None:
    adas, bobs = DOCUMENTS[path]
    read = tag(path)

    first, second = patch(path, adas, read), patch(path, bobs, read, BOB)

    assert (first.status, second.status) == (200, 412)
    assert "since you read it" in second.body["detail"]
    assert tag(path) == first.headers["etag"] != read
    assert patch(path, bobs, first.headers["etag"], BOB).status == 200


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if "products" not in path])
def test_the_refusal_names_who_saved_first(path: str) -> None:
    adas, bobs = DOCUMENTS[path]
    read = tag(path)
    patch("/account", {"heal_drift": True}, None, "carol@example.com") if path != "/account" else None
    patch(path, adas, read)

    assert f"by {ADA} since" in patch(path, bobs, read, BOB).body["detail"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_caller_that_sends_no_tag_is_not_compared(path: str) -> None:
    adas, bobs = DOCUMENTS[path]

    assert [patch(path, adas, None).status, patch(path, bobs, None, BOB).status] == [200, 200]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_save_between_the_comparison_and_the_write_is_refused_too(path: str) -> None:
    """The comparison counts in the conditional write: who comes first in between is not overwritten."""
    adas, bobs = DOCUMENTS[path]
    read = tag(path)
    write = "PutItem" if "suppliers" in path else "TransactWriteItems"

    with meanwhile(write, lambda: patch(path, adas, read)):
        second = patch(path, bobs, read, BOB)

    assert second.status == 412
    shown = call("GET", path).body
    assert {name: shown[name] for name in adas} == adas


def test_a_patch_without_a_tag_keeps_what_is_saved_at_the_same_time() -> None:
    path = f"/products/{MUG}"

    with meanwhile("TransactWriteItems", lambda: patch(path, {"name": "Mug"}, None)):
        patch(path, {"reserve": 3}, None, BOB)

    shown = call("GET", path).body
    assert (shown["name"], shown["reserve"]) == ("Mug", 3)


def test_of_many_saves_at_once_one_is_written() -> None:
    read = catalogue.get_product(Sku(MUG))
    barrier, results = threading.Barrier(4), list[str]()

    def edit(name: str) -> Callable[[Product | None], Product]:
        def edited(stored: Product | None) -> Product:
            if stored != read:
                raise LookupError
            return read.replace(name=name)

        return edited

    def save(name: str) -> None:
        barrier.wait()
        try:
            save_product(Sku(MUG), edit(name))
            results.append(name)
        except LookupError:
            pass

    threads = [threading.Thread(target=save, args=(name,)) for name in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert results == [catalogue.get_product(Sku(MUG)).name]


def test_what_others_change_elsewhere_refuses_nothing() -> None:
    read = tag("/warehouses/main")
    patch("/account", {"heal_drift": True}, None)
    patch("/carriers/post", {"name": "Post"}, None)

    assert patch("/warehouses/main", {"name": "North"}, read).status == 200


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_whole_document_is_put_under_the_same_condition(path: str) -> None:
    read, body = tag(path), call("GET", path).body
    patch(path, DOCUMENTS[path][0], None)

    assert call("PUT", path, body, headers={"if-match": read}).status == 412
    assert call("PUT", path, body, headers={"if-match": tag(path)}).status == 200


def test_what_is_to_be_new_replaces_nothing() -> None:
    new = {"if-none-match": "*"}

    assert call("PUT", "/suppliers/acme", {"name": "New"}, headers=new).status == 412
    assert call("PUT", f"/products/{MUG}", {}, headers=new).status == 412
    assert call("PUT", "/suppliers/other", {"name": "New"}, headers=new).status == 200
    assert call("GET", "/suppliers/acme").body["name"] != "New"


def test_what_was_removed_meanwhile_is_not_made_again() -> None:
    body, read = call("GET", "/carriers/post").body, tag("/carriers/post")
    call("DELETE", "/carriers/post")

    answer = call("PUT", "/carriers/post", body, headers={"if-match": read})

    assert (answer.status, call("GET", "/carriers/post").status) == (412, 404)


@pytest.mark.parametrize(
    ("header", "status"), [("W/{}", 200), ('"other", {}', 200), ("*", 200), ('"other"', 412), ("other", 422)]
)
def test_a_tag_may_be_weak_or_one_of_several(header: str, status: int) -> None:
    read = header.format(tag("/account"))

    assert patch("/account", {"split_lines": True}, read).status == status


def test_the_rights_of_a_person_are_compared_too() -> None:
    made_user = call("POST", "/users", {"email": "eve@example.com", "roles": ["operator"]})
    path = f"/users/{made_user.body['id']}"
    read = tag(path)

    first, second = patch(path, {"roles": ["read_only"]}, read), patch(path, {"roles": ["owner"]}, read, BOB)

    assert (first.status, second.status) == (200, 412)
    assert f"by {ADA} since" in second.body["detail"]


def a_purchase(units: int) -> dict[str, Any]:
    return purchasing.draft(line(LAMP, units))


def a_transfer(units: int) -> dict[str, Any]:
    return {"from_warehouse": "main", "to_warehouse": "attic", "lines": [{"sku": LAMP, "units": units}]}


def a_work_order(units: int) -> dict[str, Any]:
    return {"sku": "SET", "warehouse": "main", "units": units}


@pytest.mark.parametrize(
    ("path", "draft"),
    [("/purchase-orders", a_purchase), ("/transfer-orders", a_transfer), ("/work-orders", a_work_order)],
)
def test_a_draft_that_another_edited_is_not_replaced(path: str, draft: Callable[[int], dict[str, Any]]) -> None:
    call("PUT", "/warehouses/attic", {"name": "Attic", "kind": "own"})
    call("PUT", "/products/SET", {"kind": "built", "components": {LAMP: 2}})
    at = f"{path}/{call('POST', path, draft(5)).body['id']}"
    read = {"if-match": tag(at)}

    first, second = call("PUT", at, draft(6), headers=read), call("PUT", at, draft(7), headers=read)

    assert (first.status, second.status) == (200, 412)
    assert call("PUT", at, draft(7), headers={"if-match": first.headers["etag"]}).status == 200


def test_the_same_key_with_another_tag_is_another_request() -> None:
    read = tag("/account")
    patch("/account", {"split_lines": True}, read, **{"idempotency-key": "k1"})

    assert patch("/account", {"split_lines": True}, tag("/account"), **{"idempotency-key": "k1"}).status == 422
