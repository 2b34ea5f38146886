"""Count the use of a simulated AWS's services, in the units in which they are billed.

Counted is what the code does: every call of botocore, by service and operation; the units that DynamoDB's stand-in
takes; the transitions of the state machine; every line that is logged. What AWS does of itself is added as documented:
SQS is billed by 64 KB, and a batch is received and deleted ten messages at a time; Lambda logs two lines an invocation,
unless template.yaml turns them off; an HTTP API logs one a request.

Assumed is how long an invocation takes: CPU_MS a call at a full processor, of which a function has a share by its
memory, and WAITS_MS. Cold starts are left out.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bench.prices import Usage, chunks
from simulation.aws.boundary import Call, World
from simulation.aws.messages import Message
from simulation.template import resources, template

CPU_MS = 0.9
"""One call and what belongs to it: 12.7 calls took 11.4 ms, 21.0 took 18.7 (measured in November 2026)."""
WAITS_MS = {
    "TransactWriteItems": 15,
    "StartExecution": 25,
    "SendTaskSuccess": 15,
    "PutObject": 25,
    "GetSecretValue": 10,
}
WAIT_MS = 5
FULL_PROCESSOR_MB = 1769
AT_A_TIME = 10
"""Messages in one ReceiveMessage or DeleteMessageBatch."""
BY_REQUEST = {
    "s3": "s3_put",
    "secretsmanager": "secret_read",
    "dynamodb": "",  # by units
    "stepfunctions": "",  # by transitions
    "lambda": "",  # by invocation
    "scheduler": "",  # nothing for a schedule that is made or changed
}
CHEAPER = {("s3", "GetObject"): "s3_get", ("s3", "HeadObject"): "s3_get", ("s3", "DeleteObject"): ""}
REQUEST_ID = "5f1a0b7e-0c1d-4a4e-9a6f-2d3c4b5a6978"
TRACE = {
    "spanId": "0123456789abcdef",
    "type": "X-Amzn-Trace-Id",
    "value": "Root=1-6902ad00-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0",
}
PLATFORM: Mapping[str, Mapping[str, Any]] = {
    "platform.start": {"requestId": REQUEST_ID, "version": "$LATEST", "tracing": TRACE},
    "platform.report": {
        "requestId": REQUEST_ID,
        "metrics": {"durationMs": 123.456, "billedDurationMs": 124, "memorySizeMB": 512, "maxMemoryUsedMB": 128},
        "tracing": TRACE,
        "status": "success",
    },
}
"""What Lambda logs of an invocation at the level INFO."""


class Meter:
    """The use of a simulated AWS; `calls` by service and operation, `metrics` by name and dimensions."""

    def __init__(self, world: World) -> None:
        self.calls: Counter[str] = Counter()
        self.metrics: set[str] = set()
        self._world = world
        self._usage = Usage()
        self._is_called = False
        self._cpu_ms = self._waits_ms = 0.0
        world.before, world.after = self._before, self._after
        self._send = world.sqs.send
        world.sqs.send = self._sent  # type: ignore[method-assign]

    @property
    def usage(self) -> Usage:
        """The use so far."""
        units = self._world.dynamodb.units
        return self._usage + {
            "write_unit": units.total,
            "read_unit": sum(units.read.values()),
            "state_transition": self._world.states.transitions,
        }

    def add(self, usage: Mapping[str, float]) -> None:
        """Count use that is not a call."""
        self._usage += usage

    def _before(self, _: Call) -> None:
        self._is_called = True

    def _after(self, call: Call) -> None:
        self._is_called = False
        self.calls[f"{call.service} {call.operation}"] += 1
        self._cpu_ms += CPU_MS
        self._waits_ms += WAITS_MS.get(call.operation, WAIT_MS)
        if call.operation == "ReceiveMessage" and not call.answer.get("Messages"):
            self._waits_ms += 1000 * call.parameters.get("WaitTimeSeconds", 0)
        if call.service != "web":
            self.add(billed(call))

    def _sent(self, parameters: Mapping[str, Any]) -> Message:
        """Count a SendMessage that a service of AWS makes without botocore."""
        if not self._is_called:
            self.calls["sqs SendMessage by AWS"] += 1
            self.add(sqs_request(parameters["QueueUrl"], [parameters["MessageBody"]]))  # AWS sets no group
        return self._send(parameters)

    def deliver(self, queue: str, messages: Sequence[Message]) -> None:
        """Count how Lambda receives a batch and deletes it again."""
        for start in range(0, len(messages), AT_A_TIME):
            some = messages[start : start + AT_A_TIME]
            is_fair = any(message.group for message in some)
            received = sqs_request(queue, [message.body for message in some], is_fair=is_fair)
            self.add(received + sqs_request(queue, is_fair=is_fair))

    @contextmanager
    def invocation(self, function: str) -> Iterator[None]:
        """Count an invocation of the function of that logical id, and how long it takes."""
        self._cpu_ms = self._waits_ms = 0.0
        began = self._world.clock.now
        yield
        megabytes = memory(function)
        slept_ms = 1000 * (self._world.clock.now - began)
        cpu_ms = self._cpu_ms * max(1.0, FULL_PROCESSOR_MB / megabytes)
        milliseconds = max(1, math.ceil(cpu_ms + self._waits_ms + slept_ms))
        self.add({"lambda_request": 1, "lambda_gb_second": milliseconds / 1000 * megabytes / 1024})
        self.log(platform_lines())

    def request(self) -> None:
        """Count a request of the HTTP API; the variables of its log's format are about as long as their values."""
        self.add({"http_request": 1})
        self.log([resources("AWS::ApiGatewayV2::Stage")["ApiStage"].get("AccessLogSettings", {}).get("Format", "")])

    def log(self, lines: Iterable[str]) -> None:
        """Count lines that are logged, and the metrics that they hold."""
        for line in lines:
            self.add({"log_gb": len(line.encode()) / 2**30})
            self.metrics.update(metrics_in(line))


