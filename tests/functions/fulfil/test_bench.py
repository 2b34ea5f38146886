"""The packing bench, through the API: boxes opened by a scan, counted, closed, shipped."""

import json
from itertools import count
from typing import Any

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.users import Role
from packhorse.domain.values import Sku
from packhorse.store import catalogue, configuration
from packhorse.usecases.orders.change_order import commit_step
from packhorse.usecases.packing import pack
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, a_warehouse
from simulation.merchant import MUG, balance, put_stock
from tests.functions.fulfil.labels import an_order_of, configured, connected, fails, stored
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, one_routed, step
from tests.functions.operate.people import PAT, invited

LAMP = Sku("0042-lamp")
UPC, EAN = "036000291452", "0036000291452"
IDS = count(1)


@pytest.fixture(autouse=True)
def _carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


@pytest.fixture
def carrier(_carrier: EasyPostAccount) -> EasyPostAccount:
    return _carrier


@pytest.fixture
def packed_ships(carrier: EasyPostAccount) -> EasyPostAccount:
    """The carrier, of a warehouse where the packed box is what ships."""
    configured(ships_on=ShipsOn.PACKED)
    return carrier


def at_bench(verb: str, station: str = "one", **body: Any) -> Answer:
    more = {name: body.pop(name) for name in ("who", "roles") if name in body}
    answer = call("POST", f"/bench/{station}/{verb}", {"id": f"scan-{next(IDS):04}"} | body, **more)
    assert answer.status == 200, answer.body
    return answer


def result(verb: str, **body: Any) -> str:
    return str(at_bench(verb, **body).body["result"])


def scan(order: str, code: str = MUG, **more: Any) -> Answer:
    return at_bench("scan", order=order, fulfilment=1, code=code, **more)


def opened(order: str, **more: Any) -> Answer:
    answer = at_bench("open", order=order, fulfilment=1, **more)
    assert answer.body["result"] == "opened", answer.body
    return answer


def packed(order: str, units: int = 2, **more: Any) -> Answer:
    """The answer to the last of so many scans."""
    opened(order, **more)
    return [scan(order, **more) for _ in range(units)][-1]


def label(order: str) -> Any:
    bought = call("POST", f"/orders/{order}/fulfilments/1/label", {})
    assert bought.status == 201, bought.body
    return bought.body


def story(order: str) -> list[str]:
    return [each["what"] for each in get(order)["timeline"]]


def view_of(order: str) -> str:
    [row] = [each for each in call("GET", "/fulfilments").body["items"] if each["order_id"] == order]
    return str(row["view"])


def short_id(order: str) -> str:
    return str(get(order)["fulfilments"][0]["short_id"])


# ---- another setting -------------------------------------------------------------------------------------------------


def test_what_waits_to_be_packed_leaves_with_its_box_though_labels_ship_by_now(packed_ships: EasyPostAccount) -> None:
    order = an_order_of(2)
    label(order)
    configured(ships_on=ShipsOn.LABEL)
    assert view_of(order) == "to-pack"

    packed(order)

    assert get(order)["status"] == "complete"


# ---- opening ---------------------------------------------------------------------------------------------------------


def test_a_box_is_opened_by_the_barcode_on_its_slip() -> None:
    order = an_order_of(2, number="#7")
    assert call("GET", f"/orders/{order}/fulfilments/1/packing-slip").status == 200

    answer = at_bench("open", code=short_id(order)).body

    assert (answer["result"], answer["box"]["number"], answer["box"]["state"]) == ("opened", "#7", "open")
    assert answer["box"]["items"] == [{"sku": MUG, "name": "Mug", "bin": "", "needed": 2, "counted": 0}]
    assert answer["box"]["station"] == "one"


def test_a_box_is_opened_by_its_orders_number() -> None:
    order = an_order_of(2, number="#7")

    assert at_bench("open", code="7").body["box"]["order"] == order


