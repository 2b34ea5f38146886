"""What the simulated label sellers have in common: an account with money, parcels that are scanned, webhooks."""

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from typing import Any

import httpx

from local.world.carriers import label_file
from local.world.failures import Failure
from local.world.routes import BAD_REQUEST, NOT_FOUND, Answer, Query, Reply

Json = dict[str, Any]
SCANNED = frozenset(
    {"in_transit", "out_for_delivery", "available_for_pickup", "delivered", "return_to_sender", "failure"}
)
"""Statuses of a parcel that a carrier has seen."""


class Refusal(Exception):
    """A request that the carrier refuses, with its status and body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass
class Settings:
    """The settings of an account, and what is to go wrong.

    `funds` is the money in it. `refused_zips` are postcodes of addresses that do not exist, `refusing` is why a
    carrier carries nothing, by carrier.
    """

    key: str
    webhook_secret: str
    webhook_url: str | None = None
    funds: str = "10000.00"
    currency: str = "USD"
    refused_zips: list[str] = field(default_factory=lambda: ["00000"])
    refusing: dict[str, str] = field(default_factory=dict)


@dataclass
class Account:
    """The state of an account; `shipments` and `parcels` (by tracking number) are documents of its protocol.

    `purchases` has an entry for each label that was paid for, `events` one for each webhook that was due.
    """

    settings: Settings
    shipments: dict[str, Json] = field(default_factory=dict)
    parcels: dict[str, Json] = field(default_factory=dict)
    purchases: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    count: int = 0
    base_url: str = ""
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every response

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    def number(self) -> int:
        """Return the next number of an object."""
        with self.lock:
            self.count += 1
            return self.count

    def pay(self, amount: Decimal) -> bool:
        """Take an amount from the account; return False if it is not there."""
        funds = Decimal(self.settings.funds) - amount
        if funds < 0:
            return False
        self.settings.funds = str(funds)
        return True

    def remember(self, parcel: str, body: Json) -> Json:
        """Store the event of a parcel that changed, as its body is now."""
        event = {"parcel": parcel, "body": copy.deepcopy(body)}
        self.events.append(event)
        return event

    def deliver(self, event: Json, sign: Callable[[bytes, str], dict[str, str]], body: bytes) -> Json | None:
        """Send a webhook once and record the status of the response, None without one; nothing without a URL."""
        if not self.settings.webhook_url:
            return None
        headers = {"Content-Type": "application/json", **sign(body, self.settings.webhook_secret)}
        try:
            status = httpx.post(self.settings.webhook_url, content=body, headers=headers, timeout=30).status_code
        except httpx.TransportError:
            status = None
        delivery = {"parcel": event["parcel"], "place": self.events.index(event), "status": status}
        self.deliveries.append(delivery)
        return delivery


def refusing(handle: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a handler that answers the refusals of another one."""

    @wraps(handle)
    def handled(account: Account, query: Query, body: Any, *parts: str) -> Answer:
        try:
            return handle(account, query, body, *parts)
        except Refusal as refusal:
            return refusal.status, refusal.body

    return handled


def in_turn(handle: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a handler that changes the account alone, and answers its refusals; it must not send webhooks."""

    @wraps(handle)
    def handled(account: Account, query: Query, body: Any, *parts: str) -> Answer:
        with account.lock:
            return refusing(handle)(account, query, body, *parts)

    return handled


def file_of(drawn: label_file.Label, ending: str) -> Reply:
    """Return the file of a label."""
    return Reply(label_file.WRITERS[ending](drawn), label_file.MEDIA_TYPES[ending])


def parcel_of(account: Account, tracking: str) -> Json:
    """Return a parcel; raises Refusal for an unknown one."""
    if tracking not in account.parcels:
        raise Refusal(NOT_FOUND, {"error": f"no parcel {tracking}"})
    return account.parcels[tracking]


def wanted_events(account: Account, body: Json) -> Sequence[Json]:
    """Return the stored events of a parcel that a control request names by place, all by default, in that order."""
    own = [event for event in account.events if event["parcel"] == body["tracking"]]
    try:
        return [own[place] for place in body.get("places", range(len(own)))]
    except IndexError:
        raise Refusal(BAD_REQUEST, {"error": f"the parcel has {len(own)} events"}) from None
