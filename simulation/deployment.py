"""The application of template.yaml on the stand-ins: its functions, and the event sources that invoke them.

Everything is read from the template, so that the simulated application is the deployed one. Nothing runs by itself:
`pump` starts the invocations that are due, as tasks of `Turns`.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from packhorse.store.timed_holds import PK as TIMED_HOLDS
from simulation.account import EVENT_AGE, STREAM_PAUSE, UNAVAILABLE, Account, pause
from simulation.aws.boundary import World
from simulation.aws.dynamodb.indexes import Behind
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.streams import event as stream_event
from simulation.aws.functions import Invocation as Later
from simulation.aws.functions import Unanswered
from simulation.aws.messages import Message
from simulation.aws.queues import Queue
from simulation.aws.refusals import Refused
from simulation.aws.stepfunctions.interpreter import Invocation
from simulation.caches import clear_caches
from simulation.cloud import ACCOUNT, function_name, logical_id, make, name_of, short_name
from simulation.functions import (
    Function,
    Source,
    functions,
    functions_by_name,
    queue_sources,
    schedules,
    stream_sources,
)
from simulation.listener import IGNORE, Listener
from simulation.template import invoke_configs, queue_name
from simulation.turns import Killed, Turns

RETRIES = 2
"""Retries of a failed asynchronous invocation, unless the template sets them: one after a minute, one after two."""
MINUTE = 60.0
PATIENCE = 27.0
"""Seconds that the caller of a synchronous invocation waits for its answer."""
REFUSED = frozenset({401, 403})
"""Answers of the API to requests that must not change anything."""
LONGEST_LAG = 600.0
"""Seconds that an index is behind its table at most; on AWS a fraction of a second, longer where something fails."""
MOST_AT_ONCE = 3
"""Concurrent invocations of a function: enough for races."""


@dataclass(eq=False)
class Context:
    """The context that Lambda passes beside the event; `wrote` are the writes of the invocation so far."""

    function_name: str
    deadline: float
    turns: Turns
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id: str = "request-1"
    wrote: list[str] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout."""
        return int(1000 * (self.deadline - self.turns.now))


