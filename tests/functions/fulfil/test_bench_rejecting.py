"""Units that a packer does not find, through the API: the shelf learns, they are routed again, the rest ships."""

import json
from typing import Any

import pytest

from functions.allocate import route
from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.queues import message_body
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.users import Role
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.messages.orders import AdvanceOrder
from packhorse.store import catalogue, configuration
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, balance, put_stock
from tests.functions.fulfil.labels import an_order_of, configured, connected
from tests.functions.fulfil.test_bench import LAMP, at_bench, label, opened, packed, scan, story
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed
from tests.functions.operate.people import PAT, invited


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    """The carrier, of a warehouse where the packed box is what ships; `west` has five mugs, too."""
    account = connected(cloud)
    configured(ships_on=ShipsOn.PACKED)
    configuration.apply_edit(_with_west, "owner", NOON)
    put_stock(5, warehouse="west")
    return account


def _with_west(before: Configuration) -> Configuration:
    account = before.account.replace(priorities=(WarehouseId("main"), WarehouseId("west")))
    return before.with_warehouse(a_warehouse("west")).replace(account=account)


def reject(order: str, reason: str = "none_left", **more: Any) -> Any:
    return at_bench("reject", order=order, fulfilment=1, reason=reason, **more).body


def test_found_two_of_three_two_ship_and_one_is_routed_elsewhere(carrier: EasyPostAccount) -> None:
    order = an_order_of(3)
    opened(order)
    for _ in range(2):
        scan(order)

    answer = reject(order, "mismatch", code=MUG, label=True)

    assert (answer["result"], answer["detail"], answer["box"]["shipped"]) == ("closed", "rejected: mismatch", True)
    now = get(order)
    [first] = now["fulfilments"]
    assert ([each["quantity"] for each in first["lines"]], first["status"]) == ([2], "shipped")
    assert {each["warehouse"]: each["quantity"] for each in now["lines"][0]["allocations"]} == {"main": 2, "west": 1}
    assert (balance(), balance(warehouse="west")) == ((997, 0, 997), (5, 1, 4))
    assert len(carrier.purchases) == 1


@pytest.mark.parametrize(
    ("reason", "after"),
    [("none_left", (2, 2, 0)), ("damaged", (1000, 2, 997)), ("mismatch", (999, 2, 997)), ("too_busy", (1000, 2, 998))],
)
def test_the_shelf_learns_by_the_reason(reason: str, after: tuple[int, int, int]) -> None:
    order = an_order_of(3)
    opened(order)
    scan(order)

    answer = reject(order, reason, code=MUG, units=1)

    assert (answer["result"], answer["box"]["units"], answer["box"]["counted"]) == ("rejected", 2, 1)
    assert balance() == after
    assert scan(order).body["result"] == "closed"


def test_a_repeated_rejection_is_one_and_says_the_same() -> None:
    order = an_order_of(3)
    opened(order)
    scan(order)

    answers = [reject(order, "damaged", id="not-found-1", code=MUG) for _ in range(2)]

    assert [each["result"] for each in answers] == ["closed", "closed"]
    assert story(order).count("rejected") == 1
    assert balance()[0] == 1000


