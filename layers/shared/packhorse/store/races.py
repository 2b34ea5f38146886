"""Requests that failed: whether deciding again may help, or doing without a part of it."""

from collections.abc import Iterable

from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.exceptions import PynamoDBException

from packhorse.aws.clients import error_code

CONFLICT_REASONS = frozenset(
    {"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
BUSY_ERRORS = frozenset(
    {"TransactionInProgressException", "ThrottlingException", "ProvisionedThroughputExceededException"}
)
INVALID_ERRORS = frozenset({"ValidationException", "TransactionCanceledException"})
SINGLE_WRITE_REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "TransactionConflictException": "TransactionConflict",
}
"""What a write outside of a transaction is refused with, and the same reason of an action within one."""


def reasons_of(error: ClientError) -> list[str]:
    """Return the reason of each action of a cancelled transaction; of a single write, that of this one."""
    code = error_code(error)
    if code in SINGLE_WRITE_REASONS:
        return [SINGLE_WRITE_REASONS[code]]
    return [reason["Code"] for reason in error.response.get("CancellationReasons", [])]


def is_invalid(error: Exception) -> bool:
    """Whether something in a batch cannot be read or written, so that all else may go well without it.

    DynamoDB refused a request as invalid, or an item holds what our types refuse. A transaction that was cancelled
    for a race is not among these: it is Conflict, or tried again.
    """
    if isinstance(error, ClientError):
        return error_code(error) in INVALID_ERRORS
    if isinstance(error, PynamoDBException):
        return error.cause_response_code in INVALID_ERRORS
    return isinstance(error, ValueError | ParamValidationError)


def is_contention(reasons: Iterable[str]) -> bool:
    """Whether nothing was wrong but that another transaction was at the same items: the same may do a moment later.

    >>> is_contention(["None", "TransactionConflict"]), is_contention(["TransactionConflict", "ConditionalCheckFailed"])
    (True, False)
    """
    return set(reasons) - {"None"} == {"TransactionConflict"}


def is_conflict(code: str, reasons: Iterable[str]) -> bool:
    """Whether somebody else was first or the table was busy, by the error's code and each action's reason.

    >>> is_conflict("TransactionCanceledException", ["None", "TransactionConflict"])
    True
    >>> is_conflict("TransactionCanceledException", ["ConditionalCheckFailed", "ValidationError"])
    False
    """
    told = set(reasons) - {"None"}
    return code in BUSY_ERRORS or (bool(told) and told <= CONFLICT_REASONS)
