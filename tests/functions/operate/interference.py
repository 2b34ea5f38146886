"""What else happens on AWS while a request is answered, whichever client asks; whoever does it, has other rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from simulation.permissions import recorded


@contextmanager
def meanwhile(operation: str, do: Callable[[], object]) -> Iterator[None]:
    """Does something once, just before the operation."""
    original, left = BaseClient._make_api_call, [do]

    def call(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        if name == operation and left:
            with recorded():
                left.pop()()
        return original(self, name, parameters)

    with patch.object(BaseClient, "_make_api_call", call):
        yield
    assert not left, f"{operation} was never asked for"


@contextmanager
def at_call(number: int, do: Callable[[], object]) -> Iterator[list[str]]:
    """Does something once, just before the call of that number; the name of its operation, none without such a call."""
    original, left, made = BaseClient._make_api_call, [number], list[str]()

    def call(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        left[0] -= 1
        if left[0] == -1:
            made.append(name)
            with recorded():
                do()
        return original(self, name, parameters)

    with patch.object(BaseClient, "_make_api_call", call):
        yield made


@contextmanager
def answered_by(operation: str, answer: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Has the operation answered so, without an effect; what was asked."""
    original, asked = BaseClient._make_api_call, list[dict[str, Any]]()

    def call(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        if name != operation:
            return original(self, name, parameters)
        asked.append(parameters)
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        yield asked


@contextmanager
def refused_by(operation: str, code: str, naming: str = "") -> Iterator[None]:
    """Has the operation fail with an error of that code, without an effect, where its request names something."""
    original = BaseClient._make_api_call

    def call(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        if name == operation and naming in str(parameters):
            raise ClientError({"Error": {"Code": code}}, name)
        return original(self, name, parameters)

    with patch.object(BaseClient, "_make_api_call", call):
        yield


class Killed(BaseException):
    """The process ends."""


def killed(monkeypatch: pytest.MonkeyPatch, request: Callable[[], object], call_number: int, is_after: bool) -> bool:
    """Makes a request, killed before or after a call; returns whether it made that many calls."""
    original, made = BaseClient._make_api_call, [0]

    def dying(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        made[0] += 1
        if made[0] - 1 != call_number:
            return original(self, name, parameters)
        if is_after:
            original(self, name, parameters)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", dying)
        try:
            request()
        except Killed:
            return True
    return False
