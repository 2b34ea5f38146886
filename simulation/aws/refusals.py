"""The error answers of services; the boundary turns a Refused into the error that botocore raises."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """An error answer: its code, its message, and the fields beside `Error`."""

    def __init__(self, code: str, message: str = "", status: int = 400, **answer: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.answer = answer


def invalid(message: str) -> Refused:
    """Return DynamoDB's answer to an invalid request."""
    return Refused("ValidationException", message)


def throttled(service: str = "dynamodb") -> Refused:
    """Return the answer of a service whose limit of requests is exceeded."""
    if service == "dynamodb":
        return Refused(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            "provisioning level with the UpdateTable API.",
        )
    return Refused("ThrottlingException", "Rate exceeded")


def failed(status: int = 500) -> Refused:
    """Return the answer of a service that fails."""
    return Refused("InternalServerError", "Internal server error", status)


def cancelled(reasons: Sequence[dict[str, Any]]) -> Refused:
    """Return the answer to a cancelled transaction: one reason for each action, in order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return Refused("TransactionCanceledException", message, CancellationReasons=list(reasons), Message=message)
