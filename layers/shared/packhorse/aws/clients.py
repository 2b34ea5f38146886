"""Clients of AWS services, one each in a process, with timeouts; and their errors, by code."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

FAILURES = (BotoCoreError, ClientError)
"""What a call of AWS raises: no answer came, or it is an error."""
CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})


@cache
def client(service: str) -> Any:
    """Return the client of a service; the first call makes it in boto3's one session (see `prepare`)."""
    return boto3.client(service, config=CONFIG)


def prepare(*services: str) -> None:
    """Make clients of these services, while a function's module is imported.

    Lambda gives INIT a whole processor, whatever the memory of the function: the first invocation at 512 MB takes three
    times as long to make a client, while a webhook waits for its answer.
    """
    for service in services:
        client(service)


@contextmanager
def ignoring(*codes: str) -> Iterator[None]:
    """Ignore an AWS error with one of these codes; the rest of the block is skipped."""
    try:
        yield
    except ClientError as error:
        if error_code(error) not in codes:
            raise


@contextmanager
def raising(instead: Mapping[str, Exception]) -> Iterator[None]:
    """Raise these exceptions in place of AWS errors, by code."""
    try:
        yield
    except ClientError as error:
        if error_code(error) not in instead:
            raise
        raise instead[error_code(error)] from error


def error_code(error: Exception | None) -> str:
    """Return the code of an error, such as `ResourceNotFoundException`; empty if no answer of AWS came."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
