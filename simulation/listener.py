"""The reports of a simulated day: only the replay and sales listen to them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulation.aws.boundary import Call, World
from simulation.turns import Turns


class End(NamedTuple):
    """The end of a call of a function.

    `number` counts the calls of functions until faults are over; `fault` is the fault of the case that struck this
    call, and `meaning` explains it; it was held up for so many `seconds`; `trouble` is anything else that went wrong: a
    service that is down, a refusal.
    """

    number: int = 0
    fault: str = ""
    meaning: str = ""
    seconds: float = 0.0
    trouble: str = ""


class Listener:
    """Ignores every report; subclasses override the methods that they need.

    The reported event belongs to the task that runs at that moment (`Turns.task`).
    """

    def begin(self, turns: Turns, world: World) -> None:
        """Take the clock and the services of the day, before it begins."""

    def section(self, title: str) -> None:
        """Report that a part of the day begins."""

    def happened(self, describe: Callable[[], str], *, is_trouble: bool = False) -> None:
        """Report an event outside of AWS; a listener that shows it calls `describe` for the text."""

    def invoked(self, function: str, source: str, event: Any, skew: float) -> None:
        """Report that Lambda runs a function for a source, in a process whose clock is wrong by `skew` seconds."""

    def called(self, call: Call, end: End) -> None:
        """Report a call of a service, after its end."""

    def answered(self, answer: Any) -> None:
        """Report the answer of the function that the task runs."""

    def failed(self, error: BaseException) -> None:
        """Report the error that ended the function that the task runs."""


IGNORE = Listener()
