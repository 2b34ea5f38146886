"""Origins of messages that failed, by their names in exceptions: a retry sends the message there again."""

from collections.abc import Mapping

from packhorse.aws.settings import settings

ALL_QUEUES: Mapping[str, str] = {
    "orders": settings.orders_queue_url,
    "own": settings.own_queue_url,
    "tracking": settings.tracking_queue_url,
    "channels": settings.channels_queue_url,
    "amazon": settings.amazon_queue_url,
}
QUEUES: Mapping[str, str] = {name: url for name, url in ALL_QUEUES.items() if url}
"""The URLs of the queues that functions read, without those that this deployment has not."""
FORMER: Mapping[str, str] = {"quantities": "channels"}
"""Names of queues of earlier releases, which exceptions of then still have."""

FUNCTIONS: Mapping[str, str] = {
    "uploads": settings.upload_function,
    "release": settings.release_function,
    "changes": settings.publish_function,
    "audit": settings.audit_function,
    "labels": settings.label_function,
    "suppliers": settings.supplier_function,
    "fba": settings.fba_function,
    "bus": settings.bus_function,
    "connecting": settings.connect_function,
}
"""The functions that are invoked asynchronously with a message."""
