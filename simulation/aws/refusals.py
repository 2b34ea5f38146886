"""How a service says no: the boundary turns a Refused into the error that botocore would have raised."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """An error answer: its code, its message, and what else the answer holds beside `Error`."""

    def __init__(self, code: str, message: str = "", status: int = 400, **answer: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.answer = answer


def invalid(message: str) -> Refused:
    """DynamoDB's answer to a request that cannot be right."""
    return Refused("ValidationException", message)


def throttled(service: str = "dynamodb") -> Refused:
    """The answer of a service that is asked too often."""
    if service == "dynamodb":
        return Refused(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            "provisioning level with the UpdateTable API.",
        )
    return Refused("ThrottlingException", "Rate exceeded")


def failed(status: int = 500) -> Refused:
    """The answer of a service that broke."""
    return Refused("InternalServerError", "Internal server error", status)


def cancelled(reasons: Sequence[dict[str, Any]]) -> Refused:
    """The answer to a transaction that did not happen: one reason an action, in order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return Refused("TransactionCanceledException", message, CancellationReasons=list(reasons), Message=message)
