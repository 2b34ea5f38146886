"""Who writes each text that is stored of an order, which decides what becomes of it once the buyer is erased.

A text of an order, or of an exception, that is not in WRITERS fails `tests/domain/orders/test_texts.py`. Not in it are
fields whose type says that they are an id: one with a pattern, or a type of its own such as `OrderId`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from packhorse.domain.address import Address
from packhorse.domain.labels.box_sizes import BoxChoice, RefusedBox
from packhorse.domain.labels.label import Label
from packhorse.domain.labels.purchase import Purchase, Rate
from packhorse.domain.labels.tracking import Transit
from packhorse.domain.orders.cancel_notice import CancelNotice
from packhorse.domain.orders.cancellation import Cancellation
from packhorse.domain.orders.channel_order import ChannelLine, ChannelParcel, Customer
from packhorse.domain.orders.checks import FailedCheck
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, Merge, SplitOff
from packhorse.domain.orders.hold_notice import HoldNotice
from packhorse.domain.orders.mcf import McfItem, McfOrder, McfPackage
from packhorse.domain.orders.notice import Notice, NoticeContent
from packhorse.domain.orders.order import Hold, InternalNote, Order, OrderException, Replaced, TimelineEntry
from packhorse.domain.orders.order_line import FormerItem, OrderLine, StatedItem
from packhorse.domain.orders.packing import Packing
from packhorse.domain.orders.parcel import LineQuantity, Parcel
from packhorse.domain.orders.rejection import Rejection
from packhorse.domain.orders.sent_row import SentRow
from packhorse.domain.problem import Origin, Problem, Subject
from packhorse.domain.routing.decision import Candidate, RoutingDecision
from packhorse.domain.values import Value

V = TypeVar("V", bound=Value)


class Writer(StrEnum):
    """Who writes a text."""

    BUYER = "buyer"
    """The buyer, or it names the buyer or where the buyer lives."""
    PEOPLE = "people"
    """People, carriers, suppliers or channels, about the order, in words of their own or that code quotes."""
    CODE = "code"
    """Code, of names and values that the order has; or tags, which are labels of many orders."""
    NAME = "name"
    """Who names things: it is an id, a number, or the name of goods, a place, a carrier or one of our people."""


Rule = Callable[[Writer, Any], Any]
"""What becomes of a text, or of texts, of a writer."""


def _of(buyer: str = "", people: str = "", code: str = "", names: str = "") -> Mapping[str, Writer]:
    return {
        **dict.fromkeys(buyer.split(), Writer.BUYER),
        **dict.fromkeys(people.split(), Writer.PEOPLE),
        **dict.fromkeys(code.split(), Writer.CODE),
        **dict.fromkeys(names.split(), Writer.NAME),
    }


WRITERS: Mapping[type[Value], Mapping[str, Writer]] = {
    Address: _of(buyer="name company address1 address2 address3 city state postcode phone", names="country"),
    BoxChoice: _of(code="reason"),
    Cancellation: _of(people="reason answer", names="units unwanted who accepted shipped"),
    CancelNotice: _of(people="problem", names="tried job"),
    Candidate: _of(code="rejected"),
    ChannelLine: _of(names="id reference sku barcode name"),
    ChannelParcel: _of(names="id carrier tracking location"),
    Customer: _of(buyer="id name email phone"),
    FailedCheck: _of(code="message", names="sku"),
    FormerItem: _of(names="called"),
    FulfilmentOrder: _of(names="id token earlier_tokens may_come_late supplier sent_lines accepts_only"),
    Hold: _of(people="reason", names="id owner"),
    HoldNotice: _of(people="problem", names="parts released tried"),
    InternalNote: _of(people="text", names="id author"),
    Label: _of(people="problem", code="reason", names="id shipment units file who voided_by manifest"),
    LineQuantity: _of(names="line"),
    McfItem: _of(names="id line seller_sku"),
    McfOrder: _of(people="refusal", names="features left_before"),
    McfPackage: _of(names="id tracking parcel"),
    Merge: _of(buyer="alike", names="id"),
    Notice: _of(people="problem", names="carrier tracking references tried"),
    Order: _of(
        buyer="note gift_message",
        code="tags",
        names="channel_order_id number delivery_method taken_back made_fulfilments source channel_holds",
    ),
    OrderException: _of(people="message", names="cause line tracking"),
    OrderLine: _of(names="id reference sku barcode name ids_there"),
    Origin: _of(names="queue group channel headers"),
    Packing: _of(names="who closed_by"),
    Parcel: _of(people="label_url", names="carrier tracking channel_fulfilment former label"),
    Problem: _of(people="message", names="orders raw event"),
    Purchase: _of(names="id shipment carrier service tracking"),
    Rate: _of(names="id carrier service"),
    RefusedBox: _of(code="reason"),
    Rejection: _of(people="note", names="id units who shipped"),
    Replaced: _of(buyer="note gift_message"),
    RoutingDecision: _of(code="notes"),
    NoticeContent: _of(names="carrier tracking"),
    SentRow: _of(names="line supplier_sku"),
    SplitOff: _of(names="id"),
    StatedItem: _of(names="reference sku barcode name"),
    Subject: _of(
        names="text channel channel_order_id order orders line tracking sku reference warehouse upload audit supplier "
        "file manifest purchase_order transfer_order work_order"
    ),
    TimelineEntry: _of(code="detail", names="what who"),
    Transit: _of(people="detail"),
}

MADE_BY_CODE = frozenset(
    "accepted adjusted cancellation_accepted cancellation_sent cancelled completed deleted erased erasure_requested "
    "exported handed_over joined label_bought label_refunded label_voided left_merge manifested merged moved notified "
    "packed paid parted payment_failed printed product_named put_aside queued received refund_rejected "
    "refund_undecided released reopened reprinted restarted returned routed sent_to_amazon sent_to_supplier "
    "ship_by_set shipped split status_unforeseen tagged tracking_corrected unmerged updated wanted_again".split()
)
"""Timeline entries whose detail only code made; that of any other one quotes what people or others wrote."""


def with_texts(value: V, rule: Rule) -> V:
    """Return the value with what the rule makes of each of its texts, at any depth."""
    writers = _writers_of(value)
    parts = {name: rule(writers[name], part) if name in writers else _inside(part, rule) for name, part in value}
    changed = {name: part for name, part in parts.items() if part != getattr(value, name)}
    return value.replace(**changed) if changed else value


def _writers_of(value: Value) -> Mapping[str, Writer]:
    writers = WRITERS.get(type(value), {})
    if isinstance(value, TimelineEntry) and value.what not in MADE_BY_CODE:
        return {**writers, "detail": Writer.PEOPLE}
    return writers


def _inside(part: Any, rule: Rule) -> Any:
    if isinstance(part, tuple):
        return tuple(_inside(each, rule) for each in part)
    return with_texts(part, rule) if isinstance(part, Value) else part
