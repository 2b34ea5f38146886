"""Carrier accounts: the connections by which labels are bought."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Identifier, Text, Value


class CarrierKind(StrEnum):
    """The protocol of a carrier account; `manual` speaks none: people make labels elsewhere and type tracking in."""

    EASYPOST = "easypost"
    SHIPPO = "shippo"
    MANUAL = "manual"


class CarrierSettings(Value):
    """The settings of a carrier account; `base_url` is its API's address, if it is not the protocol's usual one."""

    name: Text = ""
    kind: CarrierKind
    active: bool = True
    base_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")] | None = None
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 5

    @property
    def sells(self) -> bool:
        """Whether labels can be bought from it."""
        return self.kind is not CarrierKind.MANUAL

    @property
    def needs_size(self) -> bool:
        """Whether it gives no rate for a parcel without its three sides."""
        return self.kind is CarrierKind.SHIPPO


class CarrierAccount(CarrierSettings):
    """An account with a carrier, or with a service that sells labels of several. Its credentials are never here."""

    id: Identifier
