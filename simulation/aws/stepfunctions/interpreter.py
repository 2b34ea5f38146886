"""Interpret state machines, one turn at a time."""

import hashlib
import json
import random
from collections import deque
from collections.abc import Callable
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused
from simulation.aws.sqs import Sqs
from simulation.aws.stepfunctions.definition import INVOKE, SEND_AND_WAIT, State, matches
from simulation.aws.stepfunctions.executions import Agenda, Course, Execution, Failed, Turn, json_of

MOST_AT_ONCE = 40
"""The items of an inline Map that AWS runs at the same time."""
TOKEN = "AQCEAAAAKgAAAAMAAAAA"
"""The beginning of AWS's task tokens."""
TOKEN_LENGTH = 640


class Invocation:
    """A function that a state invokes: the simulation runs it and answers once.

    An answer that comes too late (the execution was stopped, the state timed out) has no effect.
    """

    def __init__(self, interpreter: "Interpreter", course: Course, function: str, payload: Any) -> None:
        self.function = function
        self.payload = payload
        self.execution = course.execution.name
        self._interpreter = interpreter
        self._course = course

    @property
    def is_awaited(self) -> bool:
        """Whether the state still waits for the answer."""
        return self._course.waits_for is self

    def succeed(self, payload: Any) -> None:
        """Answer with the function's result."""
        if self.is_awaited:
            answer = {"ExecutedVersion": "$LATEST", "Payload": json.loads(json.dumps(payload)), "StatusCode": 200}
            self._interpreter.leave(self._course, answer)

    def fail(self, error: str, cause: str = "") -> None:
        """Answer with a failure: `error` is an exception's class, Sandbox.Timedout, Lambda.ServiceException ..."""
        if self.is_awaited:
            self._interpreter.fail(self._course, error, cause)