def sqs_request(queue: str, bodies: Iterable[str] = (), *, is_fair: bool = False) -> Usage:
    """Return one request of SQS about these messages; `is_fair`: of a standard queue, and they have groups."""
    standard = "sqs_fair_request" if is_fair else "sqs_request"
    kind = "sqs_fifo_request" if queue.endswith(".fifo") else standard
    return Usage({kind: chunks(sum(len(body.encode()) for body in bodies))})


def billed(call: Call) -> Usage:
    """Return what a call is billed as by itself."""
    sent = call.parameters
    if call.service == "sqs":
        entries = [each for each in sent.get("Entries", [sent]) if "MessageBody" in each]
        bodies = [each["MessageBody"] for each in entries] + [each["Body"] for each in call.answer.get("Messages", [])]
        return sqs_request(sent["QueueUrl"], bodies, is_fair=any("MessageGroupId" in each for each in entries))
    if call.service == "events":
        return Usage(event=sum(chunks(len(json.dumps(entry).encode())) for entry in sent["Entries"]))
    if call.service == "cloudwatch":
        return Usage(metric_read=len(sent["MetricDataQueries"]))
    name = CHEAPER.get((call.service, call.operation), BY_REQUEST[call.service])
    return Usage({name: 1}) if name else Usage()


def memory(function: str) -> int:
    """Return the megabytes of a function."""
    default = template()["Globals"]["Function"]["MemorySize"]
    return int(resources("AWS::Serverless::Function")[function].get("MemorySize", default))


def platform_lines() -> list[str]:
    """Return what Lambda itself logs of an invocation, as template.yaml has it."""
    if template()["Globals"]["Function"]["LoggingConfig"].get("SystemLogLevel", "INFO") == "WARN":
        return []
    lines = ({"time": "2026-11-02T12:00:00.000Z", "type": kind, "record": each} for kind, each in PLATFORM.items())
    return [json.dumps(line, separators=(",", ":")) for line in lines]


def metrics_in(line: str) -> Iterator[str]:
    """Return the custom metrics in a line of CloudWatch's embedded metric format.

    >>> metric = {"Namespace": "Shop", "Dimensions": [["service"]], "Metrics": [{"Name": "Orders"}]}
    >>> list(metrics_in(json.dumps({"_aws": {"CloudWatchMetrics": [metric]}, "service": "web", "Orders": [1]})))
    ['Shop Orders service=web']
    >>> list(metrics_in("order received"))
    []
    """
    if not line.startswith("{"):
        return
    logged = json.loads(line)
    for group in logged.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in group["Dimensions"]:
            where = " ".join(f"{name}={logged[name]}" for name in names)
            yield from (f"{group['Namespace']} {each['Name']} {where}" for each in group["Metrics"])
