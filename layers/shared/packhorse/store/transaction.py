"""Conditional writes of PynamoDB models in a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from packhorse.aws.clients import error_code
from packhorse.domain.errors import Conflict, Rejected
from packhorse.store.items import SharedConnection
from packhorse.store.races import is_conflict


@cache
def _connection() -> SharedConnection:
    return SharedConnection()


@contextmanager
def transaction(taken: Rejected | None = None) -> Iterator[TransactWrite]:
    """Make the writes in one transaction; raises `taken` if the condition of the last put fails, or Conflict."""
    try:
        with TransactWrite(connection=_connection()) as write:
            yield write
    except TransactWriteError as error:
        reasons = [reason.code if reason else "None" for reason in error.cancellation_reasons]
        if taken and reasons[-1:] == ["ConditionalCheckFailed"]:
            raise taken from error
        if is_conflict(error_code(error.cause), reasons):
            raise Conflict("another request changed the same record at the same time") from error
        raise
