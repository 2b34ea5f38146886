"""Rates of an outside system's operations, which all our processes share: so many calls a second, and a burst."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from packhorse.domain.errors import NoTurn

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT = 5.0
"""Seconds that a call waits for its turn; for a longer time it is given up, and made later."""


class CallRate(NamedTuple):
    """The rate of an operation: its name, calls a second in the long run, and calls at once after a pause."""

    operation: str
    per_second: float
    burst: int


class Turns:
    """Has each call wait for its turn; a hook of an httpx client, called before each request.

    `rate_of` returns the rate of a request by method and path, None for one that has none; `take` takes a turn and
    returns 0, or returns the seconds until the next. Raises NoTurn, with them, if they are too many.
    """

    def __init__(self, rate_of: Callable[[str, str], CallRate | None], take: Callable[[CallRate], float]) -> None:
        self.rate_of = rate_of
        self.take = take

    def __call__(self, request: "httpx.Request") -> None:
        """Wait until the request may be sent."""
        rate = self.rate_of(request.method, request.url.path)
        waited = 0.0
        while rate and (wait := self.take(rate)):
            if (waited := waited + wait) > LONGEST_WAIT:
                raise NoTurn(f"{rate.operation}: no call is left of its rate", wait)
            time.sleep(wait)
