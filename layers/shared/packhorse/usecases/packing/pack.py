"""Pack at the bench: open a box by a code, count units by their codes, undo, put aside, close, reopen."""

import hashlib
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.catalogue.barcode import spellings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.documents.print_job import PrintJob
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.orders import bench
from packhorse.domain.orders.bench import BenchOutcome, Packer, Result
from packhorse.domain.orders.bench_rejecting import Lacking, finished, rejection_of, without_rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.closed_boxes import needed_units
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import Scan
from packhorse.domain.orders.printing import labels_to_print_with
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.messages.labels import BuyLabel, request_label
from packhorse.messages.orders import send_advance
from packhorse.store import catalogue, configuration, openings, orders
from packhorse.store.openings import ProductScan
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.fulfilment.reject import rejected_and_routed
from packhorse.usecases.orders.change_order import change_order, commit_step
from packhorse.usecases.packing.find_box import boxes_named, next_with
from packhorse.usecases.packing.print_at_station import Printing, queue_labels
from packhorse.usecases.packing.print_documents import PrintCaller

Act = Callable[[Order, datetime], BenchOutcome]
Box = FulfilmentKey
FOLLOWED = frozenset({Result.CLOSED, Result.REJECTED})
"""Results after which the order is advanced: something left, or is handed over elsewhere."""
NONE_OF_PRODUCT = "no order of this product alone is to be packed: scan a slip first"
WITHOUT_FILE = "the carrier did not give the file of label {}: close the box once more, with its label, to print it"
NO_WAREHOUSE = "there are several warehouses: name the station's, or scan a slip first"


class Packed(NamedTuple):
    """The result of a request of the bench; without a box none is before the packer.

    `choices` are the boxes that a code names, where it names several. `label_problem` is why a closed box has no label,
    or not its file, `print_job` prints the one that it has, or the newest of several.
    """

    result: Result
    detail: str = ""
    who: str = ""
    at: datetime | None = None
    order: Order | None = None
    number: int = 0
    choices: tuple[tuple[Order, int], ...] = ()
    product: Product | None = None
    label_problem: str = ""
    print_job: PrintJob | None = None


class BenchRequest(NamedTuple):
    """A request of the bench: its id, the packer, and whether a box that it closes gets a label, and that printed."""

    caller: PrintCaller
    packer: Packer
    buys_label: bool = False
    prints_label: bool = True

    @property
    def id(self) -> str:
        """Its id, equal for every try."""
        return self.caller.request


# ---- opening ---------------------------------------------------------------------------------------------------------


def open_by_code(
    request: BenchRequest, code: str, own: Collection[WarehouseId] | None, warehouse: str | None
) -> Packed:
    """Open the box that a code names, or by a product's code the next one that needs it alone, and count the unit.

    A kit is packed by its components: its own code counts none. Boxes at warehouses that are not in `own` (None: all)
    stay closed; `warehouse` is the one of the station.
    """
    found = boxes_named(code)
    here = [(order, number) for order, number in found if _is_here(order, number, own, warehouse)]
    if found and not here:
        return Packed(Result.ELSEWHERE, "it is at another warehouse" if own is not None else _places(found))
    free = [(order, number) for order, number in here if not bench.why_not(order, number)] or here
    if len(free) > 1:
        return Packed(Result.SEVERAL, f"{len(free)} are named so", choices=tuple(free))
    if free:
        [(order, number)] = free
        return open_box(request, Box(order.id, number))
    return _open_by_product(request, code, warehouse)


def _is_here(order: Order, number: int, own: Collection[WarehouseId] | None, warehouse: str | None) -> bool:
    place = fulfilment_order_of(order, number).warehouse
    return (own is None or place in own) and (warehouse is None or place == warehouse)


def _places(found: list[tuple[Order, int]]) -> str:
    places = sorted({fulfilment_order_of(order, number).warehouse for order, number in found})
    return f"it is at {', '.join(places)}"


