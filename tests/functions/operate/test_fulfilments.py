"""GET /fulfilments: rows of open orders by view and filters, soonest first, with counts of all views."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.operate import count
from packhorse.aws.settings import settings
from packhorse.domain.address import Address
from packhorse.domain.users import Role
from packhorse.store import row_search
from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import event
from simulation.builders import a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import one_routed, step
from tests.functions.operate.people import WIL, invited

PLATE = "Teller 50% #2"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def shop(cloud: World) -> World:
    """Mugs in the east, plates in the west; people of the east are invited."""
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west")), MUG, PLATE)
    put_stock(50, MUG, "east")
    put_stock(50, PLATE, "west")
    invited(WIL, Role.WAREHOUSE, warehouses=["east"])
    return cloud


def counted(world: World) -> None:
    """The stream delivers all that changed."""
    records = world.dynamodb.tables[settings.orders_table].records
    count.handler(event(list(records)), Context())


def page(**query: Any) -> Any:
    answer = call("GET", "/fulfilments", query=query)
    assert answer.status == 200, answer.body
    return answer.body


def found(**query: Any) -> list[str]:
    """The numbers of all rows, page by page."""
    body = page(**query)
    numbers = [item["number"] for item in body["items"]]
    while body["next"]:
        body = page(**query, cursor=body["next"])
        numbers += [item["number"] for item in body["items"]]
    return numbers


def due(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.fixture
def some(shop: World) -> World:
    """One order in each of four views, and one that two warehouses ship."""
    one_routed(a_line(MUG), number="A1", ship_by=due(5), expedited=True, delivery_method="Next  Day")
    one_routed(a_line(MUG, 2), a_line(PLATE, 3, "2"), number="A2", ship_by=due(-2))
    step(one_routed(a_line(PLATE), number="A3", ship_by=due(1)), "hold", {"reason": "call the buyer"})
    one_routed(a_line("LAMP 7"), number="A4", ship_by=due(2))
    one_routed(a_line(PLATE, 99), number="A5", ship_by=due(-3), ship_to=Address(name="Bob", city="Reno", country="US"))
    one_routed(a_line(MUG), number="A6", paid_at=None)
    counted(shop)
    return shop


VIEWS = {"to-ship": ["A2", "A2", "A1"], "held": ["A3"], "needs-fix": ["A4"], "short": ["A5"], "partners": []}


@pytest.mark.parametrize(("view", "numbers"), VIEWS.items())
def test_a_view_has_its_rows_soonest_first(some: World, view: str, numbers: list[str]) -> None:
    assert found(view=view) == numbers
    assert found(view=view, sort="-ship_by") == numbers[::-1]


def test_without_a_view_all_rows_are_merged_page_by_page(some: World) -> None:
    assert found() == found(limit=2) == found(limit=1) == ["A5", "A2", "A2", "A3", "A4", "A1"]
    assert found(sort="-ship_by", limit=2) == ["A1", "A4", "A3", "A2", "A2", "A5"]


def test_the_counts_partition_the_rows_and_say_what_is_late(some: World) -> None:
    counts = page()["counts"]

    assert {view: each["rows"] for view, each in counts.items() if each["rows"]} == {
        view: len(numbers) for view, numbers in VIEWS.items() if numbers
    }
    assert {view: each["late"] for view, each in counts.items() if each["late"]} == {"to-ship": 2, "short": 1}
    assert len(counts) == 7


def test_the_counts_are_those_of_a_warehouse_and_come_with_the_first_page(some: World) -> None:
    first = page(warehouse="west", view="to-ship", limit=1)

    assert {view: each["rows"] for view, each in first["counts"].items() if each["rows"]} == {"to-ship": 1, "held": 1}
    assert first["counts"]["to-ship"] == {"rows": 1, "late": 1}
    assert page(limit=1, cursor=page(limit=1)["next"])["counts"] is None


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"warehouse": "east"}, ["A2", "A1"]),
    ({"warehouse": "west"}, ["A2", "A3"]),
    ({"channel": "shop", "view": "held"}, ["A3"]),
    ({"channel": "other"}, []),
    ({"service": "next day"}, ["A1"]),
    ({"country": "US"}, ["A5"]),
    ({"late": "true"}, ["A5", "A2", "A2"]),
    ({"late": "false"}, ["A3", "A4", "A1"]),
    ({"expedited": "true"}, ["A1"]),
    ({"expedited": "false", "view": "to-ship"}, ["A2", "A2"]),
    ({"check": "product"}, ["A4"]),
    ({"check": "stock"}, ["A5"]),
    ({"q": "A3"}, ["A3"]),
    ({"q": "teller bob"}, ["A5"]),
    ({"q": "ada@"}, []),
]


@pytest.mark.parametrize(("query", "numbers"), FILTERS)
def test_rows_are_found_by_filters(some: World, query: dict[str, Any], numbers: list[str]) -> None:
    assert found(**query) == numbers


def test_a_tag_filters_and_is_shown(shop: World) -> None:
    order = one_routed(a_line(MUG), number="A1")
    one_routed(a_line(MUG), number="A2")
    call("PUT", f"/orders/{order}/tags", {"tags": ["Gift"]})

    [item] = page(tag="gift")["items"]

    assert (item["number"], item["tags"]) == ("A1", ["gift"])


def test_a_row_stands_where_a_person_has_it_leave(shop: World) -> None:
    first = one_routed(a_line(MUG), number="A1", ship_by=due(1))
    second = one_routed(a_line(MUG), number="A2", ship_by=due(2))
    answer = call("PUT", f"/orders/{second}/ship-by", {"ship_by": "2026-01-05T17:00:00+01:00"})

    assert (answer.body["ship_by"], answer.body["asked_ship_by"]) == ("2026-01-05T16:00:00Z", "2026-01-05T16:00:00Z")
    assert (found(), page()["items"][0]["late"]) == (["A2", "A1"], True)
    call("PUT", f"/orders/{second}/ship-by", {"ship_by": None})
    assert found() == ["A1", "A2"]
    step(first, "cancel", {})
    assert call("PUT", f"/orders/{first}/ship-by", {"ship_by": None}).status == 200
    assert call("PUT", f"/orders/{first}/ship-by", {"ship_by": "2026-01-05T17:00:00Z"}).status == 409
    assert call("PUT", f"/orders/{first}/ship-by", {"ship_by": "soon"}).status == 422


def test_what_is_rare_comes_on_several_pages(some: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_search, "MAX_ROWS_READ", 1)
    monkeypatch.setattr(row_search, "MAX_ROW_PAGES", 1)

    assert found(q="A1") == ["A1"]
    assert found(expedited="true", sort="-ship_by") == ["A1"]


def test_a_row_shows_what_a_person_ships_by(some: World) -> None:
    [item] = page(q="A1")["items"]

    assert item["ship_by"] == due(5).isoformat().replace("+00:00", "Z")
    assert {name: item[name] for name in ("fulfilment", "warehouse", "kind", "late", "expedited", "units")} == {
        "fulfilment": 1,
        "warehouse": "east",
        "kind": "own",
        "late": False,
        "expedited": True,
        "units": 1,
    }
    assert (item["recipient"], item["country"], item["first_line"]["sku"]) == ("Ada Lovelace", "DE", MUG)


def test_a_row_goes_when_its_order_is_cancelled(some: World) -> None:
    [order] = {item["order_id"] for item in page(q="A2")["items"]}

    assert step(order, "cancel").status == 200

    assert found(q="A2") == []


def test_an_order_that_is_released_moves_on(shop: World) -> None:
    order = one_routed(a_line(MUG), number="A1")
    step(order, "hold", {"reason": "call the buyer"})
    assert (found(view="held"), found(view="to-ship")) == (["A1"], [])

    step(order, "release")

    assert (found(view="held"), found(view="to-ship")) == ([], ["A1"])


def of_wil(**query: Any) -> Answer:
    return call("GET", "/fulfilments", None, (), query=query, who=WIL)


def test_who_works_in_the_east_sees_rows_and_counts_of_the_east(some: World) -> None:
    answer = of_wil().body

    assert [(item["number"], item["warehouse"], item["exceptions"]) for item in answer["items"]] == [
        ("A2", "east", []),
        ("A1", "east", []),
    ]
    assert {view: each["rows"] for view, each in answer["counts"].items() if each["rows"]} == {"to-ship": 2}
    assert of_wil(warehouse="west").status == 422
    assert "@" not in str(answer)


@pytest.mark.parametrize(("query", "field"), [({"sort": "placed"}, "sort"), ({"view": "all"}, "view")])
def test_what_the_list_cannot_do_is_refused(shop: World, query: dict[str, Any], field: str) -> None:
    answer = call("GET", "/fulfilments", query=query)

    assert answer.status == 422
    assert fields(answer) == [field]


def fields(answer: Answer) -> Iterable[str]:
    return [name.rpartition(".")[2] for name in answer.fields]


def test_a_ship_date_that_was_decided_on_another_version_is_not_set(shop: World) -> None:
    order_id = one_routed(a_line(MUG), number="A1", ship_by=due(1))
    path = f"/orders/{order_id}/ship-by"
    read = call("GET", f"/orders/{order_id}").body["version"]

    first = call("PUT", path, {"ship_by": "2026-01-05T16:00:00Z", "version": read})
    second = call("PUT", path, {"ship_by": "2026-01-07T16:00:00Z", "version": read})

    assert (first.status, second.status, second.fields) == (200, 409, ["version"])
    assert call("GET", f"/orders/{order_id}").body["asked_ship_by"] == "2026-01-05T16:00:00Z"
    assert call("PUT", path, {"ship_by": None, "version": first.body["version"]}).status == 200