class Deployment:
    """The resources of the template, and the invocations of its functions.

    Knobs: `jitter` is the longest delay of an invocation in seconds, `clocks_wrong_by` the largest error of a process's
    clock; `is_lost(what)` decides whether an acknowledgement is lost, or a message delivered twice; `account` limits
    concurrent executions. `tries` counts the deliveries of each message that reached a function, `harmed` the calls
    that a fault struck.
    """

    def __init__(self, world: World, turns: Turns, listener: Listener = IGNORE) -> None:
        self.world = world
        self.turns = turns
        self.listener = listener
        self.jitter = 0.2
        self.clocks_wrong_by = 0.0
        self.is_lost: Callable[[str], bool] = lambda what: False
        self.account = Account()
        self.tries: Counter[str] = Counter()
        self.harmed = 0
        self.running: dict[str, Context] = {}
        self._spawned = 0
        self._requests = 0
        self.errors: list[tuple[str, Exception]] = []
        self.written_and_refused: set[str] = set()
        self._streams = {source.target: 0 for source in stream_sources()}
        self._busy: dict[str, int] = {}
        make(world)
        for each in functions().values():
            world.functions.handlers[function_name(each.name)] = partial(self._run_now, each)
        for table in world.dynamodb.tables.values():
            table.view = table.view or "KEYS_ONLY"  # for all of them: the checks read the streams
        self._sources = [(source, world.sqs.queues[source.target]) for source in queue_sources()]
        self._stream_sources = [(source, world.dynamodb.tables[source.target]) for source in stream_sources()]
        self._dead_letters = tuple(dict.fromkeys(queue.dead for queue in world.sqs.queues.values() if queue.dead))
        self._next_minute: float | None = None
        self._orders = world.dynamodb.tables[name_of("OrdersTable")]
        self._behind_since: dict[Behind, float] = {}

    def dead_letters(self) -> list[Message]:
        """Return all messages in the dead-letter queues."""
        found: list[Message] = []
        for queue in self._dead_letters:
            found += queue.messages
        return found

    def skip_changes_so_far(self) -> None:
        """Skip the records that are in the streams now."""
        self._streams = {name: len(self.world.dynamodb.tables[name].records) for name in self._streams}

    def restart(self) -> None:
        """Stop every process before its next call; those that follow have nothing in their caches."""
        for context in self.running.values():
            context.deadline = self.turns.now
        clear_caches()

    # ---- functions -----------------------------------------------------------------------------------------

    @contextmanager
    def _process(self, function: Function, event: Any, source: str) -> Iterator[Context]:
        task = self.turns.task
        self._requests += 1
        context = Context(function.name, self.turns.now + function.timeout, self.turns)
        context.aws_request_id = f"request-{self._requests}"
        self.running[task] = context
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
        if function.name == "ApiFunction" and answer["statusCode"] in REFUSED and context.wrote:
            self.written_and_refused.add(f"a request is answered {answer['statusCode']}, and wrote: {context.wrote}")
        self.listener.answered(answer)
        return answer

    def _is_throttled(self, function: Function) -> bool:
        """Return whether an invocation of the function is throttled."""
        is_throttled = self.account.is_full(len(self.running), self.turns.now)
        if is_throttled:
            self.listener.happened(lambda: f"Lambda has no environment for {function.name}", is_trouble=True)
        return is_throttled

    def _loses(self, what: str, about: str) -> bool:
        """Return whether an acknowledgement is lost, or a message delivered twice, this time."""
        is_lost = self.is_lost(what)
        if is_lost:
            self.listener.happened(lambda: f"{what}: {about}", is_trouble=True)
        return is_lost

    def call(self, name: str, event: Any) -> Any:
        """Run a function in the current task; return its answer, None if it died or failed."""
        function = functions()[name]
        if self._is_throttled(function):
            return UNAVAILABLE
        try:
            return self._handle(function, event, "")
        except Killed:
            return None
        except Exception as error:
            self.errors.append((function.name, error))
            return None

    def call_beside(self, name: str, event: Any) -> Any:
        """Run a function beside the current process, which waits; return its answer, None if it died or failed."""
        try:
            return self._run_now(functions()[name], event)
        except Exception:
            return None

    def _run_now(self, function: Function, payload: Any) -> Any:
        """Run a function in a process of its own while the current one waits for the answer, and return that."""
        if self._is_throttled(function):
            raise Refused("TooManyRequestsException", "Rate Exceeded.", 429)
        caller, waits_until, answers = self.turns.task, self.turns.now + PATIENCE, list[Callable[[], Any]]()

        def run() -> None:
            try:
                answer = self._handle(function, payload, "synchronous invocation")
                answers.append(lambda: answer)
            except Killed:
                answers.append(_dead)
            except Exception as error:
                self.errors.append((function.name, error))
                answers.append(partial(_fail, error))
            if self.turns.now < waits_until:
                self.turns.wake(caller)

        self._spawn(function, run)
        self.turns.sleep(PATIENCE)
        if not answers:
            raise Unanswered
        return json.loads(json.dumps(answers[0]()))

    def _spawn(self, function: Function, work: Callable[[], None], after: float = 0.0) -> None:
        self._spawned += 1
        name = f"{function.name.removesuffix('Function').lower()}-{self._spawned}"
        self.turns.spawn(work, name, after + self.turns.random.random() * self.jitter)

    # ---- event sources -------------------------------------------------------------------------------------

    def pump(self) -> None:
        """Start an invocation for everything that waits: messages, stream records, state machines, notifications."""
        self._catch_up()
        while self.world.states.advance():
            pass
        self._send_announcements()
        self._run_schedules()
        self._invoke()
        for source, queue in self._sources:
            if queue.messages and self._busy.get(source.target, 0) < MOST_AT_ONCE:
                self._poll(source, queue)
        for source, table in self._stream_sources:
            if self._streams[source.target] < len(table.records) and not self._busy.get(f"stream {source.target}"):
                self._read(source, table.records)

    def _invoke(self) -> None:
        """Run the functions that a state machine or another function invoked."""
        while self.world.states.invocations:
            invocation = self.world.states.invocations.pop(0)
            function = functions_by_name()[invocation.function]
            self._spawn(function, partial(self._run_for_state, function, invocation))
        while self.world.functions.invocations:
            later = self.world.functions.invocations.pop(0)
            function = functions_by_name()[later.function]
            for _ in range(2 if self._loses("invoked twice", function.name) else 1):
                self._spawn(function, partial(self.run_later, function, later.payload))

    def _run_schedules(self) -> None:
        """Invoke the schedules of every minute when they are due."""
        self._plan_schedules()
        if self._next_minute is not None and self._next_minute <= self.turns.now:
            self.world.functions.invocations += [later for later, every in schedules() if every == "rate(1 minute)"]
            self._next_minute = None

    def _plan_schedules(self) -> None:
        """Plan the next whole minute at which a dead letter or an ended hold waits, so that a day without them ends."""
        due = self.turns.now if self.dead_letters() else self._next_end_of_hold()
        if due is None:
            self._next_minute = None
            return
        planned = (max(due, self.turns.now) // MINUTE + 1) * MINUTE
        self._next_minute = min(planned, self._next_minute or planned)

    def _next_end_of_hold(self) -> float | None:
        """Return when the next hold ends by itself; None if none does."""
        first = next(self._orders.storage.walk(TIMED_HOLDS, None, forward=True), None)
        return datetime.fromisoformat(first.item["sk"]["S"].partition("#")[0]).timestamp() if first else None

    def next_at(self) -> float | None:
        """Return when a message or a turn becomes due that is not due now; None without one."""
        self._plan_schedules()  # a message may have become a dead letter since
        times = [queue.next_at() for _, queue in self._sources if queue.messages]
        times += [self.world.states.next_at(), self._next_minute]
        return min((moment for moment in times if moment is not None), default=None)

    def _catch_up(self) -> None:
        """Let indexes catch up with some changes, and with whatever is older than LONGEST_LAG."""
        behind = self.world.dynamodb.behind() if self.world.dynamodb.indexes_lag else []
        if not behind and not self._behind_since:
            return
        self._behind_since = {each: self._behind_since.get(each, self.turns.now) for each in behind}
        for each, since in self._behind_since.items():
            if self.turns.random.random() < 0.3 or self.turns.now - since > LONGEST_LAG:
                self.world.dynamodb.catch_up(each)

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
            if self._is_throttled(source.function):
                return
            self.tries.update(record["messageId"] for record in event["Records"])
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
        while first < len(records) and not source.takes(records[first]):
            first += 1  # what the filter leaves out is no batch
        self._streams[source.target] = first
        if first == len(records):
            return
        most = self.turns.random.randint(1, source.most)
        self._busy[f"stream {source.target}"] = 1
        self._spawn(source.function, partial(self._deliver_changes, source, records[first : first + most]))

    def _deliver_changes(self, source: Source, batch: list[Record]) -> None:
        if self._is_throttled(source.function):
            return self._spawn(source.function, partial(self._deliver_changes, source, batch), STREAM_PAUSE)
        try:
            self._handle(
                source.function,
                stream_event(list(filter(source.takes, batch))),
                f"stream of table {short_name(source.target)}",
            )
            if not self._loses("checkpoint lost", "the changes come again"):
                self._streams[source.target] += len(batch)
        except Killed:
            return None
        except Exception as error:
            self.errors.append((source.function.name, error))
        finally:
            self._busy[f"stream {source.target}"] = 0

    def _run_for_state(self, function: Function, invocation: Invocation) -> None:
        if self._is_throttled(function):
            return invocation.fail("Lambda.TooManyRequestsException", "Rate Exceeded.")
        try:
            answer = self._handle(function, invocation.payload, "state machine")
        except Killed:
            invocation.fail("Lambda.Unknown", "the process died")
        except Exception as error:
            self.errors.append((function.name, error))
            invocation.fail(type(error).__name__, str(error))
        else:
            invocation.succeed(answer)

    def run_later(
        self, function: Function, payload: Any, failures: int = 0, throttles: int = 0, waits_since: float | None = None
    ) -> None:
        """Run a function asynchronously, with its retries; send the last failure to the destination in the template.

        A throttled invocation waits, and is no retry.
        """
        if self._is_throttled(function):
            since = self.turns.now if waits_since is None else waits_since
            if self.turns.now - since > invoke_configs()[function.name].get("MaximumEventAgeInSeconds", EVENT_AGE):
                return self._discard(function, payload, "EventAgeExceeded")
            again = partial(self.run_later, function, payload, failures, throttles + 1, since)
            return self._spawn(function, again, pause(throttles))
        try:
            self._handle(function, payload, "asynchronous invocation")
        except Killed:
            self._run_again(function, payload, failures + 1, "Runtime.ExitError")
        except Exception as error:
            self.errors.append((function.name, error))
            self._run_again(function, payload, failures + 1, type(error).__name__)

    def _run_again(self, function: Function, payload: Any, failures: int, error: str) -> None:
        if failures <= invoke_configs()[function.name].get("MaximumRetryAttempts", RETRIES):
            again = partial(self.run_later, function, payload, failures)
            self._spawn(function, again, failures * MINUTE)
        else:
            self._discard(function, payload, error)

    def _discard(self, function: Function, payload: Any, error: str) -> None:
        """Send an asynchronous invocation that is given up to the function's destination, if it has one."""
        config = invoke_configs()[function.name]
        if "DestinationConfig" in config:
            queue = queue_name(logical_id(config["DestinationConfig"]["OnFailure"]["Destination"]))
            arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function_name(function.name)}:$LATEST"
            letter = {"requestContext": {"functionArn": arn}, "requestPayload": payload}
            body = json.dumps({**letter, "responsePayload": {"errorType": error}})
            self.world.sqs.queues[queue].send({"MessageBody": body})


def _dead() -> Any:
    """Answer as Lambda does for a process that died."""
    raise RuntimeError("Runtime.ExitError")


def _fail(error: Exception) -> Any:
    raise error
