"""Errors of DynamoDB: conflict, contention, or an invalid part of a batch."""

from collections.abc import Iterable

from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.exceptions import PynamoDBException

from packhorse.aws.clients import error_code
from packhorse.store.conditions import CONDITION_FAILED

CONFLICT_REASONS = frozenset(
    {"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
BUSY_ERRORS = frozenset(
    {"TransactionInProgressException", "ThrottlingException", "ProvisionedThroughputExceededException"}
)
INVALID_ERRORS = frozenset({"ValidationException", "TransactionCanceledException"})
SINGLE_WRITE_REASONS = {
    CONDITION_FAILED: "ConditionalCheckFailed",
    "TransactionConflictException": "TransactionConflict",
}
"""The error code of a single write, and the reason that the same failure has within a transaction."""


def reasons_of(error: ClientError) -> list[str]:
    """Return the reason of each action of a cancelled transaction; of a single write, its only one."""
    code = error_code(error)
    if code in SINGLE_WRITE_REASONS:
        return [SINGLE_WRITE_REASONS[code]]
    return [reason["Code"] for reason in error.response.get("CancellationReasons", [])]


def is_invalid(error: Exception) -> bool:
    """Return whether a part of a batch cannot be read or written, so that the rest may succeed without it.

    Either DynamoDB refused the request as invalid, or an item does not fit our types or our code. A transaction that a
    conflict cancelled does not reach this: it was repeated, or raised as Conflict.
    """
    if isinstance(error, ClientError):
        return error_code(error) in INVALID_ERRORS
    if isinstance(error, PynamoDBException):
        return error_code(error.cause) in INVALID_ERRORS
    return isinstance(error, ValueError | TypeError | LookupError | AttributeError | ParamValidationError)


def is_contention(reasons: Iterable[str]) -> bool:
    """Return whether the only reason is another transaction on the same items: the same one may succeed a moment later.

    >>> is_contention(["None", "TransactionConflict"]), is_contention(["TransactionConflict", "ConditionalCheckFailed"])
    (True, False)
    """
    return set(reasons) - {"None"} == {"TransactionConflict"}


def is_conflict(code: str, reasons: Iterable[str]) -> bool:
    """Return whether a condition failed or the table was busy, by the error's code and each action's reason.

    >>> is_conflict("TransactionCanceledException", ["None", "TransactionConflict"])
    True
    >>> is_conflict("TransactionCanceledException", ["ConditionalCheckFailed", "ValidationError"])
    False
    """
    failed = set(reasons) - {"None"}
    return code in BUSY_ERRORS or (bool(failed) and failed <= CONFLICT_REASONS)
