"""A supplier that accepts fewer units than it has of an order, and says more of it later."""

from collections.abc import Iterator

from simulation.day import place_by_hand, receive
from simulation.opening import EAST, MUG
from simulation.outside import Outside
from simulation.supplier import ACKNOWLEDGED, ANSWERS, answer, read_orders
from simulation.supply_rules import SupplierBooks, Work, accepted_unsaid, fulfilment_of
from simulation.supplying import Row, exchange, moved_on

WANTED = 4


def a_supplier_that_accepts_in_part(day: Outside, name: str) -> None:
    """Acknowledges fewer units of an order than it has; then it accepts them all, says so again, or ships some."""
    receive(day, MUG, EAST, WANTED)
    place_by_hand(day, name, {MUG: WANTED}, paid=True)
    told = ""
    for number in range(6):
        day.turns.sleep(40 + 40 * day.random.random())
        exchange(day, f"{name}-{number}", at_once=True)
        if books := day.supplier:
            read_orders(day, books)
            works = _works(day, name, books)
            if told not in day.sftp.names(ANSWERS):
                books.wrong.update(fault for each in works for fault in _unsaid(day, *each))
            if rows := [row for fulfilment, work in works for row in _said(day, fulfilment, work)]:
                told = answer(day, rows)


def _works(day: Outside, name: str, books: SupplierBooks) -> list[tuple[str, Work]]:
    """Return what the supplier has of the order of that number."""
    orders = {order_id for order_id, order in day.books.orders.items() if order["channel_order_id"] == name}
    return [(each, work) for each, work in sorted(books.works.items()) if each.rpartition("-")[0] in orders]


def _unsaid(day: Outside, fulfilment: str, work: Work) -> Iterator[str]:
    """Return the faults of what was accepted in part by a file that is read."""
    order = day.books.orders[fulfilment.rpartition("-")[0]]
    return accepted_unsaid(fulfilment, work, order, fulfilment_of(order, fulfilment))


def _said(day: Outside, fulfilment: str, work: Work) -> list[Row]:
    """Return the rows of its next step: of what it has said nothing about it accepts fewer than are left."""
    is_new = not work.is_acknowledged and not work.parcels
    if work.left[MUG] > 1 and (is_new or (work.accepted and day.random.random() < 0.3)):
        work.is_acknowledged = True
        work.accepted[MUG] = day.random.randint(1, work.left[MUG] - 1)
        return [(fulfilment, ACKNOWLEDGED, MUG, work.accepted[MUG], "", "", "the others later")]
    if work.accepted and day.random.random() < 0.3:
        work.accepted.clear()
        return [(fulfilment, ACKNOWLEDGED, "", "", "", "", "")]
    return moved_on(day, fulfilment, work)
