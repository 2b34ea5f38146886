"""Orders of one buyer to one address that leave as one parcel: merged, labelled, voided, undone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.allocate import route
from functions.fulfil import own
from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel, LabelPolicy
from packhorse.domain.labels.box_sizes import BoxSize
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.money import Money
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.users import Role
from packhorse.domain.values import OrderId
from packhorse.messages.labels import BuyLabel
from packhorse.messages.orders import AdvanceOrder
from packhorse.messages.tracking import ParcelTracked
from packhorse.store import catalogue, configuration
from packhorse.store.parcels import fulfilment_orders_of
from packhorse.usecases.labels import buy_label
from packhorse.usecases.labels.rate_label import Offer, offered
from packhorse.usecases.labels.record_tracking import EARLY, record_tracking
from packhorse.usecases.orders.change_order import change_order
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, a_warehouse, sqs_event
from simulation.carrier import ACCOUNT, SENDER
from simulation.merchant import MUG, Context, balance, put_stock, set_up
from tests.conftest import invoked
from tests.functions.fulfil.labels import (
    GRAMS,
    after_a_while,
    an_order_of,
    configured,
    connected,
    fails,
    labels,
    merge,
    run_label,
    stored,
)
from tests.functions.fulfil.partner import handle_tracking
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.people import invited


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def advance(*names: str) -> None:
    route.handler(sqs_event(*(AdvanceOrder(order_id=each).model_dump(mode="json") for each in names)), Context())


def request(name: str, number: int = 1) -> None:
    """Hand a fulfilment order over, as its execution does."""
    attempt = stored(name).fulfilments[number - 1].attempt
    body = {"order": name, "attempt": attempt, "fulfilment": number, "kind": "own", "token": f"token-{name}-{number}"}
    own.handler(sqs_event(body), Context())


def two_orders() -> tuple[str, str]:
    one, other = an_order_of(quantity=2), an_order_of(quantity=3)
    request(one)
    request(other)
    return one, other


def buy(name: str, body: Any = None, **more: Any) -> Answer:
    return call("POST", f"/orders/{name}/fulfilments/1/label", body or {}, **more)


def void(name: str) -> Answer:
    return call("POST", f"/orders/{name}/fulfilments/1/void")


def members(name: str) -> list[str]:
    merged = stored(name).fulfilments[0].merge
    return sorted(each.order for each in merged.members) if merged else []


def trackings(*names: str) -> set[str | None]:
    return {parcel.tracking for each in names for parcel in stored(each).parcels}


def test_orders_to_one_address_are_suggested_and_merged(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    elsewhere = an_order_of(ship_to=SENDER)

    found = call("GET", f"/orders/{one}/fulfilments/1/could-ship-with").body["items"]
    answer = merge(one, other)

    assert [(each["order"], each["units"]) for each in found] == [(other, 3)]
    assert elsewhere not in [each["order"] for each in found]
    assert (answer.status, members(one), members(other)) == (201, sorted((one, other)), sorted((one, other)))
    rows = call("GET", "/fulfilments", query={"q": MUG}).body["items"]
    assert {row["merge"] for row in rows if row["order_id"] in (one, other)} == {answer.body["items"][0]["merge"]}
    assert stored(one).timeline[-1].what == "merged"


def test_one_label_ships_all_of_them_with_one_tracking_number(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)

    label = buy(other).body

    assert (len(carrier.purchases), label["package"]["weight_g"]) == (1, 5 * GRAMS)
    assert [stored(each).status for each in (one, other)] == ["complete", "complete"]
    assert trackings(one, other) == {label["tracking"]}
    assert [dict(stored(each).shipped) for each in (one, other)] == [{"1": 2}, {"1": 3}]
    assert balance() == (995, 0, 995)


def test_the_carriers_report_is_recorded_with_every_order_of_the_parcel(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)
    tracking = buy(one).body["tracking"]
    assert sorted(each.order for each in fulfilment_orders_of([tracking])[tracking]) == sorted((one, other))


def bought_by_a_process_that_dies(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two merged orders: the first has their label, and the process died before the second had it."""
    one, other = two_orders()
    merge(one, other)
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(buy_label, "follow_shared", _die)
        buy(one)
    return one, other


