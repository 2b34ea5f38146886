"""Send the calls of botocore's clients, boto3's and PynamoDB's alike, to the services of a World."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import RLock
from typing import Any, Protocol
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 -- their names
from botocore.model import ServiceModel
from httpx import Request, Response

from simulation.aws.clock import Clock, Time
from simulation.aws.cloudwatch import CloudWatch
from simulation.aws.cognito import Cognito
from simulation.aws.dynamodb.service import DynamoDB
from simulation.aws.events import Events
from simulation.aws.functions import Functions
from simulation.aws.parameters import validate
from simulation.aws.refusals import Refused
from simulation.aws.s3 import S3
from simulation.aws.schedules import Schedules
from simulation.aws.secretsmanager import SecretsManager
from simulation.aws.sqs import Sqs
from simulation.aws.stepfunctions.service import StepFunctions
from simulation.aws.web import Web

AGAIN = frozenset(
    "Throttling ThrottlingException ThrottledException RequestThrottledException TooManyRequestsException "
    "ProvisionedThroughputExceededException TransactionInProgressException RequestLimitExceeded "
    "BandwidthLimitExceeded LimitExceededException RequestThrottled SlowDown PriorRequestNotComplete "
    "EC2ThrottledException RequestTimeout RequestTimeoutException".split()
)
BROKEN = frozenset({500, 502, 503, 504})
LONGEST_PAUSE = 20.0


@dataclass
class Call:
    """A call of a service, before or after it; `error` is the service's refusal."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    attempt: int = 1
    error: Refused | None = None
    answer: dict[str, Any] = field(default_factory=dict)


class Service(Protocol):
    """What the boundary calls: a method for each operation."""

    operations: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]]


def nothing(call: Call) -> None:
    """Do nothing before or after a call."""


