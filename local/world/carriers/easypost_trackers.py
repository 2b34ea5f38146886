"""Trackers of EasyPost, and the signed events of their changes and of refunds."""

import hashlib
import hmac
import unicodedata
from datetime import UTC, datetime

from local.world.carriers.account import SCANNED, Json
from local.world.carriers.easypost import EasyPostAccount, refusal
from local.world.shop import now

STATUSES = frozenset({"unknown", "pre_transit", "cancelled", "error", *SCANNED})


def create_tracker(account: EasyPostAccount, tracking: str, carrier: str, shipment: str) -> Json:
    """Return the tracker of a number, created if need be."""
    if tracking not in account.parcels:
        account.parcels[tracking] = {
            "id": f"trk_{account.number():032x}",
            "object": "Tracker",
            "mode": "test",
            "tracking_code": tracking,
            "carrier": carrier,
            "status": "unknown",
            "status_detail": "unknown",
            "created_at": now(),
            "updated_at": now(),
            "shipment_id": shipment,
            "tracking_details": [],
        }
    return account.parcels[tracking]


def advance(account: EasyPostAccount, tracker: Json, status: str, at: str | None, message: str) -> Json:
    """Have a parcel reach a status, and return the event of it; a scan rejects a refund that was submitted."""
    if status not in STATUSES:
        raise refusal("TRACKER.INVALID_PARAMS", f"no status {status}")
    moment = at or datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    before = {"status": tracker["status"]}
    detail: Json = {"object": "TrackingDetail", "message": message, "status": status, "datetime": moment}
    detail |= {"source": tracker["carrier"], "status_detail": "status_update", "description": None}
    tracker |= {"status": status, "status_detail": "status_update", "updated_at": moment}
    tracker["tracking_details"] = [*tracker["tracking_details"], detail]
    shipment = account.shipments[tracker["shipment_id"]]
    if shipment["refund_status"] == "submitted" and status in SCANNED:
        shipment["refund_status"] = "rejected"
    return account.remember(tracker["tracking_code"], event_of(account, "tracker.updated", before, tracker))


def refund_decided(account: EasyPostAccount, shipment: Json) -> Json | None:
    """Return the event of a refund that was decided: EasyPost has one of those that succeeded only."""
    if shipment["refund_status"] != "refunded":
        return None
    tracking = shipment["tracking_code"]
    refund: Json = {"id": f"rfnd_{account.number():032x}", "object": "Refund", "confirmation_number": None}
    refund |= {"tracking_code": tracking, "status": "refunded", "carrier": shipment["selected_rate"]["carrier"]}
    refund |= {"shipment_id": shipment["id"], "created_at": now(), "updated_at": now()}
    return account.remember(tracking, event_of(account, "refund.successful", {"status": "submitted"}, refund))


def event_of(account: EasyPostAccount, description: str, before: Json, result: Json) -> Json:
    """Return the event of an object that changed."""
    return {
        "id": f"evt_{account.number():032x}",
        "object": "Event",
        "mode": "test",
        "description": description,
        "previous_attributes": before,
        "created_at": now(),
        "status": "pending",
        "result": result,
    }


def signature(body: bytes, secret: str) -> dict[str, str]:
    """Return the headers that sign the raw body of a webhook.

    >>> signature(b"{}", "secret")["X-Hmac-Signature"][:24]
    'hmac-sha256-hex=77325902'
    """
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"X-Hmac-Signature": "hmac-sha256-hex=" + hmac.new(key, body, hashlib.sha256).hexdigest()}
