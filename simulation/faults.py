"""Faults at the calls of functions, by chance or as a case lists them.

A fault is named by the number of the call that it strikes, so that a run can be repeated with some of its faults.
"""

import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

import httpx
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from packhorse.aws.clients import CONFIG
from packhorse.http.calls import TIMEOUT
from simulation.aws.boundary import Call
from simulation.aws.refusals import Refused, cancelled, failed, throttled
from simulation.cloud import name_of
from simulation.deployment import Context, Deployment
from simulation.listener import IGNORE, End
from simulation.permissions import may, needs
from simulation.turns import Killed


class Fault(StrEnum):
    """The faults that can strike a call."""

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
    """A fault, and the number of the call that it strikes."""

    call: int
    fault: Fault


class Struck(NamedTuple):
    """The number of a call, the fault that strikes it, and the seconds that it is held up."""

    number: int
    fault: Fault
    seconds: float = 0.0


class Storm(NamedTuple):
    """A period in which every call of a service has the same fault: it breaks, its answer is lost, or it is slow.

    `service` may name one of its operations, as `TRANSACTIONS` does: orders cannot be changed, all else can.
    A caller whose answer is lost in a storm waits for it until its client's read timeout. `KILL_AFTER` is a fault of
    the processes of a function, which `service` names: they die after some of their calls.
    """

    service: str
    begins: float
    ends: float
    fault: Fault = Fault.BREAK


NOTHING = Struck(0, Fault.NONE)
MEANINGS: Mapping[Fault, str] = {
    Fault.KILL_BEFORE: "the process dies before this call",
    Fault.KILL_AFTER: "this call is done, then the process dies",
    Fault.THROTTLE: "the service refuses this call: too many requests",
    Fault.CONFLICT: "the service refuses this call: another transaction is at work on the same items",
    Fault.BREAK: "the service answers 500, and the call is not done",
    Fault.UNREACHED: "the service cannot be reached, and the call is not done",
    Fault.ANSWER_LOST: "this call is done, but its answer is lost",
    Fault.SLOW: "this call is slow",
}
LIKELY = (
    *[Fault.KILL_BEFORE, Fault.KILL_AFTER] * 3,
    *[Fault.ANSWER_LOST, Fault.SLOW] * 2,
    Fault.THROTTLE,
    Fault.CONFLICT,
    Fault.BREAK,
    Fault.UNREACHED,
)
TRANSACTIONS = "dynamodb TransactWriteItems"
BEYOND_AWS = frozenset({"web", "sftp"})
"""Servers of others: they need no permission, and fail as connections do."""
SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
READS = ("Get", "BatchGet", "List", "Query", "Scan", "Describe", "Head", "GET")
QUICK, SLOW = 0.05, 25.0
SLOW_IN_A_STORM = 0.1
"""The share of calls that are slow in a storm."""
DEADLY = 0.06
"""The share of calls after which a process dies in a storm of its function."""
OTHERS_GO_ON = 0.6
"""The share of calls at which another task may run."""


