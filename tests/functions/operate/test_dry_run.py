"""Where orders would go, without going there."""

import json
from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.warehouse import Region
from packhorse.messages.orders import OrderReceived
from packhorse.store import catalogue, listings
from packhorse.usecases.routing import dry_run
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order, later
from simulation.merchant import MUG, Context, put_stock, set_up, told
from simulation.template import ROOT
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import an_order_by_hand, get, one_routed, step

pytestmark = pytest.mark.usefixtures("cloud")

LAMP, SET = "0042-lamp", "SET ½"
WEST_FIRST = {"account": {"priorities": ["west", "east", "main"]}}
TABLES = [getattr(settings, name) for name in vars(settings) if name.endswith("_table")]


def a_merchant(**account: Any) -> None:
    """East, which is the region of Germany, then west, then main, the catchall; mugs, lamps, and a set of both."""
    east = a_warehouse("east", regions=(Region(country="DE", postcode_from="8", postcode_to="9"),))
    set_up(a_configuration(east, a_warehouse("west"), a_warehouse("main"), **account), MUG, LAMP)
    catalogue.put_product(Product(sku=SET, kind=ProductKind.KIT, components={MUG: 2, LAMP: 1}))
    for warehouse, mugs, lamps in (("east", 3, 2), ("west", 6, 0), ("main", 1, 5)):
        put_stock(mugs, MUG, warehouse)
        put_stock(lamps, LAMP, warehouse)


def ask(**body: Any) -> Answer:
    return call("POST", "/routing/dry-run", body)


def a_proposal(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"channel": "shop", "lines": lines or [{"sku": MUG, "quantity": 2}], **more}


def units(choice: dict[str, Any]) -> dict[str, int]:
    return {part["warehouse"]: part["quantity"] for part in choice["allocations"]}


def went(line: dict[str, Any]) -> tuple[dict[str, int], dict[str, int]]:
    return units(line["today"]), units(line["draft"])


def everything() -> list[Any]:
    """All items of all tables."""
    return [clients.client("dynamodb").scan(TableName=table)["Items"] for table in TABLES]


# ---- a proposed order --------------------------------------------------------------------------------------------


PROPOSALS: list[list[dict[str, Any]]] = [
    [{"sku": MUG, "quantity": 2}],
    [{"sku": MUG, "quantity": 5}, {"sku": MUG, "quantity": 5}],
    [{"sku": LAMP, "quantity": 9}],
    [{"sku": SET, "quantity": 1}, {"sku": MUG, "quantity": 2}, {"sku": LAMP, "quantity": 1}],
    [{"sku": SET, "quantity": 3}],
    [{"sku": MUG, "quantity": 4, "warehouse": "main"}, {"sku": "a listing", "quantity": 1}],
]
OPTIONS: list[dict[str, Any]] = [{}, {"split_lines": True}, {"fewest_shipments": True}, {"geo": "strict"}]


@pytest.mark.parametrize("account", OPTIONS)
@pytest.mark.parametrize("lines", PROPOSALS)
def test_a_proposed_order_is_shown_where_the_same_order_then_goes(
    lines: list[dict[str, Any]], account: dict[str, Any]
) -> None:
    a_merchant(**account)
    listings.put_listing(Listing(channel="shop", reference="a listing", sku=LAMP))
    address = an_order_by_hand()["ship_to"] | {"postcode": "80331"}

    shown = ask(order=a_proposal(*lines, ship_to=address)).body["orders"][0]["lines"]

    price = {"unit_price": {"amount": "1.00", "currency": "EUR"}}
    body = an_order_by_hand(ship_to=address, lines=[line | price for line in lines])
    placed = call("POST", "/orders", body).body["id"]
    route.handler(
        told(*(OrderReceived.model_validate(each).order for each in queued(settings.orders_queue_url))), Context()
    )
    real = [(line["sku"], line["allocations"], line["short"], line["routing"]) for line in get(placed)["lines"]]
    assert [
        (line["sku"], *(line["today"][key] for key in ("allocations", "short", "routing"))) for line in shown
    ] == real
    assert [line["today"] == line["draft"] for line in shown] == [True] * len(lines)


def test_a_line_is_called_as_its_product() -> None:
    a_merchant()
    catalogue.put_product(Product(sku=MUG, name="Mug"))

    [order] = ask(order=a_proposal()).body["orders"]

    assert [(line["sku"], line["name"]) for line in order["lines"]] == [(MUG, "Mug")]


