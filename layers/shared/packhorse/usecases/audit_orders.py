"""Audit orders: each is sound, holds what it committed, and somebody works on it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from packhorse.aws.executions import execution_state, start_execution, stop_execution
from packhorse.aws.telemetry import logger
from packhorse.domain.audits import AuditRun
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import (
    awaited_attempts,
    faults,
    holdings,
    is_execution_lost,
    is_quiet,
    is_stuck,
    with_new_attempt,
)
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import configuration, exceptions, ledger, orders, stock
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.audit_findings import AUDIT_PAGE, AuditPage, check_repeatedly, record_result, tally
from packhorse.usecases.reconfigure import propagate_configuration


def audit_orders(run: AuditRun, after: str | None, now: datetime, *_: object) -> AuditPage:
    """A page of the orders that are not over."""
    if after is None and propagate_configuration(now):
        run = run.replace(mended=run.mended + 1)
    page = list(islice(orders.unfinished_orders(after or ""), AUDIT_PAGE))
    config = configuration.current()
    found = orders.find_orders(map(orders.id_in_key, page))
    wrong_before = exceptions.unresolved("order_differs", found)
    for order in found.values():
        run = audit_order(run, order, config, wrong_before, now)
    serve_missed(found.values())
    return run, page[-1] if len(page) == AUDIT_PAGE else None


def audit_order(
    run: AuditRun, order: Order, config: Configuration, wrong_before: Collection[str], now: datetime
) -> AuditRun:
    """The run after one order; one that has just changed is left alone."""
    if not is_quiet(order, now):
        return tally(run, None)
    outcome = check_repeatedly(partial(order_faults, order.id))
    record_result("order_differs", order.id, outcome, wrong_before, now)
    mended = replace_lost_executions(order, now)
    if mended or is_stuck(order, config.account):
        send_advance([order.id])
    return tally(run, outcome).replace(mended=run.mended + mended)


def order_faults(order_id: OrderId) -> str | None:
    """What is wrong with an order; None where it changed while it was looked at."""
    before = orders.get_order(order_id)
    held = holdings(before)
    committed = {place: ledger.committed_by(place, order_id) for place in held}
    wrong = list(faults(before))
    wrong += [
        f"holds {held[place]} {place.sku} in {place.warehouse} and has committed {units}"
        for place, units in committed.items()
        if units != held[place]
    ]
    return "; ".join(wrong) if orders.get_order(order_id).version == before.version else None


def replace_lost_executions(order: Order, now: datetime) -> int:
    """Gives work whose execution is lost to a new one; gives how many there were."""
    lost = [
        number
        for number in awaited_attempts(order)
        if is_execution_lost(order, number, execution_state(order.id, number), now)
    ]
    for number in lost:
        try:
            order = commit_one(Write(Change(with_new_attempt(order, number, now)), order, "packhorse"), now)
        except Conflict:
            return 0
        stop_execution(order.id, number, "another execution takes over")
        start_execution(order, order.attempts)
        logger.info("execution replaced", extra={"order_id": order.id, "attempt": number})
    return len(lost)


def serve_missed(found: Iterable[Order]) -> None:
    """Has orders that wait for stock which is there routed again: news of it was lost."""
    lacking = {sku for order in found for sku in order.short_of}
    there = {sku for sku in lacking if any(balance.available > 0 for balance in stock.of_sku(sku))}
    send_release(StockArrived(sku=sku) for sku in sorted(there))
