"""Simulated shops answer what they cannot read with 400, and keep running."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from local.world.routes import BAD_REQUEST, dispatch, routes

HANDLERS: dict[str, Callable[..., Any]] = {
    "a field is missing": lambda *given: given[2]["sku"],
    "a list is empty": lambda *given: given[2]["lines"][0],
    "an object is a text": lambda *given: given[2]["name"].items(),
    "XML ends in the middle": lambda *_: ElementTree.fromstring(b"<a><b>"),  # noqa: S314 -- ours
}


@pytest.mark.parametrize("handle", HANDLERS.values(), ids=HANDLERS)
def test_input_that_a_handler_cannot_read_is_a_bad_request(handle: Callable[..., Any]) -> None:
    table = routes(("POST", "/orders", handle))

    status, content = dispatch(table, None, "POST", "/orders", "", b'{"lines": [], "name": "x"}')

    assert (status, list(content)) == (BAD_REQUEST, ["error"])
