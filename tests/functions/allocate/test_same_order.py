"""One order under two ids: a file or a person names it by its visible number, its channel by its own id."""

from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Status
from packhorse.messages.orders import CompareOrder
from packhorse.store import exceptions
from packhorse.usecases.intake import same_orders
from packhorse.usecases.intake.known_orders import known_orders
from packhorse.usecases.routing import allocate
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration, a_line, an_order, later, sqs_event
from simulation.merchant import MUG, Context, advance, balance, put_stock, set_up, stored, told
from tests.conftest import queued
from tests.functions.operate.calls import call
from tests.functions.operate.orders import an_order_by_hand, step


@pytest.fixture(autouse=True)
def shop(cloud: World) -> None:
    set_up(a_configuration(channel=a_channel(kind=ChannelKind.GENERIC)))
    put_stock(10)


def of_file(number: str = "#1001") -> ChannelOrder:
    return an_order(a_line(quantity=2), channel_order_id=number, number=number, lists_parcels=False)


def of_channel(number: str = "#1001", order_id: str = "450789469") -> ChannelOrder:
    return an_order(a_line(quantity=2), channel_order_id=order_id, number=number)


def deliver(event: dict[str, Any]) -> None:
    assert route.handler(event, Context()) == {"batchItemFailures": []}


def advance_all() -> None:
    """Deliver what the orders queue has by now."""
    while bodies := queued(settings.orders_queue_url):
        deliver(sqs_event(*bodies))


def search_again(order: ChannelOrder) -> None:
    """Deliver the second search of an order by its number."""
    deliver(sqs_event(CompareOrder(order_id=order.order_id).model_dump_json()))


def kinds(order: ChannelOrder) -> list[str]:
    return [problem.kind for problem in stored(order).exceptions]


@pytest.mark.parametrize("number", ["#1001", "1001", "1001.0"])
def test_an_order_that_a_file_named_by_its_number_is_not_sent_again_under_its_id(number: str) -> None:
    first, second = of_file(number), of_channel()
    deliver(told(first))

    deliver(told(second))

    assert (stored(first).status, kinds(first)) == (Status.IN_FULFILMENT, [])
    assert (stored(second).status, stored(second).fulfilments, kinds(second)) == (Status.OPEN, (), ["same_order"])
    assert stored(second).exceptions[0].orders == (first.order_id,)
    assert f"the same order as {first.channel_order_id}," in stored(second).exceptions[0].message
    assert balance() == (10, 2, 8)


def test_the_second_goes_on_once_the_first_is_cancelled() -> None:
    first, second = of_file(), of_channel()
    deliver(told(first))
    deliver(told(second))

    step(first.order_id, "cancel")
    advance_all()

    assert (stored(second).status, kinds(second), stored(second).holds) == (Status.IN_FULFILMENT, [], ())
    assert balance() == (10, 2, 8)


def test_cancelling_the_second_ends_it_and_leaves_the_first() -> None:
    first, second = of_file(), of_channel()
    deliver(told(first))
    deliver(told(second))

    deliver(told(later(second, cancelled_at=second.placed_at)))

    assert (stored(second).status, kinds(second)) == (Status.CANCELLED, [])
    assert (stored(first).status, balance()) == (Status.IN_FULFILMENT, (10, 2, 8))


def test_two_orders_are_two_once_a_person_releases_the_second_whatever_comes_later() -> None:
    first, second = of_file(), of_channel()
    deliver(told(first))
    deliver(told(second))

    step(second.order_id, "release")
    advance_all()
    for event in (told(later(second)), advance(second), told(first), told(second)):
        deliver(event)
    search_again(first)

    assert (stored(second).status, kinds(second), kinds(first)) == (Status.IN_FULFILMENT, [], [])
    assert balance() == (10, 4, 6)


def test_a_first_that_has_shipped_leaves_the_second_to_a_person() -> None:
    first, second = of_file(), of_channel()
    deliver(told(first))
    step(first.order_id, "complete")

    deliver(told(second))
    deliver(advance(second))
    assert (kinds(second), balance()) == (["same_order"], (8, 0, 8))

    deliver(told(later(second, shipped_at=second.placed_at)))
    assert (kinds(second), balance()) == (["same_order"], (8, 0, 8))


def test_both_at_the_same_moment_are_one_after_the_second_search() -> None:
    first, second = of_file(), of_channel()
    deliver(told(first, second))
    assert balance() == (10, 4, 6)

    advance_all()
    search_again(first)

    assert (kinds(first), kinds(second)) == (["same_order"], [])
    assert stored(first).fulfilments[0].is_taken_back
    step(second.order_id, "cancel")
    advance_all()
    assert (kinds(first), stored(first).holds, balance()) == ([], (), (10, 2, 8))