class Interpreter:
    """Takes the turns of all executions."""

    def __init__(self, clock: Time, sqs: Sqs) -> None:
        self.agenda = Agenda()
        self.tokens: dict[str, Course] = {}
        self.courses: dict[Execution, Course] = {}
        self.invocations: list[Invocation] = []
        self.random = random.Random(0)  # noqa: S311 - the same every time is the point
        self._clock = clock
        self._sqs = sqs
        self._enter: dict[str, Callable[[Course], None]] = {
            "Succeed": lambda course: self.leave(course, course.input),
            "Map": self._map,
            SEND_AND_WAIT: self._send,
            INVOKE: self._invoke,
        }

    # ---- into a state --------------------------------------------------------------------------------------

    def begin(self, execution: Execution) -> None:
        """Plan the first turn of an execution."""
        flow = execution.machine.flow
        course = self.courses[execution] = Course(execution, flow, flow.first, json.loads(execution.input))
        self.agenda.put(course, "enter", self._clock.now)

    def take(self, turn: Turn) -> None:
        """Take a turn."""
        course = turn.course
        if course.turn is not turn:
            raise ValueError(f"{turn} was taken, or is not to be any more")
        course.turn = None
        if turn.what == "time out":
            self.fail(course, "States.Timeout")
            return
        course.execution.transitions += 1
        course.entered_at = self._clock.now
        try:
            self._enter[course.state.kind](course)
        except Failed as failed:
            self.fail(course, failed.error, failed.cause)

    def _send(self, course: Course) -> None:
        token = self._token(course)
        course.waits_for = token
        arguments = course.evaluated(course.state.definition["Arguments"])
        body = arguments["MessageBody"]
        try:
            self._sqs.send({**arguments, "MessageBody": body if isinstance(body, str) else json_of(body)})
        except Refused as refused:
            raise Failed("SQS.AmazonSQSException", str(refused)) from None
        self.tokens[token] = course
        self._limit(course)

    def _token(self, course: Course) -> str:
        text = f"{course.execution.arn} {len(self.tokens)}"
        digest = hashlib.sha512(text.encode()).hexdigest()
        return (TOKEN + digest * (TOKEN_LENGTH // len(digest) + 1))[:TOKEN_LENGTH]

    def _invoke(self, course: Course) -> None:
        arguments = course.evaluated(course.state.definition["Arguments"])
        payload = json.loads(json_of(arguments.get("Payload", {})))
        invocation = Invocation(self, course, arguments["FunctionName"].rpartition(":")[2], payload)
        course.waits_for = invocation
        self.invocations.append(invocation)
        self._limit(course)

    def _limit(self, course: Course) -> None:
        seconds = course.state.definition.get("TimeoutSeconds")
        if seconds is not None:
            self.agenda.put(course, "time out", self._clock.now + seconds)

    def _map(self, course: Course) -> None:
        items, flow = course.evaluated(course.state.definition["Items"]), course.state.items
        assert flow
        if not isinstance(items, list):
            raise Failed("States.QueryEvaluationError", "Items is no array")
        selector = course.state.definition.get("ItemSelector")
        found = [Course(course.execution, flow, flow.first, course.input, course, *item) for item in enumerate(items)]
        for each in found:
            each.input = each.item if selector is None else each.evaluated(selector)
        course.begun, course.later, course.results = [], deque(found), {}
        self._go_on(course)

    def _go_on(self, course: Course) -> None:
        """Begin the next items of a Map; after the last one, leave the Map."""
        while course.later and len(course.begun) - len(course.results) < MOST_AT_ONCE:
            each = course.later.popleft()
            course.begun.append(each)
            self.agenda.put(each, "enter", self._clock.now)
        if len(course.results) == len(course.begun):
            self.leave(course, [result for _, result in sorted(course.results.items())])

    # ---- out of a state ------------------------------------------------------------------------------------

    def leave(self, course: Course, result: Any) -> None:
        """Leave a state with a result: enter the next state, or end."""
        definition = course.state.definition
        try:
            output = course.evaluated(definition["Output"], result=result) if "Output" in definition else result
            json_of(output)
        except Failed as failed:
            self.fail(course, failed.error, failed.cause)
            return
        self._wait_no_more(course)
        if "Next" in definition:
            self._next(course, course.flow.states[definition["Next"]], output)
        else:
            self._end(course, output)

    def _next(self, course: Course, state: State, given: Any) -> None:
        course.state, course.input = state, given
        course.retries.clear()
        self.agenda.put(course, "enter", self._clock.now)

    def _end(self, course: Course, output: Any) -> None:
        if course.above:
            course.above.results[course.index] = output
            self._go_on(course.above)
            return
        course.execution.output = output
        course.execution.end("SUCCEEDED", self._clock.now)

    def fail(self, course: Course, error: str, cause: str = "") -> None:
        """Handle the failure of a state: retry it, enter the catcher's state, or fail what is above it."""
        self._wait_no_more(course)
        if self._is_retried(course, error):
            return
        for catcher in course.state.catchers:
            if matches(catcher.errors, error):
                failure = {"Error": error, "Cause": cause}
                output = course.evaluated(catcher.definition.get("Output", failure), errorOutput=failure)
                self._next(course, course.flow.states[catcher.definition["Next"]], output)
                return
        if course.above:
            self.fail(course.above, error, cause)
            return
        course.execution.error, course.execution.cause = error, cause
        course.execution.end("FAILED", self._clock.now)

    def _is_retried(self, course: Course, error: str) -> bool:
        retriers = enumerate(course.state.retriers)
        position, retrier = next((each for each in retriers if matches(each[1].errors, error)), (0, None))
        if not retrier or course.retries[position] >= retrier.most:
            return False
        course.retries[position] += 1
        pause = retrier.pause(course.retries[position])
        pause *= self.random.random() if retrier.has_jitter else 1
        self.agenda.put(course, "retry", self._clock.now + pause)
        return True

    def _wait_no_more(self, course: Course) -> None:
        course.waits_for = course.turn = None
        for each in course.begun:
            self._wait_no_more(each)

    def stop(self, execution: Execution) -> None:
        """Stop an execution: none of its turns is taken any more."""
        self._wait_no_more(self.courses[execution])
        execution.end("ABORTED", self._clock.now)