class Faults:
    """The hooks of a world: every call takes a moment, in which other tasks run, and may fail.

    `draw` returns the fault of a call by its number; `points` are those that struck. In a storm every call of a service
    fails. `calls` are counted until `stop`; the deployment's listener receives every call and its end.
    """

    def __init__(self, deployment: Deployment, draw: Callable[[int], Fault | None]) -> None:
        self.deployment = deployment
        self.turns = deployment.turns
        self.draw: Callable[[int], Fault | None] | None = draw
        self.points: list[Point] = []
        self.storms: list[Storm] = []
        self.calls = 0
        self.forbidden: set[str] = set()
        self._now: dict[str, Struck] = {}
        deployment.world.before, deployment.world.after = self._counted(self.before), self._counted(self.after)

    def _counted(self, hook: Callable[[Call], None]) -> Callable[[Call], None]:
        """Return a hook of calls that counts those which it lets fail."""

        def counted(call: Call) -> None:
            try:
                hook(call)
            except BaseException:
                self.deployment.harmed += 1
                raise

        return counted

    def before(self, call: Call) -> None:
        """Draw the fault of a call, hold the call up, and raise a fault that strikes before the effect."""
        task = self.turns.task
        context = self.deployment.running.get(task)
        if context is None:
            return
        self._check_permitted(context, call)
        if is_write(call):
            context.wrote.append(f"{call.service} {call.operation}")
        struck = self._now[task] = self._drawn()
        fault = struck.fault
        moment = self.turns.random.random()
        is_slow = fault is Fault.SLOW or (self._is_in_storm(call, Fault.SLOW) and self._is_slow_then())
        if is_slow or moment < OTHERS_GO_ON or fault is not Fault.NONE:
            seconds = moment * (SLOW if is_slow else QUICK)
            struck = self._now[task] = Struck(struck.number, fault, seconds)
            self.turns.sleep(seconds)
        if self.turns.now >= context.deadline:
            self._report(call, struck, "its time is over, or the stack restarts: the process ends before the call")
            raise Killed
        if self._is_in_storm(call, Fault.BREAK):
            self._report(call, struck, f"{call.service} is in a storm: it answers 500, and the call is not done")
            raise _broken(call)
        if fault in BEFORE:
            self._report(call, struck)
            raise BEFORE[fault](call)

    def _check_permitted(self, context: Context, call: Call) -> None:
        """Note what a call needs and the role of its function does not grant."""
        if call.service in BEYOND_AWS:
            return
        for needed in needs(call.service, call.operation, call.parameters):
            if not may(context.function_name, needed):
                self.forbidden.add(f"{context.function_name} may not {needed.action} {needed.resource}")

    def _is_slow_then(self) -> bool:
        return self.turns.random.random() < SLOW_IN_A_STORM

    def _is_in_storm(self, call: Call, fault: Fault) -> bool:
        if not self.storms:
            return False
        return self._storms_at(call.service, fault) or self._storms_at(f"{call.service} {call.operation}", fault)

    def _storms_at(self, name: str, fault: Fault) -> bool:
        for storm in self.storms:
            if storm.service == name and storm.fault is fault and storm.begins <= self.turns.now < storm.ends:
                return True
        return False

    def _dies(self) -> bool:
        """Return whether the process dies after this call, since its function is in a storm."""
        name = self.deployment.running[self.turns.task].function_name
        return self._storms_at(name, Fault.KILL_AFTER) and self.turns.random.random() < DEADLY

    def _report(self, call: Call, struck: "Struck", trouble: str = "") -> None:
        if self.deployment.listener is IGNORE:
            return
        end = End(struck.number, struck.fault, MEANINGS.get(struck.fault, ""), struck.seconds, trouble)
        self.deployment.listener.called(call, end)

    def _drawn(self) -> "Struck":
        if self.draw is None:
            return NOTHING
        self.calls += 1
        fault = self.draw(self.calls) or Fault.NONE
        if fault is not Fault.NONE:
            self.points.append(Point(self.calls, fault))
        return Struck(self.calls, fault)

    def stop(self) -> None:
        """End all faults and storms."""
        self.draw = None
        self.storms.clear()

    def after(self, call: Call) -> None:
        """Raise a fault that strikes after the effect, and report the call."""
        refusal = call.error.code if call.error else ""
        if self.turns.task not in self.deployment.running:
            self._report(call, NOTHING, refusal)
            return
        struck = self._now.get(self.turns.task, NOTHING)
        if self._is_in_storm(call, Fault.ANSWER_LOST):
            self._report(call, struck, f"{call.service} is in a storm: this call is done, but its answer is lost")
            self._wait_in_vain(call)
            raise _lost(call)
        if self.storms and self._dies():
            self._report(call, struck, "its function is in a storm: this call is done, then the process dies")
            raise Killed
        self._report(call, struck, refusal)
        if struck.fault in AFTER:
            raise AFTER[struck.fault](call)

    def _wait_in_vain(self, call: Call) -> None:
        """Wait for an answer as long as the client does; the process ends at the function's timeout.

        Without the wait a function would repeat what is done, call after call, much more often than it can on AWS.
        """
        left = self.deployment.running[self.turns.task].deadline - self.turns.now
        patience = read_timeout(call.service)
        self.turns.sleep(min(patience, left))
        if left <= patience:
            raise Killed


def is_write(call: Call) -> bool:
    """Return whether a call changes more than the answers that are stored by Idempotency-Key."""
    if call.operation.removeprefix("Admin").startswith(READS):
        return False
    return bool(call.parameters.get("TableName") != name_of("RequestsTable"))


def read_timeout(service: str) -> float:
    """Return the seconds that the product's client waits for an answer of a service, or of the web."""
    return float((TIMEOUT.read if service == "web" else CONFIG.read_timeout) or 0)


def _unreached(call: Call) -> Exception:
    if call.service == "web":
        return httpx.ConnectError("connection refused")
    if call.service in BEYOND_AWS:
        return ConnectionRefusedError("connection refused")
    error: Exception = ConnectionClosedError(endpoint_url="https://aws")
    return error


def _lost(call: Call) -> Exception:
    if call.service == "web":
        return httpx.ReadTimeout("no answer in time")
    if call.service in BEYOND_AWS:
        return ConnectionResetError("the connection broke")
    error: Exception = ReadTimeoutError(endpoint_url="https://aws")
    return error


def _throttled(call: Call) -> Exception:
    refused: Exception = throttled(call.service)
    return _unreached(call) if call.service in BEYOND_AWS else refused


def _conflict(call: Call) -> Exception:
    """Return a conflict with another transaction; for other calls than transactions, a throttle."""
    if call.operation in SINGLE_WRITES:
        return Refused("TransactionConflictException", "Transaction is ongoing for the item")
    if call.operation != "TransactWriteItems":
        return _throttled(call)
    refused: Exception = cancelled([{"Code": "TransactionConflict"} for _ in call.parameters["TransactItems"]])
    return refused


def _broken(call: Call) -> Exception:
    refused: Exception = failed()
    return _lost(call) if call.service in BEYOND_AWS else refused


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
    """Return a function that draws the faults of a seed, at most that many."""
    dice = random.Random(f"faults {seed}")  # noqa: S311 - the same every time is the point
    left = [most]

    def draw(_: int) -> Fault | None:
        if not left[0] or dice.random() >= chance:
            return None
        left[0] -= 1
        return dice.choice(LIKELY)

    return draw


def at_points(points: Mapping[int, Fault]) -> Callable[[int], Fault | None]:
    """Return a function that returns these faults, by the number of the call."""
    return points.get
