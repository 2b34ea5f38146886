"""An account of Shippo: shipments with rates, transactions, refunds, and what is reported of parcels.

Unlike EasyPost, it sells the same rate twice if that is requested twice.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.world.carriers import label_file
from local.world.carriers.account import SCANNED, Account, Json, Refusal, Settings
from local.world.carriers.rating import Freight, offers, tracking_number
from local.world.routes import BAD_REQUEST, NOT_FOUND
from local.world.shop import now

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "oz": Decimal("28.349523125"), "lb": Decimal("453.59237")}
FORMATS = {"PDF": "pdf", "PDF_4x6": "pdf", "PNG": "png", "ZPLII": "zpl"}
STATUSES = {
    "pre_transit": ("PRE_TRANSIT", "information_received"),
    "in_transit": ("TRANSIT", "package_accepted"),
    "out_for_delivery": ("TRANSIT", "out_for_delivery"),
    "available_for_pickup": ("TRANSIT", "pickup_available"),
    "delivered": ("DELIVERED", "delivered"),
    "return_to_sender": ("RETURNED", "return_to_sender"),
    "failure": ("FAILURE", "package_undeliverable"),
}
"""Its status and finer status, by ours."""
IS_REQUIRED = "This field is required."
MAX_LISTS = 50
"""Lists that may be read a minute; single objects may be read 4000 times."""
TOO_MANY_REQUESTS = 429


def new_settings() -> Settings:
    """Return the settings of a new account."""
    return Settings(key="shippo_test_of-the-merchant", webhook_secret="shippo-secret")  # noqa: S106 -- simulated


@dataclass
class ShippoAccount(Account):
    """The state of an account of Shippo; a parcel is a Track, beside its last status in our words."""

    settings: Settings = field(default_factory=new_settings)
    transactions: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    manifests: dict[str, Json] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    listed: list[float] = field(default_factory=list)  # when lists were read


def refused(**fields: Any) -> Refusal:
    """Return the error of fields that do not fit."""
    return Refusal(BAD_REQUEST, {name: text if isinstance(text, list) else [text] for name, text in fields.items()})


def count_list(account: ShippoAccount) -> None:
    """Count the reading of a list; refuse more of them within a minute than Shippo allows."""
    at = time.monotonic()
    account.listed = [each for each in account.listed if each > at - 60]
    if len(account.listed) >= MAX_LISTS:
        raise Refusal(TOO_MANY_REQUESTS, {"detail": "Rate limit exceeded."})
    account.listed.append(at)


def not_found() -> Refusal:
    """Return the error of an object that does not exist."""
    return Refusal(NOT_FOUND, {"detail": "Not found."})


def create_shipment(account: ShippoAccount, body: Any) -> Json:
    """Store a shipment, and return it with the rates of the carriers that take it."""
    wanted = body if isinstance(body, dict) else {}
    _check(account, wanted)
    number, currency = account.number(), account.settings.currency
    found, refusals = offers(_freight(wanted), account.settings.refusing)
    shipment = {
        **wanted,
        "object_id": f"{number:032x}",
        "object_created": now(),
        "shipment_date": wanted.get("shipment_date") or now(),
        "address_from": {**wanted["address_from"], "object_id": f"{account.number():032x}"},
        "status": "SUCCESS",
        "messages": [{"source": carrier, "code": "", "text": text} for carrier, text in refusals.items()],
        "rates": [],
    }
    for place, offer in enumerate(found):
        amount = str(offer.cents) if currency == "JPY" else f"{Decimal(offer.cents).scaleb(-2):.2f}"
        service = {"name": offer.service.name, "token": f"{offer.service.carrier.lower()}_{offer.service.name.lower()}"}
        rate = {"object_id": f"{number:024x}{place:08x}", "shipment": shipment["object_id"], "servicelevel": service}
        rate |= {
            "carrier_account": f"ca_{offer.service.carrier.lower()}",
            "provider": offer.service.carrier,
            "amount": amount,
            "currency": currency,
        }
        shipment["rates"].append({**rate, "estimated_days": offer.days, "attributes": [], "messages": []})
    account.shipments[shipment["object_id"]] = shipment
    return shipment


PARCEL = ("weight", "mass_unit", "length", "width", "height", "distance_unit")
CUSTOMS_ITEM = tuple("description quantity net_weight mass_unit value_amount value_currency origin_country".split())


def _check(account: ShippoAccount, wanted: Json) -> None:
    required = ("address_from", "address_to", "parcels")
    if lacking := {name: IS_REQUIRED for name in required if not wanted.get(name)}:
        raise refused(**lacking)
    for name in ("address_from", "address_to"):
        address = wanted[name]
        parts = [part for part in ("name", "street1", "city", "country") if not address.get(part)]
        if parts:
            raise Refusal(BAD_REQUEST, {name: [{part: [IS_REQUIRED] for part in parts}]})
        if address.get("zip") in account.settings.refused_zips:
            raise refused(**{name: "The address could not be found."})
    items = (wanted.get("customs_declaration") or {}).get("items", ())
    if any(wrong := [_faults(parcel, PARCEL) for parcel in wanted["parcels"]]):
        raise refused(parcels=wrong)
    if any(wrong := [_faults(item, CUSTOMS_ITEM) for item in items]):
        raise refused(customs_declaration=[{"items": wrong}])


def _faults(part: Json, names: tuple[str, ...]) -> Json:
    return {name: ["A valid value is required."] for name in names if not _is_given(part.get(name))}


def _is_given(value: Any) -> bool:
    try:
        return Decimal(str(value)) > 0
    except ArithmeticError:
        return isinstance(value, str) and bool(value)


def _freight(wanted: Json) -> Freight:
    sender, recipient = wanted["address_from"], wanted["address_to"]
    grams = sum((Decimal(each["weight"]) * GRAMS[each["mass_unit"]] for each in wanted["parcels"]), Decimal(0))
    return Freight(
        from_country=sender["country"],
        from_zip=sender.get("zip", ""),
        to_country=recipient["country"],
        to_zip=recipient.get("zip", ""),
        to_phone=recipient.get("phone", ""),
        ounces=grams / GRAMS["oz"],
        has_customs=bool(wanted.get("customs_declaration")),
    )


def buy(account: ShippoAccount, body: Any) -> Json:
    """Create a transaction at a rate; one that fails is an answer, too."""
    wanted = (body or {}).get("rate")
    if not wanted:
        raise refused(rate=IS_REQUIRED)
    rates = ((each, rate) for each in account.shipments.values() for rate in each["rates"])
    found = [(each, rate) for each, rate in rates if rate["object_id"] == wanted]
    if not found:
        raise refused(rate=f"Rate with supplied object_id {wanted} not found.")
    format_ = body.get("label_file_type", "PDF")
    if format_ not in FORMATS:
        raise refused(label_file_type=f"{format_} is not a valid choice.")
    ((shipment, rate),) = found
    name = f"{account.number():032x}"
    transaction: Json = {"object_id": name, "rate": wanted, "metadata": body.get("metadata", ""), "status": "SUCCESS"}
    transaction |= {"label_file_type": format_, "messages": [], "tracking_number": "", "label_url": ""}
    account.transactions[name] = transaction
    if not account.pay(Decimal(rate["amount"])):
        text = {"source": "Shippo", "code": "payment_required", "text": "Insufficient funds."}
        transaction |= {"status": "ERROR", "messages": [text]}
        return transaction
    tracking = tracking_number(rate["provider"], name)
    transaction |= {"tracking_number": tracking, "tracking_status": "UNKNOWN", "shipment": shipment["object_id"]}
    transaction["label_url"] = f"{account.base_url}/files/{name}.{FORMATS[format_]}"
    track = {"carrier": rate["provider"].lower(), "tracking_number": tracking, "transaction": name, "messages": []}
    track |= {"tracking_status": None, "tracking_history": [], "metadata": transaction["metadata"]}
    account.parcels[tracking] = track
    bought = {"shipment": shipment["object_id"], "rate": wanted, "tracking": tracking, "price": rate["amount"]}
    account.purchases.append({**bought, "reference": transaction["metadata"]})
    return transaction


def label_of(account: ShippoAccount, transaction: Json) -> label_file.Label:
    """Return the label of a transaction that succeeded."""
    shipment = account.shipments[transaction["shipment"]]
    rate = next(each for each in shipment["rates"] if each["object_id"] == transaction["rate"])
    sender, recipient = _lines(shipment["address_from"]), _lines(shipment["address_to"])
    note = (shipment.get("extra") or {}).get("reference_1", "")
    service = f"{rate['provider']} {rate['servicelevel']['name']}"
    return label_file.label(service, sender, recipient, transaction["tracking_number"], note)


def _lines(address: Json) -> list[str]:
    place = " ".join(filter(None, (address.get("city"), address.get("state"), address.get("zip"))))
    return [*(address.get(name, "") for name in ("name", "company", "street1", "street2")), place, address["country"]]


def refund(account: ShippoAccount, body: Any) -> Json:
    """Request the refund of a transaction: refused while another is under way, failed for a parcel that was scanned."""
    transaction = account.transactions.get((body or {}).get("transaction", ""))
    if transaction is None or not transaction["label_url"]:
        raise refused(transaction="Transaction not found.")
    if transaction["status"] in ("REFUNDPENDING", "REFUNDED"):
        raise refused(transaction="A refund for this transaction exists already.")
    was_scanned = account.statuses.get(transaction["tracking_number"]) in SCANNED
    name = f"{account.number():032x}"
    made = {"object_id": name, "transaction": transaction["object_id"], "status": "ERROR" if was_scanned else "PENDING"}
    account.refunds[name] = made
    if not was_scanned:
        transaction["status"] = "REFUNDPENDING"
    return made


def settle_refund(account: ShippoAccount, transaction: Json, *, is_rejected: bool = False) -> Json:
    """Decide a refund that was requested, or refused before: weeks later, or once the carrier sees the parcel."""
    if transaction["status"] in ("REFUNDPENDING", "REFUNDREJECTED"):
        transaction["status"] = "REFUNDREJECTED" if is_rejected else "REFUNDED"
        if not is_rejected:
            account.pay(-next(Decimal(one["price"]) for one in account.purchases if one["rate"] == transaction["rate"]))
    return transaction


def refund_decided(account: ShippoAccount, transaction: Json) -> Json:
    """Return the event of a refund that was decided, which holds the transaction."""
    event: Json = {"event": "transaction_updated", "test": True, "data": transaction}
    return account.remember(transaction["tracking_number"], event)


# ---- tracking


def advance(account: ShippoAccount, track: Json, status: str, at: str | None, message: str) -> Json:
    """Have a parcel reach a status, in our words, and return the event of it; a scan rejects a refund."""
    if status not in STATUSES:
        raise refused(status=f"no status {status}")
    theirs, finer = STATUSES[status]
    moment = at or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    reached = {"object_id": f"{account.number():032x}", "status": theirs, "status_details": message}
    reached |= {"status_date": moment, "object_created": now()}
    reached_finer: Json = {**reached, "substatus": {"code": finer, "text": message, "action_required": False}}
    track |= {"tracking_status": reached_finer, "tracking_history": [*track["tracking_history"], reached_finer]}
    account.statuses[track["tracking_number"]] = status
    if status in SCANNED:
        settle_refund(account, account.transactions[track["transaction"]], is_rejected=True)
    return account.remember(track["tracking_number"], {"event": "track_updated", "test": True, "data": track})


def signature(body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    """Return the headers that sign time and raw body of a webhook.

    >>> signature(b"{}", "secret", 1700000000)["Shippo-Auth-Signature"][:24]
    't=1700000000,v1=b8569b78'
    """
    moment = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Shippo-Auth-Signature": f"t={moment},v1={digest}"}
