"""Send Amazon what a warehouse of kind `fba` is to ship, and read how far it is: by a schedule, or named ones at once.

An exchange attends to what waits, to what Amazon says has changed, and in turn to some of the others: a package that
left while the order's state stays is no change in Amazon's list.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import httpx

from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels import fulfiller_of
from packhorse.channels.outbound import Outbound
from packhorse.channels.protocol import MOST_PAGES, Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.errors import CredentialsRefused, NoTurn, OutOfTime, PackhorseError, Rejected, Unavailable
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.messages.fba import AnyFbaMessage, AttendFulfilments, ConfirmStock, member_named
from packhorse.store import configuration, exceptions, fba_state, orders, row_search
from packhorse.store.row_search import RowFilter
from packhorse.usecases.apply_amazon_progress import Attending
from packhorse.usecases.channel_client import client_of_channel
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.fulfil_by_amazon import attend
from packhorse.usecases.stock_from_amazon import is_due, set_stock

OVERLAP = timedelta(minutes=10)
MOST_IN_TURN = 100
"""Fulfilment orders at Amazon that an exchange reads though nothing says that they changed."""
MARGIN = 20.0
"""Seconds before the deadline from which on nothing new is begun."""
MOST_FAILURES = 3
"""Failures of Amazon after which an exchange ends: it is down."""


class Call(NamedTuple):
    """The invocation: when it began, and the seconds that it has left."""

    at: datetime
    remaining: Callable[[], float]


class Place(NamedTuple):
    """A warehouse that Amazon ships from, and the channel whose account does.

    One that is switched off gets nothing new by routing; Amazon is called until what it has is over.
    """

    id: WarehouseId
    fba: FbaSettings
    channel: Channel
    is_active: bool


def answer_fba(message: AnyFbaMessage, call: Call) -> None:
    """Do what a message requests; what fails is an exception of the warehouse until an exchange works."""
    config = configuration.current()
    place = place_of(config, WarehouseId(message.warehouse))
    make = fulfiller_of(place.channel).outbound if place else None
    if place is None or make is None:
        logger.info("nothing exchanged with Amazon", extra={"warehouse": message.warehouse})
        return
    if not place.is_active and next(open_rows(place.id, call.at), None) is None:
        _record(place, [], call.at, is_whole=True)
        return

    def with_client(keys: Keys) -> list[str]:
        with client_of_channel(place.channel, keys, call.remaining) as http:
            attending = Attending(config, place.id, place.fba, make(place.channel, http), call.at)
            return do(message, place, attending, http, call)

    try:
        failures = with_keys(place.channel, with_client)
    except (NoTurn, OutOfTime) as error:
        logger.info("exchange goes on later", extra={"warehouse": place.id, **facts_of(error)})
        return
    except (Rejected, Unavailable) as error:
        failures = [error.in_full]
    _record(place, failures, call.at, is_whole=not isinstance(message, AttendFulfilments))


def do(message: AnyFbaMessage, place: Place, attending: Attending, http: httpx.Client, call: Call) -> list[str]:
    """Do what a message requests; return what failed. The stock of a warehouse that is switched off is not set."""
    if isinstance(message, AttendFulfilments):
        return attend_all(message.fulfilments, attending, call)
    is_confirmed = isinstance(message, ConfirmStock)
    failures = [] if is_confirmed else exchange(place, attending, call)
    if place.is_active and not failures and (is_confirmed or is_due(place.id, call.at)):
        read_stock(place, http, call, is_confirmed=is_confirmed)
    return failures


def place_of(config: Configuration, warehouse: WarehouseId) -> Place | None:
    """Return a warehouse as Amazon ships from it; None if it is none."""
    found = config.warehouses.get(warehouse)
    if found is None or found.fba is None:
        return None
    channel = config.channels.get(ChannelId(found.fba.channel))
    return Place(warehouse, found.fba, channel, found.active) if channel else None


def _record(place: Place, failures: list[str], now: datetime, *, is_whole: bool) -> None:
    subject = Subject.of_warehouse(place.id)
    if failures:
        text = f"warehouse {place.id}: {'; '.join(dict.fromkeys(failures))}"[:2000]
        logger.warning("Amazon failed", extra={"warehouse": place.id, "failures": len(failures)})
        exceptions.open_exception(Problem(cause=Cause.AMAZON_FAILED, subject=subject, message=text), now)
    elif is_whole:
        exceptions.resolve(Cause.AMAZON_FAILED, subject)


def exchange(place: Place, attending: Attending, call: Call) -> list[str]:
    """Attend to what waits, has changed, or has its turn; return what failed."""
    state = fba_state.get_progress_read(place.id, call.at)
    waiting, others = _sorted_out(open_rows(place.id, call.at))
    failures = attend_all(waiting, attending, call)
    changed = list(_ours(place.id, changed_ids(attending.outbound, state.until - OVERLAP)))
    failures += attend_all(changed, attending, call)
    done = {*waiting, *changed}
    due = [each for each in _from(others, state.last) if each not in done][:MOST_IN_TURN]
    failures += attend_all(due, attending, call)
    if not failures:
        last = _name(due[-1]) if due else state.last
        fba_state.save_progress_read(place.id, fba_state.ProgressRead(until=call.at, last=last))
    return failures


def read_stock(place: Place, http: httpx.Client, call: Call, *, is_confirmed: bool) -> None:
    """Set the warehouse's stock by what Amazon can sell; which orders it has reserved units for is read after that."""
    make = fulfiller_of(place.channel).inventory
    if make is None:
        return
    sellable = make(place.channel, http).sellable()
    members = (Member(order=row.order_id, fulfilment=row.fulfilment or 0) for row in open_rows(place.id, call.at))
    set_stock(place.id, place.fba, sellable, members, call.at, is_confirmed=is_confirmed)