def test_what_a_file_brought_is_searched_twice_more_and_what_a_channel_sent_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(same_orders, "send_comparison", lambda order_id, delay: sent.append((order_id, delay)))
    first, second = of_file(), of_channel(number="#7")

    deliver(told(first, second))

    assert sent == [(first.order_id, 20), (first.order_id, 900)]


def test_a_file_that_overtook_the_search_of_its_upload_is_held_when_it_is_taken_in() -> None:
    first, second = of_channel(), of_file()
    deliver(told(first))

    deliver(told(second))

    assert (kinds(first), kinds(second), balance()) == ([], ["same_order"], (10, 2, 8))


def test_a_first_that_is_cancelled_while_the_second_is_taken_in_does_not_leave_it_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = of_file(), of_channel()
    deliver(told(first))
    write, seen = allocate.write_batch, list[bool]()

    def cancelled_meanwhile(*args: Any) -> Any:
        if not seen:
            seen.append(True)
            deliver(told(later(first, cancelled_at=first.placed_at)))
        return write(*args)

    monkeypatch.setattr(allocate, "write_batch", cancelled_meanwhile)
    deliver(told(second))

    assert (stored(second).status, kinds(second)) == (Status.IN_FULFILMENT, [])


def test_an_id_that_is_another_orders_number_names_another_order() -> None:
    deliver(told(of_channel(number="#980", order_id="1001")))

    other = of_channel(number="#1001", order_id="1050")
    deliver(told(other))

    assert (kinds(other), balance()) == ([], (10, 4, 6))


def test_an_order_of_a_file_whose_number_is_another_orders_id_is_neither_passed_over_nor_taken_for_it() -> None:
    deliver(told(first := of_channel(number="#2001", order_id="1001")))

    other = of_file("1001")
    assert known_orders([other], {"shop"}) == set()
    deliver(told(other))

    assert stored(first).number == "#2001"
    opened, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert [each.cause for each in opened] == ["order_exists"]


@pytest.mark.parametrize(("sku", "is_another"), [(MUG, False), ("LAMP", True)])
def test_an_order_of_a_channel_whose_id_is_the_number_of_one_of_a_file_with_other_goods_is_another(
    sku: str, is_another: bool
) -> None:
    deliver(told(first := of_file("1001").replace(source="csv:orders.csv")))

    deliver(told(later(an_order(a_line(sku), channel_order_id="1001", number="#2001"), 5)))

    opened, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert [each.cause for each in opened] == (["order_exists"] if is_another else [])
    assert stored(first).number == ("1001" if is_another else "#2001")


@pytest.mark.parametrize("number", ["#", " # ", " "])
def test_a_number_of_nothing_but_its_mark_is_that_of_no_other_order(number: str) -> None:
    """Whether a file, a person or the channel has it: no index has it, and a search for nothing is an error."""
    first, second = of_file(number), of_channel(number)
    deliver(told(second))

    assert known_orders([first], {"shop"}) == set()
    deliver(told(first))
    search_again(first)

    assert (stored(first).status, kinds(first)) == (Status.IN_FULFILMENT, [])


@pytest.mark.parametrize("number", ["#", " # ", " "])
def test_an_order_by_hand_may_have_a_number_of_nothing_but_its_mark(number: str) -> None:
    deliver(told(of_channel(number)))

    assert call("POST", "/orders", an_order_by_hand(number=number)).status == 202


@pytest.mark.parametrize("named", [{"number": "#1001"}, {"channel_order_id": "1001"}])
def test_an_order_by_hand_of_a_connected_channel_is_named_by_its_number(named: dict[str, str]) -> None:
    placed = call("POST", "/orders", an_order_by_hand(**named))
    assert placed.status == 202
    advance_all()
    second = of_channel()

    deliver(told(second))

    assert (kinds(second), balance()) == (["same_order"], (10, 2, 8))


@pytest.mark.parametrize("named", [{"number": "1001"}, {"channel_order_id": "#1001"}])
def test_an_order_by_hand_that_is_known_under_its_id_is_refused_with_that_id(named: dict[str, str]) -> None:
    known = of_channel()
    deliver(told(known))

    answer = call("POST", "/orders", an_order_by_hand(**named))

    assert (answer.status, known.order_id in answer.body["detail"]) == (409, True)


def test_an_order_of_files_alone_with_the_number_of_another_channel_is_its_own() -> None:
    first = of_channel()
    deliver(told(first))
    other = an_order(channel="offline", number="#1001", channel_order_id="#1001", lists_parcels=False)
    set_up(a_configuration(channel=a_channel("offline")))

    deliver(told(other))

    assert kinds(other) == []
