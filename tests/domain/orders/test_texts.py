"""Texts of orders and exceptions: who writes each, and what an erasure leaves of them."""

import ast
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import AwareDatetime, TypeAdapter
from pydantic.fields import FieldInfo

from packhorse.domain.labels.tracking import TrackingStatus
from packhorse.domain.orders.erasing import erased, erasure_requested, remarks_about_buyer, without_later_texts
from packhorse.domain.orders.order import Order, Status, TimelineEntry
from packhorse.domain.orders.texts import MADE_BY_CODE, WRITERS, Writer
from packhorse.domain.problem import Problem
from packhorse.domain.values import Value
from simulation.builders import NOON

LATER = NOON + timedelta(hours=1)
DOMAIN = Path("layers/shared/packhorse/domain")
QUOTED = frozenset(
    "address_changed cancel_requested cancellation_refused cancellation_requested dismissed edit_overwritten edited "
    "exception held label_refused line_cancelled note_removed noted rejected taken_back void_refused".split()
)
"""Timeline entries whose details quote addresses, or what people and others wrote."""


def parts_of(kind: Any) -> Iterator[Any]:
    """The kind and all that it is made of: of `tuple[str, ...] | None` the tuple, the text and None."""
    yield kind
    if get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from parts_of(part)


def models_of(*kinds: Any) -> set[type[Value]]:
    found: set[type[Value]] = set()
    left = list(kinds)
    while left:
        for part in parts_of(left.pop()):
            if isinstance(part, type) and issubclass(part, Value) and part not in found:
                found.add(part)
                left += [field.annotation for field in part.model_fields.values()]
    return found


def pattern_of(metadata: Any) -> str | None:
    return next((pattern for each in metadata if (pattern := getattr(each, "pattern", None))), None)


def holds_text(kind: Any, metadata: Any = ()) -> bool:
    """Whether it is, or has, a text of no form."""
    if get_origin(kind) is Annotated:
        return holds_text(get_args(kind)[0], kind.__metadata__)
    if kind is str:
        return pattern_of(metadata) is None
    return get_origin(kind) is not Literal and any(holds_text(each) for each in get_args(kind))


MODELS = models_of(Order, Problem)
FIELDS = [(model, name, field) for model in MODELS for name, field in model.model_fields.items()]


def test_each_text_of_an_order_and_of_an_exception_says_who_writes_it() -> None:
    stored = {(model, name) for model, name, field in FIELDS if holds_text(field.annotation, field.metadata)}
    named = {(model, name) for model, texts in WRITERS.items() for name in texts}

    # Some of the ids are named as well.
    assert sorted(f"{model.__name__}.{name}" for model, name in stored - named) == []
    assert [f"{model.__name__}.{name}" for model, name in named if name not in model.model_fields] == []
    assert set(WRITERS) <= MODELS


def test_no_model_of_an_order_is_in_a_mapping_where_its_texts_were_not_found() -> None:
    mappings = [
        (model, name)
        for model, name, field in FIELDS
        for part in parts_of(field.annotation)
        if isinstance(origin := get_origin(part), type) and issubclass(origin, Mapping) and models_of(part)
    ]

    assert mappings == []


def test_each_entry_of_the_timeline_is_made_by_code_or_quotes() -> None:
    entries = {name for path in DOMAIN.glob("**/*.py") for name in entries_in(path)} | set(TrackingStatus)

    assert entries - MADE_BY_CODE - QUOTED - set(TrackingStatus) == set()
    assert MADE_BY_CODE & (QUOTED | set(TrackingStatus)) == set()


def entries_in(path: Path) -> Iterator[str]:
    """The texts that `with_entry(order, at, what, ...)` and conditions for its `what` name in a module of orders."""
    if path.parts[-2] not in ("orders", "supply", "fba"):
        return
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "with_entry" and len(call.args) > 2:
            yield from (str(each.value) for each in ast.walk(call.args[2]) if isinstance(each, ast.Constant))


