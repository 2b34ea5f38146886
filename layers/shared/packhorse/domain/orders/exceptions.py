"""An order's own exceptions: open, remove, dismiss, reopen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import numbers_of
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause

OPENED = "exception"
"""The timeline entry of an exception's opening, at the moment at which its record has it, too."""


def with_exception(order: Order, problem: OrderException, who: str = "packhorse") -> Order:
    """Return the order with the exception; unchanged if it has one with the same key."""
    if any(existing.key == problem.key for existing in order.exceptions):
        return order
    opened = order.replace(exceptions=(*order.exceptions, problem))
    return with_entry(opened, problem.opened_at, OPENED, who, problem.message)


def with_current_exception(order: Order, problem: OrderException) -> Order:
    """Return the order with the exception; one with the same key and another message gives its place to it.

    Of an erased order none does: it has no messages to compare. The place decides which exceptions are listed.
    """
    past = next((each for each in order.exceptions if each.key == problem.key), None)
    if past is None or past.message == problem.message or order.erased_at:
        return with_exception(order, problem)
    replaced = order.replace(exceptions=tuple(problem if each is past else each for each in order.exceptions))
    return with_entry(replaced, problem.opened_at, OPENED, "packhorse", problem.message)


def without_exception(order: Order, cause: Cause, line: str | None = None) -> Order:
    """Return the order without exceptions of that cause and line, or of that cause about the whole order."""
    remaining = tuple(existing for existing in order.exceptions if (existing.cause, existing.line) != (cause, line))
    return order.replace(exceptions=remaining)


def dismissed(order: Order, problem: OrderException, at: datetime, who: str) -> Order:
    """Return the order without the exception; its timeline says who dismissed it."""
    remaining = tuple(existing for existing in order.exceptions if existing.key != problem.key)
    return with_entry(order.replace(exceptions=remaining), at, "dismissed", who, problem.message)


def reopened(order: Order, problem: OrderException, who: str) -> Order:
    """Return the order with an exception that was dismissed; its timeline says who opened it again.

    Raises NotNow for an erased order, whose exceptions have no messages any more.
    """
    if order.erased_at:
        raise NotNow("the data of its buyer was erased")
    return with_exception(order, problem, who)


def without_refused_answer(order: Order, number: int) -> Order:
    """Return the order without exceptions of answers about a fulfilment order that do not fit it: a later one does."""
    return _without(_without(order, Cause.ANSWER_REFUSED, number), Cause.ACCEPTED_IN_PART, number)


def with_refused_shipment(order: Order, number: int, tracking: Sequence[str], message: str, at: datetime) -> Order:
    """Return the order with an exception for parcels of a fulfilment order that do not fit it.

    It ends once the order has them, by their `tracking`. If it has one of these numbers already, with other units, it
    ends once all that is left has been shipped, or when it is dismissed.
    """
    if numbers_of(tracking) & order.recorded_numbers:
        message, tracking = f"{message} ({', '.join(tracking)})", ()
    problem = OrderException(
        cause=Cause.SHIPMENT_REFUSED, fulfilment=number, tracking=tuple(tracking), message=message[:2000], opened_at=at
    )
    return with_exception(order, problem)


def without_refused_shipments(order: Order, number: int, since: datetime | None) -> Order:
    """Return the order without exceptions of parcels of a fulfilment order that did not fit: a later answer does.

    Those that were opened before the time `since` stay.
    """
    return _without(order, Cause.SHIPMENT_REFUSED, number, lambda each: not since or each.opened_at >= since)


def without_refused_numbers(order: Order, number: int) -> Order:
    """Return the order without exceptions of parcels that did not fit and whose numbers it has: all has left since."""
    return _without(order, Cause.SHIPMENT_REFUSED, number, lambda each: not each.tracking)


def with_unreported_parcel(
    order: Order, fulfilment: FulfilmentOrder, units: Mapping[str, int], tracking: str | None, at: datetime
) -> Order:
    """Return the order with an exception: units left that a partner has to ship, and the partner did not report it.

    The channel, or a person, did: the partner may ship them, too.
    """
    number, place = fulfilment.number, fulfilment.warehouse
    message = (
        f"fulfilment {number}: {order.in_words(units)} left by what the channel or a person says, and {place} has "
    )
    message += "it to ship: unless it shipped that itself, ask it to keep it back"
    problem = OrderException(
        cause=Cause.SHIPPED_LATE,
        fulfilment=number,
        tracking=(tracking,) if tracking else (),
        message=message[:2000],
        opened_at=at,
    )
    return with_current_exception(order, problem)


def without_reported_parcels(order: Order, number: int, tracking: Collection[str]) -> Order:
    """Return the order without that exception once the partner has reported all of its numbers: it shipped them."""
    fulfilment = order.fulfilment(number)
    reported = (each.tracking for each in fulfilment.parcels if each.is_reported) if fulfilment else ()
    known = numbers_of(reported) & numbers_of(tracking)

    def is_known(problem: OrderException) -> bool:
        return bool(problem.tracking) and numbers_of(problem.tracking) <= known

    return _without(order, Cause.SHIPPED_LATE, number, is_known)


def without_changed_box(order: Order, number: int) -> Order:
    """Return the order without the exception that a closed box of a fulfilment order changed: it was packed anew."""
    return _without(order, Cause.BOX_CHANGED, number)


def without_difference(order: Order, number: int) -> Order:
    """Return the order without the exception that Amazon's account of a fulfilment order is another one than ours."""
    return _without(order, Cause.AMAZON_DIFFERS, number)


def _without(order: Order, cause: Cause, number: int, ends: Callable[[OrderException], bool] = lambda _: True) -> Order:
    left = (each for each in order.exceptions if (each.cause, each.fulfilment) != (cause, number) or not ends(each))
    return order.replace(exceptions=tuple(left))
