"""A record that cannot be handled suffers alone, on every queue, and a person learns of it soon."""

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from packhorse import messages
from packhorse.domain.schema import Reader
from tests.functions.queue_readings import MINUTE, SOURCES, WORK, Reading, refuse_batches_with

LONG = "x" * 2049
"""A byte more than a key may have."""


def test_every_queue_is_tried() -> None:
    assert SOURCES.keys() == WORK.keys()


UNREADABLE = ("{", "null", "[]", '"x"', "{}", '{"schema":2,"kind":"nothing"}')


def test_messages_that_cannot_be_read_fail_alone(reading: Reading) -> None:
    first, last = reading.work(1), reading.work(2)
    long = {**last.message, last.field: LONG}
    reading.send(first.message, *UNREADABLE, long, last.message)

    reading.deliver()

    assert [first.is_done(), last.is_done()] == [True, True]
    left = {message.body for message in reading.queue.messages}
    assert left >= set(UNREADABLE)
    assert left & {json.dumps(first.message), json.dumps(last.message)} == set()


def test_a_message_whose_read_is_refused_fails_alone(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, *good = [reading.work(number) for number in range(3)]
    reading.send(good[0].message, bad.message, good[1].message)
    with monkeypatch.context() as refusing:
        refuse_batches_with(bad.key, refusing)

        reading.deliver()

    assert [each.is_done() for each in (bad, *good)] == [False, True, True]
    assert [message.body for message in reading.queue.messages] == [json.dumps(bad.message)]


def test_a_message_that_cannot_be_read_is_a_dead_letter_within_four_minutes(reading: Reading) -> None:
    reading.send("{")

    assert reading.seconds_to_dead_letter() < 4 * MINUTE


def test_a_message_that_always_fails_is_a_dead_letter_within_ten_minutes_and_not_within_five(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = reading.work(1)
    reading.send(work.message)
    with monkeypatch.context() as refusing:
        refuse_batches_with(work.key, refusing)

        assert 5 * MINUTE < reading.seconds_to_dead_letter() < 10 * MINUTE


def test_a_crash_hides_messages_for_two_minutes_at_most(reading: Reading) -> None:
    reading.send("{")
    reading.queue.receive(1)

    reading.world.clock.sleep(2 * MINUTE)

    assert reading.queue.receive(1)


# ---- texts ---------------------------------------------------------------------------------------------------


SYNCHRONOUS = frozenset({"CHECK_ANSWER", "DRAW_MESSAGE", "JOINED", "LABEL_ANSWER", "SUPPLIER_ANSWER"})
"""Messages that one caller sends and waits for, and answers: no other one is in the same batch."""


def readers() -> Iterator[tuple[str, Reader[Any]]]:
    """All readers of messages that may come in a batch, by name."""
    for module in pkgutil.iter_modules(messages.__path__):
        found = importlib.import_module(f"{messages.__name__}.{module.name}")
        yield from (
            (name, each) for name, each in vars(found).items() if isinstance(each, Reader) and name not in SYNCHRONOUS
        )


@pytest.mark.parametrize(("name", "reader"), list(readers()))
def test_every_text_of_a_message_is_bounded(name: str, reader: Reader[Any]) -> None:
    schema = reader._shape.json_schema()

    assert list(unbounded(schema, schema.get("$defs", {}), name)) == []


BOUNDS = frozenset({"maxLength", "enum", "const", "format", "pattern"})


def unbounded(part: Any, shapes: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the paths of texts that may have any length."""
    if isinstance(part, list):
        for each in part:
            yield from unbounded(each, shapes, path)
    elif "$ref" in part:
        yield from unbounded(shapes[part["$ref"].rpartition("/")[2]], shapes, path)
    elif part.get("type") == "string":
        yield from () if BOUNDS & part.keys() else (path,)
    else:
        for name, each in part.get("properties", {}).items():
            yield from unbounded(each, shapes, f"{path}.{name}")
        for key in ("anyOf", "oneOf", "prefixItems", "items"):
            yield from unbounded(part.get(key, []), shapes, path)
