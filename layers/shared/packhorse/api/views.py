"""Orders as the API shows them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.api.access import OPERATING, current_caller, current_limits
from packhorse.api.limits import own_part
from packhorse.api.mcf_views import McfView, mcf_view
from packhorse.api.notice_views import HoldNoticeView, NoticeView, hold_notice_view, notice_view
from packhorse.aws.bucket import presign_get
from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.exceptions.advice import advice_on
from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import Transit
from packhorse.domain.money import Money
from packhorse.domain.orders.cancellation import Cancellation, CancellationState
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, Merge
from packhorse.domain.orders.order import Flag, Hold, InternalNote, Order, OrderException, Status, TimelineEntry
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity, Parcel
from packhorse.domain.orders.pricing import discount_of, tax_of, total_of
from packhorse.domain.orders.rejection import Refusal, Rejection, RejectReason
from packhorse.domain.purchasing.order_supply import Supply, supply_of
from packhorse.domain.routing.decision import Allocation, RoutingDecision
from packhorse.domain.stock.goods import Pick
from packhorse.domain.values import Instant, Text, Value, shared_fields
from packhorse.usecases.supply.read_made_for import read_made_for


class LineView(Value):
    """A line with the warehouses that it ships from and why; of a kit, `components` is what one unit takes.

    `refused` are the warehouses that rejected units of it, `stated_quantity` is its channel's if a person set another.
    """

    id: str
    sku: str
    components: Mapping[str, int]
    reference: str
    name: str
    quantity: int
    unit_price: Money | None
    stated_quantity: int | None = None
    cancelled: int
    shipped_elsewhere: int
    allocations: tuple[Allocation, ...]
    short: int
    awaited: tuple[str, ...]
    refused: tuple[Refusal, ...]
    routing: RoutingDecision | None


class ParcelView(Value):
    """A parcel that left; `transit` is the newest that its carrier reported.

    `notified` is what its channel has of it, None where it gets no notice from here.
    """

    carrier: Text | None
    tracking: Text | None
    shipped_at: Instant
    lines: tuple[LineQuantity, ...]
    label_url: str | None
    transit: Transit | None
    notified: NoticeView | None = None


class LabelView(Value):
    """A label; `url` opens its file for a quarter of an hour, None without one that may be printed.

    The file of a voided label may not be, and who only looks gets none. `problem` is why it was not bought, `box` the
    box size of its parcel with the reason and what was refused before it, `manifest` the id of the one that it is on,
    or is to be put on.
    """

    id: str
    state: LabelState
    account: str
    carrier: str
    service: str
    price: Money
    reason: str
    tracking: str
    format: LabelFormat
    package: Package
    box: BoxChoice | None
    units: Mapping[str, int]
    url: str | None
    refund: Refund | None
    problem: str
    who: str
    manifest: str | None


class FulfilmentLineView(LineQuantity):
    """Units of a line that a warehouse is to ship, and what is left to pick for them: of a kit its components."""

    pick: tuple[Pick, ...]


class RejectionView(Value):
    """Units by line that the warehouse did not ship, and why."""

    reason: RejectReason
    units: Mapping[str, int]
    note: str
    who: str
    at: Instant


class CancellationView(Value):
    """What the fulfiller is requested to keep back, and how far that is; `unwanted` are cancelled once it agrees.

    `elsewhere`: the others are then routed again without the warehouse. `batch` is the number of the file that has it.
    """

    state: CancellationState
    units: Mapping[str, int]
    unwanted: Mapping[str, int]
    elsewhere: bool
    reason: str
    who: str
    at: Instant
    batch: int | None
    answer: str


class FulfilmentView(Value):
    """A fulfilment order; `number` identifies it in paths of the API, `short_id` on paper and in barcodes.

    `supplier` is the supplier that was sent it, empty before. `split_from` is the number of the one that it was a part
    of, `joined_into` of the one that has its units now. `packed_at` is when its box was closed, None while it is not.
    `merge` are those of other orders that leave in the same
    parcel, `mcf` is how far Amazon is with one that it ships.
    """

    id: str
    short_id: str
    number: int
    warehouse: str
    kind: WarehouseKind
    status: FulfilmentStatus
    ship_by: Instant | None
    deliver_by: Instant | None
    expedited: bool
    lines: tuple[FulfilmentLineView, ...]
    parcels: tuple[ParcelView, ...]
    labels: tuple[LabelView, ...]
    rejections: tuple[RejectionView, ...]
    supplier: str
    split_from: int | None
    joined_into: int | None
    packed_at: Instant | None
    merge: Merge | None
    mcf: McfView | None
    cancellation: CancellationView | None


class OrderExceptionView(Value):
    """An exception, and what to do; `kind` is its cause and the number of the fulfilment order: `overdue_2`.

    `orders` are our ids of other orders that it concerns.
    """

    kind: str
    line: str | None = None
    message: str
    opened_at: Instant
    cause: str
    fulfilment: int | None
    tracking: tuple[str, ...]
    orders: tuple[str, ...]
    action: str


class OrderSummary(Value):
    """An order in a list; `total` is what its source states, else lines, shipping and tax, less the discount."""

    id: str
    channel: str
    channel_order_id: str
    number: str
    status: Status
    flags: tuple[Flag, ...]
    placed_at: Instant
    ship_by: Instant | None
    deliver_by: Instant | None
    expedited: bool
    delivery_method: str
    customer: Customer
    recipient: str
    total: Money | None
    tags: tuple[str, ...]
    units: int
    warehouses: tuple[str, ...]


class OrderView(Value):
    """One order with all its parts; `cancellation` is what its channel has of a cancellation that was made here.

    `hold_in_channel` is what it has of the holds that were placed here, `supply` what is bought and built for its lines
    that wait and has not come yet. `tax` and `discount` are those of its lines where its source states none of the
    whole, and `total` is then the sum of lines, shipping and tax, less the discount.
    """

    id: str
    channel: str
    channel_order_id: str
    number: str
    status: Status
    flags: tuple[Flag, ...]
    placed_at: Instant
    ship_by: Instant | None
    asked_ship_by: Instant | None
    deliver_by: Instant | None
    expedited: bool
    modified_at: Instant
    received_at: Instant
    paid_at: Instant | None
    customer: Customer
    ship_to: Address | None
    bill_to: Address | None
    delivery_method: str
    shipping: Money | None
    tax: Money | None
    discount: Money | None
    total: Money | None
    note: str
    gift_message: str
    lines: tuple[LineView, ...]
    fulfilments: tuple[FulfilmentView, ...]
    tags: tuple[str, ...]
    internal_notes: tuple[InternalNote, ...]
    holds: tuple[Hold, ...]
    exceptions: tuple[OrderExceptionView, ...]
    timeline: tuple[TimelineEntry, ...]
    cancellation: NoticeView | None = None
    hold_in_channel: HoldNoticeView | None = None
    supply: tuple[Supply, ...] = ()
    version: int


class OrderPage(Value):
    """A page of orders."""

    items: tuple[OrderSummary, ...]
    next: str | None


SUMMARY_FIELDS = (
    "paid_at",
    "modified_at",
    "received_at",
    "customer",
    "ship_to",
    "bill_to",
    "delivery_method",
    "shipping",
)
DETAIL_FIELDS = (
    *("asked_ship_by", "note", "gift_message", "tags", "internal_notes", "holds", "timeline"),
    "version",
)


def summary(order: Order) -> OrderSummary:
    """Return the order as a list shows it to the caller."""
    flags, limits = _flags(order), current_limits()
    order = own_part(order, limits)
    return OrderSummary(
        **_head(order),
        flags=flags,
        delivery_method=order.delivery_method,
        customer=order.customer,
        recipient=order.ship_to.name if order.ship_to else "",
        total=total_of(order) if limits is None else None,
        tags=order.tags,
        units=sum(line.quantity - line.cancelled for line in order.lines),
        warehouses=tuple(dict.fromkeys(part.warehouse for line in order.lines for part in line.allocations)),
    )


def view(order: Order) -> OrderView:
    """Return all of the order that the caller may see."""
    flags, limits = _flags(order), current_limits()
    order = own_part(order, limits)
    return OrderView(
        **_head(order),
        flags=flags,
        **{name: getattr(order, name) for name in (*SUMMARY_FIELDS, *DETAIL_FIELDS)},
        tax=tax_of(order) if limits is None else None,
        discount=discount_of(order) if limits is None else None,
        total=total_of(order) if limits is None else None,
        lines=tuple(_line(line, shows_price=limits is None) for line in order.lines),
        fulfilments=tuple(_fulfilment(order, fulfilment) for fulfilment in order.fulfilments),
        exceptions=tuple(_exception(problem) for problem in order.exceptions),
        cancellation=notice_view(order.cancel_notice, order.channel) if order.cancel_notice else None,
        hold_in_channel=hold_notice_view(order.hold_notice, order.channel) if order.hold_notice else None,
        supply=tuple(_supply(order)),
    )


def _supply(order: Order) -> Iterator[Supply]:
    """Yield what is made for the order; documents are read only where a line of it waits."""
    if Flag.BACKORDERED in order.flags:
        works, purchases = read_made_for([order.id])
        yield from supply_of(order, purchases, works)


def _flags(order: Order) -> tuple[Flag, ...]:
    return tuple(sorted(order.flags_at(datetime.now(UTC))))


def _head(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "channel": order.channel,
        "channel_order_id": order.channel_order_id,
        "number": order.number or order.channel_order_id,
        "status": order.status,
        "placed_at": order.placed_at,
        "ship_by": order.due_at,
        "deliver_by": order.deliver_by,
        "expedited": bool(order.expedited),
    }


def _line(line: OrderLine, *, shows_price: bool) -> LineView:
    same = shared_fields(LineView, line, "sku", "shipped_elsewhere")
    seen = LineView(**same, sku=line.matched or line.sku, shipped_elsewhere=line.elsewhere)
    return seen if shows_price and line.has_price else seen.replace(unit_price=None)


def _fulfilment(order: Order, fulfilment: FulfilmentOrder) -> FulfilmentView:
    same = ("id", "short_id", "number", "warehouse", "kind", "status", "supplier", "joined_into", "merge")
    lines = {line.id: line for line in order.lines}
    remaining = fulfilment.remaining
    return FulfilmentView(
        **{name: getattr(fulfilment, name) for name in same},
        lines=tuple(
            FulfilmentLineView(
                line=part.line, quantity=part.quantity, pick=lines[part.line].picks(remaining[part.line])
            )
            for part in fulfilment.lines
        ),
        ship_by=order.due_from(fulfilment.warehouse),
        deliver_by=order.deliver_by,
        expedited=bool(order.expedited),
        parcels=tuple(_parcel(order, parcel, fulfilment) for parcel in fulfilment.parcels),
        labels=tuple(label_view(label) for label in fulfilment.labels),
        rejections=tuple(_rejection(each) for each in fulfilment.rejections),
        packed_at=fulfilment.packing.closed_at if fulfilment.packing else None,
        mcf=mcf_view(fulfilment.mcf),
        split_from=fulfilment.split_off.of if fulfilment.split_off else None,
        cancellation=_cancellation(fulfilment.cancellation) if fulfilment.cancellation else None,
    )


def _cancellation(found: Cancellation) -> CancellationView:
    return CancellationView(**shared_fields(CancellationView, found))


def _rejection(rejection: Rejection) -> RejectionView:
    return RejectionView(**shared_fields(RejectionView, rejection))


def _parcel(order: Order, parcel: Parcel, fulfilment: FulfilmentOrder) -> ParcelView:
    label = fulfilment.label(parcel.label) if parcel.label else None
    seen = ParcelView(**shared_fields(ParcelView, parcel, "notified"))
    seen = seen.replace(notified=notice_view(parcel.notice, order.channel) if parcel.notice else None)
    return seen.replace(label_url=label_view(label).url) if label else seen


def label_view(label: Label) -> LabelView:
    """Return a label as the API shows it."""
    same = (
        "id",
        "state",
        "account",
        "reason",
        "tracking",
        "format",
        "package",
        "box",
        "units",
        "refund",
        "problem",
        "who",
        "manifest",
    )
    sold = label.purchase or label.rate
    return LabelView(
        **{name: getattr(label, name) for name in same},
        carrier=sold.carrier,
        service=sold.service,
        price=sold.price,
        url=label_url(label),
    )


def label_url(label: Label) -> str | None:
    """Return a presigned URL of a label's file, None without one that may be printed, and for who only looks.

    A packer who may read everything, too, opens files where the answer is limited to the packer's warehouses.
    """
    may_open = current_limits() is not None or current_caller().roles & OPERATING
    return presign_get(label.file) if label.file and label.is_printable and may_open else None


def _exception(problem: OrderException) -> OrderExceptionView:
    same = shared_fields(OrderExceptionView, problem, "action")
    return OrderExceptionView(**same, action=advice_on(problem.cause).action)
