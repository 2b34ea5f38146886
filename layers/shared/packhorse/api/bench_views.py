"""Boxes as the packing bench shows them: no e-mail address, no phone, no price, and of the buyer only where it goes."""

from packhorse.api.access import current_limits
from packhorse.api.limits import knows_buyer
from packhorse.api.views import label_url
from packhorse.domain.documents.pick_list import natural
from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.bench import Result
from packhorse.domain.orders.closed_boxes import needed_units
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import Instant, Sku, Value
from packhorse.store import catalogue
from packhorse.usecases.packing.pack import Packed

WITHIN_AREA = 2
"""Last characters of a postcode in one part that say no more than where in the area it is: 12207 is in 122."""


class BoxItem(Value):
    """A product of a box: units that belong into it, and units that are counted."""

    sku: str
    name: str
    bin: str
    needed: int
    counted: int


class BoxLabel(Value):
    """A label of a box; `url` opens its file for a quarter of an hour, null without one."""

    id: str
    state: LabelState
    carrier: str
    service: str
    tracking: str
    url: str | None


class BoxScan(Value):
    """A unit that was counted, by hand or by its barcode."""

    id: str
    sku: str
    by_hand: bool


class Box(Value):
    """A box at the bench: what belongs into it and what is in it, who packs it, and its labels.

    `check`: it counted as shipped by its label already, and is compared with its order. `gift`: the order has a gift
    message; `buyer_note`: the buyer wrote a note. Both texts are on the packing slip alone.
    """

    order: str
    fulfilment: int
    short_id: str
    number: str
    channel: str
    warehouse: str
    state: PackingState
    who: str
    station: str
    since: Instant | None
    closed_at: Instant | None
    check: bool
    shipped: bool
    units: int
    counted: int
    items: tuple[BoxItem, ...]
    scans: tuple[BoxScan, ...]
    notes: tuple[str, ...]
    gift: bool
    buyer_note: bool
    ship_by: Instant | None
    expedited: bool
    delivery_method: str
    city: str
    country: str
    postcode_area: str
    labels: tuple[BoxLabel, ...]


class ScannedProduct(Value):
    """The product whose code was scanned."""

    sku: str
    name: str


class NamedBox(Value):
    """One of several boxes that a code names."""

    order: str
    fulfilment: int
    short_id: str
    number: str
    channel: str
    warehouse: str


class BenchAnswer(Value):
    """What became of a request of the bench, the box after it, and for people why, who and when.

    `label_problem` is why a closed box has no label, `print_job` prints the one it has.
    """

    result: Result
    detail: str
    who: str
    at: Instant | None
    product: ScannedProduct | None
    box: Box | None
    choices: tuple[NamedBox, ...]
    label_problem: str
    print_job: str | None


def answer_of(packed: Packed) -> BenchAnswer:
    """Return the answer to a request of the bench."""
    product = packed.product
    return BenchAnswer(
        result=packed.result,
        detail=packed.detail,
        who=packed.who,
        at=packed.at,
        product=ScannedProduct(sku=product.sku, name=product.name) if product else None,
        box=_box(packed.order, packed.number) if packed.order else None,
        choices=tuple(
            NamedBox(**_names(order, fulfilment_order_of(order, number))) for order, number in packed.choices
        ),
        label_problem=packed.label_problem,
        print_job=packed.print_job.id if packed.print_job else None,
    )


def _names(order: Order, fulfilment: FulfilmentOrder) -> dict[str, str | int]:
    return {
        "order": order.id,
        "fulfilment": fulfilment.number,
        "short_id": fulfilment.short_id,
        "number": order.number or order.channel_order_id,
        "channel": order.channel,
        "warehouse": fulfilment.warehouse,
    }


def _box(order: Order, number: int) -> Box:
    fulfilment = fulfilment_order_of(order, number)
    packing, address = fulfilment.packing, order.ship_to
    items = _items(order, fulfilment)
    return Box.model_validate(
        {
            **_names(order, fulfilment),
            "state": fulfilment.packing_state,
            "who": packing.who if packing else "",
            "station": packing.station if packing else "",
            "since": packing.since if packing else None,
            "closed_at": packing.closed_at if packing else None,
            "check": bool(packing and packing.is_check),
            "shipped": fulfilment.status is FulfilmentStatus.SHIPPED,
            "units": sum(each.needed for each in items),
            "counted": sum(each.counted for each in items),
            "items": items,
            "scans": _scans(fulfilment),
            "notes": tuple(note.text for note in order.internal_notes if note.printable),
            "gift": bool(order.gift_message),
            "buyer_note": bool(order.note),
            "ship_by": order.due_from(fulfilment.warehouse),
            "expedited": bool(order.expedited),
            "delivery_method": order.delivery_method,
            "city": address.city if address else "",
            "country": address.country if address else "",
            "postcode_area": _area_of(address.postcode) if address else "",
            "labels": _labels(fulfilment) if knows_buyer(order, current_limits()) else (),
        }
    )


def _items(order: Order, fulfilment: FulfilmentOrder) -> tuple[BoxItem, ...]:
    """Return the products of a box, as one walks along the bins."""
    packing = fulfilment.packing
    needed = packing.needed if packing else needed_units(order, fulfilment)
    counted = packing.counted if packing else {}
    products = catalogue.find_products(map(Sku, needed)) if needed else {}
    items = []
    for sku, units in needed.items():
        product = products.get(Sku(sku))
        place = product.bins.get(fulfilment.warehouse, "") if product else ""
        name = product.name if product else ""
        items.append(BoxItem(sku=sku, name=name, bin=place, needed=units, counted=counted.get(sku, 0)))
    return tuple(sorted(items, key=lambda item: (not item.bin, natural(item.bin), item.sku)))


def _scans(fulfilment: FulfilmentOrder) -> tuple[BoxScan, ...]:
    scans = fulfilment.packing.scans if fulfilment.packing else ()
    return tuple(BoxScan(id=each.id, sku=each.sku, by_hand=each.by_hand) for each in scans if not each.undone_by)


def _labels(fulfilment: FulfilmentOrder) -> tuple[BoxLabel, ...]:
    labels = []
    for each in fulfilment.labels:
        if each.is_open:
            sold = each.purchase or each.rate
            labels.append(
                BoxLabel(
                    id=each.id,
                    state=each.state,
                    carrier=sold.carrier,
                    service=sold.service,
                    tracking=each.tracking,
                    url=label_url(each),
                )
            )
    return tuple(labels)


def _area_of(postcode: str) -> str:
    """Return the part of a postcode that names an area of many addresses: 122 of 12207, LS1 of LS1 4AP."""
    area, gap, _ = postcode.partition(" ")
    return area if gap else postcode[:-WITHIN_AREA]
