"""The release queue (FIFO, a group a sku): reasons to route waiting orders again."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.queues import digest, message_body, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.values import Sku, Value


class StockArrived(Value):
    """News for the release queue: there is more of a sku; orders up to `after` have been looked at."""

    kind: Literal["sku"] = "sku"
    sku: Sku
    after: str = ""


class ConfigurationChanged(Value):
    """News for the release queue: lines may find a warehouse that found none before."""

    kind: Literal["all"] = "all"
    after: str = ""


ReleaseMessage = Annotated[StockArrived | ConfigurationChanged, Field(discriminator="kind")]
RELEASE_MESSAGE: TypeAdapter[StockArrived | ConfigurationChanged] = TypeAdapter(ReleaseMessage)


def send_release(reasons: Mapping[str, StockArrived | ConfigurationChanged]) -> None:
    """Has waiting orders looked at again, oldest first; one sku after the other, each event (the key) once."""
    entries = [
        {
            "MessageBody": message_body(reason),
            "MessageGroupId": digest(reason.sku if isinstance(reason, StockArrived) else ""),
            "MessageDeduplicationId": digest(event),
        }
        for event, reason in reasons.items()
    ]
    send_entries(settings.release_queue_url, entries)