def test_a_box_is_opened_by_the_tracking_number_on_its_label(packed_ships: EasyPostAccount) -> None:
    order = an_order_of()

    tracking = label(order)["tracking"]

    assert at_bench("open", code=tracking).body["box"]["order"] == order
    in_barcode_of_usps = f"420895011234{tracking}"
    assert at_bench("open", code=in_barcode_of_usps).body["box"]["order"] == order


def test_a_number_that_several_boxes_have_lets_the_packer_choose() -> None:
    orders = {an_order_of(number="#7", channel_order_id=name) for name in ("a", "b")}

    answer = at_bench("open", code="7").body

    assert (answer["result"], answer["box"]) == ("several", None)
    assert {each["order"] for each in answer["choices"]} == orders


def test_a_code_that_nothing_has_is_unknown() -> None:
    assert result("open", code="5012345678900") == "unknown"


def test_a_products_code_opens_the_next_order_of_it_alone_and_counts_the_unit() -> None:
    put_stock(5, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp", barcode=UPC))
    one_routed(a_line(LAMP, 1), a_line(MUG, 1, "2"), channel_order_id="mixed")
    order = one_routed(a_line(LAMP, 2), channel_order_id="alone")

    answer = at_bench("open", code=EAN).body

    assert (answer["result"], answer["box"]["order"], answer["box"]["counted"]) == ("right", order, 1)
    assert answer["product"] == {"sku": LAMP, "name": "Lamp"}


def test_a_repeated_scan_of_a_product_opens_no_second_box(packed_ships: EasyPostAccount) -> None:
    first, second = (an_order_of(1, channel_order_id=name) for name in ("a", "b"))
    for order in (first, second):
        label(order)

    answers = [at_bench("open", code=MUG, id="one-scan-only").body for _ in range(2)]

    assert [each["result"] for each in answers] == ["closed", "closed"]
    assert len({each["box"]["order"] for each in answers}) == 1
    assert sorted(len(get(order)["fulfilments"][0]["parcels"]) for order in (first, second)) == [0, 1]


def test_an_id_is_that_of_one_scan_alone_also_if_another_warehouse_station_or_product_has_the_same(
    packed_ships: EasyPostAccount,
) -> None:
    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("york")), "owner", NOON)
    invited(PAT, Role.PACKER, warehouses=["york"])
    put_stock(5, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp"))
    mugs = [an_order_of(2, channel_order_id=name) for name in "ab"]
    lamp = one_routed(a_line(LAMP, 2), channel_order_id="lamp")
    one: dict[str, Any] = {"id": "scan-of-each", "warehouse": "main"}

    first = at_bench("open", code=MUG, **one).body["box"]["order"]
    at_york = at_bench("open", code=MUG, id="scan-of-each", who=PAT, roles=()).body
    at_two = at_bench("open", "two", code=MUG, **one).body["box"]["order"]
    of_lamp = at_bench("open", code=LAMP, **one).body["box"]["order"]

    assert (at_york["result"], at_york["box"]) == ("not_open", None)
    assert ({first, at_two}, of_lamp) == (set(mugs), lamp)


def test_a_kits_code_opens_its_next_order_which_is_packed_by_components() -> None:
    kit = Product(sku=LAMP, name="Two mugs", kind=ProductKind.KIT, components={MUG: 2}, barcode=UPC)
    catalogue.put_product(kit)
    order = one_routed(a_line(LAMP, 1), channel_order_id="kit")
    request = {"id": "scan-a-kit", "code": UPC, "warehouse": "main"}

    answers = [at_bench("open", **request).body for _ in range(2)]

    assert [each["result"] for each in answers] == ["opened", "opened"]
    assert [(each["sku"], each["needed"], each["counted"]) for each in answers[0]["box"]["items"]] == [(MUG, 2, 0)]
    assert [scan(order).body["result"] for _ in range(2)] == ["right", "closed"]


def test_a_products_code_without_an_order_of_it_alone_asks_for_a_slip() -> None:
    answer = at_bench("open", code=MUG).body

    assert (answer["result"], answer["box"], answer["product"]["sku"]) == ("not_open", None, MUG)


def test_what_is_held_cancelled_or_shipped_stays_closed_and_says_who(packed_ships: EasyPostAccount) -> None:
    held, cancelled, shipped = (an_order_of(channel_order_id=name) for name in "abc")
    step(held, "hold", {"reason": "a doubt"})
    step(cancelled, "cancel")
    label(shipped)
    packed(shipped)

    answers = [at_bench("open", order=order, fulfilment=1).body for order in (held, cancelled, shipped)]

    assert [each["result"] for each in answers] == ["held", "cancelled", "shipped"]
    assert {each["who"] for each in answers} == {"user:ada@example.com"}
    assert all(each["at"] for each in answers)


def test_a_second_packer_is_refused_and_sees_who_has_it_until_it_is_taken_over() -> None:
    order = an_order_of()
    opened(order)
    scan(order)

    second = at_bench("open", "two", order=order, fulfilment=1, who=PAT).body
    assert (second["result"], second["who"]) == ("taken", "user:ada@example.com")
    assert result("scan", order=order, fulfilment=1, code=MUG, who=PAT) == "taken"

    taken = at_bench("open", "two", order=order, fulfilment=1, take_over=True, who=PAT).body
    assert (taken["result"], taken["box"]["counted"], taken["box"]["station"]) == ("opened", 0, "two")
    assert scan(order).body["result"] == "taken"


# ---- counting --------------------------------------------------------------------------------------------------------


def test_a_scanner_may_send_a_code_in_capitals_or_in_small_letters() -> None:
    catalogue.put_product(Product(sku=LAMP, name="Lamp", barcode="X-7b"))
    catalogue.put_product(Product(sku="PLATE", barcode="PL8"))
    put_stock(9, sku=LAMP)
    order = one_routed(a_line(MUG, 1), a_line(LAMP, 1, "2"))
    opened(order)

    swapped = [MUG.lower() if MUG.isupper() else MUG.upper(), "pl8", LAMP.swapcase()]

    assert [scan(order, code).body["result"] for code in swapped] == ["right", "wrong", "closed"]


def test_units_are_counted_by_sku_or_barcode_and_the_last_one_closes_the_box() -> None:
    put_stock(5, LAMP)
    catalogue.put_product(Product(sku=LAMP, name="Lamp", barcode=UPC))
    order = one_routed(a_line(MUG, 1), a_line(LAMP, 1, "2"))
    opened(order)

    first, last = scan(order, MUG).body, scan(order, EAN).body

    assert (first["result"], first["box"]["counted"]) == ("right", 1)
    assert (last["result"], last["box"]["state"], last["product"]["sku"]) == ("closed", "closed", LAMP)
    assert story(order)[-1] == "packed"
    assert view_of(order) == "packed"


def test_a_wrong_item_one_too_many_and_an_unknown_code_are_told_apart_and_recorded_nowhere() -> None:
    catalogue.put_product(Product(sku=LAMP, name="Lamp", barcode=UPC))
    put_stock(5, Sku("PLATE"))
    catalogue.put_product(Product(sku=Sku("PLATE")))
    order = one_routed(a_line(MUG, 1), a_line("PLATE", 1, "2"))
    opened(order)
    scan(order, MUG)
    before = stored(order)

    assert [scan(order, code).body["result"] for code in (UPC, MUG, "5012345678900")] == [
        "wrong",
        "too_many",
        "unknown",
    ]
    assert stored(order) == before


def test_a_kit_is_packed_by_its_components() -> None:
    put_stock(9, LAMP)
    kit = Product(sku=Sku("SET"), kind=ProductKind.KIT, components={MUG: 2, LAMP: 1})
    catalogue.put_product(Product(sku=LAMP, name="Lamp"))
    catalogue.put_product(kit)
    order = one_routed(a_line("SET", 1))

    opened(order)

    assert [scan(order, code).body["result"] for code in ("SET", MUG, LAMP, MUG)] == [
        "wrong",
        "right",
        "right",
        "closed",
    ]


def test_a_repeated_scan_is_one_scan_also_after_it_was_undone() -> None:
    order = an_order_of(3)
    opened(order)

    assert [scan(order, id="the-same-id").body["box"]["counted"] for _ in range(3)] == [1, 1, 1]
    undo: dict[str, Any] = {"order": order, "fulfilment": 1, "id": "undo-it-once"}
    assert [at_bench("undo", **undo).body["box"]["counted"] for _ in range(2)] == [0, 0]
    late = scan(order, id="the-same-id").body
    assert (late["result"], late["box"]["counted"]) == ("undone", 0)


def test_a_unit_by_hand_is_counted_like_a_scan_and_marked_so() -> None:
    order = an_order_of(1)
    opened(order)

    answer = scan(order, by_hand=True).body

    assert (answer["result"], [each["by_hand"] for each in answer["box"]["scans"]]) == ("closed", [True])
    assert get(order)["timeline"][-1]["detail"] == "fulfilment 1 at one: 1 unit, 1 by hand"


def test_a_box_that_is_put_aside_loses_its_counts() -> None:
    order = an_order_of()
    opened(order)
    scan(order)

    assert result("aside", order=order, fulfilment=1) == "aside"
    assert opened(order, who=PAT).body["box"]["counted"] == 0


# ---- the order changes while it is packed ----------------------------------------------------------------------------


def test_a_hold_or_a_cancellation_stops_the_packing_and_says_what_changed() -> None:
    held, cancelled = (an_order_of(3, channel_order_id=name) for name in "ab")
    for order in (held, cancelled):
        opened(order)
        scan(order)
    step(held, "hold", {"reason": "a doubt"})
    step(cancelled, "cancel")

    answers = [scan(order).body for order in (held, cancelled)]

    assert [(each["result"], each["detail"], each["box"]["counted"]) for each in answers] == [
        ("changed", "the order is held", 1),
        ("changed", "fulfilment 1 is cancelled", 1),
    ]
    assert result("aside", order=cancelled, fulfilment=1) == "aside"


@pytest.mark.parametrize("verb", ["scan", "close"])
def test_a_closing_step_that_is_repeated_after_a_hold_ships_nothing(carrier: EasyPostAccount, verb: str) -> None:
    configured(ships_on=ShipsOn.MANIFEST)
    order = an_order_of(1)
    opened(order)
    scan(order, id="the-last-one")
    label(order)
    step(order, "hold", {"reason": "a doubt"})
    configured(ships_on=ShipsOn.PACKED)

    more = {"code": MUG} if verb == "scan" else {}
    answer = at_bench(verb, order=order, fulfilment=1, id="the-last-one", **more).body

    assert (answer["result"], get(order)["status"], "shipped" in story(order)) == ("closed", "in_fulfilment", False)


def test_units_that_are_cancelled_meanwhile_stop_the_packing_until_the_box_is_opened_again() -> None:
    order = an_order_of(3)
    opened(order)
    scan(order)
    assert call("POST", f"/orders/{order}/lines/1/cancel", {"keep": 2}).status == 200

    stopped = scan(order).body

    assert (stopped["result"], stopped["detail"]) == ("changed", f"{MUG}: 2 instead of 3")
    assert opened(order).body["box"]["counted"] == 1
    assert scan(order).body["result"] == "closed"


# ---- closing, shipping, reopening ------------------------------------------------------------------------------------


def test_where_the_packed_box_ships_closing_it_ships_what_has_a_label(packed_ships: EasyPostAccount) -> None:
    order = an_order_of()
    label(order)
    assert (view_of(order), get(order)["status"]) == ("to-pack", "in_fulfilment")

    last = packed(order).body

    assert (last["result"], last["box"]["shipped"]) == ("closed", True)
    assert (get(order)["status"], balance()) == ("complete", (998, 0, 998))
    assert story(order)[-4:] == ["packed", "shipped", "completed", "printed"]
    assert result("reopen", order=order, fulfilment=1) == "shipped"


def test_a_packed_box_without_a_label_ships_once_its_label_is_bought(packed_ships: EasyPostAccount) -> None:
    order = an_order_of()

    assert packed(order).body["box"]["labels"] == []
    assert (view_of(order), get(order)["status"]) == ("packed", "in_fulfilment")
    assert get(order)["fulfilments"][0]["packed_at"] is not None

    label(order)
    assert get(order)["status"] == "complete"


def test_closing_buys_the_label_once_if_that_is_requested(packed_ships: EasyPostAccount) -> None:
    order = an_order_of(1)
    opened(order)

    answers = [scan(order, label=True, id="the-last-one").body for _ in range(2)]

    assert [each["result"] for each in answers] == ["closed", "closed"]
    assert answers[0]["box"]["labels"][0]["url"].startswith("https://")
    assert (len(packed_ships.purchases), get(order)["status"]) == (1, "complete")


def test_closing_fetches_the_file_of_a_label_that_has_none(packed_ships: EasyPostAccount) -> None:
    fails(packed_ships, 503, ".pdf")
    order = an_order_of(1)
    assert label(order)["url"] is None

    answer = packed(order, 1, label=True).body

    assert answer["box"]["labels"][0]["url"].startswith("https://")
    assert (answer["box"]["shipped"], len(packed_ships.purchases)) == (True, 1)


def test_a_carrier_that_refuses_leaves_the_box_closed_without_a_label(packed_ships: EasyPostAccount) -> None:
    packed_ships.settings.funds = "0.00"
    order = an_order_of(1)
    opened(order)

    answer = scan(order, label=True).body

    assert (answer["result"], answer["box"]["state"]) == ("closed", "closed")
    assert answer["label_problem"]
    assert view_of(order) == "packed"


def test_a_closed_box_is_opened_again_until_it_is_shipped_and_the_timeline_has_each_once(
    packed_ships: EasyPostAccount,
) -> None:
    order = an_order_of()
    packed(order)

    body = {"order": order, "fulfilment": 1}
    assert result("open", **body) == "packed"
    assert [result("reopen", **body, who=PAT) for _ in range(2)] == ["reopened", "reopened"]
    assert result("undo", **body, who=PAT) == "undone"
    assert result("close", **body, who=PAT) == "incomplete"
    assert scan(order, who=PAT).body["result"] == "closed"
    assert [result("close", **body, who=PAT) for _ in range(2)] == ["closed", "closed"]
    assert [what for what in story(order) if what in ("packed", "reopened")] == ["packed", "reopened", "packed"]


def test_where_the_label_ships_the_box_is_checked_all_the_same(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    label(order)
    assert get(order)["status"] == "complete"

    box = opened(order).body["box"]
    assert (box["check"], box["shipped"], box["units"]) == (True, True, 2)
    assert [scan(order).body["result"] for _ in range(2)] == ["right", "closed"]
    assert story(order)[-1] == "packed"
    assert balance() == (998, 0, 998)


# ---- races -----------------------------------------------------------------------------------------------------------


def test_of_two_packers_who_open_a_box_at_once_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order_of()

    def slower(*args: Any) -> Any:
        monkeypatch.setattr(pack, "commit_step", commit_step)
        assert result("open", order=order, fulfilment=1, who=PAT) == "opened"
        return commit_step(*args)

    monkeypatch.setattr(pack, "commit_step", slower)

    late = at_bench("open", order=order, fulfilment=1).body
    assert (late["result"], late["who"]) == ("taken", f"user:{PAT}")


def test_two_scans_at_once_that_are_the_last_two_close_and_ship_the_box(
    packed_ships: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of(2)
    label(order)
    opened(order)

    def slower(*args: Any) -> Any:
        monkeypatch.setattr(pack, "commit_step", commit_step)
        assert scan(order).body["result"] == "right"
        return commit_step(*args)

    monkeypatch.setattr(pack, "commit_step", slower)

    assert scan(order).body["result"] == "closed"
    assert get(order)["status"] == "complete"


# ---- people ----------------------------------------------------------------------------------------------------------

SECRETS = ("ada@buyer.example", "+49 30 1234", "Lovelace", "Unter den Linden", "12.5", "minor")


def test_a_packers_answers_have_no_e_mail_no_phone_and_no_price(packed_ships: EasyPostAccount) -> None:
    invited(PAT, Role.PACKER, warehouses=["main"])
    address = Address(
        name="Ada Lovelace",
        address1="Unter den Linden 1",
        city="Berlin",
        postcode="10117",
        country="DE",
        phone="+49 30 1234",
    )
    order = one_routed(
        a_line(quantity=3),
        number="#7",
        customer=Customer(name="Ada Lovelace", email="ada@buyer.example"),
        ship_to=address,
    )
    label(order)
    pat: dict[str, Any] = {"who": PAT, "roles": ()}

    answers = [
        at_bench("open", code="#7", **pat),
        *(scan(order, **pat) for _ in range(2)),
        at_bench("undo", order=order, fulfilment=1, **pat),
        *(scan(order, **pat) for _ in range(2)),
        at_bench("reopen", order=order, fulfilment=1, **pat),
    ]

    assert [each.body["result"] for each in answers][-2:] == ["closed", "shipped"]
    text = json.dumps([each.body for each in answers], ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in text] == []
    assert (answers[0].body["box"]["city"], answers[0].body["box"]["postcode_area"]) == ("Berlin", "101")


def test_a_box_says_that_its_slip_has_a_gift_message_and_a_note_and_no_word_of_them() -> None:
    plain, gift = an_order_of(), an_order_of(gift_message="Happy birthday, Mina", note="Gift wrap, please")

    boxes = [opened(order).body["box"] for order in (plain, gift)]

    assert [(box["gift"], box["buyer_note"]) for box in boxes] == [(False, False), (True, True)]
    assert "Mina" not in json.dumps(boxes)
    assert "wrap" not in json.dumps(boxes)


def test_a_packer_opens_no_box_of_another_warehouse(carrier: EasyPostAccount) -> None:
    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("york")), "owner", NOON)
    invited(PAT, Role.PACKER, warehouses=["york"])
    order = an_order_of(number="#7")
    pat: dict[str, Any] = {"who": PAT, "roles": ()}

    answer = at_bench("open", code="7", **pat).body
    assert (answer["result"], answer["box"]) == ("elsewhere", None)
    assert "main" not in json.dumps(answer)
    body = {"id": "some-scan-id", "order": order, "fulfilment": 1}
    assert call("POST", "/bench/one/open", body, **pat).status == 404
    assert call("POST", "/bench/one/scan", body | {"code": MUG}, **pat).status == 404
    assert (
        call("POST", "/bench/one/open", {"id": "some-scan-id", "code": "x", "warehouse": "main"}, **pat).status == 422
    )


def test_an_operator_says_at_which_of_several_warehouses_the_station_is() -> None:
    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("york")), "owner", NOON)
    order = an_order_of(number="#7")

    assert at_bench("open", code="7", warehouse="york").body["detail"] == "it is at main"
    unnamed = at_bench("open", code=MUG).body
    assert (unnamed["result"], "name the station's" in unnamed["detail"]) == ("not_open", True)
    assert at_bench("open", code=MUG, warehouse="main").body["box"]["order"] == order
    assert call("POST", "/bench/one/open", {"id": "some-scan-id", "code": "7", "warehouse": "x"}).status == 404


def test_an_opening_without_a_code_or_a_box_is_refused() -> None:
    assert call("POST", "/bench/one/open", {"id": "some-scan-id"}).fields == ["code"]


def test_a_scan_writes_its_order_once_and_no_index(cloud: World) -> None:
    order = an_order_of(5)
    opened(order)
    before = cloud.dynamodb.units.total

    scan(order)

    assert cloud.dynamodb.units.total - before <= 2