def _open_by_product(request: BenchRequest, code: str, warehouse: str | None) -> Packed:
    product, now = catalogue.find_by_code(code), datetime.now(UTC)
    if product is None:
        return Packed(Result.UNKNOWN, f"not known: {code}")
    if warehouse is None:
        return Packed(Result.NOT_OPEN, NO_WAREHOUSE, product=product)
    scan = ProductScan(warehouse, request.packer.station, request.id, Sku(product.sku))
    box = openings.opening_of(scan)
    if box is None and (found := next_with(scan.sku, warehouse, now)):
        box = openings.store_opening(scan, found, now)
    if box is None:
        return Packed(Result.NOT_OPEN, NONE_OF_PRODUCT, product=product)
    opened = open_box(request, box)
    is_open = opened.result in (Result.OPENED, Result.PACKED, Result.SHIPPED)  # the latter: the request is repeated
    if is_open and _needs(opened, product):
        return count_unit(request, box, code, by_hand=False)
    return opened


def _needs(opened: Packed, product: Product) -> bool:
    packing = fulfilment_order_of(opened.order, opened.number).packing if opened.order else None
    return packing is not None and product.sku in packing.needed


def open_box(request: BenchRequest, box: Box, *, take_over: bool = False) -> Packed:
    """Open a box, or go on with it."""
    packer = request.packer
    return _done(box, lambda order, now: bench.opened(order, box.number, packer, now, take_over=take_over), request)


# ---- what is done to a box -------------------------------------------------------------------------------------------


def count_unit(request: BenchRequest, box: Box, code: str, *, by_hand: bool) -> Packed:
    """Count the unit whose sku or barcode was scanned, or confirmed by hand."""
    product = _product_in(orders.get_order(box.order), box.number, code) or catalogue.find_by_code(code)
    sku = product.sku if product else code
    scan = Scan(id=request.id, sku=sku, by_hand=by_hand)

    def act(order: Order, now: datetime) -> BenchOutcome:
        outcome = bench.counted(order, box.number, request.packer, scan, now)
        if outcome.result is Result.WRONG and product is None:
            return outcome._replace(result=Result.UNKNOWN, detail=f"not known: {code}")
        return outcome

    return _done(box, act, request)._replace(product=product)


def _product_in(order: Order, number: int, code: str) -> Product | None:
    """Return the product of the box that has the code; one without an entry in the catalogue is found by its sku."""
    needed = [Sku(sku) for sku in needed_units(order, fulfilment_order_of(order, number))]
    products = catalogue.find_products(needed) if needed else {}
    candidates = [products.get(sku) or Product(sku=sku) for sku in needed]
    exact = (each for each in candidates if each.sku == code)
    return next(exact, None) or next((each for each in candidates if _has_code(each, code)), None)


def _has_code(product: Product, code: str) -> bool:
    """Return whether the code is the product's sku or barcode; scanners and keyboards may change the case."""
    named = {each.casefold() for each in spellings(code)}
    return product.sku.casefold() in named or any(each.casefold() in named for each in spellings(product.barcode or ""))


def undo(request: BenchRequest, box: Box) -> Packed:
    """Take the last unit back."""
    return _done(box, lambda order, _: bench.undone(order, box.number, request.packer, request.id), request)


def put_aside(request: BenchRequest, box: Box) -> Packed:
    """Put the box aside; its counts are dropped."""
    return _done(box, lambda order, now: bench.put_aside(order, box.number, request.packer, now), request)


def close_box(request: BenchRequest, box: Box) -> Packed:
    """Close a box that has all its units."""
    return _done(box, lambda order, now: bench.closed(order, box.number, request.packer, now), request)


def reopen_box(request: BenchRequest, box: Box) -> Packed:
    """Open a closed box again."""
    return _done(box, lambda order, now: bench.reopened(order, box.number, request.packer, now), request)


def reject_units(request: BenchRequest, box: Box, lacking: Lacking, code: str | None) -> Packed:
    """Reject missing units of the product with a code, or without one all that are missing; the rest goes on.

    They are routed again in the same transaction. A box that has the rest is closed.
    """
    config, report_id = configuration.current(), f"bench-{request.id}"
    product = _product_in(orders.get_order(box.order), box.number, code) if code else None
    lacking = lacking._replace(sku=product.sku if product else code)

    def act(order: Order, now: datetime) -> BenchOutcome:
        units = rejection_of(order, box.number, request.packer, lacking, report_id)
        if isinstance(units, BenchOutcome):
            return units
        who = request.packer.who
        change = rejected_and_routed(order, box.number, units, report_id, config, now, who)
        return without_rejected(change, box.number, request.packer, units, now)

    return _done(box, act, request)._replace(product=product)


