"""Labels, through the API, the label function and a simulated carrier."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from local.world.carriers.easypost import EasyPostAccount
from local.world.failures import LOST
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import LabelPolicy
from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.labelling import CALL_LASTS
from packhorse.domain.orders.part import KNOWN_FOR
from packhorse.domain.users import Role
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.store import catalogue, configuration
from packhorse.usecases.labels import buy_label, finish_labels
from simulation.aws.boundary import Call, World, nothing
from simulation.builders import NOON, a_channel, a_line, later, sqs_event
from simulation.builders import an_order as a_channel_order
from simulation.merchant import MUG, Context, balance
from tests.conftest import queued
from tests.functions.fulfil.labels import (
    after_a_while,
    an_order_of,
    configured,
    connected,
    fails,
    files,
    labels,
    run_label,
    stored,
)
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import killed_in
from tests.functions.operate.orders import get, routed
from tests.functions.operate.people import PAT, invited


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def buy(order: str, body: Any = None, **more: Any) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/label", body or {}, **more)


def void(order: str, body: Any = None) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/void", body or {})


# ---- buying --------------------------------------------------------------------------------------------------------


def test_a_label_is_bought_its_file_stored_and_its_order_shipped(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of()

    bought = buy(order)

    assert (bought.status, bought.body["state"]) == (201, "bought")
    assert len(carrier.purchases) == 1
    shown = get(order)
    [parcel] = shown["fulfilments"][0]["parcels"]
    assert (shown["status"], parcel["tracking"]) == ("complete", bought.body["tracking"])
    assert parcel["label_url"].startswith("https://")
    assert balance() == (998, 0, 998)
    [key] = files(cloud)
    assert key == f"labels/{order}/{bought.body['id']}.pdf"
    assert files(cloud)[key].startswith(b"%PDF")
    assert [each["what"] for each in shown["timeline"]][-3:] == ["label_bought", "shipped", "completed"]


@pytest.mark.usefixtures("carrier")
def test_who_only_looks_gets_no_file_of_a_label() -> None:
    order = an_order_of()
    name = buy(order).body["id"]

    [seen] = call("GET", f"/orders/{order}", roles=["read_only"]).body["fulfilments"]

    assert call("GET", f"/orders/{order}/fulfilments/1/labels/{name}", roles=["read_only"]).status == 403
    assert [(each["id"], each["url"]) for each in seen["labels"]] == [(name, None)]
    assert [each["label_url"] for each in seen["parcels"]] == [None]


@pytest.mark.usefixtures("carrier")
def test_a_packer_who_looks_at_everything_gets_no_files_of_other_warehouses() -> None:
    call("PUT", "/warehouses/york", {"name": "York"})
    invited(PAT, Role.PACKER, Role.READ_ONLY, warehouses=["york"])
    order = an_order_of()
    name = buy(order).body["id"]

    [seen] = call("GET", f"/orders/{order}", who=PAT, roles=()).body["fulfilments"]

    assert (seen["warehouse"], [each["url"] for each in seen["labels"]]) == ("main", [None])
    assert [each["label_url"] for each in seen["parcels"]] == [None]
    assert call("GET", f"/orders/{order}/fulfilments/1/labels/{name}", who=PAT, roles=()).status == 404


@pytest.mark.usefixtures("carrier")
def test_a_packer_opens_the_file_of_a_label_until_some_days_after_its_parcel_left() -> None:
    invited(PAT, Role.PACKER, warehouses=["main"])
    pat: dict[str, Any] = {"who": PAT, "roles": ()}
    order = an_order_of()
    path = f"/orders/{order}/fulfilments/1"
    name = buy(order, **pat).body["id"]
    to_print = {"id": "print-it-1", "order": order, "fulfilment": 1, "document": "label"}

    def opens() -> list[bool]:
        [seen] = call("GET", f"/orders/{order}", **pat).body["fulfilments"]
        box = call("POST", "/bench/one/open", {"id": "open-it-1", "order": order, "fulfilment": 1}, **pat).body["box"]
        urls = [call("GET", f"{path}/labels/{name}", **pat).body["url"], seen["labels"][0]["url"]]
        urls += [seen["parcels"][0]["label_url"], *(each["url"] for each in box["labels"])]
        asked = [call("POST", "/bench/one/print", to_print, **pat), call("GET", f"{path}/packing-slip", **pat)]
        return [*map(bool, urls), *(each.status in (200, 201) for each in asked)]

    assert all(opens())
    with time_machine.travel(datetime.now(UTC) + KNOWN_FOR, tick=False):
        assert not any(opens())
        assert call("GET", f"{path}/labels/{name}").body["url"]


def test_a_label_is_bought_though_another_line_gets_its_product_at_the_same_moment(
    carrier: EasyPostAccount, cloud: World
) -> None:
    first = a_channel_order(a_line(quantity=2))
    unmatched = later(first, lines=(*first.lines, a_line("A-SHOPS-OWN", reference="44211", line="2")))
    [order] = routed(first)
    routed(unmatched)

    def maps_it_before_the_label_is_recorded(asked: Call) -> None:
        if asked.operation == "SendMessageBatch" and labels(order) == [LabelState.BUYING]:
            cloud.before = nothing
            routed(later(unmatched, lines=(*first.lines, a_line(line="2"))))

    cloud.before = maps_it_before_the_label_is_recorded

    assert buy(order).status == 201
    assert stored(order).lines[1].sku == MUG
    assert call("GET", "/exceptions").body["items"] == []


def test_a_label_that_is_requested_again_under_one_key_is_bought_once(carrier: EasyPostAccount) -> None:
    order = an_order_of()

    once, again = (buy(order, headers={"idempotency-key": "k"}) for _ in range(2))

    assert (once.status, again.status, once.body["id"]) == (201, 201, again.body["id"])
    assert len(carrier.purchases) == 1


def test_a_fulfilment_order_with_a_label_gets_no_other_one(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    buy(order)

    assert (buy(order).status, len(carrier.purchases)) == (409, 1)


def test_rates_are_shown_with_the_one_that_would_be_bought_and_nothing_is(carrier: EasyPostAccount) -> None:
    order = an_order_of()

    found = call("POST", f"/orders/{order}/fulfilments/1/rates", {})

    assert found.status == 200
    assert found.body["chosen"] in {each["rate"]["id"] for each in found.body["items"]}
    assert found.body["reason"].startswith("the cheapest of ")
    assert (carrier.purchases, labels(order)) == ([], [])


def test_what_lacks_for_a_label_is_named_and_nothing_is_requested_of_the_carrier(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug"))
    configured(address=None)
    order = an_order_of()

    refused = buy(order)

    assert (refused.status, refused.fields) == (422, ["sender", "weight"])
    assert (carrier.shipments, labels(order)) == ({}, [])


def test_a_weighed_parcel_needs_no_weight_of_its_products(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug"))

    assert buy(an_order_of(), {"package": {"weight_g": 800}}).status == 201


def test_a_held_order_gets_no_label(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    call("POST", f"/orders/{order}/hold", {"reason": "a doubt"})

    refused = buy(order)

    assert (refused.status, refused.fields) == (422, ["hold"])


def test_a_channel_that_sells_its_own_labels_has_none_bought_elsewhere(carrier: EasyPostAccount) -> None:
    channel = a_channel(label_policy=LabelPolicy.CHANNEL_ONLY)
    configuration.apply_edit(lambda before: before.with_channel(channel), "owner", NOON)

    assert buy(an_order_of()).fields == ["carrier"]


def test_what_the_carrier_refuses_is_an_answer_and_an_exception(carrier: EasyPostAccount) -> None:
    carrier.settings.funds = "0.00"
    order = an_order_of()

    refused = buy(order)

    assert refused.status == 422
    assert [each["cause"] for each in get(order)["exceptions"]] == ["label_refused"]
    carrier.settings.funds = "100.00"
    assert buy(order).status == 201
    assert get(order)["exceptions"] == []


def test_a_limit_that_no_rate_meets_buys_nothing(carrier: EasyPostAccount) -> None:
    order = an_order_of()

    refused = buy(order, {"max_price": {"amount": "0.01", "currency": "USD"}})

    assert (refused.status, labels(order)) == (422, [])


# ---- lost answers and dying processes --------------------------------------------------------------------------------


def test_a_purchase_whose_answer_is_lost_is_found_and_not_repeated(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    fails(carrier, LOST, "/buy", after=True)

    assert buy(order).status == 201
    assert (len(carrier.purchases), labels(order)) == (1, [LabelState.BOUGHT])


def test_a_purchase_that_did_not_arrive_is_made_by_the_next_request(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()
    fails(carrier, LOST, "/buy")

    assert buy(order, headers={"idempotency-key": "k"}).status == 503
    assert (carrier.purchases, labels(order)) == ([], [LabelState.BUYING])
    assert buy(order, headers={"idempotency-key": "k"}).status == 503  # the first one may still be waiting
    after_a_while(monkeypatch)
    assert buy(order, headers={"idempotency-key": "k"}).status == 201
    assert len(carrier.purchases) == 1


@pytest.mark.parametrize("step", ["purchase", "record", "stored_file"])
def test_a_process_that_dies_at_any_step_leaves_a_label_that_is_finished_and_bought_once(
    step: str, carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()

    with killed_in(buy_label, step):
        buy(order)
    [left] = stored(order).fulfilments[0].labels
    after_a_while(monkeypatch)

    finished = call("POST", f"/orders/{order}/fulfilments/1/labels/{left.id}/finish")

    assert (finished.status, finished.body["state"]) == (200, "bought")
    assert (len(carrier.purchases), get(order)["status"], balance()) == (1, "complete", (998, 0, 998))


@pytest.mark.parametrize("step", ["purchase", "record"])
def test_a_label_that_a_process_left_behind_is_finished_by_itself(
    step: str, carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()

    with killed_in(buy_label, step):
        buy(order)
    assert labels(order) == [LabelState.BUYING]
    after_a_while(monkeypatch)
    cloud.clock.sleep(finish_labels.FINISHED_AFTER)
    advance_all()
    run_later(cloud)

    assert (labels(order), len(carrier.purchases), get(order)["status"]) == ([LabelState.BOUGHT], 1, "complete")


def test_a_void_that_a_process_left_behind_is_finished_by_itself(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()
    buy(order)
    fails(carrier, LOST, "/refund", after=True)
    assert void(order).status == 503
    after_a_while(monkeypatch)
    cloud.clock.sleep(finish_labels.FINISHED_AFTER)

    advance_all()
    run_later(cloud)

    assert (labels(order), balance()) == ([LabelState.VOIDED], (1000, 2, 998))


def test_a_void_that_is_finished_later_is_in_the_name_of_who_requested_it(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()
    buy(order)
    fails(carrier, LOST, "/refund", after=True)
    assert call("POST", f"/orders/{order}/fulfilments/1/void", {}, who="eve@example.com").status == 503
    after_a_while(monkeypatch)
    cloud.clock.sleep(finish_labels.FINISHED_AFTER)

    advance_all()
    run_later(cloud)

    named = {each["what"]: each["who"] for each in get(order)["timeline"]}
    assert (named["label_bought"], named["label_voided"]) == ("user:ada@example.com", "user:eve@example.com")


@pytest.mark.parametrize("left_before", [0, 1])
def test_a_parcel_whose_order_is_held_while_its_label_is_bought_leaves_after_the_release(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch, left_before: int
) -> None:
    order = an_order_of(2 + left_before)
    hand_over(order)
    for _ in range(left_before):
        buy(order, {"lines": [{"line": stored(order).lines[0].id, "quantity": 1}]})
    on_hand = balance()[0]
    sell = buy_label.purchase

    def held(*arguments: Any) -> Any:
        call("POST", f"/orders/{order}/hold", {"reason": "a doubt"})
        return sell(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(buy_label, "purchase", held)
        buy(order)
    assert (labels(order), balance()) == ([LabelState.BOUGHT] * (left_before + 1), (on_hand, 2, on_hand - 2))

    call("POST", f"/orders/{order}/release")
    advance_all()
    assert stored(order).fulfilments[0].status is FulfilmentStatus.QUEUED
    hand_over(order)

    assert (get(order)["status"], balance()) == ("complete", (on_hand - 2, 0, on_hand - 2))


def test_a_label_that_cannot_be_finished_yet_is_looked_at_again(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()
    fails(carrier, LOST, "/buy", times=9, after=True)
    fails(carrier, 503, method="GET", times=9)
    assert buy(order).status == 503
    call("POST", f"/orders/{order}/cancel")
    assert (get(order)["status"], labels(order)) == ("cancelled", [LabelState.BUYING])
    for _ in range(3):
        send_advance([OrderId(order)], finish_labels.FINISHED_AFTER)  # by what else happens to the order
        cloud.clock.sleep(finish_labels.FINISHED_AFTER)
        messages = queued(settings.orders_queue_url)
        assert [each["for_labels"] for each in messages].count(True) == 1
        for message in messages:
            route.handler(sqs_event(message), Context())
    after_a_while(monkeypatch)
    cloud.clock.sleep(finish_labels.FINISHED_AFTER)
    carrier.failures.clear()
    advance_all()
    run_later(cloud)

    assert labels(order) == [LabelState.UNUSED]


SUSPENDED = '{"error": {"code": "FORBIDDEN", "message": "account suspended"}}'


def test_a_label_whose_carrier_does_not_answer_for_hours_is_an_exception_until_it_does(
    carrier: EasyPostAccount, cloud: World
) -> None:
    order = an_order_of()
    fails(carrier, 403, "/buy", times=99, text=SUSPENDED)
    start = datetime.now(UTC)
    assert buy(order).status == 503

    def finish(hours: float) -> list[str]:
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            [left] = stored(order).fulfilments[0].labels
            call("POST", f"/orders/{order}/fulfilments/1/labels/{left.id}/finish")
        return [each.cause for each in stored(order).exceptions]

    assert finish(2.9) == []
    assert finish(3.1) == ["label_unfinished"]
    [found] = stored(order).exceptions
    assert "easypost does not say whether label" in found.message
    assert "account suspended" in found.message
    with time_machine.travel(start + timedelta(hours=4), tick=False):
        [stated] = call("GET", "/exceptions").body["items"]
        assert call("POST", f"/exceptions/{stated['id']}/dismiss").status == 200
    carrier.failures.clear()
    fails(carrier, 403, "/buy", times=99, text=SUSPENDED.replace("suspended", "suspended, request 7"))
    assert finish(5) == []  # the same failure is not opened again, whatever its answer says
    carrier.failures.clear()
    assert finish(6) == []
    assert (labels(order), stored(order).fulfilments[0].labels[0].problem) == ([LabelState.BOUGHT], "")


def test_a_void_that_its_carrier_does_not_answer_for_hours_is_an_exception_until_it_does(
    carrier: EasyPostAccount, cloud: World
) -> None:
    order = an_order_of()
    start = datetime.now(UTC)
    buy(order)
    fails(carrier, 403, "/refund", times=2, text=SUSPENDED)

    found = []
    for hours in (4, 5, 8, 9):  # the void is begun four hours after the purchase
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            void(order)
            found.append([each.cause for each in stored(order).exceptions])
            fails(carrier, 403, "/refund", times=int(hours == 5), text=SUSPENDED)

    assert found == [[], [], ["label_unfinished"], []]
    assert labels(order) == [LabelState.VOIDED]


def test_a_label_that_is_being_bought_of_an_account_that_is_removed_is_refused(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_order_of()
    fails(carrier, 403, "/buy", times=9, text=SUSPENDED)
    buy(order)
    configuration.apply_edit(lambda before: before.without_carrier("easypost"), "owner", NOON)
    [left] = stored(order).fulfilments[0].labels
    finish = f"/orders/{order}/fulfilments/1/labels/{left.id}/finish"

    assert call("POST", finish).status == 503  # another process may be buying it
    after_a_while(monkeypatch)
    refused = call("POST", finish)

    assert (refused.status, labels(order)) == (422, [LabelState.REFUSED])
    assert [each.cause for each in stored(order).exceptions] == ["label_refused"]


def test_a_label_that_is_not_finished_for_hours_is_tried_less_often(carrier: EasyPostAccount, cloud: World) -> None:
    order = an_order_of()
    fails(carrier, 403, "/buy", times=9, text=SUSPENDED)
    buy(order)
    [left] = stored(order).fulfilments[0].labels

    assert [finish_labels.seconds_to_next([left], left.attempted_at + timedelta(hours=hours)) for hours in (1, 3)] == [
        finish_labels.FINISHED_AFTER,
        finish_labels.LATE_ONES_AFTER,
    ]


def test_a_label_that_no_process_bought_is_not_bought_for_what_was_cancelled_or_left_otherwise(
    carrier: EasyPostAccount, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled, sent = an_order_of(), an_order_of()
    fails(carrier, 503, "/buy", times=9)
    assert [buy(each).status for each in (cancelled, sent)] == [503, 503]
    carrier.failures.clear()
    call("POST", f"/orders/{cancelled}/cancel")
    call("POST", f"/orders/{sent}/fulfilments/1/ship", {"parcels": [{"carrier": "UPS", "tracking": "1Z1"}]})
    track.handler(sqs_event(*queued(settings.tracking_queue_url)), Context())
    after_a_while(monkeypatch)

    cloud.clock.sleep(finish_labels.FINISHED_AFTER)
    advance_all()
    run_later(cloud)

    assert [labels(each) for each in (cancelled, sent)] == [[LabelState.REFUSED]] * 2
    assert [get(each)["exceptions"] for each in (cancelled, sent)] == [[], []]
    assert carrier.purchases == []


def hand_over(order: str) -> None:
    request = {"order": order, "attempt": stored(order).attempts, "fulfilment": 1, "kind": "own", "token": "t"}
    own.handler(sqs_event(request), Context())


def advance_all() -> None:
    """Deliver what the orders queue holds, delayed or not."""
    while messages := queued(settings.orders_queue_url):
        route.handler(sqs_event(*messages), Context())


def run_later(cloud: World) -> None:
    """Run what the label function was invoked with asynchronously."""
    invocations, cloud.functions.invocations = cloud.functions.invocations, []
    for invocation in invocations:
        if invocation.function == settings.label_function:
            run_label(invocation.payload)


def test_a_file_that_could_not_be_had_is_fetched_later(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    fails(carrier, 503, ".pdf")

    bought = buy(order)
    assert (bought.status, bought.body["url"]) == (201, None)
    finished = call("POST", f"/orders/{order}/fulfilments/1/labels/{bought.body['id']}/finish")

    assert finished.body["url"] is not None
    assert len(carrier.purchases) == 1


def test_a_busy_carrier_costs_nothing(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    fails(carrier, 429, "/v2/shipments", retry_after=3)

    assert (buy(order).status, labels(order)) == (503, [])
    assert buy(order).status == 201


def test_the_lease_is_longer_than_the_calls_of_a_purchase() -> None:
    assert timedelta(minutes=1) < CALL_LASTS


# ---- voiding -------------------------------------------------------------------------------------------------------


def test_a_voided_label_takes_shipped_back(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    buy(order)

    after = void(order)

    assert (after.status, after.body["status"]) == (200, "in_fulfilment")
    assert after.body["fulfilments"][0]["labels"][0]["url"] is None
    assert (balance(), labels(order)) == ((1000, 2, 998), [LabelState.VOIDED])
    assert buy(order).status == 201
    assert balance() == (998, 0, 998)


def test_a_label_whose_parcel_is_on_its_way_is_not_voided(carrier: EasyPostAccount) -> None:
    order = an_order_of()
    tracking = buy(order).body["tracking"]
    carrier.parcels[tracking]["status"] = "in_transit"

    assert void(order).status == 409
    assert (get(order)["status"], labels(order)) == ("complete", [LabelState.BOUGHT])


def test_a_void_whose_answer_is_lost_is_repeated(carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order_of()
    buy(order)
    fails(carrier, LOST, "/refund", after=True)

    assert (void(order).status, labels(order)) == (503, [LabelState.VOIDING])
    after_a_while(monkeypatch)
    assert (void(order).status, labels(order), balance()) == (200, [LabelState.VOIDED], (1000, 2, 998))


# ---- when work counts as shipped -------------------------------------------------------------------------------------


def test_where_boxes_are_packed_after_their_label_it_ships_nothing(carrier: EasyPostAccount) -> None:
    configured(ships_on=ShipsOn.PACKED)
    order = an_order_of()

    assert buy(order).status == 201
    assert (get(order)["status"], balance()) == ("in_fulfilment", (1000, 2, 998))
