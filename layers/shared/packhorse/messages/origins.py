"""Origins of messages that failed, by their names in exceptions: a retry sends the message there again."""

from collections.abc import Mapping

from packhorse.aws.settings import settings

QUEUES: Mapping[str, str] = {
    "orders": settings.orders_queue_url,
    "own": settings.own_queue_url,
    "tracking": settings.tracking_queue_url,
    "quantities": settings.quantities_queue_url,
    "notices": settings.notices_queue_url,
}
"""The URLs of the queues that functions read."""

FUNCTIONS: Mapping[str, str] = {
    "uploads": settings.upload_function,
    "release": settings.release_function,
    "changes": settings.publish_function,
    "audit": settings.audit_function,
    "labels": settings.label_function,
    "suppliers": settings.supplier_function,
    "bus": settings.bus_function,
    "connecting": settings.connect_function,
}
"""The functions that are invoked asynchronously with a message."""
