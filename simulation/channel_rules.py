"""The rules of what channels say about their orders: each exists here, in the version that its channel has."""

from collections import Counter
from collections.abc import Iterator

from simulation.expected import Promise
from simulation.line_ids import in_channel_terms
from simulation.order_documents import OVER, Document, moment
from simulation.outside import Outside
from simulation.stated_orders import SHOP, units_left
from simulation.storefront import STORE, in_shop_terms

TOO_LATE = frozenset({"edited_after_shipping", "cancelled_after_shipping"})


def faults_of_deleted(day: Outside) -> Iterator[str]:
    """Yield each order that a store deleted, and that goes on without an exception or a person's release."""
    for promise in day.expected.deleted:
        document = day.order_of(promise)
        if document is None or any(entry["what"] == "released" for entry in document["timeline"]):
            continue
        if document["status"] not in OVER and "deleted_in_channel" not in causes(document):
            yield f"{promise.channel} deleted order {promise.number}, without an exception"


def faults_of_hidden(day: Outside) -> Iterator[str]:
    """Yield each order whose buyer the shop has hidden, and is lost here, too, without an erasure."""
    for number in sorted(day.expected.hidden):
        document = day.order_of(Promise(SHOP, number)) or {}
        is_known = (document.get("ship_to") or {}).get("name") and document["customer"].get("email")
        if not is_known and not document.get("erased_at"):
            yield f"order {number}: the shop shows its buyer no more, who is lost here"


def faults_of_shop_orders(day: Outside) -> Iterator[str]:
    """Yield each order of the shop that does not exist here, or in another version."""
    for number, order in day.shop.orders.items():
        if day.order_of(Promise(SHOP, number)) is None:
            yield f"the shop's order {number} was polled, and does not exist here"
        yield from faults_of_stated(day, Promise(SHOP, number), order)
    yield from faults_of_hidden(day)


def faults_of_store_orders(day: Outside) -> Iterator[str]:
    """Yield each order of the store that does not exist here, or in another version."""
    for number, order in day.storefront.store.orders.items():
        if day.order_of(Promise(STORE, number)) is None:
            yield f"the store's order {number} was polled, and does not exist here"
        yield from faults_of_stated(day, Promise(STORE, number), in_shop_terms(order))
        if number in day.expected.held and not day.deployment.clocks_wrong_by:
            is_held = any(not hold.get("ours") for hold in order.get("holds") or ())
            yield from _faults_of_hold(day, number, is_held=is_held)
        yield from _faults_of_payment(day, number, is_due=order["financial_status"] == "partially_paid")


def _faults_of_hold(day: Outside, number: str, *, is_held: bool) -> Iterator[str]:
    """Yield an order that the store holds and that goes on here, unless a person released it, and the reverse."""
    document = day.order_of(Promise(STORE, number))
    if document is None or document["status"] in OVER:
        return
    is_held_here = _is_held(document, "channel ")
    if is_held_here > is_held or is_held > (is_held_here or _is_released(document)):
        yield f"order {number} is {'' if is_held else 'not '}on hold in the store, and here otherwise"


def _faults_of_payment(day: Outside, number: str, *, is_due: bool) -> Iterator[str]:
    """Yield a paid order of which the store has yet to be paid a part, and that goes on here, and the reverse."""
    document = day.order_of(Promise(STORE, number))
    if document is None or document["status"] in OVER:
        return
    is_kept = _is_held(document, "unpaid") or not document.get("paid_at") or _is_released(document)
    if is_due and not is_kept:
        yield f"order {number} is not paid in full in the store, and goes on here"
    if not is_due and _is_held(document, "unpaid"):
        yield f"order {number} is paid in the store, and is held here as unpaid"


def _is_held(document: Document, begins: str) -> bool:
    """Return whether an order has a hold whose id begins so."""
    return any(hold["id"].startswith(begins) for hold in document.get("holds", ()))


def _is_released(document: Document) -> bool:
    """Return whether a person released a hold of the order."""
    return any(entry["what"] == "released" and str(entry["who"]).startswith("user:") for entry in document["timeline"])


def faults_of_stated(day: Outside, promise: Promise, order: Document) -> Iterator[str]:
    """Yield where our order is not as its channel states it, unless ours is newer."""
    number = promise.number
    document = day.order_of(promise)
    document = document and in_channel_terms(document)
    if document is None or moment(document["modified_at"]) > moment(order["modified_at"]):
        return
    if order.get("cancelled_at") and not document.get("cancelled_at"):
        yield f"order {number}: the shop cancelled it, and it is not cancelled"
    late = causes(document) & TOO_LATE
    if number in day.books.peaks and number not in day.expected.cancelled | day.expected.edited:
        if late:
            yield f"order {number}: nobody edited or cancelled it, and it has {late}"
        yield from _faults_of_taken_back(day, promise, order, document)
    theirs, ours = stated_units(order), stated_units(document)
    if not document.get("cancelled_at") and not late and +theirs != +ours:
        yield f"order {number}: the shop has {theirs}, the order {ours}"


def _faults_of_taken_back(day: Outside, promise: Promise, order: Document, document: Document) -> Iterator[str]:
    """Yield each line of which the channel took back what had left, without an exception, and the reverse."""
    now, least = units_left(order), day.expected.peaks.get(promise, Counter())
    said = {each["line"] for each in document.get("exceptions", ()) if each["cause"] == "fulfilment_cancelled"}
    if unsaid := (least - now).keys() - said:
        yield f"order {promise.number}: the channel took back what had left of {unsaid}, in silence"
    if wrong := said - (day.books.peaks[promise.number] - now).keys():
        yield f"order {promise.number}: fulfilment_cancelled of {wrong} is over, and open"


def stated_units(order: Document) -> "Counter[str]":
    """Return the units of each line as its channel states them, where a person set others or it removed some late."""
    stated = {line["id"]: line["quantity"] - line.get("removed_late", 0) for line in order["lines"]}
    return Counter({line["id"]: line.get("stated_quantity", stated[line["id"]]) for line in order["lines"]})


def causes(document: Document) -> set[str]:
    """Return the causes of the order's exceptions."""
    return {problem["cause"] for problem in document.get("exceptions", ())}
