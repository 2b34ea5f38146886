"""Take answers of fulfillers: fulfilment orders that they accept, and units that they reject."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from packhorse.aws.executions import answer_tokens
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_exception, without_refused_answer
from packhorse.domain.orders.fulfilment import accepted
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import parts_of, units_of
from packhorse.domain.orders.rejecting import RejectedUnits
from packhorse.domain.problem import Cause
from packhorse.domain.supply.sending import may_be_reminded
from packhorse.messages.orders import send_advance
from packhorse.messages.tracking import FulfillerAnswer, FulfilmentAccepted, FulfilmentRejected
from packhorse.store import configuration
from packhorse.usecases.fulfilment.reject import rejected_and_routed
from packhorse.usecases.orders.change_orders import change_orders


def take_answers(messages: Mapping[str, FulfillerAnswer], now: datetime) -> set[str]:
    """Record the answers; return the messages to be delivered again.

    One message after the other: what a rejection leaves of the stock is read for the next one.
    """
    step = partial(apply_answer, config=configuration.current(), now=now)
    return {name for each in messages.items() for name in change_orders(dict((each,)), step, follow_up, now)}


def apply_answer(order: Order, message: FulfillerAnswer, config: Configuration, now: datetime) -> Change:
    """Return the change by an answer; an impossible one becomes an exception of the order, which the next one ends."""
    try:
        if isinstance(message, FulfilmentAccepted):
            return Change(accepted(order, message.fulfilment, message.at, message.who))
        return _rejected(order, message, config)
    except Rejected as error:
        details = "; ".join(each.message for each in error.errors)
        problem = OrderException(
            cause=Cause.ANSWER_REFUSED,
            fulfilment=message.fulfilment,
            message=f"fulfilment {message.fulfilment} was {message.kind} by {message.who}: {error} {details}".strip(),
            opened_at=now,
        )
        return Change(with_exception(order, problem))


def _rejected(order: Order, message: FulfilmentRejected, config: Configuration) -> Change:
    fulfilment = order.fulfilment(message.fulfilment)
    if fulfilment and fulfilment.status in (FulfilmentStatus.CANCELLED, FulfilmentStatus.REJECTED):
        # The fulfiller is not to ship it anyway: both sides agree.
        return Change(without_refused_answer(order, message.fulfilment))
    if message.unless_answered and fulfilment and not may_be_reminded(fulfilment):
        return Change(order)
    if message.unless_sent and fulfilment and fulfilment.mcf:
        return Change(order)
    lines = message.lines
    if fulfilment and message.before is not None:
        lines = parts_of(units_of(lines) - (fulfilment.rejected - Counter(message.before)))
        if not lines:
            return Change(order)  # another file of the fulfiller said it, and came first
    report = RejectedUnits(lines=lines, reason=message.reason, note=message.note)
    return rejected_and_routed(order, message.fulfilment, report, message.report, config, message.at, message.who)


def follow_up(_: Order, order: Order, messages: Sequence[FulfillerAnswer]) -> None:
    """Answer the task tokens of rejected fulfilment orders, and have the order advanced.

    A message that is delivered again does both again: the first try may have failed.
    """
    numbers = {message.fulfilment for message in messages if isinstance(message, FulfilmentRejected)}
    answer_tokens(each for each in order.fulfilments if each.number in numbers)
    if numbers:
        send_advance([order.id])
