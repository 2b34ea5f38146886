"""Documents: what GET answers PUT takes, and PATCH changes one field of."""

from typing import Any

import pytest

from packhorse.api.documents import merged
from simulation.merchant import MUG, set_up
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

DOCUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "/account": ({"catchall": "main", "currency": "EUR", "sync": True}, {"split_lines": True}),
    "/warehouses/leeds": (
        {"name": "Leeds", "regions": [{"country": "GB"}], "excludes": ["shop"], "handling": {"cut_off": "11:30"}},
        {"counts_for_sync": False},
    ),
    "/channels/web": (
        {"kind": "generic", "base_url": "https://shop.example.com", "ignore_before": "2026-11-02T12:00:00Z"},
        {"reserve": 3},
    ),
    "/products/SET": ({"name": "Set", "kind": "kit", "components": {"MUG": 2}}, {"reserve": 2}),
    "/products/MUG/listings/shop": ({"reference": "44211", "max_quantity": 10}, {"always_use_max": True}),
}


@pytest.fixture(params=DOCUMENTS)
def path(request: pytest.FixtureRequest) -> str:
    """The address of a document that was put."""
    set_up()
    call("PUT", "/products/MUG", {})
    assert call("PUT", request.param, DOCUMENTS[request.param][0]).status == 200
    return str(request.param)


def test_what_get_answers_and_what_put_answers_is_taken_by_put(path: str) -> None:
    got = call("GET", path)

    put = call("PUT", path, got.body)
    again = call("PUT", path, put.body)

    assert (put.status, again.status) == (200, 200)
    assert call("GET", path).body == got.body


def test_a_patch_of_one_field_leaves_the_others(path: str) -> None:
    before = call("GET", path).body
    patch = DOCUMENTS[path][1]

    answer = call("PATCH", path, patch, headers={"content-type": "application/merge-patch+json"})

    after = call("GET", path).body
    assert answer.status == 200
    assert {**before, **patch, "config_version": 0} == {**after, "config_version": 0}


def test_a_patch_that_does_not_fit_names_the_field_and_changes_nothing(path: str) -> None:
    before = call("GET", path).body

    answer = call("PATCH", path, {"nonsense": 1})

    assert (answer.status, answer.fields) == (422, ["nonsense"])
    assert call("GET", path).body == before


def test_null_takes_a_field_back_to_its_default_within_another_too() -> None:
    set_up()
    call("PATCH", "/account", {"currency": "EUR", "restock": {"own": "never", "fba": "always"}})

    answer = call("PATCH", "/account", {"currency": None, "restock": {"own": None}})

    assert (answer.body["currency"], answer.body["restock"]) == (None, {"fba": "always"})


@pytest.mark.parametrize("path", ["/warehouses/nowhere", "/channels/nowhere", "/products/NONE"])
def test_only_what_exists_is_patched(path: str) -> None:
    set_up()

    assert call("PATCH", path, {"name": "New"}).status == 404


def test_a_body_of_another_document_is_refused() -> None:
    set_up()
    main = call("GET", "/warehouses/main").body

    assert call("PUT", "/warehouses/leeds", main).fields == ["id"]
    assert call("PUT", f"/products/{MUG.replace('#', '%23').replace(' ', '%20')}", {"sku": "CUP"}).fields == ["sku"]


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_rfc_7396(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result
