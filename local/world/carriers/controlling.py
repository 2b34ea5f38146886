"""Control requests to the simulated label sellers: scan a parcel, send webhooks again, decide a refund."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from local.world.carriers.account import Account, Json, parcel_of, refusing, wanted_events
from local.world.routes import OK, Answer, Query


class Means(NamedTuple):
    """How a seller does what is requested, each by its protocol.

    `advance` and `refund_decided` return the event of it, `bought` the document of the label that a parcel has.
    """

    advance: Callable[[Any, Json, str, str | None, str], Json]
    bought: Callable[[Any, Json], Json]
    settle_refund: Callable[..., Json]
    refund_decided: Callable[[Any, Json], Json | None]
    signature: Callable[[bytes, str], dict[str, str]]


def control_routes(means: Means) -> tuple[tuple[str, str, Callable[..., Answer]], ...]:
    """Return the rows of a table of routes for a seller."""

    @refusing
    def post_parcel(account: Account, _: Query, body: Json) -> Answer:
        status = body["status"]
        message = body.get("message", status.replace("_", " ").capitalize())
        parcel = parcel_of(account, body["tracking"])
        with account.lock:
            event = means.advance(account, parcel, status, body.get("at"), message)
        times = int(body.get("times", 1)) if body.get("webhook", True) else 0
        return OK, {"parcel": parcel, "deliveries": [deliver(account, event) for _ in range(times)]}

    @refusing
    def post_webhooks(account: Account, _: Query, body: Json) -> Answer:
        return OK, [deliver(account, event) for event in wanted_events(account, body)]

    @refusing
    def post_refunds(account: Account, _: Query, body: Json) -> Answer:
        label = means.bought(account, parcel_of(account, body["tracking"]))
        with account.lock:
            means.settle_refund(account, label, is_rejected=body.get("rejected", False))
            event = means.refund_decided(account, label)
        if event and body.get("webhook", True):
            deliver(account, event)
        return OK, label

    def deliver(account: Account, event: Json) -> Json | None:
        return account.deliver(event, means.signature, json.dumps(event["body"], ensure_ascii=False).encode())

    return (
        ("POST", r"/_control/parcels", post_parcel),
        ("POST", r"/_control/webhooks", post_webhooks),
        ("POST", r"/_control/refunds", post_refunds),
    )
