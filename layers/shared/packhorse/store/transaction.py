"""Writes of PynamoDB models under conditions: together or not at all, or passed over."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from packhorse.domain.errors import Conflict, Rejected
from packhorse.store.items import SharedConnection
from packhorse.store.races import is_conflict


@cache
def _connection() -> SharedConnection:
    return SharedConnection()


@contextmanager
def transaction(taken: Rejected | None = None) -> Iterator[TransactWrite]:
    """One transaction; raises `taken` where the condition of its last put fails, Conflict where it lost a race."""
    try:
        with TransactWrite(connection=_connection()) as write:
            yield write
    except TransactWriteError as error:
        reasons = [reason.code if reason else "None" for reason in error.cancellation_reasons]
        if taken and reasons[-1:] == ["ConditionalCheckFailed"]:
            raise taken from error
        if is_conflict(error.cause_response_code or "", reasons):
            raise Conflict("somebody else changed the same thing at the same time") from error
        raise


@contextmanager
def ignore_failed_condition() -> Iterator[None]:
    """A single write, passed over where its condition does not hold."""
    try:
        yield
    except (PutError, UpdateError) as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
