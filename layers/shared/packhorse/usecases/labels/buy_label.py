"""Buy a label for a fulfilment order: once, whatever answer is lost and whichever process dies.

The carrier's shipment and the rate are stored with the order before the purchase. Whoever finds a label in BUYING looks
it up at the carrier before anything else, and one process at a time calls the carrier for it. To ask for rates costs
nothing and is repeated freely.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric, logger
from packhorse.carriers.protocol import Selling
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotNow, Rejected, Unavailable
from packhorse.domain.labels.label import FulfilmentRef, Label, LabelState
from packhorse.domain.labels.purchase import Purchase
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import (
    attempted,
    label_begun,
    label_of,
    label_refused,
    units_with,
)
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.store import configuration, manifests, orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.labels.connect_carrier import account_of, connect_carrier
from packhorse.usecases.labels.finish_labels import FINISHED_AFTER
from packhorse.usecases.labels.follow_label import follow_label, follow_shared, with_purchase
from packhorse.usecases.labels.label_files import fetch_file, stored_file
from packhorse.usecases.labels.note_unfinished import noting_unfinished
from packhorse.usecases.labels.rate_label import Labelling, LabelRequest, Offer, offered, prepare, refs_of
from packhorse.usecases.orders.change_order import change_order, commit_all, commit_step


class Buyer(NamedTuple):
    """A connection to the carrier account of a label, and the configuration that holds for it."""

    carrier: Selling
    config: Configuration
    order: OrderId
    number: int


def buy_label(request: LabelRequest, remaining: Callable[[], float]) -> Label:
    """Buy a label, store its file, and return it; a label of the same id is finished instead.

    Raises Rejected with each check that fails, or with what the carrier refuses; Unavailable if the carrier does not
    answer: the label stays in BUYING then, and the same request finishes it.
    """
    order, config = orders.get_order(request.order), configuration.current()
    existing = fulfilment_order_of(order, request.number).label(request.label)
    if existing:
        return finish_label(order, request.number, existing, config, remaining)
    labelling = prepare(order, request, config)
    offer = offered(labelling, request, remaining)
    label = new_label(labelling, offer, request)
    with connect_carrier(account_of(label, config), remaining) as carrier:
        begin(labelling, request, label)
        return purchase(Buyer(carrier, config, order.id, request.number), label)


def begin(labelling: Labelling, request: LabelRequest, label: Label) -> None:
    """Store the label before it is bought; where several orders share it, with all of them in one transaction."""
    if not labelling.contents.others:
        first = partial(begun, labelling=labelling, request=request, label=label)
        commit_step(request.order, lambda now_it, _, __: Change(first(now_it)), request.who, FINISHED_AFTER)
        return
    shares = refs_of(labelling.contents.others)
    holder = FulfilmentRef(order=request.order, fulfilment=request.number)

    def step(found: Mapping[OrderId, Order], _: datetime) -> list[Order]:
        after = [begun(found[request.order], labelling, request, label.replace(shares=shares))]
        for part in labelling.contents.others:
            now_it = found[part.order.id]
            if now_it.version != part.order.version:
                raise Rejected("an order that ships in the same parcel was changed at this moment: try again")
            copy = label.replace(units=part.units, holder=holder)
            after.append(label_begun(now_it, part.number, copy))
        return after

    ids = [request.order, *(each.order.id for each in labelling.contents.others)]
    send_advance(ids, FINISHED_AFTER, for_labels=True)
    retry_conflicts(lambda: commit_all(orders.find_orders(ids), step, datetime.now(UTC), request.who))


def begun(order: Order, labelling: Labelling, request: LabelRequest, label: Label) -> Order:
    """Return the order with the label, once more checked: it may have been held, edited or merged since the rates."""
    rated = fulfilment_order_of(labelling.contents.order, request.number)
    if fulfilment_order_of(order, request.number).merge != rated.merge:  # the label was rated for other parts
        raise NotNow("the orders that ship in this parcel were changed at this moment: try again")
    if order.ship_to != labelling.contents.order.ship_to or order.holds:
        prepare(order, request, labelling.contents.config)
        raise Rejected("the order was changed at this moment: try again")
    return label_begun(order, request.number, label)


def new_label(labelling: Labelling, offer: Offer, request: LabelRequest) -> Label:
    """Return the label as it is stored before it is bought."""
    now = datetime.now(UTC)
    return Label(
        id=request.label,
        account=offer.choice.account,
        state=LabelState.BUYING,
        shipment=offer.shipment,
        rate=offer.choice.rate,
        reason=offer.choice.reason,
        package=labelling.package,
        box=labelling.box,
        format=labelling.format,
        units=labelling.contents.units,
        attempted_at=now,
        begun_at=now,
        who=request.who,
    )


def finish_label(
    order: Order, number: int, label: Label, config: Configuration, remaining: Callable[[], float]
) -> Label:
    """Finish a label that an earlier process left behind: bought or not, with or without its file."""
    if label.state is LabelState.REFUSED:
        raise Rejected(label.problem)
    if label.holder and label.state is LabelState.BUYING:
        return finish_copy(order, number, label, label.holder, config, remaining)
    if label.state is not LabelState.BUYING:
        return label if label.file else fetch_file(order.id, number, label, config, remaining)
    if label.account not in config.carriers:
        again(order.id, number, label)
        problem = f"carrier account {label.account} was removed and did not say whether the label is bought: look there"
        refuse(FulfilmentKey(order.id, number), label, problem, config)
        raise Rejected(problem)
    with noting_unfinished(order.id, number, label):
        return _finished(order, number, label, config, remaining)


def again(order_id: OrderId, number: int, label: Label) -> Order:
    """Store that the carrier of a label is called again; raises Unavailable while another process may be calling it."""
    now = datetime.now(UTC)
    return commit_step(order_id, lambda order, _, __: Change(attempted(order, number, label.id, now)), label.who)


def _finished(order: Order, number: int, label: Label, config: Configuration, remaining: Callable[[], float]) -> Label:
    with connect_carrier(account_of(label, config), remaining) as carrier:
        buyer = Buyer(carrier, config, order.id, number)
        begun_again = again(order.id, number, label)
        if bought := carrier.lookup(label.sale):
            return record(buyer, label, bought)
        if not _is_wanted(begun_again, number, label):
            problem = "nothing is left to send by it: it is not bought"
            refuse(FulfilmentKey(order.id, number), label, problem, config)
            raise NotNow(problem)
        return purchase(buyer, label)


def _is_wanted(order: Order, number: int, label: Label) -> bool:
    """Return whether any order that has units in the parcel of a label still sends some of them."""
    if units_with(fulfilment_order_of(order, number), label):
        return True
    others = orders.find_orders({OrderId(each.order) for each in label.shares}) if label.shares else {}
    copies = ((others[OrderId(each.order)], each.fulfilment) for each in label.shares)
    return any(units_with(fulfilment_order_of(*copy), label_of(*copy, label.id)) for copy in copies)


def finish_copy(
    order: Order,
    number: int,
    label: Label,
    holder: FulfilmentRef,
    config: Configuration,
    remaining: Callable[[], float],
) -> Label:
    """Finish a label that several orders share by the order that has it, and this one after it."""
    theirs = orders.get_order(OrderId(holder.order))
    original = label_of(theirs, holder.fulfilment, label.id)
    if original.state is LabelState.BUYING:
        original = finish_label(theirs, holder.fulfilment, original, config, remaining)
    follow_label(FulfilmentRef(order=order.id, fulfilment=number), original, config)
    return label_of(orders.get_order(order.id), number, label.id)


def purchase(buyer: Buyer, label: Label) -> Label:
    """Buy the label; where the answer is lost, look it up once."""
    try:
        bought = buyer.carrier.buy(label.sale)
    except Rejected as error:
        refuse(FulfilmentKey(buyer.order, buyer.number), label, error.in_full, buyer.config)
        raise
    except Unavailable:
        found = buyer.carrier.lookup(label.sale)
        if found is None:
            raise
        bought = found
    return record(buyer, label, bought)


def refuse(box: FulfilmentKey, label: Label, problem: str, config: Configuration) -> None:
    """Record that the carrier refuses to sell the label."""

    def step(order: Order, now: datetime, _: str) -> Change:
        return Change(label_refused(order, box.number, label.id, problem, now))

    follow_shared(label_of(commit_step(box.order, step, label.who), box.number, label.id), config)


def record(buyer: Buyer, label: Label, bought: Purchase) -> Label:
    """Record a label that was bought, which ships its parcel where the warehouse has it so, and store its file."""
    remember(buyer, label)
    file = stored_file(buyer.order, label.replace(purchase=bought), buyer.carrier)

    def step(order: Order, now: datetime, _: str) -> Change:
        return with_purchase(order, buyer.number, label.id, bought, file, buyer.config, now)

    after = change_order(buyer.order, step, label.who)
    logger.info("label bought", extra={"order_id": buyer.order, "fulfilment": buyer.number, "label": label.id})
    add_metric("LabelsBought", 1)
    done = label_of(after, buyer.number, label.id)
    follow_shared(done, buyer.config)
    return done


def remember(buyer: Buyer, label: Label) -> None:
    """Store that a label is bought today, for the manifests of the day."""
    warehouse = fulfilment_order_of(orders.get_order(buyer.order), buyer.number).warehouse
    today = buyer.config.day_at(warehouse, datetime.now(UTC))
    manifests.put_bought(label.account, warehouse, today, FulfilmentKey(buyer.order, buyer.number), label.id)
