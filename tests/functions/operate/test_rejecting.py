"""Fulfilment orders that a warehouse rejects: stock, route and execution, through the API."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from functions.allocate import release, route
from functions.fulfil import own
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.rejecting import RejectedUnits
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.users import Role
from packhorse.domain.values import WarehouseId
from packhorse.messages.release import StockArrived
from packhorse.store import stock
from packhorse.usecases.fulfilment import reject as usecase
from packhorse.usecases.operations.audit_shelves import OnItsWay, shelf_faults
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, advance, balance, put_stock, set_up, stored, told
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.people import invited

pytestmark = pytest.mark.usefixtures("cloud")


def a_requested_order(quantity: int = 3, elsewhere: int = 5) -> ChannelOrder:
    """Requested from `east`; `west` has so many, too."""
    set_up(a_configuration(a_warehouse("main"), a_warehouse("east"), a_warehouse("west"), priorities=("east", "west")))
    put_stock(10, warehouse="east")
    put_stock(elsewhere, warehouse="west")
    order = an_order(a_line(quantity=quantity))
    route.handler(told(order), Context())
    own.handler(sqs_event(request_of(order)), Context())
    return order


def request_of(order: ChannelOrder, number: int = 1) -> dict[str, Any]:
    token = f"token-{number}"
    return {"order": order.order_id, "attempt": number, "fulfilment": number, "kind": "own", "token": token}


def reject(order: ChannelOrder, reason: str = "too_busy", number: int = 1, **more: Any) -> Answer:
    body = {"reason": reason, **{name: each for name, each in more.items() if name not in ("headers", "who")}}
    options = {name: more[name] for name in ("headers", "who") if name in more}
    path = f"/orders/{order.order_id}/fulfilments/{number}/reject"
    return call("POST", path, body, () if "who" in more else ("owner",), **options)


def test_rejected_units_are_taken_elsewhere_in_one_transaction(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    body = reject(order, note="two are ill").body

    assert body["lines"][0]["allocations"] == [{"warehouse": "west", "quantity": 3}]
    [refused] = body["lines"][0]["refused"]
    assert (refused["warehouse"], refused["reason"], refused["is_taken_back"]) == ("east", "too_busy", False)
    (fulfilment,) = body["fulfilments"]
    assert (fulfilment["status"], fulfilment["rejections"][0]["note"]) == ("rejected", "two are ill")
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (5, 3, 2))


def test_the_execution_is_answered_and_the_new_fulfilment_order_is_handed_over(
    answered: list[tuple[str, str]],
) -> None:
    order = a_requested_order()

    reject(order)
    route.handler(advance(order), Context())

    assert ("token-1", "rejected") in answered
    assert [(each.warehouse, each.status, each.attempt) for each in stored(order).fulfilments] == [
        ("east", "rejected", 1),
        ("west", "queued", 2),
    ]


def test_found_two_of_three_ships_two_here_and_one_elsewhere(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()

    reject(order, lines=[{"line": "1", "quantity": 1}])
    route.handler(advance(order), Context())

    seen = {each.warehouse: (each.status.value, dict(each.remaining)) for each in stored(order).fulfilments}
    assert seen == {"east": ("requested", {"1": 2}), "west": ("queued", {"1": 1})}
    assert answered == []


def test_a_repeated_request_rejects_once(answered: list[tuple[str, str]]) -> None:
    order = a_requested_order()
    lines = [{"line": "1", "quantity": 1}]

    answers = [reject(order, lines=lines, headers={"idempotency-key": "one"}) for _ in range(2)]

    assert [each.status for each in answers] == [200, 200]
    assert len(stored(order).fulfilments[0].rejections) == 1


def test_what_no_other_warehouse_has_is_short_and_waits() -> None:
    order = a_requested_order(elsewhere=0)

    body = reject(order).body

    assert (body["lines"][0]["short"], "backordered" in body["flags"]) == (3, True)
    assert "stock#" + MUG in stored(order).waits_for
    assert balance(warehouse="east") == (10, 0, 10)


def test_it_stays_away_from_the_warehouse_until_a_person_moves_it_there() -> None:
    order = a_requested_order(elsewhere=0)
    reject(order)

    route.handler(advance(order), Context())
    assert stored(order).lines[0].short == 3
    moved = call("POST", f"/orders/{order.order_id}/lines/1/move", {"warehouse": "east"}).body

    assert (moved["lines"][0]["allocations"], moved["lines"][0]["refused"]) == (
        [{"warehouse": "east", "quantity": 3}],
        [],
    )


def test_new_units_at_the_warehouse_make_the_rejection_forgotten() -> None:
    order = a_requested_order(elsewhere=0)
    reject(order)

    release.handler(StockArrived(sku=MUG).model_dump(), Context())
    assert stored(order).lines[0].short == 3
    release.handler(StockArrived(sku=MUG, arrived_at=(WarehouseId("east"),)).model_dump(), Context())

    (line,) = stored(order).lines
    assert (line.short, line.refused, [each.warehouse for each in line.allocations]) == (0, (), ["east"])


def test_nothing_is_rejected_of_what_has_ended() -> None:
    order = a_requested_order()
    reject(order)

    answer = reject(order)

    assert (answer.status, answer.body["detail"]) == (409, "fulfilment 1 is rejected; nothing is left to reject")


def test_an_unknown_line_is_named() -> None:
    answer = reject(a_requested_order(), lines=[{"line": "7", "quantity": 1}])

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "lines.0.line")


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.PACKER])
def test_people_at_the_warehouse_reject_there_and_nowhere_else(role: Role) -> None:
    order = a_requested_order()
    invited("ann@example.com", role, warehouses=["east"])
    invited("bob@example.com", role, warehouses=["west"])

    assert reject(order, who="bob@example.com").status == 404
    assert reject(order, who="ann@example.com", override=True).status == 403
    assert reject(order, who="ann@example.com").status == 200


# ---- what the shelf learns


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("none_left", (2, 2, 0, 0)),
        ("damaged", (10, 2, 1, 7)),
        ("mismatch", (9, 2, 0, 7)),
        ("too_busy", (10, 2, 0, 8)),
        ("other", (10, 2, 0, 8)),
    ],
)
def test_the_shelf_learns_from_the_reason(reason: str, expected: tuple[int, int, int, int]) -> None:
    order = a_requested_order()

    reject(order, reason, lines=[{"line": "1", "quantity": 1}])

    (east,) = call("GET", "/stock", query={"sku": MUG, "warehouse": "east"}).body["items"]
    assert tuple(east[name] for name in ("on_hand", "committed", "quarantined", "available")) == expected
    assert balance(warehouse="west") == (5, 1, 4)
    assert shelf_faults(Shelf(MUG, WarehouseId("east")), OnItsWay(Goods(), Goods(), Goods()), {}, lambda: False) == ""


def test_the_ledger_says_which_order_and_why() -> None:
    order = a_requested_order()

    reject(order, "damaged", lines=[{"line": "1", "quantity": 1}])

    newest = call("GET", f"/stock/{quote(MUG)}/movements", query={"warehouse": "east"}).body["items"][0]
    assert (newest["kind"], newest["reference"]) == ("quarantine", order.order_id)
    assert newest["reason"] == "rejected by east: damaged"
    assert (newest["quarantined"], newest["quarantined_after"], newest["on_hand_after"]) == (1, 1, 10)


def test_what_another_order_takes_at_the_same_time_is_not_set_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    order, other = a_requested_order(), an_order(a_line(quantity=4))
    reads = iter([None, lambda: route.handler(told(other), Context())])
    read = stock.available

    def available(shelves: Any) -> Any:
        found = read(shelves)
        if race := next(reads, None):
            race()
        return found

    monkeypatch.setattr(stock, "available", available)
    usecase.reject(order.order_id, 1, RejectedUnits(reason=RejectReason.NONE_LEFT), "report-1", "user:ann")

    assert balance(warehouse="east") == (4, 4, 0)


def test_quarantined_units_are_sold_after_all_or_scrapped() -> None:
    order = a_requested_order()
    reject(order, "damaged")

    def put(quantity: int, to: str) -> Answer:
        return call("POST", "/stock/quarantine", {"moves": [move(quantity, to)]})

    assert put(2, "sale").body["items"][0]["quarantined"] == 1
    assert put(1, "scrap").body["items"][0]["on_hand"] == 9
    assert put(1, "sale").fields == ["moves.0"]
    assert put(9, "quarantine").body["items"][0]["available"] == 0
    assert put(1, "quarantine").status == 409
    assert shelf_faults(Shelf(MUG, WarehouseId("east")), OnItsWay(Goods(), Goods(), Goods()), {}, lambda: False) == ""


def move(quantity: int, to: str) -> dict[str, Any]:
    return {"sku": MUG, "warehouse": "east", "quantity": quantity, "to": to, "reason": "looked at"}


def test_a_count_may_not_go_below_what_is_committed_and_quarantined() -> None:
    order = a_requested_order()
    reject(order, "damaged", lines=[{"line": "1", "quantity": 1}])

    def count(units: int) -> Answer:
        return call("POST", "/stock/counts", {"counts": [{"sku": MUG, "warehouse": "east", "counted": units}]})

    assert count(2).body["errors"][0]["message"] == ("2 would be left, 2 are committed to open orders, 1 quarantined")
    assert count(3).body["items"][0]["available"] == 0


def test_the_stock_of_a_moment_has_what_was_quarantined_then() -> None:
    order = a_requested_order()
    reject(order, "damaged")

    (east,) = call("GET", "/stock", query={"sku": MUG, "warehouse": "east", "at": later_than_all()}).body["items"]

    assert (east["on_hand"], east["quarantined"], east["available"]) == (10, 3, 7)


def later_than_all() -> str:
    return datetime.now(UTC).isoformat()