def follow_label_of(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the label of an order finished that no process works on any more."""
    after_a_while(monkeypatch)
    advance(name)
    for payload in invoked(settings.label_function):
        run_label(payload)


def test_a_process_that_dies_between_the_orders_is_followed_by_one_that_ships_the_rest(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = bought_by_a_process_that_dies(monkeypatch)
    assert (labels(one), labels(other)) == (["bought"], ["buying"])

    follow_label_of(other, monkeypatch)

    assert (len(carrier.purchases), labels(other)) == (1, ["bought"])
    assert (stored(other).status, len(trackings(one, other))) == ("complete", 1)


def reported(tracking: str, status: TrackingStatus, received_at: datetime) -> set[str]:
    """Record what the carrier reports; returns the messages that come again."""
    event = TrackingEvent(carrier="USPS", tracking=tracking, status=status, at=received_at)
    message = ParcelTracked(account=ACCOUNT.id, event=event, received_at=received_at)
    return record_tracking({"message": message}, datetime.now(UTC))


@pytest.mark.parametrize("is_late", [False, True])
def test_what_the_carrier_reports_before_all_orders_have_the_label_is_recorded_with_all(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    one, other = bought_by_a_process_that_dies(monkeypatch)
    [sold] = carrier.purchases
    received_at = datetime.now(UTC) - (EARLY if is_late else timedelta())
    status = TrackingStatus.OUT_FOR_DELIVERY

    assert reported(sold["tracking"], status, received_at) == (set() if is_late else {"message"})
    follow_label_of(other, monkeypatch)

    transits = [parcel.transit for each in (one, other) for parcel in stored(each).parcels]
    assert [each and each.status for each in transits] == [status, status]
    assert reported(sold["tracking"], TrackingStatus.DELIVERED, datetime.now(UTC)) == set()
    assert {parcel.transit.status for each in (one, other) for parcel in stored(each).parcels if parcel.transit} == {
        "delivered"
    }


def _die(*_: object) -> None:
    raise SystemExit("the process ends")


def test_a_lost_answer_is_looked_up_by_whichever_order_is_followed_first(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_orders()
    merge(one, other)
    fails(carrier, 0, "/buy", after=True)
    fails(carrier, 503, method="GET", times=9)
    assert buy(one).status == 503
    carrier.failures.clear()

    follow_label_of(other, monkeypatch)

    assert (len(carrier.purchases), labels(one), labels(other)) == (1, ["bought"], ["bought"])


def test_two_people_who_buy_at_once_get_one_label(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)
    second: list[Answer] = []

    with meanwhile("TransactWriteItems", lambda: second.append(buy(other))):
        first = buy(one)

    assert sorted((first.status, second[0].status))[0] == 201
    assert (len(carrier.purchases), len(trackings(one, other))) == (1, 1)


def test_a_refused_label_is_refused_for_all_and_they_stay_merged(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)
    carrier.settings.funds = "0.01"

    assert buy(one).status == 422

    assert (labels(one), labels(other)) == (["refused"], ["refused"])
    carrier.settings.funds = "1000.00"
    assert buy(other).status == 201
    assert len(trackings(one, other)) == 1


@pytest.mark.parametrize("voided", [0, 1])
def test_a_voided_label_takes_all_parcels_back_and_they_stay_merged(carrier: EasyPostAccount, voided: int) -> None:
    names = two_orders()
    merge(*names)
    buy(names[0])

    assert void(names[voided]).status == 200

    assert [labels(each) for each in names] == [["voided"], ["voided"]]
    assert [stored(each).status for each in names] == ["in_fulfilment", "in_fulfilment"]
    assert (balance(), members(names[0])) == ((1000, 5, 995), sorted(names))
    advance(*names)
    assert buy(names[1]).status == 201
    assert [stored(each).status for each in names] == ["complete", "complete"]


def leave_by(name: str, how: str) -> None:
    if how == "cancel":
        call("POST", f"/orders/{name}/cancel")
    if how == "hold":
        call("POST", f"/orders/{name}/hold", {"reason": "look"})
    if how == "unmerge":
        call("POST", f"/orders/{name}/fulfilments/1/unmerge")
    if how == "ship":
        update = ParcelUpdate(carrier="DHL", tracking="JD01")
        change_order(OrderId(name), lambda order, now, who: shipped(order, 1, [update], now, who), "ops")


@pytest.mark.parametrize("how", ["cancel", "hold", "unmerge", "ship"])
def test_an_order_that_changes_leaves_by_itself_and_the_others_ship_without_it(
    carrier: EasyPostAccount, how: str
) -> None:
    one, other = two_orders()
    third = an_order_of(quantity=1)
    merge(one, other, third)

    leave_by(other, how)
    advance(other)

    assert (members(one), members(other)) == (sorted((one, third)), [])
    assert "left_merge" in [entry.what for entry in stored(other).timeline]
    assert stored(other).fulfilments[0].left_merge is None
    assert buy(one).body["package"]["weight_g"] == 3 * GRAMS
    assert labels(other) == []


def test_of_two_the_one_that_is_left_is_merged_no_more(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)

    leave_by(other, "unmerge")
    advance(other)

    assert (members(one), stored(one).timeline[-1].what) == ([], "unmerged")


def test_a_member_that_is_cancelled_while_the_label_is_bought_is_not_shipped(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_orders()
    merge(one, other)
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(buy_label, "follow_shared", _die)
        buy(one)
    call("POST", f"/orders/{other}/cancel")

    follow_label_of(other, monkeypatch)

    assert (stored(other).status, labels(other), list(stored(other).parcels)) == ("cancelled", ["unused"], [])
    assert stored(one).status == "complete"


def test_a_merged_one_is_neither_split_nor_labelled_in_part(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    merge(one, other)
    lines = [{"line": "1", "quantity": 1}]

    assert buy(one, {"lines": lines}).status == 409
    assert call("POST", f"/orders/{one}/fulfilments/1/split", {"lines": lines}).status == 409
    buy(one)
    assert call("POST", f"/orders/{one}/fulfilments/1/unmerge").status == 409


def refused(*names: str) -> list[tuple[str, str]]:
    return [(each["field"], each["message"]) for each in merge(*names).body["errors"]]


def test_what_does_not_fit_one_parcel_is_refused_with_its_field(carrier: EasyPostAccount) -> None:
    one, other = two_orders()
    elsewhere, held, labelled = an_order_of(ship_to=SENDER), an_order_of(), an_order_of()
    call("POST", f"/orders/{held}/hold", {"reason": "look"})
    buy(labelled)

    assert refused(one, elsewhere)[0] == (
        "fulfilments.1",
        "it goes to another recipient or address, or by another delivery method",
    )
    assert refused(one, held) == [("fulfilments.1", "its order is held")]
    assert refused(one, labelled) == [("fulfilments.1", "it is shipped")]
    assert refused(one, "0" * 32) == [("fulfilments.1.order", f"there is no order {'0' * 32}")]
    assert refused(one, one)[0][0] == "fulfilments.1.order"
    merge(one, other)
    assert refused(one, other)[0] == ("fulfilments.0", "it is merged already: undo that first")


def test_work_of_a_supplier_is_merged_with_none(cloud: World) -> None:
    set_up(a_configuration(a_warehouse("acme", kind="dropship"), priorities=("acme",)))
    put_stock(100, warehouse="acme")
    one, other = an_order_of(), an_order_of()

    assert [message for _, message in refused(one, other)] == ["acme ships by itself"] * 2


def test_a_repeated_request_merges_once(carrier: EasyPostAccount) -> None:
    one, other = two_orders()

    answers = [merge(one, other, headers={"idempotency-key": "one"}) for _ in range(2)]

    assert [each.status for each in answers] == [201, 201]
    assert [entry.what for entry in stored(one).timeline].count("merged") == 1


def test_where_the_box_ships_each_order_ships_as_its_own_is_closed(carrier: EasyPostAccount) -> None:
    configured(ships_on="packed")
    one, other = two_orders()
    merge(one, other)

    buy(one)

    rows = call("GET", "/fulfilments", query={"view": "to-pack"}).body["items"]
    assert sorted(row["order_id"] for row in rows) == sorted((one, other))


@pytest.mark.parametrize("leaves", ["ship", "reject", "cancel"])
def test_of_two_the_one_that_is_left_with_their_label_is_merged_no_more_once_that_is_void(
    carrier: EasyPostAccount, leaves: str
) -> None:
    configured(ships_on="packed")
    one, other = two_orders()
    merge(one, other)
    buy(one)
    leave = {
        "ship": ("fulfilments/1/ship", {"parcels": [{"carrier": "DHL", "tracking": "H1"}]}),
        "reject": ("fulfilments/1/reject", {"reason": "other"}),
        "cancel": ("cancel", {}),
    }
    path, body = leave[leaves]
    assert call("POST", f"/orders/{other}/{path}", body).status < 300
    handle_tracking()
    advance(other)

    assert void(one).status < 300
    advance(one)

    assert members(one) == []
    third = an_order_of(quantity=1)
    request(third)
    assert merge(one, third).status == 201


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.PACKER])
def test_people_at_the_warehouse_merge_there_and_nowhere_else(carrier: EasyPostAccount, role: Role) -> None:
    set_up(a_configuration(a_warehouse(address=SENDER), a_warehouse("west"), catchall="main").with_carrier(ACCOUNT))
    one, other = two_orders()
    invited("ann@example.com", role, warehouses=["main"])
    invited("bob@example.com", role, warehouses=["west"])

    assert merge(one, other, who="bob@example.com").status == 422
    assert merge(one, other, who="ann@example.com").status == 201


def test_a_label_that_was_refused_meanwhile_is_not_begun_once_more(carrier: EasyPostAccount) -> None:
    one, _ = two_orders()
    carrier.settings.funds = "0.01"
    message = BuyLabel(order=one, fulfilment=1, label="one-and-the-same", who="ops").model_dump(mode="json")

    with meanwhile("PutItem", lambda: run_label(message)):
        answer = run_label(message)

    assert (answer["failure"] is not None, labels(one)) == (True, ["refused"])


def meanwhile_rated(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have something happen after the rates of the next label came and before it is stored."""

    def after_rates(*arguments: Any) -> Offer:
        monkeypatch.setattr(buy_label, "offered", offered)
        offer = offered(*arguments)
        act()
        return offer

    monkeypatch.setattr(buy_label, "offered", after_rates)


def test_no_label_is_bought_for_a_parcel_that_was_unmerged_since_it_was_rated(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_orders()
    merge(one, other)
    meanwhile_rated(monkeypatch, lambda: leave_by(one, "unmerge"))

    answer = buy(one)

    assert (answer.status, carrier.purchases, labels(one), labels(other)) == (409, [], [], [])
    advance(one)
    assert (buy(one).body["package"]["weight_g"], labels(other)) == (2 * GRAMS, [])


def test_no_label_of_one_is_bought_for_an_order_that_was_merged_since_it_was_rated(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_orders()
    meanwhile_rated(monkeypatch, lambda: merge(one, other))

    answer = buy(one)

    assert (answer.status, carrier.purchases, labels(one), labels(other)) == (409, [], [], [])
    assert buy(one).body["package"]["weight_g"] == 5 * GRAMS


# ---- on whose terms, and in which box --------------------------------------------------------------------------------


def of_shop_and_market(market: Channel, **more: Any) -> tuple[str, str]:
    """An order of the channel `shop` and one of another channel, merged."""
    configuration.apply_edit(lambda before: before.with_channel(market), "owner", NOON)
    one, other = an_order_of(quantity=2), an_order_of(quantity=3, channel=market.id, **more)
    request(one)
    request(other)
    assert merge(one, other).status == 201
    return one, other


@pytest.mark.parametrize("bought_for", [0, 1])
def test_a_merged_label_keeps_the_limit_of_every_orders_channel(carrier: EasyPostAccount, bought_for: int) -> None:
    names = of_shop_and_market(a_channel("market", max_label_price=Money.of("0.01", "USD")))

    answer = buy(names[bought_for])

    assert (answer.status, set(answer.fields), carrier.purchases) == (422, {"price"}, [])
    assert answer.body["errors"][0]["message"].endswith("more than the 0.01 of channel market")


@pytest.mark.parametrize("bought_for", [0, 1])
def test_a_merged_label_is_of_no_carrier_that_an_orders_channel_excludes(
    carrier: EasyPostAccount, bought_for: int
) -> None:
    names = of_shop_and_market(a_channel("market"))
    changed = a_channel("market", label_policy=LabelPolicy.OWN_EXCEPT, excluded_carriers=("usps",))
    configuration.apply_edit(lambda before: before.with_channel(changed), "owner", NOON)

    assert buy(names[bought_for]).body["carrier"] == "UPS"


@pytest.mark.parametrize("bought_for", [0, 1])
def test_a_merged_label_arrives_by_the_earliest_day_of_its_orders(carrier: EasyPostAccount, bought_for: int) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    names = of_shop_and_market(a_channel("market"), deliver_by=soon)

    assert f"none arrives within {soon:%Y-%m-%d}" in buy(names[bought_for]).body["reason"]


def packs_in(*boxes: BoxSize) -> None:
    configuration.apply_edit(lambda before: before.replace(account=before.account.replace(boxes=boxes)), "owner", NOON)


def merged_at_a_warehouse_with_boxes(**warehouse: Any) -> tuple[str, str]:
    packs_in(CRATE)
    configured(**warehouse)
    one, other = two_orders()
    merge(one, other)
    return one, other


CRATE = BoxSize(id="crate", length_mm=400, width_mm=300, height_mm=200, tare_g=250)


def test_a_merged_parcel_goes_in_the_box_that_is_named(carrier: EasyPostAccount) -> None:
    one, _ = merged_at_a_warehouse_with_boxes()

    label = buy(one, {"box": "crate"}).body

    assert (label["box"]["box"], label["box"]["reason"]) == ("crate", "named in the request")
    assert label["package"] == {
        "weight_g": 5 * GRAMS + 250, "length_mm": 400, "width_mm": 300, "height_mm": 200
    }  # fmt: skip


def test_a_merged_parcel_that_is_weighed_has_the_sides_of_the_named_box(carrier: EasyPostAccount) -> None:
    one, _ = merged_at_a_warehouse_with_boxes()

    package = buy(one, {"box": "crate", "package": {"weight_g": 3000}}).body["package"]

    assert (package["weight_g"], package["length_mm"]) == (3000, 400)


def test_a_merged_parcel_in_a_box_that_the_warehouse_does_not_have_is_refused_once(carrier: EasyPostAccount) -> None:
    one, _ = merged_at_a_warehouse_with_boxes()

    refused = buy(one, {"box": "barrel"})

    assert (refused.status, refused.fields, carrier.shipments) == (422, ["box"], {})


def test_a_merged_parcel_without_a_named_box_weighs_as_much_more_as_the_default_one(carrier: EasyPostAccount) -> None:
    one, _ = merged_at_a_warehouse_with_boxes(default_box="crate")

    label = buy(one).body

    assert (label["box"], label["package"]["weight_g"], label["package"]["length_mm"]) == (None, 5 * GRAMS + 250, 0)


def test_a_merged_parcel_heavier_than_any_can_be_is_refused(carrier: EasyPostAccount) -> None:
    one, _ = merged_at_a_warehouse_with_boxes()
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=3_000_000))

    refused = buy(one)

    assert (refused.status, refused.fields, carrier.shipments) == (422, ["weight"], {})
