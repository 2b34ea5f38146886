"""Shipments of EasyPost: our consignment in its terms, and what its answers hold of one."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated, Any

from pydantic import Field, StrictInt

from packhorse.domain.address import Address
from packhorse.domain.labels.consignment import Consignment, CustomsItem, Package
from packhorse.domain.money import Currency
from packhorse.http.body import ExternalModel

GRAMS = Decimal("28.349523125")
"""Grams in an ounce."""
MILLIMETRES = Decimal("25.4")
"""Millimetres in an inch."""
TENTH, THOUSANDTH = Decimal("0.1"), Decimal("0.001")

Amount = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class TheirRate(ExternalModel):
    """A rate, and after the purchase the one that was bought."""

    id: str
    carrier: str
    service: str
    rate: Amount
    currency: Currency
    delivery_days: StrictInt | None = None
    est_delivery_days: StrictInt | None = None


class TheirMessage(ExternalModel):
    """Why a carrier gave no rate."""

    carrier: str = ""
    message: Any = ""


class TheirLabel(ExternalModel):
    """The file of a label: as it was bought, and as it was converted since."""

    label_url: str = ""
    label_pdf_url: str = ""
    label_zpl_url: str = ""


class TheirForm(ExternalModel):
    """A ScanForm; `status` is `creating`, `created` or `failed`, and `message` says why it failed."""

    id: str
    status: str = ""
    message: str = ""
    tracking_codes: tuple[str, ...] = ()
    form_url: str = ""


class TheirShipment(ExternalModel):
    """A shipment; its rates are validated one by one, so that a bad one does not hide the others."""

    id: str
    rates: tuple[Any, ...] = ()
    messages: tuple[TheirMessage, ...] = ()
    tracking_code: str = ""
    selected_rate: TheirRate | None = None
    postage_label: TheirLabel | None = None
    refund_status: str = ""
    scan_form: TheirForm | None = None


def shipment_body(consignment: Consignment) -> dict[str, Any]:
    """Return the body of the request that stores a consignment."""
    body: dict[str, Any] = {
        "reference": consignment.reference,
        "from_address": _address(consignment.sender),
        "to_address": _address(consignment.recipient),
        "parcel": _parcel(consignment.package),
        "options": {"label_format": consignment.label_format.name, "label_size": "4x6"},
    }
    if consignment.order_number:
        body["options"]["print_custom_1"] = consignment.order_number
    if consignment.customs:
        body["customs_info"] = _customs(consignment)
    return {"shipment": body}


def _address(address: Address) -> dict[str, str]:
    parts = {
        "name": address.name,
        "company": address.company,
        "street1": address.address1,
        "street2": ", ".join(filter(None, (address.address2, address.address3))),
        "city": address.city,
        "state": address.state,
        "zip": address.postcode,
        "country": address.country,
        "phone": address.phone,
    }
    return {name: part for name, part in parts.items() if part}


def _parcel(package: Package) -> Mapping[str, float]:
    """Return weight and size; rounded up, since a carrier charges again for what it finds to be more."""
    sides = {"length": package.length_mm, "width": package.width_mm, "height": package.height_mm}
    inches = {name: _up(Decimal(side) / MILLIMETRES) for name, side in sides.items()} if all(sides.values()) else {}
    return {"weight": ounces(package.weight_g), **inches}


def ounces(grams: int) -> float:
    """Return grams in ounces with one decimal, as EasyPost takes them, rounded up.

    >>> ounces(1000), ounces(1)
    (35.3, 0.1)
    """
    return _up(Decimal(grams) / GRAMS)


def net_ounces(grams: int) -> float:
    """Return grams of a customs line in ounces, rounded down to what EasyPost keeps: the lines never exceed the parcel.

    >>> net_ounces(10), net_ounces(1)
    (0.352, 0.035)
    """
    return float((Decimal(grams) / GRAMS).quantize(THOUSANDTH, ROUND_FLOOR))


def _up(number: Decimal) -> float:
    return float(number.quantize(TENTH, ROUND_CEILING))


def _customs(consignment: Consignment) -> dict[str, Any]:
    sender = consignment.sender
    info: dict[str, Any] = {
        "contents_type": "merchandise",
        "restriction_type": "none",
        "non_delivery_option": "return",
        "customs_certify": True,
        "customs_signer": sender.name or sender.company,
        "customs_items": [_customs_item(item, sender.country) for item in consignment.customs],
    }
    if sender.country == "US":  # the clause that frees a parcel of at most 2500 USD from the export declaration
        info["eel_pfc"] = "NOEEI 30.36" if consignment.recipient.country == "CA" else "NOEEI 30.37(a)"
    return info


def _customs_item(item: CustomsItem, origin: str) -> dict[str, Any]:
    return {
        "description": item.description,
        "quantity": item.quantity,
        "value": item.value.amount,
        "currency": item.value.currency,
        "weight": net_ounces(item.weight_g),
        "origin_country": item.origin_country or origin,
        **({"hs_tariff_number": item.hs_code} if item.hs_code else {}),
    }
