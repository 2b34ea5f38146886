"""The packing bench: open a box by a scan, count its units, undo, put aside, close, reopen.

A mistake at the bench is a result with status 200, such as `wrong`; nothing is recorded of it.
"""

from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, StringConstraints

from packhorse.api.access import AT_BENCH, OPERATING, allow, current_limits, current_name
from packhorse.api.bench_views import BenchAnswer, answer_of
from packhorse.api.limits import of_box, of_opening, own_part
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.orders.bench import Packer
from packhorse.domain.orders.bench_rejecting import Lacking
from packhorse.domain.orders.packing import ScanId
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.values import MAY_BREAK, Identifier, OrderIdText, Text, Value, Whole
from packhorse.store import configuration
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.packing import pack
from packhorse.usecases.packing.print_documents import PrintCaller

router = APIGatewayHttpRouter()
Station = Annotated[Identifier, Path()]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), MAY_BREAK]


class Opening(Value):
    """What opens a box: a scanned or typed `code`, or the `order` and `fulfilment` of a row that was chosen.

    `warehouse` is that of the station; it may be left out if only one exists. `label` and `print_label` are as of a
    scan, which this may be. `take_over` takes the box from another packer, without what was counted.
    """

    id: ScanId
    code: Code | None = None
    order: OrderIdText | None = None
    fulfilment: Annotated[Whole, Field(ge=1)] | None = None
    warehouse: Identifier | None = None
    take_over: bool = False
    label: bool = False
    print_label: bool = True

    @property
    def box(self) -> FulfilmentKey | None:
        """The box that is named, None if a code is."""
        return FulfilmentKey(self.order, self.fulfilment) if self.order and self.fulfilment else None


class BoxRequest(Value):
    """A request about a box; the same `id` again changes nothing."""

    id: ScanId
    order: OrderIdText
    fulfilment: Annotated[Whole, Field(ge=1)]

    @property
    def box(self) -> FulfilmentKey:
        """The box."""
        return FulfilmentKey(self.order, self.fulfilment)


class BoxClosing(BoxRequest):
    """A request that may close a box: `label` buys or finishes its label then, `print_label` prints it there."""

    label: bool = False
    print_label: bool = True


class UnitScan(BoxClosing):
    """A unit: its sku or barcode as `code`; `by_hand` if a person confirms it without a scan."""

    code: Code
    by_hand: bool = False


class UnitsNotFound(BoxClosing):
    """Units that are not there, or not good: `code` is their sku or barcode, without it all that is missing.

    `units` are those of the code, without it all that is missing of that.
    """

    reason: RejectReason
    code: Code | None = None
    units: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    note: Text = ""


@router.post("/bench/<station>/open", summary="Open a box", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_opening)
def open_box(station: Station, new: Opening) -> BenchAnswer:
    """By our short id, a tracking number, an order number; by a product the next order of it alone, and its unit.

    `opened`; `taken` by another packer; `packed`, reopen it; `several`, choose one; `held`, `cancelled`, `shipped`,
    `elsewhere`, `waiting`, `unknown`: it stays closed.
    """
    request = _request(station, new.id, new)
    if box := new.box:
        return answer_of(pack.open_box(request, box, take_over=new.take_over))
    if not new.code:
        raise Rejected("what is to be opened?", [FieldError("code", "give a code, or order and fulfilment")])
    limits = current_limits()
    return answer_of(pack.open_by_code(request, new.code, limits.warehouses if limits else None, _place(new)))


@router.post("/bench/<station>/scan", summary="Count a unit", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def scan(station: Station, new: UnitScan) -> BenchAnswer:
    """`right`; `wrong`, `too_many`, `unknown`: not counted. The last unit closes the box: `closed`.

    `changed`: the order was, so that the box is wrong; open it again to go on, or put it aside.
    """
    request = _request(station, new.id, new)
    return answer_of(pack.count_unit(request, new.box, new.code, by_hand=new.by_hand))


@router.post("/bench/<station>/undo", summary="Take the last unit back", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def undo(station: Station, new: BoxRequest) -> BenchAnswer:
    """`undone`, or `nothing` is counted."""
    return answer_of(pack.undo(_request(station, new.id), new.box))


@router.post("/bench/<station>/aside", summary="Put a box aside", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def put_aside(station: Station, new: BoxRequest) -> BenchAnswer:
    """`aside`: its counts are dropped, and any packer may open it."""
    return answer_of(pack.put_aside(_request(station, new.id), new.box))


@router.post("/bench/<station>/close", summary="Close a box", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def close(station: Station, new: BoxClosing) -> BenchAnswer:
    """`closed`, or `incomplete`. The last unit closes by itself: this is for a box that was opened again."""
    return answer_of(pack.close_box(_request(station, new.id, new), new.box))


@router.post("/bench/<station>/reopen", summary="Open a closed box again", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def reopen(station: Station, new: BoxRequest) -> BenchAnswer:
    """`reopened` with its counts, until it is `shipped`."""
    return answer_of(pack.reopen_box(_request(station, new.id), new.box))


@router.post("/bench/<station>/reject", summary="Reject units that are not found", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def reject_units(station: Station, new: UnitsNotFound) -> BenchAnswer:
    """`rejected`: they are routed again, without the warehouse; `closed`: and the box has the rest, which ships.

    `too_many`: they are counted, undo them first. `labelled`: a label is paid for them, void it first.
    """
    lacking = Lacking(new.reason, None, new.units, new.note)
    return answer_of(pack.reject_units(_request(station, new.id, new), new.box, lacking, new.code))


@router.post("/bench/<station>/finish", summary="Close a box with what is counted", tags=["bench"])
@allow(OPERATING | AT_BENCH, of_box)
def finish(station: Station, new: BoxClosing) -> BenchAnswer:
    """`closed`: the rest is a fulfilment order of its own, at the same warehouse, for the next parcel.

    `nothing` whole is counted; `labelled`: a label is paid for all of it, void it first.
    """
    return answer_of(pack.finish_box(_request(station, new.id, new), new.box))


def caller(request_id: str) -> PrintCaller:
    """Return the caller of a request that may print."""
    sees = partial(own_part, limits=current_limits())
    return PrintCaller(current_name(), sees, request_id)


def _request(station: str, request_id: str, new: BoxClosing | Opening | None = None) -> pack.BenchRequest:
    packer = Packer(current_name(), station)
    if new is None:
        return pack.BenchRequest(caller(request_id), packer)
    return pack.BenchRequest(caller(request_id), packer, new.label, new.print_label)


def _place(new: Opening) -> str | None:
    """Return the warehouse of the station: as named, or the only own one; None if several exist."""
    warehouses, limits = configuration.current().warehouses, current_limits()
    if new.warehouse:
        if new.warehouse not in warehouses:
            raise NotFound(f"there is no warehouse {new.warehouse}")
        return new.warehouse
    own = [each.id for each in warehouses.values() if each.kind is WarehouseKind.OWN and each.active]
    if limits:
        own = [each for each in own if each in limits.warehouses]
    return own[0] if len(own) == 1 else None
