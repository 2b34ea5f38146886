"""Executions, and the courses through states that each consists of."""

import heapq
import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from simulation.aws.stepfunctions.definition import Flow, Machine, State
from simulation.aws.stepfunctions.jsonata import MISSING, EvaluationError, evaluate

MOST_BYTES = 262_144
KEPT_SECONDS = 90 * 86_400
UNSAID = object()


class Failed(Exception):
    """A state failed with this error."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


@dataclass(eq=False)
class Execution:
    """An execution of a state machine; `transitions` counts what is billed: the start, states entered, retries."""

    machine: Machine
    name: str
    input: str
    started_at: float
    status: str = "RUNNING"
    ended_at: float | None = None
    output: Any = UNSAID
    error: str = ""
    cause: str = ""
    transitions: int = 1

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"{self.machine.arn.replace(':stateMachine:', ':execution:')}:{self.name}"

    def end(self, status: str, now: float) -> None:
        """End it with a status."""
        self.status, self.ended_at = status, now

    def is_forgotten(self, now: float) -> bool:
        """Return whether it ended so long ago that its history and its name are gone."""
        return self.ended_at is not None and now - self.ended_at >= KEPT_SECONDS

    def status_at(self, moment: float) -> str:
        """Return its status at a moment; empty before its start."""
        if self.started_at > moment or self.is_forgotten(moment):
            return ""
        return "RUNNING" if self.ended_at is not None and self.ended_at > moment else self.status


@dataclass(eq=False)
class Course:
    """A course through states: that of an execution, or that of one item of the Map that `above` is in.

    It waits for the answer to `waits_for`, a task token or an invocation.
    """

    execution: Execution
    flow: Flow
    state: State
    input: Any
    above: "Course | None" = None
    index: int = 0
    item: Any = None
    entered_at: float = 0.0
    waits_for: object = None
    turn: "Turn | None" = None
    retries: Counter[int] = field(default_factory=Counter)
    begun: list["Course"] = field(default_factory=list)
    later: deque["Course"] = field(default_factory=deque)
    results: dict[int, Any] = field(default_factory=dict)

    def evaluated(self, template: Any, **variables: Any) -> Any:
        """Return the value of a field of the state; the variables are in $states beside input and context."""
        return _evaluated(template, {"input": self.input, "context": self._context(), **variables})

    def _context(self) -> dict[str, Any]:
        execution, machine = self.execution, self.execution.machine
        token = {"Task": {"Token": self.waits_for}} if isinstance(self.waits_for, str) else {}
        item = {"Map": {"Item": {"Index": self.index, "Value": self.item}}} if self.above else {}
        return {
            "Execution": {"Id": execution.arn, "Name": execution.name, "StartTime": iso(execution.started_at)},
            "StateMachine": {"Id": machine.arn, "Name": machine.name},
            "State": {
                "Name": self.state.name,
                "EnteredTime": iso(self.entered_at),
                "RetryCount": self.retries.total(),
            },
            **token,
            **item,
        }


def moment_of(now: float) -> datetime:
    """Return a moment as botocore answers it."""
    return datetime.fromtimestamp(now, UTC)


def iso(now: float) -> str:
    """Return a moment as $states.context has it."""
    return moment_of(now).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _evaluated(template: Any, states: dict[str, Any]) -> Any:
    if isinstance(template, dict):
        return {name: _evaluated(each, states) for name, each in template.items()}
    if isinstance(template, list):
        return [_evaluated(each, states) for each in template]
    if not isinstance(template, str) or not (template.startswith("{%") and template.endswith("%}")):
        return template
    try:
        found = evaluate(template[2:-2], states)
    except EvaluationError as error:
        raise Failed("States.QueryEvaluationError", str(error)) from None
    if found is MISSING:
        raise Failed("States.QueryEvaluationError", f"the expression {template} gave nothing")
    return found


def json_of(value: Any) -> str:
    """Return a value as JSON text; fail the state if it is too long."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if len(text) * 4 > MOST_BYTES and len(text.encode()) > MOST_BYTES:
        raise Failed("States.DataLimitExceeded", f"more than {MOST_BYTES} bytes")
    return text


class Turn(NamedTuple):
    """The next step of a course: `what` is enter, retry or time out."""

    at: float
    number: int
    what: str
    course: Course

    def __str__(self) -> str:
        return f"{self.course.execution.name}: {self.what} {self.course.state.name}"


class Agenda:
    """The turns that are planned, at most one for each course."""

    def __init__(self) -> None:
        self._later: list[Turn] = []
        self._due: list[Turn] = []
        self._count = 0

    def put(self, course: Course, what: str, at: float) -> None:
        """Plan a turn of a course, in place of the one that it had."""
        self._count += 1
        course.turn = Turn(at, self._count, what, course)
        heapq.heappush(self._later, course.turn)

    def due(self, now: float) -> list[Turn]:
        """Return the turns that are due, the oldest first."""
        while self._later and self._later[0].at <= now:
            self._due.append(heapq.heappop(self._later))
        self._due = [turn for turn in self._due if turn.course.turn is turn]
        return list(self._due)

    def next_at(self, now: float) -> float | None:
        """Return when the next turn is due; None without one."""
        if self.due(now):
            return now
        while self._later and self._later[0].course.turn is not self._later[0]:
            heapq.heappop(self._later)
        return self._later[0].at if self._later else None
