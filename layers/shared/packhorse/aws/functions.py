"""Invocations of other functions, of which most are asynchronous: rare messages go without a queue to be polled.

Lambda stores the payload, invokes the function at least once, three times if it fails, and for up to six hours while it
is throttled; then it puts the payload on the dead-letter queue.
"""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from packhorse.aws.clients import CONFIG, client
from packhorse.domain.errors import Unavailable


def invoke_later(function: str, payload: str) -> None:
    """Invoke a function asynchronously with a JSON payload."""
    client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload.encode())


ALIAS = "live"
"""The alias of template.yaml's functions that are called synchronously: it moves on once code and layer are there."""


@cache
def _patient() -> Any:
    """Return a client that waits for an answer as long as an HTTP API does, and never repeats a call by itself."""
    return boto3.client("lambda", config=CONFIG.merge(Config(read_timeout=27, retries={"total_max_attempts": 1})))


def invoke(function: str, payload: str) -> str:
    """Invoke a function, wait for its answer and return it; raises Unavailable if it fails or runs out of time."""
    name = f"{function}:{ALIAS}"
    answer = _patient().invoke(FunctionName=name, InvocationType="RequestResponse", Payload=payload.encode())
    body = str(answer["Payload"].read().decode())
    if "FunctionError" in answer:
        raise Unavailable("what was requested failed half-way: request it again, which finishes it")
    return body
