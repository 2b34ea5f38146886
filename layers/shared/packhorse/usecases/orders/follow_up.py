"""Follow up orders that were written: executions, listings, purchases and labels; repeating it is harmless."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from packhorse.aws.executions import answer_tokens, start_attempts
from packhorse.aws.telemetry import logger
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.fulfilment import newly_ended
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.values import OrderId
from packhorse.store.commit import commit_owed
from packhorse.usecases.catalogue.unmatched_listings import end_unmatched, record_unmatched
from packhorse.usecases.channels.resend_notices import resend_if_due
from packhorse.usecases.fulfilment.request_cancellations import request_cancellations
from packhorse.usecases.intake.same_orders import advance_beside, search_later
from packhorse.usecases.labels.finish_labels import advance_until_finished, finish_labels
from packhorse.usecases.packing.leave_merges import leave_merges
from packhorse.usecases.routing.turn import WrittenOrder
from packhorse.usecases.supply.buy_for_orders import OrderWrite, request_buying


def follow_up_batch(written: Iterable[WrittenOrder], config: Configuration, now: datetime) -> frozenset[OrderId]:
    """Start and answer executions as the written orders require; return the orders for which that failed."""
    failed: set[OrderId] = set()
    for each in written:
        if each.order is None:
            continue
        try:
            search_later(each.outcome, config)
            follow_up_order(each.order, None if each.may_be_half_done else each.outcome.stored.order, now)
            if each.is_for_labels:
                advance_until_finished(each.order, now)
        except Exception:
            logger.exception("order not followed up", extra={"order_id": each.id})
            failed.add(each.id)
    return frozenset(failed)


def follow_up_listings(written: Sequence[WrittenOrder], now: datetime) -> frozenset[OrderId]:
    """Open the exceptions of listings that the orders wait for, and end those of which none waits any more.

    Return the orders for which that failed: all that are concerned.
    """
    stored = {each.id: (each.outcome.stored.order, each.order) for each in written if each.order}
    concerned = {
        name: (before, after)
        for name, (before, after) in stored.items()
        if after and (after.lacked_listings or (before and before.lacked_listings))
    }
    try:
        record_unmatched((after for _, after in concerned.values()), now)
        end_unmatched(concerned.values())
    except Exception:
        logger.exception("unmatched listings not followed up", extra={"orders": len(concerned)})
        return frozenset(concerned)
    return frozenset()


def follow_up_purchases(written: Sequence[WrittenOrder]) -> frozenset[OrderId]:
    """Request what is to be bought for the orders that changed, or not any more; return those for which it failed."""
    changed = [
        OrderWrite(each.outcome.stored.order, each.order, each.may_be_half_done)
        for each in written
        if each.order and (each.outcome.is_changed or each.may_be_half_done)
    ]
    try:
        request_buying(changed)
    except Exception:
        logger.exception("nothing bought for orders", extra={"orders": len(changed)})
        return frozenset(each.after.id for each in changed)
    return frozenset()


def follow_up_order(order: Order, before: Order | None, now: datetime) -> None:
    """Commit the stock that the order owes, start its executions, answer task tokens; repeating it is harmless.

    Answered are the tokens of fulfilment orders that have ended since `before`, or of all that have ended if it is
    None. Once it is cancelled, orders that are held because they may be this one are advanced.
    """
    settled = commit_owed(order, "packhorse", now)
    start_attempts(settled)
    answer_tokens(newly_ended(before, settled) if before else settled.fulfilments)
    finish_labels(settled, now)
    resend_if_due(settled, now)
    leave_merges(settled)
    request_cancellations(settled)
    if settled.status is Status.CANCELLED and not (before and before.status is Status.CANCELLED):
        advance_beside(settled)
