"""Whole numbers in bodies are written as whole numbers."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from packhorse.api.resolver import app
from packhorse.domain.values import Whole
from simulation.merchant import MUG, balance, put_stock, set_up
from tests.functions.operate.calls import call

BODIES: list[tuple[str, Any]] = sorted(
    {
        (f"{route.method} {route.path}", field.field_info.annotation)
        for route in (*app._static_routes, *app._dynamic_routes)
        for field in route.dependant.body_params
    },
    key=str,
)


def whole_numbers(schema: Any) -> Iterator[dict[str, Any]]:
    """Every place of a validator that reads whole numbers."""
    if isinstance(schema, dict):
        if schema.get("type") == "int":
            yield schema
        for part in schema.values():
            yield from whole_numbers(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from whole_numbers(part)


def test_there_are_bodies_with_whole_numbers() -> None:
    assert len([part for _, body in BODIES for part in whole_numbers(TypeAdapter(body).core_schema)]) > 10


def test_every_whole_number_of_a_body_is_strict() -> None:
    lax = [
        route
        for route, body in BODIES
        if not all(part.get("strict") for part in whole_numbers(TypeAdapter(body).core_schema))
    ]

    assert lax == []


@pytest.mark.parametrize("written", [True, "7", 1e3, 7.0, None, [7]])
def test_what_is_not_written_as_a_whole_number_is_none(written: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Whole).validate_python(written)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("written", ["true", '"7"', "1e3", "7.0"])
def test_an_adjustment_with_such_a_number_changes_nothing(written: str) -> None:
    set_up()
    put_stock(5)

    answer = call(
        "POST", "/stock/adjustments", f'{{"adjustments": [{{"sku": "{MUG}", "warehouse": "main", "add": {written}}}]}}'
    )

    assert (answer.status, answer.fields) == (422, ["adjustments.0.add"])
    assert balance() == (5, 0, 5)
