"""Shipments of EasyPost: rates, one purchase each, labels and refunds."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from local.world.carriers import label_file
from local.world.carriers.account import SCANNED, Json
from local.world.carriers.easypost import EasyPostAccount, missing, refusal
from local.world.carriers.easypost_trackers import create_tracker
from local.world.carriers.rating import Freight, Offer, offers, tracking_number
from local.world.shop import now

FORMATS = {"PNG": "image/png", "PDF": "application/pdf", "ZPL": "application/zpl"}
PAYMENT_REQUIRED = 402


def create_shipment(account: EasyPostAccount, body: Any) -> Json:
    """Store a shipment, and return it with the rates of the carriers that take it."""
    wanted = body.get("shipment") if isinstance(body, dict) else None
    if not wanted:
        raise missing("shipment")
    _check(account, wanted)
    number = account.number()
    found, refusals = offers(_freight(wanted), account.settings.refusing)
    shipment = {
        "id": f"shp_{number:032x}",
        "object": "Shipment",
        "mode": "test",
        "created_at": now(),
        "reference": wanted.get("reference"),
        "status": "unknown",
        "is_return": False,
        "from_address": wanted["from_address"],
        "to_address": wanted["to_address"],
        "parcel": wanted["parcel"],
        "customs_info": wanted.get("customs_info"),
        "options": wanted.get("options") or {},
        "messages": [
            {"carrier": carrier, "carrier_account_id": f"ca_{carrier.lower()}", "type": "rate_error", "message": text}
            for carrier, text in refusals.items()
        ],
        "rates": [_rate(account, number, place, offer) for place, offer in enumerate(found)],
        "selected_rate": None,
        "postage_label": None,
        "tracking_code": None,
        "tracker": None,
        "refund_status": None,
        "scan_form": None,
    }
    account.shipments[shipment["id"]] = shipment
    return shipment


def _rate(account: EasyPostAccount, number: int, place: int, offer: Offer) -> Json:
    return {
        "id": f"rate_{number:024x}{place:08x}",
        "object": "Rate",
        "carrier": offer.service.carrier,
        "service": offer.service.name,
        "rate": _amount(offer.cents, account.settings.currency),
        "currency": account.settings.currency,
        "delivery_days": offer.days,
        "est_delivery_days": offer.days,
        "shipment_id": f"shp_{number:032x}",
        "carrier_account_id": f"ca_{offer.service.carrier.lower()}",
    }


def _amount(cents: int, currency: str) -> str:
    return str(cents) if currency == "JPY" else f"{Decimal(cents).scaleb(-2):.2f}"


def _check(account: EasyPostAccount, wanted: Json) -> None:
    if lacking := [name for name in ("to_address", "from_address", "parcel") if not wanted.get(name)]:
        raise missing(*lacking)
    for name in ("to_address", "from_address"):
        address = wanted[name]
        parts = ("street1", "city", "zip", "country") if address.get("country") == "US" else ("street1", "country")
        if lacking := [f"{name}.{part}" for part in parts if not address.get(part)]:
            raise missing(*lacking)
        if address.get("zip") in account.settings.refused_zips:
            found = {"field": "address", "message": "Address not found", "suggestion": None}
            raise refusal("ADDRESS.VERIFY.FAILURE", "Unable to verify address.", found)
    _check_parcel(wanted["parcel"])
    if wanted.get("customs_info"):
        _check_customs(wanted["customs_info"])
    if (wanted.get("options") or {}).get("label_format", "PNG") not in FORMATS:
        raise refusal("SHIPMENT.OPTIONS.INVALID", "The label format is invalid.")


def _check_parcel(parcel: Json) -> None:
    sides = [parcel.get(name) for name in ("length", "width", "height")]
    is_wrong = any(sides) and not all(_is_positive(side) for side in sides)
    if not _is_positive(parcel.get("weight")) or is_wrong:
        found = {"field": "weight" if not is_wrong else "dimensions", "message": "must be greater than 0"}
        raise refusal("PARCEL.PARAMETERS.INVALID", "Invalid parameters.", found)


def _check_customs(info: Json) -> None:
    if not info.get("customs_signer") or not info.get("customs_certify") or not info.get("contents_type"):
        raise refusal("CUSTOMS_INFO.PARAMETERS.INVALID", "Signer, certification and contents are required.")
    for item in info.get("customs_items") or [{}]:
        if not item.get("origin_country"):
            raise refusal("CUSTOMS_ITEM.ORIGIN_COUNTRY.REQUIRED", "The origin country is required.")
        amounts = (item.get("quantity"), item.get("value"), _kept(item.get("weight")))
        if not item.get("description") or not all(map(_is_positive, amounts)):
            raise refusal("CUSTOMS_ITEM.PARAMETERS.INVALID", "Invalid parameters of a customs item.")


def _kept(weight: Any) -> Decimal | None:
    """Return a weight as EasyPost keeps it: what is below a thousandth of an ounce is nothing."""
    return Decimal(str(weight)).quantize(Decimal("0.001"), ROUND_DOWN) if _is_positive(weight) else None


def _check_postage(shipment: Json, carrier: str) -> None:
    """Refuse a label of USPS whose contents weigh more than the parcel; rates do not show that."""
    items = (shipment["customs_info"] or {}).get("customs_items") or ()
    contents = sum(_kept(item["weight"]) or 0 for item in items)
    if carrier == "USPS" and contents > Decimal(str(shipment["parcel"]["weight"])):
        text = "Total weight of all of the content items cannot be more than the total weight of the package."
        raise refusal("SHIPMENT.POSTAGE.FAILURE", text)


def _is_positive(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)) > 0
    except ArithmeticError:
        return False


def _freight(wanted: Json) -> Freight:
    sender, recipient = wanted["from_address"], wanted["to_address"]
    return Freight(
        from_country=sender["country"],
        from_zip=sender.get("zip", ""),
        to_country=recipient["country"],
        to_zip=recipient.get("zip", ""),
        to_phone=recipient.get("phone", ""),
        ounces=Decimal(str(wanted["parcel"]["weight"])),
        has_customs=bool(wanted.get("customs_info")),
    )


def shipment_of(account: EasyPostAccount, shipment: str) -> Json:
    """Return a shipment."""
    if shipment not in account.shipments:
        raise refusal("NOT_FOUND", "The requested resource could not be found.", status=404)
    return account.shipments[shipment]


def buy(account: EasyPostAccount, shipment: Json, body: Any) -> Json:
    """Buy the label of a shipment at one of its own rates, once."""
    wanted = ((body or {}).get("rate") or {}).get("id")
    if not wanted:
        raise missing("rate")
    if shipment["postage_label"]:
        raise refusal("SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
    rate = next((each for each in shipment["rates"] if each["id"] == wanted), None)
    if rate is None:
        raise refusal("SHIPMENT.MISSING_RATE", "The rate does not belong to the shipment.")
    _check_postage(shipment, rate["carrier"])
    if not account.pay(Decimal(rate["rate"])):
        raise refusal("PAYMENT_REQUIRED", "Insufficient funds.", status=PAYMENT_REQUIRED)
    tracking = tracking_number(rate["carrier"], shipment["id"])
    format_ = shipment["options"].get("label_format", "PNG")
    label: Json = {"object": "PostageLabel", "label_size": "4x6", "label_file_type": FORMATS[format_]}
    shipment |= {"selected_rate": rate, "tracking_code": tracking, "postage_label": label}
    label["label_url"] = _file_url(account, shipment, format_)
    label |= {"label_pdf_url": None, "label_zpl_url": None, "label_epl2_url": None}
    shipment["tracker"] = create_tracker(account, tracking, rate["carrier"], shipment["id"])
    bought = {"shipment": shipment["id"], "rate": rate["id"], "tracking": tracking, "price": rate["rate"]}
    account.purchases.append({**bought, "reference": shipment["reference"]})
    return shipment


def convert(account: EasyPostAccount, shipment: Json, format_: str) -> Json:
    """Have the file of a label made in another format; only images are converted."""
    if not shipment["postage_label"]:
        raise refusal("SHIPMENT.POSTAGE.REQUIRED", "Postage is required.")
    label = shipment["postage_label"]
    if format_ not in ("PDF", "ZPL"):
        raise refusal("SHIPMENT.POSTAGE.INVALID_FORMAT", "The format is invalid.")
    if label["label_file_type"] not in (FORMATS["PNG"], FORMATS[format_]):
        raise refusal("SHIPMENT.POSTAGE.FORMAT_UNAVAILABLE", "The label cannot be converted to the format.")
    label[f"label_{format_.lower()}_url"] = _file_url(account, shipment, format_)
    return shipment


def _file_url(account: EasyPostAccount, shipment: Json, format_: str) -> str:
    return f"{account.base_url}/files/postage_label/{shipment['id']}.{format_.lower()}"


def label_of(shipment: Json) -> label_file.Label:
    """Return the label of a shipment that was bought."""
    rate = shipment["selected_rate"]
    sender, recipient = _lines(shipment["from_address"]), _lines(shipment["to_address"])
    note = shipment["options"].get("print_custom_1", "")
    return label_file.label(f"{rate['carrier']} {rate['service']}", sender, recipient, shipment["tracking_code"], note)


def _lines(address: Json) -> list[str]:
    place = " ".join(filter(None, (address.get("city"), address.get("state"), address.get("zip"))))
    parts = [address.get(name, "") for name in ("name", "company", "street1", "street2")]
    return [*parts, place, address["country"]]


def refund(account: EasyPostAccount, shipment: Json) -> Json:
    """Request a refund: refused for a parcel that was scanned, and while another request is not rejected."""
    if not shipment["postage_label"]:
        raise refusal("SHIPMENT.REFUND.UNAVAILABLE", "No postage was bought for this shipment.")
    if shipment["refund_status"] in ("submitted", "refunded"):
        raise refusal("SHIPMENT.REFUND.UNAVAILABLE", "A refund was requested already.")
    if account.parcels[shipment["tracking_code"]]["status"] in SCANNED:
        raise refusal("SHIPMENT.REFUND.UNAVAILABLE", "Unable to request refund. The parcel has been shipped.")
    shipment["refund_status"] = "submitted"
    return shipment


def settle_refund(account: EasyPostAccount, shipment: Json, *, is_rejected: bool = False) -> Json:
    """Decide a refund that was requested, or refused before, as a carrier does weeks later."""
    if shipment["refund_status"] in ("submitted", "rejected"):
        was_scanned = account.parcels[shipment["tracking_code"]]["status"] in SCANNED
        shipment["refund_status"] = "rejected" if was_scanned or is_rejected else "refunded"
        if shipment["refund_status"] == "refunded":
            account.pay(-Decimal(shipment["selected_rate"]["rate"]))
    return shipment
