"""Two exchanges with Amazon at once: what one sends, the other gives to nobody else."""

from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest
import time_machine

from functions.fulfil import fba
from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from simulation.aws.boundary import World
from simulation.merchant import Context, put_stock
from tests.conftest import invoked
from tests.functions.fulfil.fba import SKU, an_fba, exchange, follow_up, handed_over
from tests.functions.fulfil.test_fba import order_of
from tests.functions.operate.interference import at_call, killed


@pytest.mark.long
@pytest.mark.parametrize("units", [2, 1])
def test_each_unit_leaves_from_one_place_whichever_exchange_comes_between(cloud: World, units: int) -> None:
    """Amazon has so many units for an order of two; the other exchange runs before any call of the first."""
    amazon = an_fba(cloud)
    calls = 0
    while True:
        put_stock(10, warehouse="amazon", event=f"more-{calls}")
        amazon.stock[SKU]["fulfillable"] = units
        order = handed_over(cloud, 2)
        [message] = invoked(settings.fba_function)

        def exchanges(message: dict[str, object] = message) -> None:
            fba.handler(message, Context())
            follow_up()

        with at_call(calls, exchanges) as made:
            fba.handler(message, Context())
        follow_up()
        exchange()

        parts = order_of(order).fulfilments
        at_amazon = sum(
            item["quantity"] for part in parts for item in amazon.outbound.get(part.id, {"items": ()})["items"]
        )
        elsewhere = sum(part.remaining.total() for part in parts if part.warehouse == "main")
        assert (at_amazon, elsewhere) == (units, 2 - units)
        assert parts[0].status is FulfilmentStatus.ACCEPTED
        if not made:
            break
        calls += 1

    assert calls > 5


@pytest.mark.long
def test_what_another_exchange_of_the_very_same_moment_sent_before_it_died_is_not_given_away(cloud: World) -> None:
    """Amazon takes the id, and does not show it yet; the other exchange runs before a call, and dies at one of its."""
    amazon = an_fba(cloud)
    amazon.settings.seen_after = 1e-6
    for calls, dies_at in product(range(4, 8), range(6, 13)):
        put_stock(10, warehouse="amazon", event=f"more-{calls}-{dies_at}")
        amazon.stock[SKU]["fulfillable"] = 2
        order = handed_over(cloud, 2)
        [message] = invoked(settings.fba_function)
        dying = partial(killed, partial(fba.handler, message, Context()), dies_at, is_after=False)

        with time_machine.travel(datetime.now(UTC), tick=False), at_call(calls, dying):
            fba.handler(message, Context())
            follow_up()
        exchange()
        follow_up()

        [part] = order_of(order).fulfilments
        assert (part.status, len(amazon.outbound[part.id]["items"])) == (FulfilmentStatus.ACCEPTED, 1)
