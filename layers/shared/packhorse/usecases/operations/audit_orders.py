"""Audit orders: each is sound, holds what the ledger says it committed, and has its executions running."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from packhorse.aws.executions import execution_state, start_execution, stop_execution
from packhorse.aws.telemetry import logger
from packhorse.domain.audits import AuditRun
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import (
    Execution,
    awaited_attempts,
    faults,
    holdings,
    is_due,
    is_execution_lost,
    is_quiet,
    is_stuck,
    with_new_attempt,
    with_overdue,
    with_unsent_requests,
)
from packhorse.domain.problem import Cause, Subject
from packhorse.messages.orders import send_advance
from packhorse.store import configuration, exceptions, ledger, orders, rows
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.channels.resend_notices import resend_overdue
from packhorse.usecases.configuration.reconfigure import propagate_configuration
from packhorse.usecases.fulfilment.mend_rows import mend_rows
from packhorse.usecases.labels.continue_manifests import continue_manifests
from packhorse.usecases.labels.start_batch import continue_batches
from packhorse.usecases.operations.audit_findings import AuditPage, check_repeatedly, record_result, tally
from packhorse.usecases.operations.end_exceptions import end_exceptions
from packhorse.usecases.operations.end_ownerless import end_ownerless
from packhorse.usecases.orders.erase_buyers import erase_buyers
from packhorse.usecases.routing.release import buy_missed, serve_missed
from packhorse.usecases.supply.buy_for_orders import request_review

ORDERS_PAGE = 100


def audit_orders(run: AuditRun, after: str | None, now: datetime, is_late: Callable[[], bool]) -> AuditPage:
    """Audit a page of the unfinished orders: those that are due if the run has a `since`, otherwise all."""
    if after is None:
        mended = propagate_configuration(now) + end_exceptions(now, is_late) + continue_batches(now)
        mended += continue_manifests(now)
        erase_buyers(now, is_late)
        request_review()
        end_ownerless(configuration.current(), now)
        resend_overdue(configuration.current(), now)
        run = run.replace(mended=run.mended + mended)
    page = list(islice(orders.unfinished_orders(after or ""), ORDERS_PAGE))
    read = orders.recent_orders(map(orders.id_in_key, page))
    due = [order for order in read if run.since is None or is_due(order, run.since, now)]
    if due:
        run = audit_due(run, due, now)
    return run, page[-1] if len(page) == ORDERS_PAGE else None


def audit_due(run: AuditRun, due: Sequence[Order], now: datetime) -> AuditRun:
    """Audit these orders and serve backorders whose sku is available; return the run after them."""
    config = configuration.current()
    wrong_before = exceptions.unresolved(Cause.ORDER_DIFFERS, (Subject.of_order(order.id) for order in due))
    for order in due:
        run = audit_order(run, order, config, wrong_before, now)
    lacking = rows.differing(order for order in due if is_quiet(order, now))
    run = run.replace(mended=run.mended + sum(map(mend_rows, lacking)))
    serve_missed(due)
    buy_missed(due)
    return run


def audit_order(
    run: AuditRun, order: Order, config: Configuration, wrong_before: Collection[Subject], now: datetime
) -> AuditRun:
    """Audit one order and mend it; return the run after it. An order that changed a moment ago counts as moving."""
    if not is_quiet(order, now):
        return tally(run, None)
    outcome = check_repeatedly(order_check(order))
    record_result(Cause.ORDER_DIFFERS, Subject.of_order(order.id), outcome, wrong_before, now)
    mended = mend_attempts(order, now)
    if mended or is_stuck(order, config.account):
        send_advance([order.id])
    return tally(run, outcome).replace(mended=run.mended + mended)


def order_check(order: Order) -> Callable[[], str | None]:
    """Return a function that returns what is wrong with an order, or None if it has changed since it was read.

    Each check reads the order again to find that out; the next check uses what was read.
    """

    def check() -> str | None:
        nonlocal order
        before, wrong = order, "; ".join(order_faults(order))
        order = orders.get_order(order.id)
        return wrong if order.version == before.version else None

    return check


def order_faults(order: Order) -> Iterator[str]:
    """Yield what is wrong with an order by itself and by the ledger."""
    yield from faults(order)
    held = holdings(order)
    for shelf in held:
        units = ledger.committed_by(shelf, order.id)
        if units != held[shelf]:
            yield f"holds {held[shelf]} {shelf.sku} in {shelf.warehouse} and has committed {units}"


def mend_attempts(order: Order, now: datetime) -> int:
    """Start a new execution for each that is lost, and record what is overdue; return how many were replaced."""
    states = {number: execution_state(order.id, number) for number in awaited_attempts(order)}
    lost = []
    for number, state in states.items():
        if is_execution_lost(order, number, state, now) or not start_missing(order, number, state):
            lost.append(number)
    if lost:
        return replace_executions(order, lost, now)
    overdue = with_overdue(order, {number for number, state in states.items() if state is not Execution.RUNNING}, now)
    overdue = with_unsent_requests(overdue, now)
    if overdue != order:
        with suppress(Conflict):
            commit_one(Write(Change(overdue), order, "packhorse"), now)
    return 0


def start_missing(order: Order, attempt: int, state: Execution) -> bool:
    """Start an execution if it is missing; return False if that is refused: an earlier stack had one of its name."""
    return state is not Execution.MISSING or attempt not in order.unstarted or start_execution(order, attempt)


def replace_executions(order: Order, lost: Collection[int], now: datetime) -> int:
    """Start a new execution for what is queued in each of these attempts; return how many were replaced."""
    for number in lost:
        try:
            order = commit_one(Write(Change(with_new_attempt(order, number, now)), order, "packhorse"), now)
        except Conflict:
            return 0
        stop_execution(order.id, number, "another execution takes over")
        start_execution(order, order.attempts)
        logger.info("execution replaced", extra={"order_id": order.id, "attempt": number})
    return len(lost)
