"""What Amazon may have, or has no more: nothing is routed elsewhere that it may ship, and no question stays open."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.world.amazon import Amazon
from packhorse.domain.fba.progress import Knowing, with_progress
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.usecases.amazon.fulfil_by_amazon import REFUSED
from simulation.aws.boundary import World
from tests.functions.fulfil.fba import an_fba, exchange, handed_over, later, name_of, part_of, run_requested, sent
from tests.functions.fulfil.partner import hand_over
from tests.functions.fulfil.test_fba import fail, move, order_of
from tests.functions.operate.calls import call
from tests.functions.operate.orders import causes, open_causes


@pytest.fixture
def amazon(cloud: World) -> Amazon:
    return an_fba(cloud)


def sent_without_an_answer(amazon: Amazon, cloud: World, *, has_arrived: bool) -> str:
    """An order that was sent; the answer was lost."""
    order = handed_over(cloud)
    fail(amazon, "POST", after=has_arrived, ending="Orders")
    run_requested()
    return order


def unseen(amazon: Amazon, order: str, times: int) -> None:
    """Have Amazon not find the order so many times."""
    fail(amazon, "GET", f"/{name_of(order)}", status=404, times=times)


def places(order: str) -> list[tuple[str, str]]:
    return [(each.warehouse, each.status.value) for each in order_of(order).fulfilments]


def test_a_refusal_since_the_id_is_taken_means_that_amazon_has_it(amazon: Amazon, cloud: World) -> None:
    order = sent_without_an_answer(amazon, cloud, has_arrived=True)
    unseen(amazon, order, times=2)

    exchange()

    assert places(order) == [("amazon", "accepted")]
    assert list(amazon.outbound) == [name_of(order)]


@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_later_try_that_is_refused_counts_once_no_earlier_one_can_arrive_any_more(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch, has_arrived: bool
) -> None:
    order = sent_without_an_answer(amazon, cloud, has_arrived=has_arrived)
    unseen(amazon, order, times=2)
    fail(amazon, "POST", status=400, ending="Orders", text='{"errors": [{"message": "The address is invalid."}]}')
    exchange()
    soon = places(order)
    later(monkeypatch, 6)
    exchange()

    assert soon == [("amazon", "requested")]
    if has_arrived:
        assert places(order) == [("amazon", "accepted")]
    else:
        assert [place for place, _ in places(order)] == ["amazon", "main"]
        assert part_of(order).status is FulfilmentStatus.REJECTED
        assert "address" in order_of(order).fulfilments[0].rejections[0].note


def test_what_amazon_has_though_it_counts_as_refused_is_requested_back(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)
    fail(amazon, "POST", after=True, status=400, ending="Orders")
    unseen(amazon, order, times=1)
    run_requested()
    given_up = places(order)
    exchange()  # Amazon lists it as changed

    assert given_up[0] == ("amazon", "rejected")
    assert amazon.outbound[name_of(order)]["order"]["fulfillmentOrderStatus"] == "CANCELLED"
    assert causes(order) == []


def test_what_left_though_it_counts_as_refused_is_for_a_person(amazon: Amazon, cloud: World) -> None:
    order = handed_over(cloud)
    fail(amazon, "POST", after=True, status=400, ending="Orders")
    unseen(amazon, order, times=1)
    run_requested()
    hand_over(cloud)
    move(amazon, order, "ship")

    exchange()

    assert order_of(order).status is Status.COMPLETE
    assert causes(order) == ["shipped_late"]


def test_an_order_that_amazon_does_not_know_any_more_is_an_exception_until_it_does(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent(cloud)
    stored = amazon.outbound.pop(name_of(order))
    exchange()
    soon = causes(order)
    later(monkeypatch, 61)
    exchange()
    lost = causes(order)
    amazon.outbound[name_of(order)] = stored
    exchange()

    assert (soon, lost, causes(order)) == ([], ["amazon_differs"], [])
    assert open_causes() == []


def test_what_amazon_does_not_know_any_more_is_rejected_by_a_person_who_looked_it_up(
    amazon: Amazon, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = sent(cloud)
    amazon.outbound.clear()
    later(monkeypatch, 61)
    exchange()
    said: dict[str, Any] = {"reason": "other", "override": True}

    assert call("POST", f"/orders/{order}/fulfilments/1/reject", said).status == 200
    exchange()

    assert [place for place, _ in places(order)] == ["amazon", "main"]
    assert (causes(order), open_causes()) == ([], [])


def test_a_refusal_that_is_recorded_after_amazon_took_it_changes_nothing(amazon: Amazon, cloud: World) -> None:
    order = order_of(sent(cloud))

    told = with_progress(order, 1, REFUSED, datetime.now(UTC), "test", Knowing(unshipped_only))

    assert (told.change.order, told.lost.total()) == (order, 0)
