"""Manifests of Shippo: one document for the labels of a day, each of which is on one manifest at most."""

from typing import Any

from local.world.carriers import label_file
from local.world.carriers.account import Json
from local.world.carriers.shippo import IS_REQUIRED, ShippoAccount, refused
from local.world.shop import now


def create_manifest(account: ShippoAccount, body: Any) -> Json:
    """Create a manifest of transactions; refused unless all are kept, on none, and of one account, address and day."""
    wanted = body if isinstance(body, dict) else {}
    required = ("carrier_account", "shipment_date", "address_from", "transactions")
    if lacking := {name: IS_REQUIRED for name in required if not wanted.get(name)}:
        raise refused(**lacking)
    names = wanted["transactions"]
    if unknown := [each for each in names if each not in account.transactions]:
        raise refused(transactions=f"{len(unknown)} of the transactions were not found.")
    _check(account, wanted, [account.transactions[each] for each in names])
    name = f"{account.number():032x}"
    manifest = {
        "object_id": name,
        "object_created": now(),
        "status": "SUCCESS",
        "carrier_account": wanted["carrier_account"],
        "shipment_date": wanted["shipment_date"],
        "address_from": wanted["address_from"],
        "transactions": list(names),
        "documents": [f"{account.base_url}/files/{name}.pdf"],
        "errors": [],
    }
    account.manifests[name] = manifest
    return manifest


def _check(account: ShippoAccount, wanted: Json, sold: list[Json]) -> None:
    shipments = [account.shipments[each["shipment"]] for each in sold if each["status"] == "SUCCESS"]
    taken = {name for each in account.manifests.values() for name in each["transactions"]}
    rates = {rate["object_id"]: rate for each in shipments for rate in each["rates"]}
    origins = [{**each["address_from"], "object_id": ""} for each in shipments]
    faults = {
        "Transactions that were refunded cannot be manifested.": len(shipments) < len(sold),
        "Some of the transactions are on a manifest already.": any(each["object_id"] in taken for each in sold),
        "All transactions must have the same address_from.": any(each != origins[0] for each in origins),
        "All transactions must belong to the carrier_account.": any(
            rates[each["rate"]]["carrier_account"] != wanted["carrier_account"]
            for each in sold
            if each["rate"] in rates
        ),
        "All transactions must have the same shipment_date.": len({each["shipment_date"][:10] for each in shipments})
        > 1,
    }
    for text, is_so in faults.items():
        if is_so:
            raise refused(transactions=text)
    if wanted["address_from"] not in {each["address_from"]["object_id"] for each in shipments}:
        raise refused(address_from="Address not found.")


def sheet_of(account: ShippoAccount, manifest: Json) -> label_file.Label:
    """Return the sheet of a manifest: its barcode, and how many parcels are on it."""
    first = account.transactions[manifest["transactions"][0]]
    origin = account.shipments[first["shipment"]]["address_from"]
    sender = [origin.get("company", ""), origin.get("street1", "")]
    return label_file.label(
        "MANIFEST", sender, [f"{len(manifest['transactions'])} parcels"], manifest["object_id"][-22:]
    )
