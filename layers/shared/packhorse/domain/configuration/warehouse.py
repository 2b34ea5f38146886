"""Warehouses: their settings, and the regions that each covers."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from packhorse.domain.address import Address, normalised
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.configuration.handling import Handling
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.values import Identifier, Text, Value


class WarehouseKind(StrEnum):
    """Who fulfils the orders of a warehouse: our people, a supplier, a logistics partner, Amazon."""

    OWN = "own"
    DROPSHIP = "dropship"
    THIRD_PARTY = "3pl"
    FBA = "fba"


class ShipsOn(StrEnum):
    """What makes work of an own warehouse count as shipped: its label, its packed box, or the day's manifest."""

    LABEL = "label"
    PACKED = "packed"
    MANIFEST = "manifest"

    def is_done(self, *, is_packed: bool) -> bool:
        """Return whether what has its label has shipped: at once, or once its box is packed; by a manifest never."""
        return self is ShipsOn.LABEL or (self is ShipsOn.PACKED and is_packed)


class Region(Value):
    """A part of the world: a country, or a state of it, or a range of its postcodes (ends included)."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    state: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,5}$")] | None = None
    postcode_from: Annotated[str, Field(max_length=12)] | None = None
    postcode_to: Annotated[str, Field(max_length=12)] | None = None


class Paper(StrEnum):
    """The size of the sheets that a warehouse prints on."""

    A4 = "a4"
    LETTER = "letter"


SiteAddress = Annotated[Address, AfterValidator(normalised)]
"""An address of ours, in the spelling that addresses of orders have."""


class WarehouseSettings(Value):
    """The settings of a warehouse; `counts_for_sync`: its stock is in published quantities.

    `handling` says until when it ships an order. `address` is where it is: labels name it as their sender, and buyers
    send goods back to it, or else to `returns_address`. `carrier_account` is the one that labels are bought
    from, where the request names none. Documents are on sheets of the size `paper`. `default_box` is the box size of
    parcels whose products have no dimensions. `fba` says how Amazon ships, where the warehouse is Amazon's.
    """

    name: Text = ""
    kind: WarehouseKind = WarehouseKind.OWN
    active: bool = True
    regions: tuple[Region, ...] = ()
    excludes: frozenset[Identifier] = frozenset()
    counts_for_sync: bool = True
    handling: Handling = Handling()
    address: SiteAddress | None = None
    returns_address: SiteAddress | None = None
    paper: Paper = Paper.A4
    carrier_account: Identifier | None = None
    label_format: LabelFormat = LabelFormat.PDF
    ships_on: ShipsOn = ShipsOn.LABEL
    default_box: Identifier | None = None
    fba: FbaSettings | None = None


class Warehouse(WarehouseSettings):
    """A place that ships: ours, a supplier's, a logistics partner's or Amazon's."""

    id: Identifier

    @property
    def sender(self) -> Address | None:
        """Its address, under the warehouse's name where it has neither a name nor a company."""
        return self._named(self.address)

    @property
    def returns_to(self) -> Address | None:
        """Where buyers send goods back to, under the same name."""
        return self._named(self.returns_address or self.address)

    def _named(self, address: Address | None) -> Address | None:
        is_nameless = address is not None and not (address.name or address.company)
        return address.replace(name=self.name) if address and is_nameless else address
