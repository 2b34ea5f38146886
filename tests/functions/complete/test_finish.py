"""What an execution found overdue, through the real handler."""

from typing import Any

import pytest

from functions.allocate import route
from functions.complete import finish
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Flag, Status
from simulation.builders import an_order
from simulation.merchant import Context, put_stock, set_up, stored, told

pytestmark = pytest.mark.usefixtures("cloud")


def an_allocated_order() -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order()
    route.handler(told(order), Context())
    return order


def ended(order: ChannelOrder, **outcomes: str) -> dict[str, Any]:
    """What the state machine sends: the one that is overdue, or (from an execution of 0.1.0) all of the attempt."""
    found = [{"fulfilment": int(name.removeprefix("f")), "outcome": outcome} for name, outcome in outcomes.items()]
    return {"order": order.order_id, "attempt": 1, "outcomes": found}


def test_work_that_nobody_shipped_in_time_is_an_exception_once() -> None:
    order = an_allocated_order()

    answer = finish.handler(ended(order, f1="overdue"), Context())
    finish.handler(ended(order, f1="overdue"), Context())

    assert answer == {"order": order.order_id, "status": Status.IN_FULFILMENT}
    assert stored(order).flags == {Flag.EXCEPTION}
    assert [each.kind for each in stored(order).exceptions] == ["overdue_1"]


def test_an_execution_of_0_1_0_sends_all_outcomes_and_those_that_went_well_change_nothing() -> None:
    order = an_allocated_order()
    before = stored(order)

    finish.handler(ended(order, f1="shipped"), Context())

    assert stored(order) == before
