"""Valid transfer orders, of which a test changes what it is about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.transfers.drafting import TransferDraft, drafted
from packhorse.domain.transfers.receiving import ArrivedUnits, ReturnedUnits, TransferReceipt, TransferReturn
from packhorse.domain.transfers.receiving import receive as receive_units
from packhorse.domain.transfers.receiving import take_back as take_units_back
from packhorse.domain.transfers.sending import Sent, SentLine, TransferSending, send
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferUnits
from packhorse.domain.values import Sku, WarehouseId

AT = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
ADA = "user:ada"
MUG, LAMP = "MUG-Ä 11oz #3", "00123"
PLENTY = SourceShelf(available=100, basis=CostBasis(3, 1000, "EUR"))


def units(sku: str = MUG, wanted: int = 10) -> TransferUnits:
    return TransferUnits(sku=sku, units=wanted)


def draft(*lines: TransferUnits, **more: Any) -> TransferDraft:
    return TransferDraft(**{"from_warehouse": "east", "to_warehouse": "west", **more}, lines=lines or (units(),))


def requested(*lines: TransferUnits) -> TransferOrder:
    return drafted("TO-1001", draft(*lines), ADA, AT)


def shelves(**found: SourceShelf) -> Mapping[Shelf, SourceShelf]:
    named = {MUG: found.get("mug", PLENTY), LAMP: found.get("lamp", PLENTY)}
    return {Shelf(Sku(sku), WarehouseId("east")): shelf for sku, shelf in named.items()}


def sending(
    order: TransferOrder, *lines: SentLine, force: bool = False, is_counted: bool = True, **found: SourceShelf
) -> Sent:
    return send(order, TransferSending(lines=lines, force=force), shelves(**found), ADA, AT, is_counted=is_counted)


def sent(*lines: TransferUnits, is_counted: bool = True) -> TransferOrder:
    return sending(requested(*lines), is_counted=is_counted).order


def arrived(accepted: int = 0, line: str = "1", **more: Any) -> ArrivedUnits:
    return ArrivedUnits(line=line, accepted=accepted, **more)


def receive(order: TransferOrder, *lines: ArrivedUnits, receipt: str = "R-1") -> TransferOrder:
    return receive_units(order, TransferReceipt(receipt=receipt, lines=lines), ADA, AT, is_counted=True).order


def take_back(order: TransferOrder, *lines: ReturnedUnits, receipt: str = "B-1") -> TransferOrder:
    return take_units_back(order, TransferReturn(receipt=receipt, lines=lines), ADA, AT, is_counted=True).order