def filled(model: type[Value], **given: Any) -> dict[str, Any]:
    """Fields of a model, all of them, with texts that say who writes them."""
    writers = WRITERS.get(model, {})
    return {
        name: filling(field.annotation, field, f"{writers.get(name, Writer.NAME)} text")
        for name, field in model.model_fields.items()
    } | given


def filling(kind: Any, field: FieldInfo | None, text: str) -> Any:
    metadata: Any = field.metadata if field else ()
    if get_origin(kind) is Annotated:
        kind, metadata = get_args(kind)[0], kind.__metadata__
    arguments = [each for each in get_args(kind) if each is not type(None) and each is not ...]
    match get_origin(kind):
        case None:
            return one(kind, pattern_of(metadata), text)
        case origin if origin is Literal:
            return arguments[0]
        case origin if origin is tuple:
            return [filling(arguments[0], None, text)]
        case origin if isinstance(origin, type) and issubclass(origin, Mapping):
            return {filling(arguments[0], None, text): filling(arguments[1], None, text)}
        case _:
            return filling(arguments[0], field, text)


def one(kind: Any, pattern: str | None, text: str) -> Any:
    """A value of a kind that is made of no others."""
    match kind:
        case type() if issubclass(kind, Value):
            return filled(kind)
        case type() if issubclass(kind, Enum):
            return next(iter(kind))
        case type() if issubclass(kind, bool):
            return False
        case type() if kind is AwareDatetime:
            return NOON
        case type() if issubclass(kind, int):
            return 1
    if pattern:
        return "EUR" if "A-Z]{3}" in pattern else "a1234567"
    return text if kind is str else "a1234567"


@pytest.fixture
def full() -> Order:
    """An order that has all that an order can have, complete."""
    fields = filled(Order, status=Status.COMPLETE, erase_requested_at=None, erased_at=None)
    return erasure_requested(TypeAdapter(Order).validate_python(fields), NOON, "packhorse")


def test_of_a_full_order_nothing_stays_that_its_buyer_or_others_wrote(full: Order) -> None:
    before, after = full.model_dump_json(), erased(full, LATER).model_dump_json()

    assert {each for each in Writer if f"{each} text" in before} == set(Writer)
    assert {each for each in Writer if f"{each} text" in after} == {Writer.CODE, Writer.NAME}


def test_an_erased_order_is_readable(full: Order) -> None:
    after = erased(full, LATER)

    assert Order.model_validate_json(after.model_dump_json(exclude_defaults=True)) == after
    assert erased(after, LATER + timedelta(hours=1)) == after


def test_what_is_written_later_goes_and_of_another_order_nothing(full: Order) -> None:
    again = full.replace(erased_at=LATER)

    later = without_later_texts(again)

    assert "people text" not in later.model_dump_json()
    assert Order.model_validate_json(later.model_dump_json(exclude_defaults=True)) == later
    assert without_later_texts(later) == later
    assert without_later_texts(full) == full


def test_the_export_has_what_is_erased(full: Order) -> None:
    assert remarks_about_buyer(full) == ("people text",)
    assert remarks_about_buyer(erased(full, LATER)) == ()


def test_what_code_made_goes_where_it_has_a_value_of_the_buyer(full: Order) -> None:
    named = full.replace(
        tags=("vip", "call Buyer Text"),
        timeline=(
            TimelineEntry(at=NOON, what="routed", who="packhorse", detail="MUG at east"),
            TimelineEntry(at=NOON, what="tagged", who="user:ada", detail="vip, call buyer text"),
            TimelineEntry(at=NOON, what="cancel_requested", who="user:ada", detail="moved to her sister's"),
        ),
    )

    after = erased(named, LATER)

    assert after.tags == ("vip",)
    assert [each.detail for each in after.timeline] == ["MUG at east", "", "", ""]
    assert "call Buyer Text" in remarks_about_buyer(named)
