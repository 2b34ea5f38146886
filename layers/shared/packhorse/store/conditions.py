"""Single writes whose condition may fail, as errors of boto3 or, with these as their cause, of PynamoDB."""

from collections.abc import Iterator
from contextlib import contextmanager

from packhorse.aws.clients import error_code

CONDITION_FAILED = "ConditionalCheckFailedException"
"""The code of the error of a single write whose condition failed."""


def is_failed_condition(error: Exception) -> bool:
    """Return whether an error says that the condition of a single write failed."""
    return error_code(getattr(error, "cause", None) or error) == CONDITION_FAILED


@contextmanager
def ignore_failed_condition() -> Iterator[None]:
    """Make a single write; where its condition fails, the rest of the block is skipped."""
    try:
        yield
    except Exception as error:
        if not is_failed_condition(error):
            raise