def test_without_a_code_all_that_is_missing_is_rejected() -> None:
    put_stock(5, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp", weight_g=90))
    order = one_routed(a_line(MUG, 2), a_line(LAMP, 1, "2"))
    opened(order)
    scan(order)

    assert reject(order)["result"] == "closed"

    rejected = get(order)["fulfilments"][0]["rejections"]
    assert [each["units"] for each in rejected] == [{"1": 1, "2": 1}]


def test_a_box_of_which_nothing_is_found_is_rejected_whole() -> None:
    order = an_order_of(3)
    opened(order)

    answer = reject(order)

    assert (answer["result"], answer["box"]["state"], answer["box"]["shipped"]) == ("rejected", "unopened", False)
    assert get(order)["fulfilments"][0]["status"] == "rejected"
    assert balance()[0] == 0
    assert at_bench("open", order=order, fulfilment=1).body["result"] == "cancelled"


def test_what_is_counted_is_there_and_what_is_not_in_the_box_is_wrong() -> None:
    order = an_order_of(2)
    opened(order)
    scan(order)
    before = get(order)["version"]

    wrong = [reject(order, code="PLATE"), reject(order, code=MUG, units=2)]

    assert [each["result"] for each in wrong] == ["wrong", "too_many"]
    assert get(order)["version"] == before


def test_a_kit_without_a_component_is_rejected_and_what_is_left_over_comes_out_of_the_box() -> None:
    put_stock(9, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp", weight_g=90))
    catalogue.put_product(Product(sku=Sku("SET"), kind=ProductKind.KIT, components={MUG: 2, LAMP: 1}))
    order = one_routed(a_line("SET", 2))
    opened(order)
    for _ in range(4):
        scan(order)
    scan(order, LAMP)

    answer = reject(order, code=LAMP)

    assert (answer["result"], answer["detail"]) == ("closed", f"rejected: none left; take out 2 of {MUG}")
    assert get(order)["fulfilments"][0]["rejections"][0]["units"] == {"1": 1}


def test_what_is_undone_is_the_last_unit_in_the_box_and_none_that_came_out_of_it() -> None:
    for sku in ("PLATE", LAMP):
        put_stock(9, sku)
        catalogue.put_product(Product(sku=Sku(sku), weight_g=90))
    catalogue.put_product(Product(sku=Sku("SET"), kind=ProductKind.KIT, components={LAMP: 1, Sku("PLATE"): 1}))
    order = one_routed(a_line(MUG, 2), a_line("SET", line="2"))
    opened(order)
    scan(order)
    scan(order, LAMP, by_hand=True)
    rejected = reject(order, code="PLATE")

    undone = at_bench("undo", order=order, fulfilment=1).body

    assert (rejected["result"], rejected["detail"]) == ("rejected", f"rejected: none left; take out 1 of {LAMP}")
    assert (rejected["box"]["counted"], undone["result"], undone["box"]["counted"]) == (1, "undone", 0)
    assert at_bench("undo", order=order, fulfilment=1).body["result"] == "nothing"
    assert [scan(order).body["result"] for _ in range(2)] == ["right", "closed"]
    [packed] = [each["detail"] for each in get(order)["timeline"] if each["what"] == "packed"]
    assert "by hand" not in packed


def test_what_a_label_is_paid_for_is_rejected_once_that_is_void() -> None:
    order = an_order_of(3)
    bought = label(order)
    opened(order)
    scan(order)

    refused = reject(order, code=MUG)
    assert refused["result"] == "labelled"
    assert bought["tracking"] in refused["detail"]

    assert call("POST", f"/orders/{order}/fulfilments/1/void", {"label": bought["id"]}).status == 200
    assert reject(order, code=MUG)["result"] == "closed"


def test_another_packers_box_a_closed_one_and_one_that_is_not_open_reject_nothing() -> None:
    taken, closed, unopened = (an_order_of(channel_order_id=name) for name in "abc")
    opened(taken, who=PAT)
    packed(closed)

    assert [reject(order)["result"] for order in (taken, closed, unopened)] == ["taken", "packed", "not_open"]


def test_a_packer_rejects_at_warehouses_of_theirs_and_reads_no_buyer() -> None:
    invited(PAT, Role.PACKER, warehouses=["main"])
    order = an_order_of(2)
    pat: dict[str, Any] = {"who": PAT, "roles": ()}
    opened(order, **pat)

    answer = reject(order, "damaged", code=MUG, units=1, **pat)

    assert answer["result"] == "rejected"
    assert not any(secret in json.dumps(answer) for secret in ("Lovelace", "@buyer", "Unter den Linden"))


# ---- the rest later --------------------------------------------------------------------------------------------------


def finish(order: str, **more: Any) -> Any:
    return at_bench("finish", order=order, fulfilment=1, **more).body


def test_what_is_packed_ships_and_the_rest_is_a_fulfilment_order_of_its_own(carrier: EasyPostAccount) -> None:
    order = an_order_of(3)
    opened(order)
    for _ in range(2):
        scan(order)

    answers = [finish(order, label=True, id="finish-once") for _ in range(2)]

    assert [(each["result"], each["box"]["shipped"]) for each in answers] == [("closed", True)] * 2
    assert balance() == (998, 1, 997)
    route.handler(sqs_event(message_body(AdvanceOrder(order_id=OrderId(order)))), Context())
    first, second = get(order)["fulfilments"]
    assert [each["quantity"] for each in (*first["lines"], *second["lines"])] == [2, 1]
    assert (second["warehouse"], second["status"]) == ("main", "queued")
    assert at_bench("open", order=order, fulfilment=2).body["box"]["units"] == 1
    last = at_bench("scan", order=order, fulfilment=2, code=MUG, label=True).body
    assert (last["result"], get(order)["status"], len(carrier.purchases)) == ("closed", "complete", 2)
    assert balance() == (997, 0, 997)


def test_a_box_that_has_all_its_units_is_finished_like_any_other() -> None:
    order = an_order_of(1)
    packed(order)

    assert finish(order)["result"] == "closed"
    assert "parted" not in story(order)


def test_a_late_repeat_of_a_finish_changes_nothing_once_the_box_was_opened_again() -> None:
    order = an_order_of(3)
    opened(order)
    for _ in range(2):
        scan(order)
    finish(order, id="finish-once")
    at_bench("reopen", order=order, fulfilment=1)
    at_bench("undo", order=order, fulfilment=1)

    late = finish(order, id="finish-once")

    assert (late["result"], late["box"]["units"], late["box"]["counted"]) == ("reopened", 2, 1)


def test_without_anything_whole_nothing_is_finished() -> None:
    put_stock(9, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp", weight_g=90))
    catalogue.put_product(Product(sku=Sku("SET"), kind=ProductKind.KIT, components={MUG: 2, LAMP: 1}))
    mugs, kits = an_order_of(2), one_routed(a_line("SET", 2))
    opened(mugs)
    opened(kits)
    scan(kits)

    assert [finish(each)["result"] for each in (mugs, kits)] == ["nothing", "nothing"]


def test_a_label_that_is_paid_for_all_of_it_is_void_first() -> None:
    order = an_order_of(2)
    bought = label(order)
    opened(order)
    scan(order)

    assert finish(order)["result"] == "labelled"

    assert call("POST", f"/orders/{order}/fulfilments/1/void", {"label": bought["id"]}).status == 200
    assert finish(order)["result"] == "closed"
