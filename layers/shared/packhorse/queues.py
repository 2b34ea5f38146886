"""Messages that are to come again later than their queue would bring them."""

from packhorse.aws import client
from packhorse.settings import settings

FIRST_PAUSE = 5
LONGEST_PAUSE = 900


def put_off(receipt: str, times: int, at_least: float | None = None) -> None:
    """Has a message of the quantities queue wait, twice as long every time it came, or as long as was asked for."""
    seconds = min(LONGEST_PAUSE, max(FIRST_PAUSE * 2 ** (times - 1), int(at_least or 0) + 1))
    client("sqs").change_message_visibility(
        QueueUrl=settings.quantities_queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
    )
