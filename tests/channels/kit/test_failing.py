"""Answers that fail: each of a list, at each call of each port of each kind, is the error that it should be.

Then the same again, which no answer disturbs, ends as if nothing had failed: nothing is lost, and nothing made twice.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from packhorse.channels import CHANNELS
from packhorse.domain.errors import CallFailed, CredentialsRefused, NotYet, PackhorseError, Rejected, Unavailable
from tests.channels.kit.gate import Fault, Script
from tests.channels.kit.place import Place
from tests.channels.kit.places import PLACES
from tests.channels.kit.ports import PORTS, LeftUnread, Port

JSON, HTML = {"Content-Type": "application/json"}, {"Content-Type": "text/html"}
FAULTS: Mapping[str, tuple[Fault, type[PackhorseError]]] = {
    "301": (Fault(301, headers={"Location": "https://elsewhere.example/"}), Unavailable),
    "400": (Fault(400, b'{"error": "no"}', JSON), Rejected),
    "401": (Fault(401, b'{"error": "no"}', JSON), CredentialsRefused),
    "403": (Fault(403, b'{"error": "no"}', JSON), CredentialsRefused),
    "403 of a firewall": (Fault(403, b"<!DOCTYPE html><h1>Blocked</h1>", HTML), Unavailable),
    "404": (Fault(404, b'{"error": "no"}', JSON), Rejected),
    "429": (Fault(429), Unavailable),
    "429 with a time": (Fault(429, b"{}", {**JSON, "Retry-After": "7"}), Unavailable),
    "500": (Fault(500, b'{"error": "no"}', JSON), Unavailable),
    "502": (Fault(502, b"<h1>Bad gateway</h1>", HTML), Unavailable),
    "a timeout": (Fault(way="held"), Unavailable),
    "a closed connection": (Fault(way="closed"), Unavailable),
    "half of an answer": (Fault(200, b'{"orders": [', JSON, "cut"), Unavailable),
    "no JSON": (Fault(200, b'{"orders": [', JSON), Unavailable),
    "a page": (Fault(200, b"<h1>Be right back</h1>", HTML), Unavailable),
    "nothing": (Fault(200), Unavailable),
    "no fields": (Fault(200, b"{}", JSON), Unavailable),
    "no data": (Fault(200, b'{"data": null}', JSON), Unavailable),
}
FITTING: Mapping[type[PackhorseError], set[type[PackhorseError]]] = {Unavailable: {Unavailable, CallFailed, NotYet}}
"""Errors that a failure may be, too; not yet: what it began goes on."""

EVERYWHERE = frozenset({"403", "404", "429 with a time", "a page", "no fields"})
"""Answers that are given to each call of a port; the others to the first call alone."""

FEW = 3
LOST = FAULTS["a closed connection"][0]


def test_every_part_of_a_record_that_takes_a_client_has_a_port() -> None:
    parts = {"poll", "read", "stock", "notify", "connect", "cancel"}

    assert {port.part for port in PORTS.values()} == parts


def cases() -> Iterator[Any]:
    for kind, made in PLACES.items():
        for name, port in PORTS.items():
            if getattr(CHANNELS[kind], port.part) and name not in made.cannot:
                yield pytest.param(kind, port, id=f"{kind}-{name}")


every_port = pytest.mark.parametrize(("place", "port"), [*cases()], indirect=["place"])


def numbers(calls: int) -> list[int]:
    """Return the numbers of calls that go wrong: of many the first and the last ones."""
    return [number for number in range(calls) if number < FEW or number >= calls - FEW]


class Clean(NamedTuple):
    """A run that nothing disturbs: its calls, what it returns, and what the store has then."""

    calls: int
    answer: object
    has: object


clean_runs: dict[tuple[str, Port], Clean] = {}


def undisturbed(place: Place, port: Port) -> Clean:
    """Return the run that nothing disturbs, which is made once."""
    if (place.kind, port) not in clean_runs:
        begin(place, port)
        answer = port.run(place)
        clean_runs[place.kind, port] = Clean(len(place.gate.calls), answer, port.has(place))
    return clean_runs[place.kind, port]


def begin(place: Place, port: Port, script: Script | None = None) -> None:
    """Begin anew, with calls that go wrong by a script."""
    place.reset()
    port.prepare(place)
    place.gate.reset(script)


@every_port
@pytest.mark.parametrize("name", FAULTS)
def test_an_answer_that_fails_is_the_error_that_it_should_be_and_loses_nothing(
    place: Place, port: Port, name: str
) -> None:
    fault, kind = FAULTS[name]
    clean = undisturbed(place, port)

    for number in numbers(clean.calls) if name in EVERYWHERE else (0,):
        begin(place, port, Script(fault, number))
        found = error_of(place, port)
        failed = place.gate.calls[number]

        assert found is None or type(found) in {LeftUnread, *FITTING.get(kind, {kind})}, (failed, found)
        assert found or place.takes(failed, name), f"{failed} was taken for an answer"
        if "Retry-After" in fault.headers:
            assert found is None or getattr(found, "retry_after", None) == 7, failed
        place.gate.reset()
        assert (port.run(place), port.has(place)) == (clean.answer, clean.has), failed


@every_port
def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_made_twice(place: Place, port: Port) -> None:
    clean = undisturbed(place, port)

    for number in numbers(clean.calls):
        begin(place, port, Script(LOST, number, times=1, after=True))
        assert type(error_of(place, port)) in FITTING[Unavailable]
        place.gate.reset()
        assert (port.run(place), port.has(place)) == (clean.answer, clean.has), number


@pytest.mark.parametrize(
    ("place", "port"),
    [each for each in cases() if each.values[1].part == "notify"],
    indirect=["place"],
)
@pytest.mark.parametrize("name", ["400", "403"])
def test_a_refusal_says_whether_something_was_done_before_it(place: Place, port: Port, name: str) -> None:
    clean = undisturbed(place, port)

    for number in range(clean.calls):
        begin(place, port, Script(FAULTS[name][0], number))
        error = error_of(place, port)
        before = [*zip(place.gate.calls, place.gate.bodies, strict=True)][:number]
        is_begun = any(place.is_change(*each) for each in before)
        assert error is None or error.is_in_part is is_begun, (number, before)
        place.gate.reset()


@pytest.mark.parametrize("place", [kind for kind, made in PLACES.items() if made.grant], indirect=True)
@pytest.mark.parametrize("name", FAULTS)
def test_a_sign_in_that_fails_is_the_error_that_it_should_be(place: Place, name: str) -> None:
    fault, kind = FAULTS[name]
    port = PORTS["poll"]

    begin(place, port, Script(fault, at=place.grant))
    place.forget_tokens()

    found = error_of(place, port)
    assert type(found) in ({CredentialsRefused} if name == "400" else FITTING.get(kind, {kind})), found
    place.gate.reset()
    assert port.run(place) == undisturbed(place, port).answer


def error_of(place: Place, port: Port) -> PackhorseError | None:
    """Return the error that a port raises; None if it raises none."""
    try:
        port.run(place)
    except PackhorseError as error:
        return error
    return None
