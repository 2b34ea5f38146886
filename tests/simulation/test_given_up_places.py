"""Where units may not be sold again that are given up, of a merchant who never has them back."""

from typing import Any

import pytest

from simulation.order_documents import Document, given_up_places


def line(name: str, quantity: int, *allocated: tuple[str, int], **fields: Any) -> Document:
    parts = [{"warehouse": warehouse, "quantity": units} for warehouse, units in allocated]
    components = {"MUG": 1, "CUP": 2} if name == "SET" else {name: 1}
    return {
        "id": name, "quantity": quantity, "components": components, "allocations": parts, "routing": "routed", **fields,
    }  # fmt: skip


def order(*lines: Document) -> Document:
    return {"lines": list(lines)}


def test_a_line_gives_up_what_is_short_first() -> None:
    """Routing gives its six to the first line: nobody picked them, and they can be sold."""
    before = order(line("MUG", 25, ("west", 25)), line("SET", 25, ("west", 6)))
    after = order(line("MUG", 36, ("west", 36)), line("SET", 12))
    assert given_up_places(before, after) == set()


@pytest.mark.parametrize("fields", [{"quantity": 5}, {"cancelled": 20}])
def test_what_was_allocated_is_given_up_beyond_what_is_short(fields: dict[str, int]) -> None:
    before = order(line("SET", 25, ("west", 6)), line("MUG", 3, ("east", 3)))
    after = order({**line("SET", 25, ("west", 5)), **fields}, line("MUG", 3))
    assert given_up_places(before, after) == {("MUG", "west"), ("CUP", "west")}
