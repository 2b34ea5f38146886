"""Amazon refuses an address, and gets the order once it has another one."""

from collections.abc import Callable

import pytest

from functions.allocate import route
from local.world.amazon import Amazon
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.aws.boundary import World
from simulation.builders import a_line, an_order, later
from simulation.merchant import Context, put_stock, told
from tests.functions.fulfil.fba import BERLIN, an_fba, follow_up, run_requested
from tests.functions.fulfil.partner import hand_over
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, get, routed


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    """Return an Amazon that alone has mugs, so that its refusals leave nobody."""
    found = an_fba(cloud)
    put_stock(-500, warehouse="main", event="lost")
    return found


def by_channel(order: ChannelOrder) -> None:
    assert route.handler(told(later(order, ship_to=BERLIN)), Context()) == {"batchItemFailures": []}


def by_person(order: ChannelOrder) -> None:
    new = {"version": get(order.order_id)["version"], "ship_to": BERLIN.model_dump(mode="json")}
    assert call("PATCH", f"/orders/{order.order_id}", new).status == 200
    follow_up()


@pytest.mark.parametrize("mend", [by_channel, by_person])
def test_another_address_is_sent_to_amazon_which_refused_the_former_one(
    amazon: Amazon, cloud: World, mend: Callable[[ChannelOrder], None]
) -> None:
    order = an_order(a_line(quantity=2), ship_to=BERLIN.replace(postcode=""))
    assert routed(order)
    hand_over(cloud)
    run_requested()
    assert (get(order.order_id)["lines"][0]["short"], len(amazon.outbound)) == (2, 0)

    mend(order)
    hand_over(cloud)
    run_requested()

    assert (causes(order.order_id), len(amazon.outbound)) == ([], 1)