def test_a_draft_shows_where_a_line_would_go_instead() -> None:
    a_merchant()

    answer = ask(order=a_proposal(), draft=WEST_FIRST)

    [line] = answer.body["orders"][0]["lines"]
    assert (went(line), line["differs"], line["moves"]) == (({"east": 2}, {"west": 2}), True, True)
    assert (answer.body["orders"][0]["order"], answer.body["orders"][0]["number"]) == (None, "")
    assert (line["today"]["routing"]["config_version"], line["draft"]["routing"]["config_version"]) == (1, 2)
    lost = {each["warehouse"]: each["rejected"] for each in line["draft"]["routing"]["candidates"]}
    assert lost == {"west": None, "east": "comes after west", "main": "has 1 of 2"}
    assert (answer.body["orders_differing"], answer.body["lines_moving"], answer.body["config_version"]) == (1, 1, 1)


def test_nothing_is_taken_or_written() -> None:
    a_merchant()
    one_routed(a_line(quantity=2))
    queued(settings.orders_queue_url)
    before = everything()

    ask(order=a_proposal(), draft=WEST_FIRST)
    ask(last=10, draft={"warehouses": {"west": {"active": False}}})

    assert everything() == before
    assert queued(settings.orders_queue_url) == []


UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["order"]),
    ({"last": 3, "orders": []}, ["order"]),
    ({"order": {"channel": "shop", "lines": []}}, ["order.lines"]),
    ({"order": {"channel": "no", "lines": [{"sku": MUG, "quantity": 1}]}}, ["order.channel"]),
    ({"order": {"channel": "shop", "lines": [{"sku": MUG, "quantity": 0}]}}, ["order.lines.0.quantity"]),
    (
        {"order": {"channel": "shop", "lines": [{"sku": MUG, "quantity": 1}, {"sku": "?", "quantity": 1}]}},
        ["order.lines.1.sku"],
    ),
    (
        {"order": {"channel": "shop", "lines": [{"sku": MUG, "quantity": 1, "warehouse": "moon"}]}},
        ["order.lines.0.warehouse"],
    ),
    ({"last": 201}, ["last"]),
    ({"order": {"channel": "shop", "lines": [{"sku": MUG, "quantity": 1}]}, "channel": "shop"}, ["channel"]),
    ({"orders": ["no-such-order"]}, ["orders.0"]),
    ({"orders": ["no-such-order", ""]}, ["orders.1"]),
    ({"orders": ["x"] * 201}, ["orders"]),
    ({"last": 3, "draft": {"version": 99}}, ["draft.version"]),
    ({"last": 3, "draft": {"account": {"catchall": "moon"}}}, ["draft.account.catchall"]),
    ({"last": 3, "draft": {"warehouses": {"east": {"colour": 1}}}}, ["draft.warehouses.east.colour"]),
    ({"last": 3, "draft": {"prices": {}}}, ["draft.prices"]),
]


def test_a_question_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    a_merchant()
    for body, fields in UNFIT:
        with subtests.test(str(body)[:80]):
            answer = ask(**body)
            assert (answer.status, answer.fields) == (422, fields)


def test_a_draft_that_contradicts_itself_is_answered_with_warnings() -> None:
    a_merchant()
    draft = {"warehouses": {"west": {"excludes": ["shop"]}}, "channels": {"shop": {"override_warehouse": "west"}}}

    answer = ask(order=a_proposal(), draft=draft)

    assert answer.body["warnings"] == ["channel shop: its override warehouse west excludes it; the override wins"]
    assert answer.body["orders"][0]["lines"][0]["draft"]["routing"]["rule"] == "override"


def test_an_older_version_can_be_the_draft() -> None:
    a_merchant()
    account = call("GET", "/account").body
    call("PUT", "/account", account | {"priorities": ["west", "main"], "split_lines": True})

    [line] = ask(order=a_proposal(), draft={"version": 1}).body["orders"][0]["lines"]

    assert went(line) == ({"west": 2}, {"east": 2})


def test_the_question_of_the_documentation_is_answered() -> None:
    names = ("east", "west", "north", "south", "main")
    set_up(a_configuration(*map(a_warehouse, names), priorities=("east", "main")))
    question = (ROOT / "docs/routing.md").read_text().partition("```json")[2].partition("```")[0]

    answer = ask(**json.loads(question))

    assert (answer.status, answer.body["warnings"]) == (200, [])


# ---- orders that there are ----------------------------------------------------------------------------------------


