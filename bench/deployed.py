"""The application of template.yaml on the stand-ins, driven step by step, with a meter on all of it.

It imports the code that is measured, so it belongs into a process that `bench.process` starts. Time passes where
`sleep` says so, and nothing is left to chance: the same code makes the same calls everywhere.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.meter import REQUEST_ID, Meter
from packhorse.aws import secrets
from packhorse.aws.telemetry import logger
from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import event as stream_event
from simulation.aws.messages import Message
from simulation.aws.queues import Queue
from simulation.cloud import function_name, make
from simulation.deployment import Context
from simulation.functions import Source, functions, functions_by_name, queue_sources, stream_sources
from simulation.turns import Turns

SOON = 60.0
"""Seconds within which a message must become visible to belong to what goes on now."""


class Deployed:
    """A deployment that does nothing of itself; batches hold at most `at_once` messages."""

    def __init__(self, at_once: int = 1) -> None:
        self.turns = Turns(seed=1)
        self.world = World(self.turns)
        make(self.world)
        self.meter = Meter(self.world)
        self._at_once = at_once
        self._printed = io.StringIO()
        self._read = {source.target: 0 for source in stream_sources()}

    @contextmanager
    def installed(self) -> Iterator["Deployed"]:
        """All clients, clocks and logs of this process are those of the deployment meanwhile."""
        secrets._cached_credentials.clear()
        with ExitStack() as patches:
            patches.enter_context(redirect_stdout(self._printed))
            patches.enter_context(patch.object(logger.registered_handler, "stream", self._printed))
            patches.enter_context(patch.dict("os.environ", {"POWERTOOLS_METRICS_DISABLED": "false"}))
            patches.enter_context(self.turns.installed())
            patches.enter_context(self.world.installed())
            yield self

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.turns.sleep(seconds)

    def sleep_until(self, moment: float) -> None:
        """Let time pass until then."""
        self.turns.sleep(max(0.0, moment - self.turns.now))

    # ---- functions -----------------------------------------------------------------------------------------

    def invoke(self, name: str, event: Any) -> Any:
        """Return what the function of that logical id answers."""
        function = functions()[name]
        context = Context(
            function_name(name),
            self.turns.now + function.timeout,
            self.turns,
            invoked_function_arn=f"arn:aws:lambda:us-east-1:123456789012:function:{function_name(name)}",
            aws_request_id=REQUEST_ID,
        )
        with self.meter.invocation(name):
            answer = self.run(function.handler, event, context)
        self.meter.log(self._printed.getvalue().splitlines())
        self._printed.seek(0)
        self._printed.truncate()
        return answer

    def run(self, handler: Callable[[Any, Any], Any], event: Any, context: Any) -> Any:
        """Return what a handler answers."""
        return handler(event, context)

    def request(self, name: str, event: Mapping[str, Any]) -> Any:
        """Return the body of the answer to an HTTP request, which must be a good one."""
        self.meter.request()
        answer = self.invoke(name, event)
        if not 200 <= answer["statusCode"] < 300:
            raise AssertionError(f"{name} answered {answer}")
        return answer["body"]

    def send(self, queue: str, body: str) -> None:
        """Send a message as a service of AWS does, which is billed as ours."""
        self.world.sqs.send({"QueueUrl": self.world.sqs.queues[queue].url, "MessageBody": body})

    # ---- what services pass on -----------------------------------------------------------------------------

    def settle(self) -> None:
        """Have everything happen that is due now, or follows from it soon."""
        while self._advance() or self._wait():
            pass

    def _advance(self) -> bool:
        work = [*self._states(), *self._invocations(), *self._changes(), *self._messages()]
        for each in work:
            each()
        return bool(work)

    def _wait(self) -> bool:
        """Let time pass until the next message is visible, if that is soon; return whether it is."""
        times = [queue.next_at() for queue in self.world.sqs.queues.values() if queue.messages]
        due = min((moment for moment in times if moment is not None), default=None)
        if due is None or due > self.turns.now + SOON:
            return False
        self.sleep(due - self.turns.now)
        return True

    def _states(self) -> Iterator[Callable[[], object]]:
        while self.world.states.advance():
            pass
        while self.world.states.invocations:
            yield partial(self._answer, self.world.states.invocations.pop(0))

    def _answer(self, invocation: Any) -> None:
        invocation.succeed(self.invoke(self.named(invocation.function), invocation.payload))

    def _invocations(self) -> Iterator[Callable[[], object]]:
        while self.world.functions.invocations:
            later = self.world.functions.invocations.pop(0)
            yield partial(self.invoke, self.named(later.function), later.payload)

    def named(self, function: str) -> str:
        """Return the logical id of the function of that name."""
        return functions_by_name()[function].name

    def _changes(self) -> Iterator[Callable[[], object]]:
        for source in stream_sources():
            records, start = self.world.dynamodb.tables[source.target].records, self._read[source.target]
            if batch := records[start : start + source.most]:
                self._read[source.target] += len(batch)
                if taken := list(filter(source.takes, batch)):
                    yield partial(self.invoke, source.function.name, stream_event(taken))

    def _messages(self) -> Iterator[Callable[[], object]]:
        for source in queue_sources():
            queue = self.world.sqs.queues[source.target]
            while messages := queue.receive(min(self._at_once, source.most)):
                yield partial(self._deliver, source, queue, messages)

    def _deliver(self, source: Source, queue: Queue, messages: list[Message]) -> None:
        event = queue.event(messages)
        self.meter.deliver(queue.name, messages)
        answer = self.invoke(source.function.name, event)
        if (answer or {}).get("batchItemFailures"):
            raise AssertionError(f"{source.function.name} left {answer} of {event}")
        queue.settle(event, answer)
