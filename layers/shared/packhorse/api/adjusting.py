"""Changes of stock by people: adjustments, receipts, counts, transfers. A request is committed as a whole or not."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_WAREHOUSES, OPERATING, allow, current_name, current_request_id
from packhorse.api.limits import of_changes
from packhorse.domain.stock.adjustment import (
    Adjustment,
    AdjustmentRequest,
    Count,
    QuarantineMove,
    RequestedChange,
    StockReceipt,
    Transfer,
)
from packhorse.domain.values import Text, Value
from packhorse.store import stock
from packhorse.usecases.stock.adjust_stock import adjust_stock

router = APIGatewayHttpRouter()
StockRequest = Adjustment | StockReceipt | Count | Transfer | QuarantineMove


class Adjustments(Value):
    """Up to fifty adjustments, committed together or not at all."""

    adjustments: Annotated[tuple[Adjustment, ...], Field(min_length=1, max_length=50)]

    def changes(self) -> Iterator[RequestedChange]:
        """Yield the changes of all adjustments."""
        return _changes("adjustments", self.adjustments)


class Receipts(Value):
    """Up to fifty receipts; `reference` is a delivery note or a purchase order."""

    receipts: Annotated[tuple[StockReceipt, ...], Field(min_length=1, max_length=50)]
    reference: Text = ""

    def changes(self) -> Iterator[RequestedChange]:
        """Yield the changes of all receipts."""
        return _changes("receipts", self.receipts)


class Counts(Value):
    """Up to fifty counts."""

    counts: Annotated[tuple[Count, ...], Field(min_length=1, max_length=50)]
    reference: Text = ""

    def changes(self) -> Iterator[RequestedChange]:
        """Yield the changes of all counts."""
        return _changes("counts", self.counts)


class Transfers(Value):
    """Up to twenty-five transfers."""

    transfers: Annotated[tuple[Transfer, ...], Field(min_length=1, max_length=25)]
    reference: Text = ""

    def changes(self) -> Iterator[RequestedChange]:
        """Yield the changes at both ends of all transfers."""
        return _changes("transfers", self.transfers)


class Quarantine(Value):
    """Up to fifty moves to or from quarantine."""

    moves: Annotated[tuple[QuarantineMove, ...], Field(min_length=1, max_length=50)]
    reference: Text = ""

    def changes(self) -> Iterator[RequestedChange]:
        """Yield the changes of all moves."""
        return _changes("moves", self.moves)


def _changes(field: str, parts: Iterable[StockRequest]) -> Iterator[RequestedChange]:
    return (change for index, each in enumerate(parts) for change in each.changes(f"{field}.{index}"))


class Changed(Value):
    """The balances after the changes."""

    items: tuple[stock.Balance, ...]
    next: None = None


@router.post("/stock/adjustments", summary="Set units on hand, or add to them", tags=["stock"])
@allow(OPERATING | AT_WAREHOUSES, of_changes)
def adjust(new: Adjustments) -> Changed:
    """All or none. 409 where a balance is not what was expected, or more is committed than would be left."""
    return _adjust(new.changes())


@router.post("/stock/receipts", summary="Receive goods that arrived", tags=["stock"])
@allow(OPERATING | AT_WAREHOUSES, of_changes)
def receive(new: Receipts) -> Changed:
    """All or none; backorders of the skus are served at once, oldest first."""
    return _adjust(new.changes(), new.reference)


@router.post("/stock/counts", summary="Set units on hand to counted ones", tags=["stock"])
@allow(OPERATING | AT_WAREHOUSES, of_changes)
def count(new: Counts) -> Changed:
    """All or none; a count that changes nothing is in the ledger, too. 409 where more is committed than was counted."""
    return _adjust(new.changes(), new.reference)


@router.post("/stock/transfers", summary="Move stock from one warehouse to another", tags=["stock"])
@allow(OPERATING | AT_WAREHOUSES, of_changes)
def transfer(new: Transfers) -> Changed:
    """All or none, both warehouses at once. 409 where less is available than is transferred."""
    return _adjust(new.changes(), new.reference)


@router.post("/stock/quarantine", summary="Quarantine units, sell them after all, or scrap them", tags=["stock"])
@allow(OPERATING | AT_WAREHOUSES, of_changes)
def quarantine(new: Quarantine) -> Changed:
    """All or none. 409 where less is available than is to be quarantined, or less quarantined than is to leave it."""
    return _adjust(new.changes(), new.reference)


def _adjust(changes: Iterable[RequestedChange], reference: str = "") -> Changed:
    name = current_request_id()
    request = AdjustmentRequest(name, reference or name, current_name(), datetime.now(UTC))
    return Changed(items=adjust_stock(list(changes), request))
