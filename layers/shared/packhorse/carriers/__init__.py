"""Carriers: a folder for each kind of account, and one `CarrierAdapter` that holds all that the kind can do.

Importing this never imports httpx, which reading a webhook does not need.
"""

from collections.abc import Mapping

from packhorse.carriers.easypost import EASYPOST
from packhorse.carriers.protocol import CarrierAdapter
from packhorse.carriers.shippo import SHIPPO
from packhorse.domain.configuration.carrier import CarrierKind

CARRIERS: Mapping[CarrierKind, CarrierAdapter] = {
    CarrierKind.EASYPOST: EASYPOST,
    CarrierKind.SHIPPO: SHIPPO,
    CarrierKind.MANUAL: CarrierAdapter(),
}
