"""The application of template.yaml on the stand-ins: what there is, and what calls which function.

Everything is read off the template, so that what is simulated is what is deployed. Nothing happens of itself: `pump`
has services pass on what waits in them, as tasks of the turns.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.streams import event as stream_event
from simulation.aws.functions import Invocation as Later
from simulation.aws.queues import Queue
from simulation.aws.stepfunctions.interpreter import Invocation
from simulation.cloud import ACCOUNT, function_name, logical_id, make, name_of, short_name
from simulation.listener import IGNORE, Listener
from simulation.template import queue_name, resources, template
from simulation.turns import Killed, Turns

Handler = Callable[[Any, Any], Any]
RETRIES = 2
"""Of an asynchronous invocation that failed, where the template does not say; one after a minute, one after two."""
MINUTE = 60.0
MOST_AT_ONCE = 3
"""Invocations of a function beside each other: enough to race."""


class Function(NamedTuple):
    """A Lambda function of the template."""

    name: str
    handler: Handler
    timeout: float


class Source(NamedTuple):
    """What calls a function: a queue, or the stream of a table; so many messages at a time."""

    function: Function
    target: str
    most: int


@cache
def functions() -> Mapping[str, Function]:
    """All functions, by logical id."""
    default = template()["Globals"]["Function"]["Timeout"]
    found = {}
    for name, properties in resources("AWS::Serverless::Function").items():
        module, _, attribute = properties["Handler"].partition(".")
        place = f"{properties['CodeUri'].replace('/', '.')}.{module}"
        handler = getattr(importlib.import_module(place), attribute)
        found[name] = Function(name, handler, float(properties.get("Timeout", default)))
    return found


def _events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, properties in resources("AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == kind:
                yield name, event["Properties"]


def queue_sources() -> list[Source]:
    """Which function takes what waits in which queue."""
    return [
        Source(functions()[name], queue_name(logical_id(event["Queue"])), event["BatchSize"])
        for name, event in _events("SQS")
    ]


def stream_sources() -> list[Source]:
    """Which function hears of the changes of which table."""
    return [
        Source(functions()[name], name_of(event["Stream"]["!GetAtt"].removesuffix(".StreamArn")), event["BatchSize"])
        for name, event in _events("DynamoDB")
    ]


@dataclass(eq=False)
class Context:
    """What Lambda passes beside the event."""

    function_name: str
    deadline: float
    turns: Turns
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        """Until it is killed."""
        return int(1000 * (self.deadline - self.turns.now))


class Deployment:
    """The stand-ins as the template has them.

    Knobs: `jitter` is how many seconds a service may take to pass something on, `clocks_wrong_by` how many the clock of
    a process may be wrong; `is_lost` says whether an acknowledgement is.
    """

    def __init__(self, world: World, turns: Turns, listener: Listener = IGNORE) -> None:
        self.world = world
        self.turns = turns
        self.listener = listener
        self.jitter = 0.2
        self.clocks_wrong_by = 0.0
        self.is_lost: Callable[[str], bool] = lambda what: False
        self.running: dict[str, Context] = {}
        self._spawned = 0
        self.errors: list[tuple[str, Exception]] = []
        self._streams = {source.target: 0 for source in stream_sources()}
        self._busy: dict[str, int] = {}
        make(world)
        for table in world.dynamodb.tables.values():
            table.view = "NEW_AND_OLD_IMAGES"  # of all of them: what is checked is read off the streams
        self._sources = [(source, world.sqs.queues[source.target]) for source in queue_sources()]
        self._stream_sources = stream_sources()
        self._dead_letters = {queue.dead for queue in world.sqs.queues.values() if queue.dead}
        self._next_minute: float | None = None

    def skip_changes_so_far(self) -> None:
        """Nobody is to hear of what is in the streams now."""
        self._streams = {name: len(self.world.dynamodb.tables[name].records) for name in self._streams}

    # ---- functions -----------------------------------------------------------------------------------------

    @contextmanager
    def _process(self, function: Function, event: Any, source: str) -> Iterator[Context]:
        task = self.turns.task
        context = self.running[task] = Context(function.name, self.turns.now + function.timeout, self.turns)
        try:
            skew = self.clocks_wrong_by * (2 * self.turns.random.random() - 1)
            with self.turns.skewed(skew):
                self.listener.invoked(function.name, source, event, skew)
                yield context
        except BaseException as error:
            self.listener.failed(error)
            raise
        finally:
            del self.running[task]

    def _handle(self, function: Function, event: Any, source: str) -> Any:
        with self._process(function, event, source) as context:
            answer = function.handler(event, context)
        self.listener.answered(answer)
        return answer

    def _loses(self, what: str, about: str) -> bool:
        """Whether that is lost, or comes twice, this time."""
        is_lost = self.is_lost(what)
        if is_lost:
            self.listener.happened(lambda: f"{what}: {about}", is_trouble=True)
        return is_lost

    def call(self, name: str, event: Any) -> Any:
        """What a function answers to somebody who waits for it in the task that runs now; None where it died."""
        function = functions()[name]
        try:
            return self._handle(function, event, "")
        except Killed:
            return None
        except Exception as error:
            self.errors.append((function.name, error))
            return None

    def _spawn(self, function: Function, work: Callable[[], None], after: float = 0.0) -> None:
        self._spawned += 1
        name = f"{function.name.removesuffix('Function').lower()}-{self._spawned}"
        self.turns.spawn(work, name, after + self.turns.random.random() * self.jitter)

    # ---- what passes on ------------------------------------------------------------------------------------

    def pump(self) -> None:
        """Has every service pass on what waits in it."""
        self._catch_up()
        while self.world.states.advance():
            pass
        self._send_announcements()
        self._run_schedules()
        self._invoke()
        for source, queue in self._sources:
            if queue.messages and self._busy.get(source.target, 0) < MOST_AT_ONCE:
                self._poll(source, queue)
        for source in self._stream_sources:
            records = self.world.dynamodb.tables[source.target].records
            if self._streams[source.target] < len(records) and not self._busy.get(f"stream {source.target}"):
                self._read(source, records)

    def _invoke(self) -> None:
        """Functions that a state machine or another function asked for."""
        while self.world.states.invocations:
            invocation = self.world.states.invocations.pop(0)
            function = next(each for each in functions().values() if function_name(each.name) == invocation.function)
            self._spawn(function, partial(self._run_for_state, function, invocation))
        while self.world.functions.invocations:
            later = self.world.functions.invocations.pop(0)
            function = next(each for each in functions().values() if function_name(each.name) == later.function)
            for _ in range(2 if self._loses("invoked twice", function.name) else 1):
                self._spawn(function, partial(self.run_later, function, later.payload))

    def _run_schedules(self) -> None:
        """Runs what is scheduled every minute while there are dead letters: a day without any comes to its end."""
        if not any(queue.messages for queue in self._dead_letters):
            self._next_minute = None
        elif self._next_minute is None:
            self._next_minute = (self.turns.now // MINUTE + 1) * MINUTE
        elif self._next_minute <= self.turns.now:
            self.world.functions.invocations += [later for later, every in schedules() if every == "rate(1 minute)"]
            self._next_minute = None

    def next_at(self) -> float | None:
        """When there will be something to pass on that is not there yet; None if nothing will."""
        times = [queue.next_at() for _, queue in self._sources if queue.messages]
        times += [self.world.states.next_at(), self._next_minute]
        return min((moment for moment in times if moment is not None), default=None)

    def _catch_up(self) -> None:
        """Indexes get to know of things, a while later."""
        for behind in self.world.dynamodb.behind() if self.world.dynamodb.indexes_lag else ():
            if self.turns.random.random() < 0.3:
                self.world.dynamodb.catch_up(behind)

    def _send_announcements(self) -> None:
        while self.world.s3.announcements:
            self.world.functions.invocations.append(Later(*self.world.s3.announcements.pop(0)))

    def _poll(self, source: Source, queue: Queue) -> None:
        most = self.turns.random.randint(1, source.most)
        messages = queue.receive(most)
        if not messages:
            return
        event = queue.event(messages)
        about = f"{len(messages)} messages of queue {short_name(queue.name)}"
        if not queue.is_fifo and self._loses("delivered twice", about):
            for message in messages:
                message.visible_at = self.turns.now + self.turns.random.random()
        self._busy[source.target] = self._busy.get(source.target, 0) + 1
        self._spawn(source.function, partial(self._deliver, source, queue, event))

    def _deliver(self, source: Source, queue: Queue, event: dict[str, Any]) -> None:
        try:
            answer = self._handle(source.function, event, f"queue {short_name(queue.name)}")
            if not self._loses("acknowledgement lost", "the messages come again"):
                queue.settle(event, answer)
        except Killed:
            return
        except Exception as error:
            self.errors.append((source.function.name, error))
        finally:
            self._busy[source.target] -= 1

    def _read(self, source: Source, records: list[Record]) -> None:
        first = self._streams[source.target]
        most = self.turns.random.randint(1, source.most)
        self._busy[f"stream {source.target}"] = 1
        self._spawn(source.function, partial(self._deliver_changes, source, records[first : first + most]))

    def _deliver_changes(self, source: Source, batch: list[Record]) -> None:
        try:
            self._handle(source.function, stream_event(batch), f"stream of table {short_name(source.target)}")
            if not self._loses("checkpoint lost", "the changes come again"):
                self._streams[source.target] += len(batch)
        except Killed:
            return
        except Exception as error:
            self.errors.append((source.function.name, error))
        finally:
            self._busy[f"stream {source.target}"] = 0

    def _run_for_state(self, function: Function, invocation: Invocation) -> None:
        try:
            answer = self._handle(function, invocation.payload, "state machine")
        except Killed:
            invocation.fail("Lambda.Unknown", "the process died")
        except Exception as error:
            self.errors.append((function.name, error))
            invocation.fail(type(error).__name__, str(error))
        else:
            invocation.succeed(answer)

    def run_later(self, function: Function, payload: Any, failures: int = 0) -> None:
        """Runs a function that nobody waits for, again if it fails; what it gives up goes where the template says."""
        try:
            self._handle(function, payload, "asynchronous invocation")
        except Killed:
            self._run_again(function, payload, failures + 1, "Runtime.ExitError")
        except Exception as error:
            self.errors.append((function.name, error))
            self._run_again(function, payload, failures + 1, type(error).__name__)

    def _run_again(self, function: Function, payload: Any, failures: int, error: str) -> None:
        config = resources("AWS::Serverless::Function")[function.name]["EventInvokeConfig"]
        if failures <= config.get("MaximumRetryAttempts", RETRIES):
            again = partial(self.run_later, function, payload, failures)
            self._spawn(function, again, failures * MINUTE)
        elif "DestinationConfig" in config:
            queue = queue_name(logical_id(config["DestinationConfig"]["OnFailure"]["Destination"]))
            arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function_name(function.name)}:$LATEST"
            letter = {"requestContext": {"functionArn": arn}, "requestPayload": payload}
            body = json.dumps({**letter, "responsePayload": {"errorType": error}})
            self.world.sqs.queues[queue].send({"MessageBody": body})


def schedules() -> Iterator[tuple[Later, str]]:
    """What the template's own schedules invoke, and when, in the order of their names."""
    for _, properties in sorted(resources("AWS::Scheduler::Schedule").items()):
        target = properties["Target"]
        yield (
            Later(function_name(logical_id(target["Arn"])), json.loads(target["Input"])),
            properties["ScheduleExpression"],
        )
