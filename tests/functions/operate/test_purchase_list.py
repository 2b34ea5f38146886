"""A list of purchase orders is one answer of a function, however large they are."""

import json

import pytest

from functions.allocate import route
from packhorse.api.purchase_views import PurchaseOrderPage, summary
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor
from packhorse.domain.purchasing.purchase_order import MAX_LINES
from simulation.builders import a_line, an_order
from simulation.merchant import MUG, Context, told
from tests.domain.purchasing.purchase_builders import arrived, on_order, received, wanted
from tests.functions.operate import purchasing
from tests.functions.operate.calls import call
from tests.functions.operate.people import WIL, invited

MOST = 100
LAMBDA = 6 * 1024 * 1024


@pytest.mark.usefixtures("cloud")
def test_a_list_shows_what_is_to_come_and_one_has_all_its_parts() -> None:
    purchasing.merchant()
    order = an_order(a_line(MUG, 2))
    route.handler(told(order), Context())
    made_for = [{"order": order.order_id, "line": "1", "units": 2}]
    name = purchasing.on_order(purchasing.line(made_for=made_for, expected_on="2026-12-01"))
    purchasing.receive(name, purchasing.arrived(6))

    [listed] = call("GET", "/purchase-orders").body["items"]
    shown = call("GET", f"/purchase-orders/{name}").body

    numbers = {"ordered": 10, "open": 4, "received": 6, "expected_on": "2026-12-01"}
    assert listed["lines"] == [{"id": "1", "sku": MUG, **numbers, "for_order": []}]
    assert shown.keys() - listed.keys() == {"receipts", "timeline", "landed", "left_out"}
    assert (listed["total"], listed["state"]) == (shown["total"], "partially_received")
    assert (len(shown["receipts"]), shown["lines"][0]["made_for"]) == (
        1,
        [{**each, "unneeded": 0, "came_before": 0} for each in made_for],
    )


@pytest.mark.usefixtures("cloud")
def test_those_made_for_an_order_are_listed_with_what_of_them_is_for_it() -> None:
    purchasing.merchant()
    first, second = an_order(a_line(MUG, 2)), an_order(a_line(MUG, 3))
    for order in (first, second):
        route.handler(told(order), Context())
    units = [{"order": first.order_id, "line": "1", "units": 2}, {"order": second.order_id, "line": "1", "units": 3}]
    names = [purchasing.made(purchasing.line(made_for=wanted)) for wanted in (units, units[:1], units[1:])]
    purchasing.do(names[1], "submit")

    def listed(**query: str) -> list[str]:
        query = {"order": first.order_id, **query}
        return [each["id"] for each in call("GET", "/purchase-orders", query=query).body["items"]]

    [_, shared] = call("GET", "/purchase-orders", query={"order": first.order_id}).body["items"]
    assert [each["units"] for each in shared["lines"][0]["for_order"]] == [2]
    assert listed() == [names[1], names[0]]
    assert (listed(state="submitted"), listed(unfinished="false"), listed(supplier="other")) == ([names[1]], [], [])
    assert (listed(q=names[0]), listed(q="nothing"), listed(order="web:none")) == ([names[0]], [], [])
    page = call("GET", "/purchase-orders", query={"order": first.order_id, "limit": "1"}).body
    rest = call("GET", "/purchase-orders", query={"order": first.order_id, "limit": "1", "cursor": page["next"]}).body
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([names[0]], None)


@pytest.mark.usefixtures("cloud")
def test_people_at_a_warehouse_see_no_price_in_the_list() -> None:
    purchasing.merchant()
    purchasing.on_order()
    invited(WIL, "warehouse", warehouses=["main"])

    [listed] = call("GET", "/purchase-orders", roles=(), who=WIL).body["items"]

    assert (listed["total"], listed["lines"][0]["open"]) == (None, 10)


def test_a_page_of_the_largest_fits_an_answer() -> None:
    made_for = tuple(MadeFor(order=f"web-{number}", line="1", units=1) for number in range(MAX_MADE_FOR))
    skus = (f"{number:0100}" for number in range(MAX_LINES))
    order = on_order(*(wanted(sku, 1000, made_for=made_for, expected_on="2026-12-01") for sku in skus))
    order = received(order, *(arrived(3, line=str(number + 1)) for number in range(20))).replace(note="n" * 2000)

    page = PurchaseOrderPage(items=(summary(order),) * MOST, next="n" * 6000)

    assert len(json.dumps({"body": page.model_dump_json()})) < LAMBDA
