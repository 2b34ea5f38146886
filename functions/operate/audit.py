"""The auditor: the audit queue, into which schedules and people put what is to be audited.

Everything is gone through page by page; what one invocation does not get to goes on by another message. What is safe is
mended: a lost start, a lost token, a lost answer, waiting orders while there is stock. The rest becomes an exception.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from packhorse import inbox, publishing, workflow
from packhorse.auditing import MESSAGE, Asked, pass_on
from packhorse.batch import each_record
from packhorse.channels import STOCKED
from packhorse.deadline import seconds_left
from packhorse.domain.audit import ASKED_IN, attempts, faults, holdings, is_lost, is_quiet, is_stuck, renewed
from packhorse.domain.configuration import Configuration
from packhorse.domain.errors import Conflict
from packhorse.domain.goods import Place
from packhorse.domain.life import Change
from packhorse.domain.order import Order
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId, iso
from packhorse.following import follow
from packhorse.store import audits, configuration, exceptions, ledger, orders, stock
from packhorse.store.audits import Run, Which
from packhorse.store.commit import Write, commit_one
from packhorse.telemetry import count, logger, metrics

PAGE = 50
LOOKS = 3
MARGIN = 60.0
"""Seconds that a page, or a shelf with its ledger, takes at the very most."""
Page = tuple[Run, str | None]


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the audit queue."""
    return each_record(event, partial(take, remaining=seconds_left(context)))


def take(_: str, body: str, remaining: Callable[[], float]) -> None:
    """Audits as long as there is time."""
    asked = MESSAGE.validate_json(body)
    run = asked.run or Run(audit=asked.audit, started_at=datetime.now(UTC))
    for reached, after in audit(run, asked.after, lambda: remaining() < MARGIN):
        run = reached
        audits.keep(run)
        if after and remaining() < MARGIN:
            pass_on(Asked(audit=run.audit, after=after, run=run))
            return
    audits.keep(run.ended(datetime.now(UTC)))
    logger.info("audited", extra=run.model_dump(mode="json"))
    count("AuditFaults", run.wrong)
    count("AuditMended", run.mended)


def audit(run: Run, after: str | None, is_late: Callable[[], bool]) -> Iterator[Page]:
    """The run after every page, and where the next page starts."""
    while True:
        run, after = PAGES[run.audit](run, after, datetime.now(UTC), is_late)
        yield run, after
        if after is None:
            return


# ---- shelves: the ledger is the balance, and what is committed is what orders hold


def shelves(run: Run, after: str | None, now: datetime, is_late: Callable[[], bool]) -> Page:
    """A page of the stock, or as much of it as there is time for: ledgers are long."""
    balances, last = stock.page(None, place_at(after) if after else None, PAGE)
    shelf = {f"{balance.sku} in {balance.warehouse}": Place(balance.sku, balance.warehouse) for balance in balances}
    wrong_before = exceptions.unresolved("ledger_differs", shelf)
    for name, place in shelf.items():
        outcome = settled(partial(shelf_faults, place))
        report("ledger_differs", name, outcome, wrong_before, now)
        run = tally(run, outcome)
        if is_late():
            return run, reached_at(place)
    return run, reached_at(last) if last else None


def reached_at(place: Place) -> str:
    """The place that a page ended with, as text; a warehouse has no slash in it."""
    return f"{place.warehouse}/{place.sku}"


def place_at(after: str) -> Place:
    """The place that a page ended with."""
    warehouse, _, sku = after.partition("/")
    return Place(Sku(sku), WarehouseId(warehouse))


def settled(look: Callable[[], str | None]) -> str | None:
    """What is wrong, if it is so every time; None where it was moving at every look."""
    outcome: str | None = None
    for _ in range(LOOKS):
        outcome = look()
        if outcome == "":
            return ""
    return outcome


def report(cause: str, concerns: str, outcome: str | None, wrong_before: Collection[str], now: datetime) -> None:
    """Has somebody look at what is wrong; what was wrong and is right again is over."""
    if outcome:
        exceptions.open_one(cause, concerns, outcome, now)
    elif outcome == "" and concerns in wrong_before:
        exceptions.resolve(cause, concerns)


def tally(run: Run, outcome: str | None) -> Run:
    """The run with one more looked at: nothing wrong (empty), moving (None) or wrong."""
    update = {"looked_at": run.looked_at + 1}
    if outcome is None:
        update["moving"] = run.moving + 1
    elif outcome:
        update["wrong"] = run.wrong + 1
    return run.model_copy(update=update)


def shelf_faults(place: Place) -> str | None:
    """What is wrong with the stock of a place; None where it changed while it was looked at."""
    before = balance_at(place)
    found = ledger.sums(place)
    holding = orders.find(OrderId(name) for name, units in found.by_reference.items() if units)
    wrong = [*_unequal(before, found), *_unheld(place, found, holding)]
    return "; ".join(wrong) if balance_at(place) == before else None


def balance_at(place: Place) -> stock.Balance:
    """The balance as it is now."""
    return stock.balances_at([place]).get(place) or stock.nothing_at(place)


