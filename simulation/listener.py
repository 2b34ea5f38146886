"""What a simulated day reports while it runs: nobody listens, except the replay and sales that count."""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulation.aws.boundary import Call, World
from simulation.turns import Turns


class End(NamedTuple):
    """How a call of a function ended.

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
    """Hears of everything and ignores it; subclasses override what they want to hear.

    What `happened`, `invoked` and so on report was done by the task that runs at that moment (`Turns.task`).
    """

    def begin(self, turns: Turns, world: World) -> None:
        """Start to listen to a day, whose clock and services these are."""

    def section(self, title: str) -> None:
        """Hear that a part of the day begins."""

    def happened(self, describe: Callable[[], str], *, is_trouble: bool = False) -> None:
        """Hear of something outside of AWS; only who wants a text makes it."""

    def invoked(self, function: str, source: str, event: Any, skew: float) -> None:
        """Hear that Lambda runs a function: for which source, on a process whose clock is wrong by so much."""

    def called(self, call: Call, end: End) -> None:
        """Hear of a call of a service, after its end."""

    def answered(self, answer: Any) -> None:
        """Hear how the function that the task runs answered."""

    def failed(self, error: BaseException) -> None:
        """Hear what the function that the task runs ended in."""


IGNORE = Listener()
