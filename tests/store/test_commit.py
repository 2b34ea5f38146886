"""The commit: together or not at all, in groups that one transaction takes."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from packhorse.aws import clients
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.intake import new_order
from packhorse.domain.orders.order import MAX_WAITS, Order, Status
from packhorse.domain.orders.status import with_status
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import commit as committing
from packhorse.store import orders, stock
from packhorse.store.commit import Write, commit, commit_movements, commit_one
from packhorse.store.order_search import placed_key
from simulation.aws.boundary import World
from simulation.aws.refusals import Refused, cancelled
from simulation.builders import NOON, a_line, an_order
from simulation.merchant import MUG, balance, ledger, ledger_sums, put_stock
from tests.domain.order_builders import received, routed, routing, shelf

pytestmark = pytest.mark.usefixtures("cloud")

MAIN = WarehouseId("main")


def a_new_order() -> Order:
    return new_order(an_order(), NOON, "test").order


def taking(units: int, sku: str = MUG) -> Write:
    goods = Goods({Shelf(Sku(sku), MAIN): units})
    return Write(Change(a_new_order(), committed=goods), None, "test")


def test_an_order_its_stock_and_its_movement_change_together() -> None:
    put_stock(10)
    write = taking(4)

    done = commit_one(write, NOON)

    assert done.version == 1
    assert orders.get_order(done.id) == done
    assert balance() == (10, 4, 6)
    assert ledger() == (10, 4)


def test_what_an_order_waited_for_is_taken_on_the_day_on_which_it_came() -> None:
    waiting = commit_one(Write(Change(routed(received(a_line(MUG, 3)), shelf())), None, "test"), NOON)
    put_stock(10)
    served = routing(waiting, shelf(MUG, main=10)).change

    commit_one(Write(served, waiting, "test"), NOON + timedelta(days=5))

    days = ledger_sums().days
    assert {day.day - NOON.day: (each.available, each.taken) for day, each in days.items()} == {0: (10, 3), 5: (-3, 0)}
    [newest, *_] = stock.newest_movements(Shelf(Sku(MUG), MAIN), None, 10)
    assert (newest.committed, newest.waited_since) == (3, NOON.date())


def test_an_order_that_moves_as_it_should_not_is_committed_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    order = commit_one(Write(Change(received()), None, "test"), NOON)
    odd = with_status(order.replace(status=Status.CANCELLED, paid_at=NOON), NOON, "test")
    odd = with_status(odd.replace(status=Status.CANCELLED, lines=(order.lines[0].replace(elsewhere=1),)), NOON, "test")

    moved = commit_one(Write(Change(odd), order, "test"), NOON)
    commit_one(Write(Change(moved.replace(note="once more")), moved, "test"), NOON)

    assert orders.get_order(order.id).status is Status.COMPLETE
    [line] = [each for each in caplog.records if each.message == "order moved unforeseen"]
    assert (line.levelname, vars(line)["moved"]) == ("ERROR", "cancelled to complete")


def test_stock_that_moves_is_written_once_and_not_in_an_index(cloud: World) -> None:
    put_stock(10)
    commit_one(taking(1), NOON)
    before = cloud.dynamodb.units.by_index.copy()

    commit_one(taking(4), NOON)

    indexes = {index for _, index, _ in cloud.dynamodb.units.by_index - before}
    assert indexes == {"by_state", "by_ship_by", "by_number", "by_customer", "by_name", "by_time"}


def test_more_than_is_there_changes_nothing() -> None:
    put_stock(3)
    write = taking(4)

    assert commit([write], NOON) == {}

    assert orders.existing_ids([write.change.order.id]) == set()
    assert balance() == (3, 0, 3)
    assert ledger() == (3, 0)


def test_stock_that_was_never_there_cannot_be_taken() -> None:
    assert commit([taking(1)], NOON) == {}


def test_a_group_that_takes_too_much_fails_whole_and_the_next_one_goes_on() -> None:
    put_stock(5)
    writes = [taking(2), taking(2), taking(2), taking(1)]

    done = commit(writes, NOON, orders_a_group=3)

    assert done.keys() == {writes[3].change.order.id}
    assert balance() == (5, 1, 4)


def test_the_same_order_cannot_be_new_twice() -> None:
    put_stock(10)
    write = taking(1)

    commit_one(write, NOON)
    with pytest.raises(Conflict):
        commit_one(write, NOON)

    assert balance() == (10, 1, 9)


@pytest.mark.parametrize("status", Status)
def test_an_order_that_changed_since_it_was_read_is_not_overwritten_whatever_its_status(status: Status) -> None:
    first = commit_one(Write(Change(a_new_order()), None, "test"), NOON)
    commit_one(Write(Change(first.replace(note="one")), None, "test"), NOON)

    with pytest.raises(Conflict):
        commit_one(Write(Change(first.replace(note="two", status=status)), None, "test"), NOON)

    assert orders.get_order(first.id).note == "one"


def test_no_transaction_has_more_than_a_hundred_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    skus = [f"SKU-{number}" for number in range(25)]
    for sku in skus:
        put_stock(10, sku)
    goods = Goods({Shelf(Sku(sku), MAIN): 1 for sku in skus})
    writes = [Write(Change(a_new_order(), committed=goods), None, "test") for _ in range(5)]
    transact, sizes = clients.client("dynamodb").transact_write_items, []

    def counted(**request: Any) -> Any:
        sizes.append(len(request["TransactItems"]))
        return transact(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "transact_write_items", counted)
    assert len(commit(writes, NOON)) == 5

    assert max(sizes) <= committing.MAX_ACTIONS
    assert Counter(balance(sku) for sku in skus) == {(10, 5, 5): 25}


def test_what_does_not_fit_one_transaction_is_paid_after_it() -> None:
    skus = [f"SKU-{number:02}" for number in range(60)]
    for sku in skus:
        put_stock(10, sku)
        commit_one(taking(4, sku), NOON)
    released = Goods({Shelf(Sku(sku), MAIN): -4 for sku in skus})

    done = commit_one(Write(Change(a_new_order(), committed=released), None, "test"), NOON)

    assert done.owed == ()
    assert {balance(sku) for sku in skus} == {(10, 0, 10)}
    assert {ledger(sku) for sku in skus} == {(10, 0)}


def test_what_an_order_waits_for_is_found_until_it_no_longer_does() -> None:
    order = a_new_order()
    waiting = commit_one(Write(Change(order), None, "test"), NOON)
    (what,) = waiting.waits_for
    assert [orders.id_in_key(place) for place in orders.orders_waiting_for(what)] == [order.id]

    lines = tuple(line.replace(matched=MUG, cancelled=1) for line in waiting.lines)
    commit_one(Write(Change(waiting.replace(lines=lines)), waiting, "test"), NOON)

    assert list(orders.orders_waiting_for(what)) == []


def test_an_order_is_found_by_each_of_the_many_things_that_it_waits_for_and_by_no_other() -> None:
    skus = [f"Sku {number:03}" for number in range(MAX_WAITS + 10)]
    many = routed(received(*(a_line(sku, line=sku) for sku in skus)), Goods())
    commit_one(Write(Change(many), None, "test"), NOON)

    found = [list(orders.orders_waiting_for(f"stock#{sku}")) for sku in (*skus, MUG)]

    assert found == [[placed_key(many)]] * len(skus) + [[]]
    assert list(orders.orders_waiting_for(*(f"stock#{sku}" for sku in skus))) == [placed_key(many)]
    assert orders.is_before_others(many.replace(placed_at=NOON - timedelta(days=1)), f"stock#{skus[-1]}")


def test_of_orders_that_wait_for_much_no_more_are_read_than_one_search_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST_READ", 1)
    skus = [f"Sku {number:03}" for number in range(MAX_WAITS + 1)]
    first, second = (
        routed(received(*(a_line(sku, line=sku) for sku in skus), channel_order_id=name), Goods()) for name in "12"
    )
    for order in (first, second):
        commit_one(Write(Change(order), None, "test"), NOON)

    assert len(list(orders.orders_waiting_for(f"stock#{MUG}"))) == 1, "the second one may wait for anything"


def test_an_adjustment_happens_once() -> None:
    put_stock(10, event="delivery-1")

    with pytest.raises(Conflict):
        put_stock(10, event="delivery-1")

    assert balance() == (10, 0, 10)


def test_stock_that_is_committed_cannot_be_adjusted_away() -> None:
    put_stock(10)
    commit_one(taking(4), NOON)
    gone = Movement(
        sku=MUG,
        warehouse=MAIN,
        event="broken",
        kind=MovementKind.ADJUST,
        on_hand=-7,
        committed=0,
        reference="broken",
        who="test",
        at=NOON,
    )

    with pytest.raises(Conflict):
        commit_movements([gone])

    assert balance() == (10, 4, 6)


@pytest.mark.parametrize("code", ["ThrottlingException", "TransactionInProgressException"])
def test_a_busy_table_is_a_lost_race(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_stock(10)
    dynamodb = clients.client("dynamodb")

    def busy(**_: Any) -> Any:
        raise dynamodb.exceptions.ClientError({"Error": {"Code": code, "Message": ""}}, "TransactWriteItems")

    monkeypatch.setattr(dynamodb, "transact_write_items", busy)

    assert commit([taking(1)], NOON) == {}


def test_a_transaction_that_makes_no_sense_is_a_bug_and_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "balance_write", lambda *_, **__: {"Update": {"TableName": "none"}})

    with pytest.raises(Exception, match=r"(?i)param|valid"):
        commit([taking(1)], NOON)


def test_a_transaction_that_met_another_is_tried_again_as_it_is(cloud: World) -> None:
    put_stock(10)
    met = cancelled([{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}])
    left = [met, met]
    cloud.before = lambda call: _refused(left) if call.operation == "TransactWriteItems" else None

    assert len(commit([taking(4)], NOON)) == 1
    assert (left, balance(), ledger()) == ([], (10, 4, 6), (10, 4))


def test_one_that_meets_another_every_time_is_a_lost_race(cloud: World) -> None:
    put_stock(10)
    left = [cancelled([{"Code": "TransactionConflict"}])] * 100
    cloud.before = lambda call: _refused(left) if call.operation == "TransactWriteItems" else None

    assert commit([taking(4)], NOON) == {}
    assert len(left) == 100 - committing.MAX_CONTENTIONS


def test_an_order_that_moves_no_stock_is_put_by_itself_at_half_the_price(cloud: World) -> None:
    first = commit_one(Write(Change(a_new_order()), None, "test"), NOON)  # waits for its product, so two writes
    cloud.calls.clear()
    units = cloud.dynamodb.units.total

    commit_one(noted(first, "one"), NOON)

    assert cloud.calls == {("dynamodb", "PutItem"): 1}
    assert cloud.dynamodb.units.total - units == 1


def test_those_that_move_no_stock_go_beside_the_group_of_those_that_do(cloud: World) -> None:
    put_stock(10)
    known = [commit_one(Write(Change(a_new_order()), None, "test"), NOON) for _ in range(2)]
    cloud.calls.clear()

    done = commit([taking(1), noted(known[0], "one"), taking(2), noted(known[1], "two")], NOON)

    assert cloud.calls == {("dynamodb", "PutItem"): 2, ("dynamodb", "TransactWriteItems"): 1}
    assert (len(done), balance()) == (4, (10, 3, 7))


def noted(order: Order, note: str) -> Write:
    return Write(Change(order.replace(note=note)), order, "test")


def test_a_put_whose_answer_was_lost_is_done_when_the_sdk_repeats_it(cloud: World) -> None:
    first = commit_one(Write(Change(a_new_order()), None, "test"), NOON)
    lost = [ReadTimeoutError(endpoint_url="https://aws")]
    cloud.after = lambda call: _raised(lost) if call.operation == "PutItem" else None

    done = commit_one(noted(first, "one"), NOON)

    assert (lost, done.version) == ([], 2)
    assert orders.get_order(first.id) == done


def test_a_put_that_meets_a_transaction_is_tried_again_as_it_is(cloud: World) -> None:
    first = commit_one(Write(Change(a_new_order()), None, "test"), NOON)
    left: list[Exception] = [Refused("TransactionConflictException", "Transaction is ongoing for the item")] * 2
    cloud.before = lambda call: _raised(left) if call.operation == "PutItem" else None

    assert commit_one(noted(first, "one"), NOON).version == 2
    assert left == []


def _raised(left: list[Exception]) -> None:
    if left:
        raise left.pop()


def _refused(left: list[Refused]) -> None:
    if left:
        raise left.pop()