def _unequal(balance: stock.Balance, found: ledger.Sums) -> Iterator[str]:
    if balance.available != balance.on_hand - balance.committed:
        yield f"{balance.available} available, and {balance.on_hand} on hand less {balance.committed} committed"
    if (found.on_hand, found.committed) != (balance.on_hand, balance.committed):
        yield (
            f"{balance.on_hand} on hand and {balance.committed} committed, "
            f"{found.on_hand} and {found.committed} by the ledger"
        )


def _unheld(place: Place, found: ledger.Sums, holding: dict[OrderId, Order]) -> Iterator[str]:
    for name, units in sorted(found.by_reference.items()):
        order = holding.get(OrderId(name))
        held = holdings(order)[place] if order else 0
        if units and units != held:
            yield f"order {name} holds {held} and has committed {units}"


# ---- orders: they are sound, hold what they committed, and somebody works on them


def unfinished(run: Run, after: str | None, now: datetime, *_: object) -> Page:
    """A page of the orders that are not over."""
    if after is None and follow(now):
        run = run.model_copy(update={"mended": run.mended + 1})
    page = list(islice(orders.unfinished(after or ""), PAGE))
    config = configuration.current()
    found = orders.find(map(orders.id_at, page))
    wrong_before = exceptions.unresolved("order_differs", found)
    for order in found.values():
        run = looked_at(run, order, config, wrong_before, now)
    wake(found.values(), now)
    return run, page[-1] if len(page) == PAGE else None


def looked_at(run: Run, order: Order, config: Configuration, wrong_before: Collection[str], now: datetime) -> Run:
    """The run after one order; one that has just changed is left alone."""
    if not is_quiet(order, now):
        return tally(run, None)
    outcome = settled(partial(order_faults, order.id))
    report("order_differs", order.id, outcome, wrong_before, now)
    mended = mend(order, now)
    if mended or is_stuck(order, config.account):
        inbox.advance([order.id])
    return tally(run, outcome).model_copy(update={"mended": run.mended + mended})


def order_faults(order_id: OrderId) -> str | None:
    """What is wrong with an order; None where it changed while it was looked at."""
    before = orders.get(order_id)
    held = holdings(before)
    committed = {place: ledger.committed_by(place, order_id) for place in held}
    wrong = list(faults(before))
    wrong += [
        f"holds {held[place]} {place.sku} in {place.warehouse} and has committed {units}"
        for place, units in committed.items()
        if units != held[place]
    ]
    return "; ".join(wrong) if orders.get(order_id).version == before.version else None


def mend(order: Order, now: datetime) -> int:
    """Gives work whose execution is lost to a new one; gives how many there were."""
    lost = [number for number in attempts(order) if is_lost(order, number, workflow.execution(order.id, number), now)]
    for number in lost:
        try:
            order = commit_one(Write(Change(renewed(order, number, now)), order, "packhorse"), now)
        except Conflict:
            return 0
        workflow.stop(order.id, number, "another execution takes over")
        workflow.start_attempt(order, order.attempts)
        logger.info("execution replaced", extra={"order_id": order.id, "attempt": number})
    return len(lost)


def wake(found: Iterable[Order], now: datetime) -> None:
    """Has orders that wait for stock which is there routed again: news of it was lost."""
    lacking = {sku for order in found for sku in order.short_of}
    there = {sku for sku in lacking if any(balance.available > 0 for balance in stock.of_sku(sku))}
    inbox.release({f"audit {iso(now)} {sku}": inbox.Arrived(sku=sku) for sku in sorted(there)})


# ---- executions: each is wanted by somebody


def executions(run: Run, after: str | None, now: datetime, *_: object) -> Page:
    """A page of the executions that are under way; one whose order needs it no more is told or ended."""
    page, following = workflow.running(after)
    found = orders.find(each.order_id for each in page)
    for each in page:
        run = run.model_copy(update={"looked_at": run.looked_at + 1})
        if now - each.since < ASKED_IN or each.attempt in attempts_of(found.get(each.order_id)):
            continue
        run = run.model_copy(update={"mended": run.mended + 1})
        if each.order_id in found and any(work.attempt == each.attempt for work in found[each.order_id].fulfilments):
            inbox.advance([each.order_id])
        else:
            workflow.stop(each.order_id, each.attempt, "its order does not need it")
    return run, following


def attempts_of(order: Order | None) -> set[int]:
    """The executions that an order still waits for; of none, none."""
    return attempts(order) if order else set()


# ---- channels: they say what they were told


def channels(run: Run, _: str | None, now: datetime, *__: object) -> Page:
    """Has every channel that can be asked compared; what comes of it is the channel's own report."""
    config = configuration.current()
    asked = [channel for channel in config.channels.values() if channel.active and channel.kind in STOCKED]
    for channel in asked if config.account.sync else ():
        publishing.compare(ChannelId(channel.id), f"{run.audit} {iso(run.started_at)}")
    return run.model_copy(update={"looked_at": run.looked_at + len(asked)}), None


PAGES: dict[Which, Callable[[Run, str | None, datetime, Callable[[], bool]], Page]] = {
    Which.STOCK: shelves,
    Which.ORDERS: unfinished,
    Which.EXECUTIONS: executions,
    Which.CHANNELS: channels,
}
