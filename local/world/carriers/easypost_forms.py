"""ScanForms of EasyPost: one document for the shipments of a day, each of which is on one form at most."""

from typing import Any

from local.world.carriers import label_file
from local.world.carriers.account import Json
from local.world.carriers.easypost import EasyPostAccount, missing, refusal
from local.world.shop import now

FAILURE = "SCAN_FORM.CREATE.FAILURE"


def create_form(account: EasyPostAccount, body: Any) -> Json:
    """Create a form of shipments; refused unless all are bought, kept, of one carrier and address, and on no form."""
    wanted = (body or {}).get("shipments") or ((body or {}).get("scan_form") or {}).get("shipments")
    if not wanted:
        raise missing("shipments")
    ids = [each.get("id") for each in wanted]
    if unknown := [each for each in ids if each not in account.shipments]:
        raise refusal(FAILURE, f"Unable to create manifest. {len(unknown)} of the shipments were not found.")
    shipments = [account.shipments[each] for each in ids]
    _check(shipments)
    number = account.number()
    form = {
        "id": f"sf_{number:032x}",
        "object": "ScanForm",
        "status": "created",
        "message": None,
        "address": shipments[0]["from_address"],
        "tracking_codes": [each["tracking_code"] for each in shipments],
        "form_url": f"{account.base_url}/files/scan_form/sf_{number:032x}.pdf",
        "form_file_type": "application/pdf",
        "created_at": now(),
    }
    account.forms[str(form["id"])] = form
    for shipment in shipments:
        shipment["scan_form"] = form
    return form


def _check(shipments: list[Json]) -> None:
    faults = {
        "have no postage": [each for each in shipments if not each["postage_label"]],
        "were refunded": [each for each in shipments if each["refund_status"] in ("submitted", "refunded")],
        "are on a form already": [each for each in shipments if each.get("scan_form")],
    }
    for fault, found in faults.items():
        if found:
            names = ", ".join(each["id"] for each in found)
            raise refusal(FAILURE, f"Unable to create manifest. {len(found)} of the shipments {fault}: {names}")
    if any(each["from_address"] != shipments[0]["from_address"] for each in shipments):
        raise refusal(FAILURE, "Unable to create manifest. All shipments must have the same origin address.")
    if len({each["selected_rate"]["carrier_account_id"] for each in shipments}) > 1:
        raise refusal(FAILURE, "Unable to create manifest. All shipments must belong to the same carrier account.")


def form_of(account: EasyPostAccount, form: str) -> Json:
    """Return a form."""
    if form not in account.forms:
        raise refusal("NOT_FOUND", "The requested resource could not be found.", status=404)
    return account.forms[form]


def sheet_of(form: Json) -> label_file.Label:
    """Return the sheet of a form: its barcode, and how many parcels are on it."""
    sender = [form["address"].get("company", ""), form["address"].get("street1", "")]
    return label_file.label("SCAN FORM", sender, [f"{len(form['tracking_codes'])} parcels"], form["id"][-22:])
