"""Read the fulfilment orders that Amazon lists as changed: oldest first, so that what is not reached is the newest."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels.outbound import Outbound
from packhorse.domain.errors import CredentialsRefused, NoTurn, OutOfTime, Rejected, Unavailable
from packhorse.domain.fba.outbound import ChangedOrder, ChangedPage
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import WarehouseId
from packhorse.messages.fba import member_named
from packhorse.store import orders
from packhorse.usecases.amazon.amazon_round import Round
from packhorse.usecases.amazon.apply_amazon_progress import follow_up_again

OVERLAP = timedelta(minutes=10)
MOST_PAGES = 1000
"""Pages of a list of changes at most: more than an invocation has time for."""
FIRST = datetime.min.replace(tzinfo=UTC)


class Ours(NamedTuple):
    """A fulfilment order that Amazon lists."""

    changed: ChangedOrder
    member: Member
    order: Order
    is_outdated: bool


class Listed(NamedTuple):
    """The orders that Amazon lists, whether these are all, and what failed."""

    orders: Sequence[ChangedOrder]
    is_whole: bool
    problems: list[str]


def read_changes(warehouse: WarehouseId, until: datetime, found: Round, reserved: float) -> tuple[datetime, list[str]]:
    """Attend to what changed since; return up to when all is applied or failed by itself, and what failed of the list.

    What was read in the state that the list has, and lacks no tracking number, is not read again.
    """
    listed = _listed(found, until - OVERLAP, reserved)
    ours = list(_ours(warehouse, sorted(listed.orders, key=_moment)))
    follow_up_again({each.member: each.order for each in ours if not each.is_outdated})
    members = {each.changed: each.member for each in ours if each.is_outdated}
    if found.attend(members.values(), reserved) and listed.is_whole:
        return found.call.at, listed.problems
    left = (_moment(each) for each, member in members.items() if member not in found.done)
    reached = min(left, default=found.call.at) if listed.is_whole else FIRST
    return min(max(until, reached), found.call.at), listed.problems


def _listed(found: Round, since: datetime, reserved: float) -> Listed:
    orders: list[ChangedOrder] = []
    try:
        for page in _pages(found.attending.outbound, since):
            orders += page.orders
            if page.next and found.call.remaining() < reserved:
                return Listed(orders, False, [])
    except CredentialsRefused:
        raise
    except (NoTurn, OutOfTime) as error:
        logger.info("the list of changes is read later", extra=facts_of(error))
        return Listed(orders, False, [])
    except (Rejected, Unavailable) as error:
        return Listed(orders, False, [error.in_full])
    return Listed(orders, True, [])


def _pages(outbound: Outbound, since: datetime) -> Iterator[ChangedPage]:
    """Yield the pages of Amazon's list; raises Rejected if they have no end."""
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = outbound.changed_since(since, cursor)
        yield page
        if page.next is None:
            return
        if page.next == cursor:
            break
        cursor = page.next
    raise Rejected("Amazon's list of changed orders has no end")


def _moment(changed: ChangedOrder) -> datetime:
    return changed.changed_at or FIRST


def _ours(warehouse: WarehouseId, changes: Sequence[ChangedOrder]) -> Iterator[Ours]:
    """Yield the warehouse's fulfilment orders among them; others are of other software, or of people."""
    named = {each: member for each in changes if (member := member_named(each.id))}
    stored = orders.find_orders({each.order_id for each in named.values()}) if named else {}
    for changed, member in named.items():
        order = stored.get(member.order_id)
        fulfilment = order.fulfilment(member.fulfilment) if order else None
        if order and fulfilment and fulfilment.warehouse == warehouse and fulfilment.mcf:
            yield Ours(changed, member, order, is_outdated(fulfilment, fulfilment.mcf, changed))


def is_outdated(fulfilment: FulfilmentOrder, mcf: McfOrder, changed: ChangedOrder) -> bool:
    """Return whether it is to be read at Amazon: it changed, lacks a tracking number, or is open though over."""
    is_read = changed.changed_at is not None and (mcf.status, mcf.changed_at) == (changed.status, changed.changed_at)
    is_unfinished = fulfilment.is_open and mcf.is_over
    return not is_read or is_unfinished or any(not each.tracking for each in mcf.packages)
