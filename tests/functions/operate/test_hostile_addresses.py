"""No address makes the API fail: whatever stands in it for an id, the answer is not 5xx.

The stand-in for AWS refuses names and keys as AWS does: of schedules, secrets, functions, items and objects.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from simulation.aws.boundary import World
from simulation.builders import a_configuration
from simulation.merchant import set_up
from tests.functions.operate.calls import call
from tests.functions.operate.hostile import DESCRIPTION, ELSEWHERE, sample
from tests.functions.operate.test_hostile_bodies import serve_functions

ODD = {
    "a blank": " ",
    "dots": "..",
    "a slash": "a/b",
    "a hash": "POLL#shop",
    "a colon": "arn:aws:states:x",
    "upper case": "Shop",
    "umlauts": "lädchen",
    "a control character": "a\x00b",
    "a line break": "a\nb",
    "a number": "-1",
    "long": "x" * 200,
    "longer in bytes": "ß" * 200,
    "four bytes each": "\U0001f4e6" * 200,
    "too long": "x" * 5000,
    "no text": "%ff",
}


class Address(NamedTuple):
    """An operation whose address has parameters."""

    method: str
    path: str
    parameters: tuple[str, ...]
    body: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def addresses() -> Iterator[Address]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, each in methods.items():
            names = tuple(re.findall(r"\{(\w+)\}", path))
            if names and path not in ELSEWHERE:
                content = each.get("requestBody", {}).get("content", {})
                body = next((sample(part["schema"]) for part in content.values()), None)
                yield Address(method.upper(), path, names, body)


ADDRESSES = list(addresses())


def test_every_operation_whose_address_has_an_id_is_known() -> None:
    assert len(ADDRESSES) > 120
    assert {each.method for each in ADDRESSES} == {"GET", "PUT", "PATCH", "POST", "DELETE"}


@pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])
def test_no_id_makes_an_operation_fail(address: Address, cloud: World) -> None:
    set_up(a_configuration())
    serve_functions(cloud)
    failed = []

    for name, odd in ODD.items():
        written = odd if name == "no text" else quote(odd, safe="")
        for parameter in address.parameters:
            values = {each: written if each == parameter else known(each) for each in address.parameters}
            answer = call(address.method, address.path.format_map(values), as_sent(address.body))
            if answer.status >= 500:
                failed.append((parameter, name, answer.status))

    assert failed == []


def known(parameter: str) -> str:
    """What stands in an address for a parameter beside the odd one."""
    return {"channel_id": "shop", "channel": "shop", "number": "1"}.get(parameter, "main")


def as_sent(body: Any) -> str | None:
    return None if body is None else json.dumps(body)