def finish_box(request: BenchRequest, box: Box) -> Packed:
    """Close a box with what is counted; the rest is a fulfilment order of its own."""
    return _done(box, lambda order, now: finished(order, box.number, request.packer, request.id, now), request)


# ---- commit, ship, label ---------------------------------------------------------------------------------------------


def _done(box: Box, act: Act, request: BenchRequest) -> Packed:
    """Commit a step; a box that it closed gets a label if that is requested, and has it printed."""
    done = _committed(box, act, request)
    return _with_print_job(_labelled(done, request), request) if done.result is Result.CLOSED else done


def _committed(box: Box, act: Act, request: BenchRequest) -> Packed:
    """Commit a step, with which a box that it closed ships if its warehouse has it so, and have the order advanced."""
    config, outcomes = configuration.current(), list[BenchOutcome]()

    def step(order: Order, now: datetime, who: str) -> Change:
        outcome = act(order, now)
        change = outcome.change
        if outcome.result is Result.CLOSED:
            ships_on = config.ships_on(fulfilment_order_of(change.order, box.number).warehouse)
            change = change.then(bench.shipped_as_packed(change.order, box.number, ships_on, now, who))
        outcomes.append(outcome)
        return change

    who = request.packer.who
    step(orders.get_order(box.order), datetime.now(UTC), who)
    is_followed = outcomes[-1].result in FOLLOWED
    order = (change_order if is_followed else commit_step)(box.order, step, who)
    outcome = outcomes[-1]
    if outcome.result in FOLLOWED and not is_followed:  # two scans at once: neither was the last when it was read
        send_advance([order.id])
    return Packed(outcome.result, outcome.detail, outcome.who, outcome.at, order, box.number)


def _labelled(done: Packed, request: BenchRequest) -> Packed:
    """Have a label bought for a closed box, or finished; the box stays closed where that fails."""
    order, number = done.order, done.number
    if order is None:
        return done
    logger.info("packed", extra={"order_id": order.id, "fulfilment": number, "station": request.packer.station})
    add_metric("BoxesPacked", 1)
    labels = _labels_to_have(order.id, fulfilment_order_of(order, number), request) if request.buys_label else []
    if not labels:
        return done
    try:
        for label in labels:
            request_label(BuyLabel(order=order.id, fulfilment=number, label=label, who=request.packer.who))
    except (Rejected, Unavailable) as error:
        problem = error.in_full if isinstance(error, Rejected) else str(error)
        return done._replace(order=orders.get_order(order.id), label_problem=problem)
    return done._replace(order=orders.get_order(order.id))


def _with_print_job(done: Packed, request: BenchRequest) -> Packed:
    """Have the station print the labels of a closed box, once for the request that closed it."""
    order, number = done.order, done.number
    packing = fulfilment_order_of(order, number).packing if order else None
    if order is None or packing is None or packing.closed_at is None or not request.prints_label:
        return done
    if packing.is_check:  # it was printed to make the parcel count as shipped
        return done
    printing = Printing(request.packer.station, DocumentKind.LABEL, Box(order.id, number), request.caller)
    job = queue_labels(printing, order, packing.closed_at)
    return done._replace(print_job=job, label_problem=done.label_problem or _without_file(order, number))


def _without_file(order: Order, number: int) -> str:
    """Return which labels cannot be printed, since their carrier did not give their files; empty if all can be."""
    lacking = [each for each in labels_to_print_with(fulfilment_order_of(order, number)) if not each.file]
    return WITHOUT_FILE.format(", ".join(each.name for each in lacking)) if lacking else ""


def _labels_to_have(order_id: OrderId, fulfilment: FulfilmentOrder, request: BenchRequest) -> list[str]:
    """Return the ids of labels that are not finished, and that of the label to buy, equal for every try."""
    unfinished = [each.id for each in fulfilment.labels if each.is_open and not each.file]
    text = f"bench\n{order_id}\n{fulfilment.number}\n{request.id}"
    return [*unfinished, *([hashlib.sha256(text.encode()).hexdigest()[:32]] if fulfilment.unlabelled else [])]
