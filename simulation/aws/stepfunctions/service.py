"""Step Functions: its operations on executions in memory; the simulation decides when turns are taken."""

import json
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused
from simulation.aws.sqs import Sqs
from simulation.aws.stepfunctions.definition import Machine, machine_of, refuse_unknown
from simulation.aws.stepfunctions.executions import MOST_BYTES, Course, Execution, Turn, moment_of
from simulation.aws.stepfunctions.interpreter import TOKEN, TOKEN_LENGTH, Interpreter, Invocation

Parameters = Mapping[str, Any]
NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")
MOST_LISTED = 100
NOTHING: Mapping[str, str] = {}


class StepFunctions:
    """All state machines and executions.

    Nothing runs by itself: `due` returns the turns that can be taken, in any order, and `take` takes one. A turn that
    invokes a function adds an Invocation to `invocations`, which the caller removes, runs and answers. Knobs:
    DescribeExecution and ListExecutions are `lag` seconds late; `random` makes the jitter of retries.
    """

    def __init__(self, clock: Time, sqs: Sqs) -> None:
        self._clock = clock
        self._interpreter = Interpreter(clock, sqs)
        self._names = count(1)
        self.machines: dict[str, Machine] = {}
        self.executions: dict[tuple[str, str], Execution] = {}
        self.lag = 0.0
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "CreateStateMachine": self._create,
            "StartExecution": self._start,
            "DescribeExecution": self._describe,
            "ListExecutions": self._list,
            "StopExecution": self._stop,
            "SendTaskSuccess": self._succeed,
            "SendTaskFailure": self._fail,
            "SendTaskHeartbeat": self._beat,
        }

    def add(self, name: str, definition: Parameters, substitutions: Mapping[str, str] = NOTHING) -> Machine:
        """Create a state machine, with each ${Name} in its definition replaced."""
        self.machines[name] = machine_of(name, definition, substitutions)
        return self.machines[name]

    # ---- turns -------------------------------------------------------------------------------------------

    @property
    def invocations(self) -> list[Invocation]:
        """Functions that states invoke, in order; whoever removes one must answer it."""
        return self._interpreter.invocations

    @property
    def transitions(self) -> int:
        """The transitions of all executions so far."""
        return sum(execution.transitions for execution in self.executions.values())

    def due(self) -> list[Turn]:
        """Return the turns that are due, the oldest first."""
        return self._interpreter.agenda.due(self._clock.now)

    def next_at(self) -> float | None:
        """Return when the next turn is due; None if all executions wait for answers."""
        return self._interpreter.agenda.next_at(self._clock.now)

    def take(self, turn: Turn) -> None:
        """Take a turn that is due."""
        self._interpreter.take(turn)

    def advance(self) -> bool:
        """Take the oldest turn that is due; return False without one."""
        due = self.due()
        if due:
            self.take(due[0])
        return bool(due)

    # ---- executions ----------------------------------------------------------------------------------------

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        machine = self.add(parameters["name"], json.loads(parameters["definition"]))
        return {"stateMachineArn": machine.arn, "creationDate": moment_of(self._clock.now)}

    def _start(self, parameters: Parameters) -> dict[str, Any]:
        machine = self.machines.get(_last(parameters["stateMachineArn"], ":stateMachine:"))
        if machine is None:
            raise Refused(
                "StateMachineDoesNotExist", f"State Machine Does Not Exist: '{parameters['stateMachineArn']}'"
            )
        name = parameters.get("name") or f"00000000-0000-4000-8000-{next(self._names):012d}"
        if not NAME.fullmatch(name):
            raise Refused("InvalidName", f"Invalid Name: '{name}'")
        given = parameters.get("input", "{}")
        _refuse_text("input", given, "InvalidExecutionInput")
        execution = self._existing(machine.name, name)
        if execution is None:
            execution = self._begin(machine, name, given)
        elif execution.status != "RUNNING" or execution.input != given:
            raise Refused("ExecutionAlreadyExists", f"Execution Already Exists: '{execution.arn}'")
        return {"executionArn": execution.arn, "startDate": moment_of(execution.started_at)}

    def _begin(self, machine: Machine, name: str, given: str) -> Execution:
        self.executions.pop((machine.name, name), None)
        execution = self.executions[machine.name, name] = Execution(machine, name, given, self._clock.now)
        self._interpreter.begin(execution)
        return execution

    def _existing(self, machine: str, name: str) -> Execution | None:
        found = self.executions.get((machine, name))
        return None if found is None or found.is_forgotten(self._clock.now) else found

    def _execution(self, parameters: Parameters) -> Execution:
        machine, _, name = _last(parameters["executionArn"], ":execution:").partition(":")
        found = self._existing(machine, name)
        if found is None:
            raise _no_such_execution(parameters)
        return found

    def _describe(self, parameters: Parameters) -> dict[str, Any]:
        execution = self._execution(parameters)
        shown = self._shown(execution)
        if not shown:
            raise _no_such_execution(parameters)
        shown["input"] = execution.input
        if shown["status"] == "SUCCEEDED":
            shown["output"] = json.dumps(execution.output)
        elif shown["status"] != "RUNNING":
            shown |= {"error": execution.error, "cause": execution.cause}
        return shown

    def _shown(self, execution: Execution) -> dict[str, Any]:
        status = execution.status_at(self._clock.now - self.lag)
        if not status:
            return {}
        ended = {} if status == "RUNNING" else {"stopDate": moment_of(execution.ended_at or 0)}
        return {
            "executionArn": execution.arn,
            "stateMachineArn": execution.machine.arn,
            "name": execution.name,
            "status": status,
            "startDate": moment_of(execution.started_at),
            **ended,
        }

    def _list(self, parameters: Parameters) -> dict[str, Any]:
        refuse_unknown("ListExecutions", parameters, {"stateMachineArn", "statusFilter", "maxResults", "nextToken"})
        machine = _last(parameters["stateMachineArn"], ":stateMachine:")
        wanted, most = parameters.get("statusFilter"), parameters.get("maxResults") or MOST_LISTED
        newest_first = [each for each in reversed(self.executions.values()) if each.machine.name == machine]
        after = self._place(newest_first, parameters)
        shown = [(each, page) for each in newest_first[after:] if (page := self._shown(each))]
        found = [(each, page) for each, page in shown if wanted in (None, page["status"])]
        answer: dict[str, Any] = {"executions": [page for _, page in found[:most]]}
        if len(found) > most:
            answer["nextToken"] = found[most - 1][0].arn
        return answer

    def _place(self, newest_first: list[Execution], parameters: Parameters) -> int:
        after = parameters.get("nextToken")
        if after is None:
            return 0
        for position, each in enumerate(newest_first):
            if each.arn == after:
                return position + 1
        raise Refused("InvalidToken", f"Invalid Token: '{after}'")

    def _stop(self, parameters: Parameters) -> dict[str, Any]:
        execution = self._execution(parameters)
        if execution.status == "RUNNING":
            execution.error, execution.cause = parameters.get("error", ""), parameters.get("cause", "")
            self._interpreter.stop(execution)
        return {"stopDate": moment_of(execution.ended_at or 0)}

    # ---- task tokens -----------------------------------------------------------------------------------------

    def _waiting(self, parameters: Parameters) -> Course:
        token = parameters["taskToken"]
        if not token.startswith(TOKEN) or len(token) != TOKEN_LENGTH:
            raise Refused("InvalidToken", "Invalid Token: 'Invalid token'")
        course = self._interpreter.tokens.get(token)
        if course is None or course.execution.is_forgotten(self._clock.now):
            raise Refused("TaskDoesNotExist", "Task does not exist: 'Provided task does not exist anymore'")
        if course.waits_for != token:
            raise Refused("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        return course

    def _succeed(self, parameters: Parameters) -> dict[str, Any]:
        _refuse_text("output", parameters["output"], "InvalidOutput")
        self._interpreter.leave(self._waiting(parameters), json.loads(parameters["output"]))
        return {}

    def _fail(self, parameters: Parameters) -> dict[str, Any]:
        self._interpreter.fail(self._waiting(parameters), parameters.get("error", ""), parameters.get("cause", ""))
        return {}

    def _beat(self, parameters: Parameters) -> dict[str, Any]:
        self._waiting(parameters)
        return {}


def _last(arn: str, kind: str) -> str:
    before, found, name = arn.partition(kind)
    if not found or not before.startswith("arn:") or not name:
        raise Refused("InvalidArn", f"Invalid Arn: '{arn}'")
    return name


def _no_such_execution(parameters: Parameters) -> Refused:
    return Refused("ExecutionDoesNotExist", f"Execution Does Not Exist: '{parameters['executionArn']}'")


def _refuse_text(field: str, text: str, code: str) -> None:
    if len(text.encode()) > MOST_BYTES:
        message = f"Value at '{field}' failed to satisfy constraint: Member must have length less than or equal to"
        raise Refused("ValidationException", f"1 validation error detected: {message} {MOST_BYTES}")
    try:
        json.loads(text)
    except ValueError as error:
        raise Refused(code, f"Invalid {field}: '{error}'") from None
