"""Have Amazon ship a fulfilment order: each once, whichever process dies.

What is about to be sent is stored in the order first. If the answer to that is lost, the order is read by our
id before it is sent once more; and Amazon takes an id only once.
"""

from datetime import timedelta

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels.outbound import IdTaken
from packhorse.domain.errors import Rejected
from packhorse.domain.fba.differences import with_difference
from packhorse.domain.fba.holding import with_whole_request
from packhorse.domain.fba.items import lines_of
from packhorse.domain.fba.outbound import McfPreview, McfProgress, McfRequest
from packhorse.domain.fba.requesting import (
    may_be_sent,
    to_request,
    tried_again,
    unfit_because,
    with_intent,
    with_refusal,
)
from packhorse.domain.orders.cancelling import with_request_by_hand
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, listings, orders
from packhorse.usecases.amazon.apply_amazon_progress import Attending, Lost, apply_progress, change, give_up

SETTLED = timedelta(minutes=5)
"""After which a request that Amazon does not have does not reach it any more."""
KNOWN_WITHIN = timedelta(hours=1)
"""Within which Amazon knows an order by its id that it took: one that it does not know later needs a person."""
REFUSED = McfProgress(status=McfStatus.REFUSED, quantities={})
TAKEN = McfProgress(status=McfStatus.NEW, quantities={})


def attend(member: Member, attending: Attending) -> McfProgress | None:
    """Send a fulfilment order that Amazon is to ship; of one that it has, request back what is, and read the progress.

    Returns the progress, if it was read. Raises Unavailable, CredentialsRefused. Safe to repeat.
    """
    order = orders.find_orders({member.order_id}).get(member.order_id)
    fulfilment = order.fulfilment(member.fulfilment) if order else None
    if order is None or fulfilment is None or fulfilment.warehouse != attending.warehouse:
        return None
    if fulfilment.mcf is None:
        _send_or_leave(order, member, attending)
        return None
    if not fulfilment.mcf.is_taken:
        return _find_out(order, member, attending)
    return _read_progress(fulfilment, member, attending)


def _send_or_leave(order: Order, member: Member, attending: Attending) -> None:
    if may_be_sent(order, member.fulfilment):
        _send(order, member, attending)
        return

    def step(order: Order, message: Member) -> Change:
        why = "Amazon was never sent it from here"
        return Change(with_request_by_hand(order, message.fulfilment, why, attending.now))

    change(member, step, attending.now)


def _send(order: Order, member: Member, attending: Attending) -> None:
    """Preview a fulfilment order, store what is sent, and send it; what Amazon cannot ship is given up."""
    request = _request(order, member, attending)
    preview = _preview(request, attending)
    if not preview.is_fulfillable:
        lost = lines_of(request.items, order, preview.unfulfillable, any_part=True)
        remaining = fulfilment_order_of(order, member.fulfilment).remaining
        reason = RejectReason.MISMATCH if preview.is_out_of_stock else RejectReason.OTHER
        give_up(order, member, Lost(lost & remaining or remaining, reason, ", ".join(preview.reasons)), attending)
        return

    intended: list[bool] = []

    def step(order: Order, message: Member) -> Change:
        after = with_intent(order, message.fulfilment, request, preview, attending.now)
        intended.append(after != order)
        return Change(after)

    change(member, step, attending.now)
    stored = orders.get_order(member.order_id)
    if intended[-1] and fulfilment_order_of(stored, member.fulfilment).mcf:  # else another exchange sends it
        try:
            _create(stored, request, member, attending)
        except Rejected as error:
            apply_progress(stored, member, REFUSED, attending, reason=error.in_full)


def _request(order: Order, member: Member, attending: Attending) -> McfRequest:
    skus = {Sku(sku) for line in order.lines for sku in line.recipe}
    listed = listings.listings_on(ChannelId(attending.fba.channel), skus)
    names = {sku: listing.reference for sku, listing in listed.items()}
    sold_by = attending.config.channels.get(ChannelId(order.channel))
    unpriced = {Sku(line.matched) for line in order.lines if line.matched and not line.has_price}
    products = catalogue.find_products(unpriced) if unpriced else {}
    return to_request(order, member.fulfilment, attending.fba, sold_by, names, products)


def _preview(request: McfRequest, attending: Attending) -> McfPreview:
    if why := unfit_because(request):
        return McfPreview(False, {}, (why,), None, None)
    try:
        return attending.outbound.preview(request)
    except Rejected as error:
        return McfPreview(False, {}, (error.in_full[:200],), None, None)