def test_past_orders_are_compared() -> None:
    a_merchant()
    two, six = one_routed(a_line(quantity=2)), one_routed(a_line(quantity=6))
    split = one_routed(a_line(quantity=1), a_line(LAMP, 4, line="2"))
    put_stock(9, warehouse="west", event="more")

    answer = ask(orders=[two, six, split], draft=WEST_FIRST).body

    today, draft = answer["today"], answer["draft"]
    assert (today["orders"], today["lines"], today["split_rate"], draft["split_rate"]) == (3, 4, 0.3333, 0.3333)
    assert (today["short_rate"], today["rules"]["priority"], today["rules"]["geo"]) == (0.0, 1.0, 0.0)
    assert today["warehouses"] == {"east": 0.5, "main": 0.25, "west": 0.25}
    assert draft["warehouses"] == {"main": 0.25, "west": 0.75}
    assert [each["order"] for each in answer["orders"]] == [two, split, six]
    assert (answer["orders_differing"], answer["lines_moving"], answer["lines_unmatched"]) == (2, 2, 0)


def test_every_order_is_looked_at_alone_with_what_it_holds() -> None:
    a_merchant()
    first, second = (one_routed(a_line(quantity=3, warehouse="east")) for _ in range(2))

    answer = ask(orders=[first, second])

    lines = {each["order"]: each["lines"][0]["today"] for each in answer.body["orders"]}
    assert (units(lines[first]), lines[second]["short"]) == ({"east": 3}, 3)


def test_a_line_without_product_is_unmatched_until_it_is_listed() -> None:
    a_merchant()
    order = one_routed(a_line("who knows", 2), a_line(MUG, 1, line="2"))

    before = ask(orders=[order]).body
    listings.put_listing(Listing(channel="shop", reference="who knows", sku=LAMP))
    [unknown, _] = before["orders"][0]["lines"]
    [known, _] = ask(orders=[order]).body["orders"][0]["lines"]

    assert (unknown["unmatched"], unknown["sku"], unknown["today"]) == (True, "who knows", None)
    assert (before["lines_unmatched"], before["today"]["lines"]) == (1, 1)
    assert (known["unmatched"], known["sku"], units(known["today"])) == (False, LAMP, {"east": 2})


def test_a_cancelled_order_is_not_routed() -> None:
    a_merchant()
    order = one_routed(a_line(quantity=2))
    step(order, "cancel")

    answer = ask(orders=[order]).body

    assert (answer["today"]["orders"], answer["orders"][0]["lines"]) == (0, [])


def test_the_last_orders_are_the_newest_of_all_or_of_a_channel() -> None:
    a_merchant()
    call("PUT", "/channels/web", {"kind": "offline"})
    of_shop = [one_routed(placed_at=later(an_order(), n).modified_at) for n in range(3)]
    of_web = one_routed(channel="web", placed_at=NOON)
    step(of_shop[1], "cancel")

    asked: list[dict[str, Any]] = [
        {"last": 2},
        {"last": 9},
        {"last": 9, "channel": "web"},
        {"last": 9, "channel": "none"},
    ]
    found = [{each["order"] for each in ask(**body).body["orders"]} for body in asked]

    assert found == [{*of_shop[1:]}, {*of_shop, of_web}, {of_web}, set()]


def test_details_are_bounded_but_the_figures_count_all() -> None:
    a_merchant()
    ids = [one_routed(a_line(quantity=1)) for _ in range(3)]

    answer = ask(orders=ids, details=1, draft=WEST_FIRST).body

    assert (len(answer["orders"]), answer["today"]["orders"], answer["orders_differing"]) == (1, 3, 3)


def test_an_order_too_long_for_an_answer_is_told_without_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    a_merchant()
    monkeypatch.setattr(dry_run, "MAX_DETAIL_BYTES", 1_000)

    [order] = ask(order=a_proposal(), draft=WEST_FIRST).body["orders"]

    assert (order["traced"], order["lines"][0]["draft"]["routing"]["candidates"]) == (False, [])
    assert went(order["lines"][0]) == ({"east": 2}, {"west": 2})


LIMITS = [("MAX_CANDIDATES", 5), ("MAX_SHELVES_READ", 2)]


def test_more_than_can_be_looked_at_in_time_is_422(subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch) -> None:
    a_merchant()
    order = one_routed(a_line(), a_line(LAMP, line="2"))
    for limit, most in LIMITS:
        with subtests.test(limit), monkeypatch.context() as patched:
            patched.setattr(dry_run, limit, most)
            answer = ask(orders=[order])
            assert (answer.status, "fewer" in answer.body["detail"]) == (422, True)


def test_everybody_may_ask() -> None:
    set_up(a_configuration(channel=a_channel("shop")))

    answer = call("POST", "/routing/dry-run", {"order": a_proposal()}, roles=["read_only"])

    assert (answer.status, answer.body["draft"]["short_rate"], answer.body["draft"]["rules"]["catchall"]) == (
        200,
        1.0,
        1.0,
    )
