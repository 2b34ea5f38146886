"""Shipments of Shippo: our consignment in its terms, and what its answers hold of one."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StrictInt

from packhorse.domain.address import Address
from packhorse.domain.labels.consignment import Consignment, CustomsItem, LabelFormat, Package
from packhorse.domain.money import Currency
from packhorse.http.body import ExternalModel

FORMATS = {LabelFormat.PDF: "PDF_4x6", LabelFormat.PNG: "PNG", LabelFormat.ZPL: "ZPLII"}

Amount = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class TheirService(ExternalModel):
    """A service of a carrier."""

    name: str = ""
    token: str = ""


class TheirRate(ExternalModel):
    """A rate."""

    object_id: str
    provider: str
    servicelevel: TheirService
    amount: Amount
    currency: Currency
    estimated_days: StrictInt | None = None


class TheirMessage(ExternalModel):
    """Why something was not done."""

    source: str = ""
    code: str = ""
    text: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.source, self.text or self.code)))


class TheirShipment(ExternalModel):
    """A shipment; its rates are validated one by one, so that a bad one does not hide the others."""

    object_id: str
    rates: tuple[Any, ...] = ()
    messages: tuple[TheirMessage, ...] = ()


class TheirTransaction(ExternalModel):
    """A purchase of a label, which may have failed."""

    object_id: str
    status: str
    tracking_number: str = ""
    label_url: str = ""
    messages: tuple[TheirMessage, ...] = ()


class TheirTransactions(ExternalModel):
    """The purchases at a rate."""

    results: tuple[TheirTransaction, ...]


class TheirRateOfAccount(ExternalModel):
    """Which of the carrier accounts there a rate is of."""

    object_id: str
    carrier_account: str = ""


class TheirSender(ExternalModel):
    """The address that a shipment leaves from."""

    object_id: str = ""


class TheirOrigin(ExternalModel):
    """What the parcels of a manifest have in common, of one of their shipments."""

    address_from: TheirSender
    shipment_date: str = ""
    object_created: str = ""
    rates: tuple[TheirRateOfAccount, ...] = ()

    @property
    def date(self) -> str:
        """When the parcel leaves; the first ten characters are the day."""
        return self.shipment_date or self.object_created


class TheirManifest(ExternalModel):
    """A manifest; `transactions` are the purchases on it, `documents` the URLs of its sheets."""

    object_id: str
    status: str
    transactions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    errors: tuple[Any, ...] = ()


class TheirManifests(ExternalModel):
    """The newest manifests."""

    results: tuple[TheirManifest, ...]


class TheirRefund(ExternalModel):
    """A request of a refund."""

    status: str


def shipment_body(consignment: Consignment) -> dict[str, Any]:
    """Return the body of the request that stores a consignment."""
    body: dict[str, Any] = {
        "metadata": consignment.reference,
        "address_from": _address(consignment.sender),
        "address_to": _address(consignment.recipient),
        "parcels": [_parcel(consignment.package)],
        "async": False,
    }
    if consignment.day:  # at noon, which is on this day in most time zones
        body["shipment_date"] = f"{consignment.day}T12:00:00Z"
    if consignment.order_number:
        body["extra"] = {"reference_1": consignment.order_number[:50]}
    if consignment.customs:
        body["customs_declaration"] = _customs(consignment)
    return body


def _address(address: Address) -> dict[str, str]:
    parts = {
        "name": address.name or address.company,
        "company": address.company,
        "street1": address.address1,
        "street2": address.address2,
        "street3": address.address3,
        "city": address.city,
        "state": address.state,
        "zip": address.postcode,
        "country": address.country,
        "phone": address.phone,
    }
    return {name: part for name, part in parts.items() if part}


def _parcel(package: Package) -> dict[str, str]:
    sides = {"length": package.length_mm, "width": package.width_mm, "height": package.height_mm}
    size = {name: str(side) for name, side in sides.items() if side}
    return {"weight": str(package.weight_g), "mass_unit": "g", "distance_unit": "mm", **size}


def _customs(consignment: Consignment) -> dict[str, Any]:
    sender = consignment.sender
    declaration: dict[str, Any] = {
        "contents_type": "MERCHANDISE",
        "non_delivery_option": "RETURN",
        "certify": True,
        "certify_signer": sender.name or sender.company,
        "items": [_customs_item(item, sender.country) for item in consignment.customs],
    }
    if sender.country == "US":  # the clause that frees a parcel of at most 2500 USD from the export declaration
        declaration["eel_pfc"] = "NOEEI_30_36" if consignment.recipient.country == "CA" else "NOEEI_30_37_a"
    return declaration


def _customs_item(item: CustomsItem, origin: str) -> dict[str, Any]:
    return {
        "description": item.description,
        "quantity": item.quantity,
        "value_amount": item.value.amount,
        "value_currency": item.value.currency,
        "net_weight": str(item.weight_g),
        "mass_unit": "g",
        "origin_country": item.origin_country or origin,
        **({"tariff_number": item.hs_code} if item.hs_code else {}),
    }
