"""Send Amazon what a warehouse of kind `fba` is to ship, and read how far it is: by a schedule, or named ones at once.

An exchange attends to what waits, to what Amazon says has changed, and in turn to some of the others: a package that
left while the order's state stays is no change in Amazon's list. Each of these, and the stock, has a share of the time,
and what fails, or is not reached, stops none of the others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import httpx

from packhorse.aws.telemetry import logger
from packhorse.channels import fulfiller_of
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import ChannelId, WarehouseId, iso
from packhorse.messages.fba import AnyFbaMessage, AttendFulfilments, ConfirmStock, ReadStock, name_of
from packhorse.store import configuration, exceptions, fba_state
from packhorse.store.fba_state import Again, ProgressRead
from packhorse.usecases.amazon.amazon_changes import read_changes
from packhorse.usecases.amazon.amazon_round import AmazonInvocation, Round
from packhorse.usecases.amazon.apply_amazon_progress import Attending
from packhorse.usecases.amazon.read_amazon_stock import (
    BEHIND,
    AmazonFailures,
    AmazonWarehouse,
    open_rows,
    read_or_leave_stock,
    read_stock,
)
from packhorse.usecases.amazon.stock_from_amazon import is_due
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys

MOST_IN_TURN = 100
"""Fulfilment orders at Amazon that an exchange reads though nothing says that they changed."""
MOST_AGAIN = 50
"""Fulfilment orders of each kind that are attended to again."""
CHANGES_WITHIN = timedelta(days=1)
"""For how long what is over here is read again: it lacks a tracking number, or could not be read."""
EXCHANGE_SECONDS = 115.0
"""Seconds that an exchange takes of its invocation: the rest is for long lists of stock."""
FOR_STOCK = 45.0
"""Seconds of an invocation that orders leave to the stock, when that is due."""
FOR_CHANGES, FOR_TURN, FOR_AGAIN, MARGIN = 65.0, 45.0, 35.0, 20.0
"""Seconds that are left to those after it by what waits, by changes, by what has its turn, and by all."""


def answer_fba(message: AnyFbaMessage, call: AmazonInvocation) -> None:
    """Do what a message requests; what fails is an exception of the warehouse until an exchange works."""
    config = configuration.current()
    warehouse = amazon_warehouse(config, WarehouseId(message.warehouse))
    make = fulfiller_of(warehouse.channel).outbound if warehouse else None
    if warehouse is None or make is None:
        logger.info("nothing exchanged with Amazon", extra={"warehouse": message.warehouse})
        return
    if not warehouse.is_active and next(open_rows(warehouse.id, call.at), None) is None:
        _record(warehouse, [], call.at, is_whole=True)
        return

    def with_client(keys: Keys) -> AmazonFailures:
        limited = call if isinstance(message, ReadStock | ConfirmStock) else within_limit(call)
        with client_of_channel(warehouse.channel, keys, limited.remaining) as http:
            attending = Attending(config, warehouse.id, warehouse.fba, make(warehouse.channel, http), call.at)
            return do(message, warehouse, attending, http, limited)

    try:
        done = with_keys(warehouse.channel, with_client)
    except (Rejected, Unavailable) as error:
        done = AmazonFailures([error.in_full])
    _record(warehouse, done.failures, call.at, is_whole=done.is_whole)


def within_limit(call: AmazonInvocation) -> AmazonInvocation:
    """Return the invocation with the time that an exchange may take of it: the next one is due soon."""
    beyond = max(0.0, call.remaining() - EXCHANGE_SECONDS)
    return AmazonInvocation(call.at, lambda: call.remaining() - beyond)


def do(
    message: AnyFbaMessage, warehouse: AmazonWarehouse, attending: Attending, http: httpx.Client, call: AmazonInvocation
) -> AmazonFailures:
    """Do what a message requests. The stock of a warehouse that is switched off is not set.

    It is set whatever becomes of the orders, and in time of its own: they count as what is recorded of them.
    """
    if isinstance(message, AttendFulfilments):
        found = Round(attending, call)
        found.attend(message.fulfilments, MARGIN)
        return AmazonFailures(found.failures)
    if isinstance(message, ReadStock | ConfirmStock):
        if not warehouse.is_active:
            return AmazonFailures([])
        if isinstance(message, ConfirmStock):
            return read_stock(warehouse, http, call, is_confirmed=True, is_rest_whole=False)
        return read_stock(warehouse, http, call, is_confirmed=False, is_rest_whole=message.is_rest_whole)
    has_stock = warehouse.is_active and is_due(warehouse.id, call.at)
    reserved = FOR_STOCK if has_stock else 0.0
    failures = exchange(warehouse, attending, AmazonInvocation(call.at, lambda: call.remaining() - reserved))
    stock = AmazonFailures([], is_whole=True)
    if has_stock:
        stock = read_or_leave_stock(warehouse, http, call, is_rest_whole=not failures)
    return AmazonFailures([*failures, *stock.failures], is_whole=stock.is_whole)


def amazon_warehouse(config: Configuration, name: WarehouseId) -> AmazonWarehouse | None:
    """Return a warehouse as Amazon ships from it; None if it is none."""
    found = config.warehouses.get(name)
    if found is None or found.fba is None:
        return None
    channel = config.channels.get(ChannelId(found.fba.channel))
    return AmazonWarehouse(name, found.fba, channel, found.active) if channel else None


def _record(warehouse: AmazonWarehouse, failures: list[str], now: datetime, *, is_whole: bool) -> None:
    subject = Subject.of_warehouse(warehouse.id)
    if failures:
        text = f"warehouse {warehouse.id}: {'; '.join(dict.fromkeys(failures))}"[:2000]
        logger.warning("Amazon failed", extra={"warehouse": warehouse.id, "failures": len(failures)})
        exceptions.open_exception(Problem(cause=Cause.AMAZON_FAILED, subject=subject, message=text), now)
    elif is_whole:
        exceptions.resolve(Cause.AMAZON_FAILED, subject)


def exchange(warehouse: AmazonWarehouse, attending: Attending, call: AmazonInvocation) -> list[str]:
    """Attend to what waits, has changed, has its turn, or failed before; store how far that got; return what failed."""
    state = fba_state.get_progress_read(warehouse.id, call.at)
    waiting, others = _sorted_out(open_rows(warehouse.id, call.at))
    found = Round(attending, call, failing={_member(each) for each in state.again if each.problem})
    found.attend(waiting, FOR_CHANGES)
    until, problems = read_changes(warehouse.id, state.until, found, FOR_TURN)
    due = [each for each in _from(others, state.last) if each not in found.done][:MOST_IN_TURN]
    found.attend(due, FOR_AGAIN)
    open_ones = {*waiting, *others}
    before = [each for each in state.again if _is_still(each, open_ones, call)]
    found.attend(map(_member, before), MARGIN)
    again = _again(before, found, open_ones)
    read = [each for each in due if each in found.done]
    last = name_of(read[-1]) if read else state.last
    fba_state.save_progress_read(warehouse.id, ProgressRead(until=until, last=last, again=again))
    if call.at - until >= BEHIND:
        problems.append(f"what changed at Amazon is read up to {iso(until)} only: more changes than there is time for")
    failing = [f"{name_of(_member(each))}: {each.problem}" for each in again if each.problem]
    return [*problems, *failing]


def _member(again: Again) -> Member:
    return Member(order=again.order, fulfilment=again.fulfilment)


def _is_still(again: Again, open_ones: set[Member], call: AmazonInvocation) -> bool:
    """Return whether what failed is open, or is not over for long."""
    return (again.problem != "" and _member(again) in open_ones) or call.at - again.since < CHANGES_WITHIN


def _again(before: Sequence[Again], found: Round, open_ones: set[Member]) -> tuple[Again, ...]:
    """Return what is attended to again: what was not reached this time, failed, or lacks a number.

    A problem of what is over here is none for people.
    """
    since = {_member(each): each.since for each in before}
    kept = {_member(each): each for each in before if _member(each) not in found.done}
    for member in found.problems.keys() | found.unnumbered:
        kept[member] = Again(
            order=member.order,
            fulfilment=member.fulfilment,
            since=since.get(member, found.call.at),
            problem=found.problems.get(member, "")[:255] if member in open_ones else "",
        )
    newest = sorted(kept.values(), key=lambda each: each.since, reverse=True)
    failing, unnumbered = (
        [each for each in newest if bool(each.problem) is is_failing] for is_failing in (True, False)
    )
    return (*failing[:MOST_AGAIN], *unnumbered[:MOST_AGAIN])


def _sorted_out(rows: Iterable[FulfilmentRow]) -> tuple[list[Member], list[Member]]:
    """Return the fulfilment orders that wait to be sent or taken back, and the others at Amazon."""
    waiting: list[Member] = []
    others: list[Member] = []
    for row in rows:
        member = Member(order=row.order_id, fulfilment=row.fulfilment or 0)
        is_asked_back = row.cancellation is CancellationState.REQUESTED
        is_unsent = row.mcf is None and row.view is not View.HELD
        is_open_question = row.mcf in (McfStatus.SENT, McfStatus.REFUSED)
        if is_unsent or is_open_question or is_asked_back:
            waiting.append(member)
        elif row.mcf:
            others.append(member)
    return waiting, others


def _from(members: Iterable[Member], last: str) -> list[Member]:
    """Return the members in turn: those behind the one that was read last first."""
    ordered = sorted(members, key=name_of)
    return [each for each in ordered if name_of(each) > last] + [each for each in ordered if name_of(each) <= last]
