"""Units that are made for orders beyond what these lack: the same marks, however often they are reviewed."""

from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.excess import MadeUnits, excess_of, marked
from packhorse.domain.purchasing.made_for import MadeFor, outstanding
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from simulation.builders import a_line
from tests.domain.order_builders import received, routed, shelf
from tests.domain.purchasing.purchase_builders import MUG

MAIN = Shelf(Sku(MUG), WarehouseId("main"))


def waiting(units: int) -> Order:
    return routed(received(a_line(MUG, units)), shelf())


def reviewed(order: Order, open_units: int, came: int, *made_for: MadeFor) -> list[int]:
    """The unneeded units of each, after one review and after the next."""

    def again(parts: tuple[MadeFor, ...]) -> tuple[MadeFor, ...]:
        made = MadeUnits(MAIN, tuple(outstanding(parts, came)), open_units)
        return marked(made, excess_of([made], {OrderId(order.id): order}))

    after = again(made_for)
    assert again(after) == after
    return [each.unneeded for each in after]


def test_what_does_not_come_any_more_is_unneeded_first_and_stays_so() -> None:
    """Three are ordered for two orders, one came and one broke: the last one is for the first order, if any."""
    order = routed(received(a_line(MUG, 1)), shelf(main=1))
    other = MadeFor(order="other", line="1", units=2, unneeded=1)

    assert reviewed(order, 1, 1, other, MadeFor(order=order.id, line="1", units=1)) == [1, 1]
    assert reviewed(order, 1, 1, other, MadeFor(order=order.id, line="1", units=1, unneeded=1)) == [1, 1]


def test_a_line_that_lacks_what_is_made_for_it_needs_all_of_it_though_less_comes() -> None:
    order = waiting(10)

    assert reviewed(order, 6, 0, MadeFor(order=order.id, line="1", units=10)) == [0]
    assert reviewed(order, 6, 0, MadeFor(order=order.id, line="1", units=10, unneeded=7)) == [0]
    assert reviewed(order, 6, 0, MadeFor(order=order.id, line="1", units=15)) == [5]
