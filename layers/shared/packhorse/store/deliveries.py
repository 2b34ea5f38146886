"""Counts of deliveries after the first, which is not counted, in the Requests table.

question                                                | id                  | gone
how often a message was delivered again to its function | delivery#message id | once no queue holds it any more
"""

from datetime import UTC, datetime, timedelta

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.store import expressions

KEPT = timedelta(days=10)
"""As long as a queue keeps a message."""


def count_delivery(message_id: str, receives: int) -> int:
    """Count the delivery of a message after so many receives; return how many were counted, this one included.

    The receives are members of a set, so that the SDK may repeat a call whose answer was lost.
    """
    request = expressions.update(
        settings.requests_table,
        expressions.item({"id": f"delivery#{message_id}"}),
        sets={"expiration": int((datetime.now(UTC) + KEPT).timestamp())},
        adds={"receives": frozenset({receives})},
    )
    answer = client("dynamodb").update_item(**request, ReturnValues="UPDATED_NEW")
    return len(answer["Attributes"]["receives"]["NS"])