def _create(order: Order, request: McfRequest, member: Member, attending: Attending) -> None:
    """Send what is stored as sent; raises Rejected if Amazon refuses it, and does not have it by an earlier try.

    A refusal that says that the id is taken means that Amazon has it, also where it does not show it yet.
    """
    progress = TAKEN
    try:
        attending.outbound.create(request)
        add_metric("AmazonOrdersSent", 1)
    except IdTaken:
        progress = attending.outbound.find(request.id) or TAKEN
    except Rejected:
        found = attending.outbound.find(request.id)
        if not found:
            raise
        progress = found
    apply_progress(order, member, progress, attending)


def _find_out(order: Order, member: Member, attending: Attending) -> McfProgress | None:
    """Ask Amazon whether it has what was sent, and send it once more if it has not and still is to."""
    fulfilment = fulfilment_order_of(order, member.fulfilment)
    if fulfilment.mcf is None:
        return None
    is_refused = fulfilment.mcf.status is McfStatus.REFUSED
    if is_refused and fulfilment.is_open:  # the process that recorded it died before its units were rejected
        apply_progress(order, member, REFUSED, attending, reason=fulfilment.mcf.refusal)
        return None
    if found := attending.outbound.find(fulfilment.id):
        return _take_up(order, found, member, attending, is_given_up=is_refused)
    is_requested_back = fulfilment.cancellation is not None and fulfilment.cancellation.is_pending
    is_wanted = fulfilment.is_open and not order.holds and not is_requested_back
    if is_wanted and not fulfilment.mcf.refusal:
        _try_again(order, member, attending)
    elif not is_refused and attending.now - fulfilment.mcf.tried_at >= SETTLED:
        reason = fulfilment.mcf.refusal or "Amazon does not have it"
        apply_progress(order, member, REFUSED, attending, reason=reason)
    return None


def _take_up(
    order: Order, found: McfProgress, member: Member, attending: Attending, *, is_given_up: bool
) -> McfProgress:
    """Apply the progress of what Amazon has after all; what was given up is requested back, since others have it."""
    if is_given_up:
        _cancel(fulfilment_order_of(order, member.fulfilment), attending)
        found = attending.outbound.find(fulfilment_order_of(order, member.fulfilment).id) or found
    apply_progress(order, member, found, attending)
    return found


def _try_again(order: Order, member: Member, attending: Attending) -> None:
    """Send what Amazon does not show once more; a refusal counts once no earlier try can have arrived."""

    def step(order: Order, message: Member) -> Change:
        return Change(tried_again(order, message.fulfilment, attending.now))

    change(member, step, attending.now)
    try:
        _create(order, _request(order, member, attending), member, attending)
    except Rejected as error:
        reason = error.in_full
        change(member, lambda order, message: Change(with_refusal(order, message.fulfilment, reason)), attending.now)


def _read_progress(fulfilment: FulfilmentOrder, member: Member, attending: Attending) -> McfProgress | None:
    if fulfilment.is_open and fulfilment.cancellation and fulfilment.cancellation.is_pending:

        def step(order: Order, message: Member) -> Change:
            return Change(with_whole_request(order, message.fulfilment, attending.now))

        change(member, step, attending.now)
        _cancel(fulfilment, attending)
    found = attending.outbound.find(fulfilment.id)
    if found is None:
        _record_unknown(fulfilment, member, attending)
        return None
    apply_progress(orders.get_order(member.order_id), member, found, attending)
    return found


def _cancel(fulfilment: FulfilmentOrder, attending: Attending) -> None:
    try:
        attending.outbound.cancel(fulfilment.id)
    except Rejected:  # its state says whether it is kept back
        logger.info("cancellation refused by Amazon", extra={"fulfilment": fulfilment.id})


def _record_unknown(fulfilment: FulfilmentOrder, member: Member, attending: Attending) -> None:
    """Open the exception of an order that Amazon does not know any more: it may still ship it, or never."""
    is_old = fulfilment.mcf is not None and attending.now - fulfilment.mcf.tried_at >= KNOWN_WITHIN
    logger.warning("Amazon does not know an order that it took", extra={"fulfilment": fulfilment.id})
    if is_old:
        change(
            member,
            lambda order, message: Change(with_difference(order, message.fulfilment, None, {}, attending.now)),
            attending.now,
        )