def attend_all(members: Iterable[Member], attending: Attending, call: Call) -> list[str]:
    """Attend to fulfilment orders one by one; return what failed, of each kind once.

    Raises CredentialsRefused, NoTurn, and OutOfTime before the deadline: none of the others would fare better.
    """
    failures: list[str] = []
    for member in members:
        if call.remaining() < MARGIN:
            raise OutOfTime("the invocation ends: the next exchange goes on")
        try:
            attend(member, attending)
        except (CredentialsRefused, NoTurn, OutOfTime):
            raise
        except PackhorseError as error:
            logger.warning("not attended to", extra={"order_id": member.order_id, **facts_of(error)})
            failures.append(getattr(error, "in_full", str(error)))
            if len(failures) >= MOST_FAILURES:
                break
    return failures


def open_rows(warehouse: WarehouseId, now: datetime) -> Iterator[FulfilmentRow]:
    """Yield the rows of a warehouse's open fulfilment orders; they may be those of a moment ago."""
    yield from row_search.rows_with_fulfillers(RowFilter(warehouse=warehouse, now=now))


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


def changed_ids(outbound: Outbound, since: datetime) -> Iterator[str]:
    """Yield the ids of the orders at Amazon whose state changed; raises Rejected for pages without an end."""
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = outbound.changed_since(since, cursor)
        yield from page.ids
        if page.next is None:
            return
        if page.next == cursor:
            break
        cursor = page.next
    raise Rejected("Amazon's list of changed orders has no end")


def _ours(warehouse: WarehouseId, ids: Iterable[str]) -> Iterator[Member]:
    """Yield the fulfilment orders of the warehouse with these ids; others are of other software, or of people."""
    named = [member for name in dict.fromkeys(ids) if (member := member_named(name))]
    stored = orders.find_orders({each.order_id for each in named}) if named else {}
    for member in named:
        order = stored.get(member.order_id)
        fulfilment = order.fulfilment(member.fulfilment) if order else None
        if fulfilment and fulfilment.warehouse == warehouse and fulfilment.mcf:
            yield member


def _from(members: Iterable[Member], last: str) -> list[Member]:
    """Return the members in turn: those behind the one that was read last first."""
    ordered = sorted(members, key=_name)
    return [each for each in ordered if _name(each) > last] + [each for each in ordered if _name(each) <= last]


def _name(member: Member) -> str:
    return f"{member.order}-{member.fulfilment}"
