"""What else happens on AWS while a request is answered, whichever client asks; whoever does it, has other rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from simulation.aws.boundary import World
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


@contextmanager
def killed_at(number: int, *, is_after: bool) -> Iterator[None]:
    """Has the process end at its call of that number, before it, or once it is done."""
    original, calls = BaseClient._make_api_call, count()

    def call(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        is_last = next(calls) == number
        if is_last and not is_after:
            raise Killed
        answer = original(self, name, parameters)
        if is_last:
            raise Killed
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        yield


def killed(request: Callable[[], object], number: int, is_after: bool) -> bool:
    """Makes a request, killed before or after a call; returns whether it made that many calls."""
    with killed_at(number, is_after=is_after):
        try:
            request()
        except Killed:
            return True
    return False


@contextmanager
def killed_in(module: object, step: str) -> Iterator[None]:
    """Has the process end where it calls that function of a module, which it does."""
    with patch.object(module, step, side_effect=Killed), pytest.raises(Killed):
        yield


@contextmanager
def killed_before(number: int | None, cloud: World) -> Iterator[list[str]]:
    """Has the process end before its call of that number, of AWS or of a site; the calls that it made."""
    made: list[str] = []

    def dies(original: Callable[..., Any]) -> Callable[..., Any]:
        def perform(*given: Any, **more: Any) -> Any:
            made.append(str(given[1:2]))
            if len(made) - 1 == number:
                raise Killed
            return original(*given, **more)

        return perform

    with (
        patch.object(BaseClient, "_make_api_call", dies(BaseClient._make_api_call)),
        patch.object(cloud.web, "answer", dies(cloud.web.answer)),
        suppress(Killed),
    ):
        yield made
