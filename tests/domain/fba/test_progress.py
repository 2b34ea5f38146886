"""What Amazon says of a fulfilment order, read by several processes."""

from packhorse.domain.configuration.fba import Speed
from packhorse.domain.fba.outbound import McfProgress, SentPackage
from packhorse.domain.fba.progress import Knowing, with_progress
from packhorse.domain.fba.requesting import items_of
from packhorse.domain.orders.mcf import McfOrder, McfStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.updates import with_fulfilment
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import LATER, asked, handed, kinds, received, shelf


def at_amazon() -> tuple[Order, str]:
    """An order of two mugs that Amazon has, and the id of its item there."""
    ours = a_configuration(a_warehouse("amazon", kind="fba"))
    order = asked(handed(received(a_line(quantity=2)), shelf(amazon=9), ours))
    items = items_of(order, order.fulfilments[0], {})
    mcf = McfOrder(tried_at=NOON, items=items, speed=Speed.STANDARD)
    return with_fulfilment(order, order.fulfilments[0].replace(mcf=mcf)), items[0].id


def test_an_answer_that_another_one_overtook_changes_nothing() -> None:
    order, item = at_amazon()
    before = McfProgress(status=McfStatus.PLANNING, quantities={item: 2}, changed_at=NOON)
    package = SentPackage(id="s1-1", carrier="AMZN", tracking="TBA1", units={item: 2})
    done = before.replace(status=McfStatus.COMPLETE, packages=(package,), changed_at=LATER)
    knowing = Knowing(unshipped_only)
    left = with_progress(order, 1, done, LATER, "amazon:us", knowing).change.order

    again = with_progress(left, 1, before, LATER, "amazon:us", knowing).change.order

    assert (again, kinds(again), again.is_over) == (left, [], True)
