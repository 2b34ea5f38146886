"""What a purchase order names may be removed before it is submitted, and before the last of it comes."""

from typing import Any

import pytest

from tests.functions.operate.calls import Answer, call
from tests.functions.operate.purchasing import LAMP, arrived, do, line, made, merchant, receive, shelf

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    assert call("PUT", "/warehouses/attic", {"name": "Attic", "kind": "own"}).status in (200, 201)


def removed(path: str) -> None:
    assert call("DELETE", path).status == 204, path


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"/products/{LAMP}", ["lines.0.sku"]),
        ("/warehouses/attic", ["warehouse"]),
        ("/suppliers/acme", ["supplier"]),
    ],
)
def test_a_draft_of_what_was_removed_is_not_submitted_and_can_be_cancelled(path: str, fields: list[str]) -> None:
    draft = made(line(LAMP), warehouse="attic")
    removed(path)

    submitted: Answer = do(draft, "submit")

    assert (submitted.status, submitted.fields) == (422, fields)
    assert do(draft, "cancel").body["state"] == "cancelled"


@pytest.mark.parametrize("path", [f"/products/{LAMP}", "/warehouses/attic"])
def test_what_comes_late_for_what_was_removed_is_not_counted_anywhere(path: str) -> None:
    order = made(line(LAMP), warehouse="attic")
    do(order, "submit")
    do(order, "close", {"lines": []})
    removed(path)

    late = receive(order, arrived(4))

    assert (late.status, shelf(LAMP)) == (409, (0, 0))
    assert "any more" in late.body["detail"]