class World:
    """An AWS in memory, empty at first, and the web beyond it: for simulations, and for tests in place of moto.

        with World(validates=True).installed() as world:
            boto3.client("sqs").create_queue(QueueName="orders")
            assert world.sqs.queues["orders"].messages == []

    Clients may be created before the world or within it. Resources are created through them, or directly
    (`world.sqs.add`, `world.states.add`). Each service is an attribute with its resources and knobs. Nothing runs by
    itself: `clock.sleep` lets time pass, messages and stream records wait for a reader, state machines for `settle` or
    for calls of `states.take`. Operations that are not simulated raise NotImplementedError.

    `before` and `after` are called around every attempt of a call; `calls` counts the attempts. A hook may switch to
    another task, as the scheduler does, and may raise. The SDK sees a Refused or a connection error of botocore, and
    retries it as it would on AWS, unless `retries` is off; any other exception (a Killed) goes to the caller. `after`
    raises after the effect: the answer is lost. `validates` makes botocore check parameters, which costs more than the
    call itself.

    Only calls of clients come here: a presigned URL is not served.
    """

    def __init__(self, clock: Time | None = None, *, validates: bool = False, retries: bool = True) -> None:
        self.clock = clock or Clock()
        self.before: Callable[[Call], None] = nothing
        self.after: Callable[[Call], None] = nothing
        self.calls: Counter[tuple[str, str]] = Counter()
        self.random = random.Random(0)  # noqa: S311 - the same every time is the point
        self.dynamodb = DynamoDB(self.clock)
        self.sqs = Sqs(self.clock)
        self.s3 = S3(self.clock)
        self.secretsmanager = SecretsManager(self.clock)
        self.scheduler = Schedules(self.clock)
        self.functions = Functions()
        self.events = Events(self.clock)
        self.cognito = Cognito(self.clock)
        self.states = StepFunctions(self.clock, self.sqs)
        self.cloudwatch = CloudWatch()
        self.web = Web(self._web_call)
        self._services = self._by_name()
        self._validates = validates
        self._retries = retries
        self._lock = RLock()
        self._tokens = 0

    def _by_name(self) -> dict[str, Service]:
        return {
            "dynamodb": self.dynamodb,
            "sqs": self.sqs,
            "s3": self.s3,
            "secretsmanager": self.secretsmanager,
            "scheduler": self.scheduler,
            "lambda": self.functions,
            "events": self.events,
            "cognito-idp": self.cognito,
            "stepfunctions": self.states,
            "cloudwatch": self.cloudwatch,
        }

    @contextmanager
    def installed(self) -> Iterator["World"]:
        """Send all calls of AWS clients and all requests of httpx in this process to this world meanwhile."""
        world = self

        def make_api_call(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            return world._from_client(client, operation, parameters)

        with patch.object(BaseClient, "_make_api_call", make_api_call), self.web.installed():
            yield self

    def settle(self) -> None:
        """Take all due turns of state machines; `functions.handlers` run what they invoke."""
        while self.states.advance() or self.states.invocations:
            while self.states.invocations:
                invocation = self.states.invocations.pop(0)
                self.functions.answer(invocation)

    # ---- what an SDK does --------------------------------------------------------------------------------

    def _from_client(self, client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if self._validates:
            validate(client.meta.service_model.operation_model(operation), parameters)
        parameters = self._with_token(client, operation, parameters)
        most = (client.meta.config.retries or {}).get("total_max_attempts", 4) if self._retries else 1
        service = client.meta.service_model.service_name
        attempt = 1
        while True:
            try:
                return self.call(Call(service, operation, parameters, attempt))
            except Refused as refused:
                if attempt >= most or (refused.code not in AGAIN and refused.status not in BROKEN):
                    raise _client_error(client, operation, refused) from None
            except (ConnectionError, HTTPClientError):
                if attempt >= most:
                    raise
            self.clock.sleep(self.random.random() * min(2 ** (attempt - 1), LONGEST_PAUSE))
            attempt += 1

    def _with_token(self, client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Add the idempotency token that the SDK adds; every attempt of a call has the same."""
        missing = [name for name in _tokens(client.meta.service_model, operation) if name not in parameters]
        if not missing:
            return parameters
        self._tokens += 1
        return parameters | dict.fromkeys(missing, f"00000000-0000-4000-8000-{self._tokens:012d}")

    def call(self, call: Call) -> dict[str, Any]:
        """Make one attempt of a call, with the hooks around it; raise Refused where the service refuses it."""
        self.before(call)
        self.calls[call.service, call.operation] += 1
        try:
            with self._lock:
                call.answer = self._perform(call)
        except Refused as refused:
            call.error = refused
        self.after(call)
        if call.error:
            raise call.error
        call.answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RequestId": "request", "RetryAttempts": 0}
        return call.answer

    def _perform(self, call: Call) -> dict[str, Any]:
        service = self._services.get(call.service)
        operation = service.operations.get(call.operation) if service else None
        if operation is None:
            raise NotImplementedError(f"the stand-in does not simulate {call.service} {call.operation}")
        return operation(call.parameters)

    def _web_call(self, request: Request, perform: Callable[[], Response]) -> Response:
        call = Call("web", request.method, {"url": str(request.url), "body": request.read()})
        self.before(call)
        self.calls["web", request.method] += 1
        answer = perform()
        call.answer = {"status": answer.status_code}
        self.after(call)
        return answer


@cache
def _tokens(model: ServiceModel, operation: str) -> list[str]:
    return list(model.operation_model(operation).idempotent_members)


def _client_error(client: Any, operation: str, refused: Refused) -> ClientError:
    response = {
        "Error": {"Code": refused.code, "Message": refused.message},
        "ResponseMetadata": {
            "HTTPStatusCode": refused.status,
            "RequestId": "request",
            "HTTPHeaders": {"x-amzn-requestid": "request"},
            "RetryAttempts": 0,
        },
        **refused.answer,
    }
    error: ClientError = client.exceptions.from_code(refused.code)(response, operation)
    return error
