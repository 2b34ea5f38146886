"""What goes wrong: at every call that a function makes, by chance or as it was told.

A fault is known by the number of the call that it befell, so that a run can be repeated with some of its faults.
"""

import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

import httpx
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from simulation.aws.boundary import Call
from simulation.aws.refusals import Refused, cancelled, failed, throttled
from simulation.deployment import Deployment
from simulation.turns import Killed


class Fault(StrEnum):
    """What may befall a call."""

    NONE = ""
    KILL_BEFORE = "kill-before"
    KILL_AFTER = "kill-after"
    THROTTLE = "throttle"
    CONFLICT = "conflict"
    BREAK = "break"
    UNREACHED = "unreached"
    ANSWER_LOST = "answer-lost"
    SLOW = "slow"


class Point(NamedTuple):
    """A fault, and the number of the call of a function that it befalls."""

    call: int
    fault: Fault


class Storm(NamedTuple):
    """A while in which one thing befalls every call of a service: it breaks, its answer is lost, or it is slow."""

    service: str
    begins: float
    ends: float
    fault: Fault = Fault.BREAK


LIKELY = (
    *[Fault.KILL_BEFORE, Fault.KILL_AFTER] * 3,
    *[Fault.ANSWER_LOST, Fault.SLOW] * 2,
    Fault.THROTTLE,
    Fault.CONFLICT,
    Fault.BREAK,
    Fault.UNREACHED,
)
SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
QUICK, SLOW = 0.05, 25.0
SLOW_IN_A_STORM = 0.1
"""At how many of its calls a service is slow then."""
OTHERS_GO_ON = 0.6
"""At how many of the calls others may come in between."""


class Faults:
    """The hooks of a world: every call takes a moment, in which others go on, and may go wrong.

    `draw` says what befalls a call by its number; what did is in `points`. In a storm every call of a service fails.
    `heard` is told every call and its end, `calls` are counted until `stop`.
    """

    def __init__(self, deployment: Deployment, draw: Callable[[int], Fault | None]) -> None:
        self.deployment = deployment
        self.turns = deployment.turns
        self.draw: Callable[[int], Fault | None] | None = draw
        self.points: list[Point] = []
        self.storms: list[Storm] = []
        self.calls = 0
        self.heard: Callable[[Call, str], None] = lambda call, end: None
        self._now: dict[str, Fault] = {}
        deployment.world.before, deployment.world.after = self.before, self.after

    def before(self, call: Call) -> None:
        """Before the effect."""
        task = self.turns.task
        context = self.deployment.running.get(task)
        if context is None:
            return
        fault = self._now[task] = self._drawn()
        moment = self.turns.random.random()
        is_slow = fault is Fault.SLOW or (self._is_in_storm(call, Fault.SLOW) and self._is_slow_then())
        if is_slow or moment < OTHERS_GO_ON or fault is not Fault.NONE:
            self.turns.sleep(moment * (SLOW if is_slow else QUICK))
        if self.turns.now >= context.deadline:
            self.heard(call, "timed out")
            raise Killed
        if self._is_in_storm(call, Fault.BREAK):
            self.heard(call, "storm")
            raise _broken(call)
        if fault in BEFORE:
            self.heard(call, fault.value)
            raise BEFORE[fault](call)

    def _is_slow_then(self) -> bool:
        return self.turns.random.random() < SLOW_IN_A_STORM

    def _is_in_storm(self, call: Call, fault: Fault) -> bool:
        return any(
            storm.begins <= self.turns.now < storm.ends
            for storm in self.storms
            if (storm.service, storm.fault) == (call.service, fault)
        )

    def _drawn(self) -> Fault:
        if self.draw is None:
            return Fault.NONE
        self.calls += 1
        fault = self.draw(self.calls) or Fault.NONE
        if fault is not Fault.NONE:
            self.points.append(Point(self.calls, fault))
        return fault

    def stop(self) -> None:
        """Nothing goes wrong from now on."""
        self.draw = None
        self.storms.clear()

    def after(self, call: Call) -> None:
        """After it."""
        fault = self._now.get(self.turns.task, Fault.NONE)
        if self.turns.task in self.deployment.running and self._is_in_storm(call, Fault.ANSWER_LOST):
            fault = Fault.ANSWER_LOST
        if self.turns.task not in self.deployment.running or fault not in AFTER:
            self.heard(call, call.error.code if call.error else "")
            return
        self.heard(call, fault.value)
        raise AFTER[fault](call)


def _unreached(call: Call) -> Exception:
    if call.service == "web":
        return httpx.ConnectError("nobody answers")
    error: Exception = ConnectionClosedError(endpoint_url="https://aws")
    return error


def _lost(call: Call) -> Exception:
    if call.service == "web":
        return httpx.ReadTimeout("no answer in time")
    error: Exception = ReadTimeoutError(endpoint_url="https://aws")
    return error


def _throttled(call: Call) -> Exception:
    refused: Exception = throttled(call.service)
    return _unreached(call) if call.service == "web" else refused


def _conflict(call: Call) -> Exception:
    """Another transaction is at the same items; of other calls, a throttle."""
    if call.operation in SINGLE_WRITES:
        return Refused("TransactionConflictException", "Transaction is ongoing for the item")
    if call.operation != "TransactWriteItems":
        return _throttled(call)
    refused: Exception = cancelled([{"Code": "TransactionConflict"} for _ in call.parameters["TransactItems"]])
    return refused


def _broken(call: Call) -> Exception:
    refused: Exception = failed()
    return _lost(call) if call.service == "web" else refused


BEFORE: Mapping[Fault, Callable[[Call], BaseException]] = {
    Fault.KILL_BEFORE: lambda _: Killed(),
    Fault.THROTTLE: _throttled,
    Fault.CONFLICT: _conflict,
    Fault.BREAK: _broken,
    Fault.UNREACHED: _unreached,
}
AFTER: Mapping[Fault, Callable[[Call], BaseException]] = {
    Fault.KILL_AFTER: lambda _: Killed(),
    Fault.ANSWER_LOST: _lost,
}


def by_chance(seed: int, most: int, chance: float) -> Callable[[int], Fault | None]:
    """Faults of a seed, at most so many."""
    dice = random.Random(f"faults {seed}")  # noqa: S311 - the same every time is the point
    left = [most]

    def draw(_: int) -> Fault | None:
        if not left[0] or dice.random() >= chance:
            return None
        left[0] -= 1
        return dice.choice(LIKELY)

    return draw


def as_told(points: Mapping[int, Fault]) -> Callable[[int], Fault | None]:
    """Just these, by the number of the call."""
    return points.get
