"""What people, carriers and channels wrote about an order of an erased buyer, in the order and in its exceptions."""

from datetime import timedelta
from typing import Any

import pytest

from packhorse.domain.labels.tracking import TrackingStatus, Transit
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_current_exception, with_exception, without_exception
from packhorse.domain.orders.merging import alike
from packhorse.domain.orders.order import Hold, Order, OrderException
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import OrderId
from packhorse.store import exceptions, orders
from packhorse.store.commit import Write, commit_one
from packhorse.store.exceptions import ExceptionState, OpenException, id_of
from packhorse.store.order_exceptions import id_in
from simulation.aws.boundary import World
from simulation.builders import NOON, an_order
from simulation.merchant import put_stock, set_up
from tests.functions.operate.calls import call
from tests.functions.operate.orders import routed, step
from tests.functions.operate.test_erasing import PATH, audited, her_order

pytestmark = pytest.mark.usefixtures("cloud")

MOVED = "gone to her sister"
"""What no value of the buyer is in."""
RETURNED = OrderException(cause=Cause.NOT_DELIVERED, fulfilment=1, tracking=("1Z9",), message=MOVED, opened_at=NOON)


@pytest.fixture(autouse=True)
def _merchant(cloud: World) -> None:
    set_up()
    put_stock(100)


def stored(order_id: str) -> Order:
    return orders.get_order(OrderId(order_id))


def committed(order: Order) -> Order:
    """The order after a change of it was committed."""
    return commit_one(Write(Change(order), stored(order.id), "packhorse"), NOON)


def complete() -> Order:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    return stored(order_id)


def erased(order_id: str) -> Order:
    assert call("POST", PATH, {"order": order_id}).status == 202
    audited()
    assert stored(order_id).erased_at
    return stored(order_id)


def record_of(order: Order, problem: OrderException = RETURNED) -> OpenException:
    return exceptions.get_exception(id_in(order, problem))


def facts(record: OpenException) -> dict[str, Any]:
    return record.model_dump(exclude={"message"})


def test_an_open_exception_stays_open_with_its_cause_and_advice_and_without_its_message() -> None:
    order = committed(with_exception(complete(), RETURNED))
    before = record_of(order)

    after = erased(order.id)

    assert [(each.key, each.message) for each in after.exceptions] == [(RETURNED.key, "")]
    assert MOVED not in after.model_dump_json()
    assert (before.message, record_of(order).message) == (MOVED, "")
    assert facts(record_of(order)) == facts(before)
    assert (before.state, before.times) == (ExceptionState.OPEN, 1)


def test_one_that_was_resolved_has_no_message_any_more_and_stays_resolved() -> None:
    order = committed(with_exception(complete(), RETURNED.replace(fulfilment=None, tracking=())))
    gone = order.exceptions[0]
    order = committed(without_exception(order, Cause.NOT_DELIVERED))

    erased(order.id)

    assert (record_of(order, gone).state, record_of(order, gone).message) == (ExceptionState.RESOLVED, "")


def test_exceptions_of_another_order_and_of_the_same_moment_keep_theirs() -> None:
    [other] = routed(an_order())
    kept = committed(with_exception(stored(other), RETURNED))

    erased(committed(with_exception(complete(), RETURNED)).id)

    assert record_of(kept).message == MOVED


def test_an_exception_about_a_message_of_the_order_loses_its_text_too() -> None:
    order = complete()
    subject = Subject.of_channel_order(order.channel, order.channel_order_id)
    exceptions.open_exception(Problem(cause=Cause.ORDER_NOT_READ, subject=subject, message=MOVED), NOON)

    erased(order.id)

    record = exceptions.get_exception(id_of(Cause.ORDER_NOT_READ, subject))
    assert (record.state, record.message) == (ExceptionState.OPEN, "")


def test_an_exception_that_opens_later_has_no_message_and_opens_once() -> None:
    order = erased(committed(with_exception(complete(), RETURNED)).id)
    later = RETURNED.replace(tracking=("1Z8",), opened_at=NOON + timedelta(days=1))

    order = committed(with_current_exception(order, later))
    again = with_current_exception(order, later.replace(message="and to another one"))

    assert again == order
    assert MOVED not in order.model_dump_json()
    assert (record_of(order, later).state, record_of(order, later).message) == (ExceptionState.OPEN, "")


def test_a_record_that_an_earlier_erasure_left_loses_its_text_once_it_opens_again() -> None:
    problem = RETURNED.replace(fulfilment=None, tracking=())
    order = committed(with_exception(complete(), problem))
    order = committed(without_exception(order, Cause.NOT_DELIVERED).replace(erased_at=NOON))

    order = committed(with_exception(order, problem.replace(opened_at=NOON + timedelta(days=1))))

    assert (record_of(order, problem).message, record_of(order, problem).times) == ("", 2)


def test_what_people_wrote_about_it_goes_without_a_word_of_the_buyer_in_it() -> None:
    [order_id] = routed(her_order())
    step(order_id, "hold", {"reason": MOVED})
    step(order_id, "notes", {"text": MOVED})

    [found] = call("POST", "/privacy/export", {"order": order_id}).body["items"]
    assert found["remarks"] == [MOVED]
    assert ("held", MOVED) in [(each["what"], each["detail"]) for each in found["timeline"]]

    step(order_id, "cancel", {"reason": MOVED})
    assert stored(order_id).timeline[-2].detail == MOVED
    after = erased(order_id)

    assert MOVED not in after.model_dump_json()
    assert {"held", "cancel_requested"} <= {entry.what for entry in after.timeline}
    [blank] = call("POST", "/privacy/export", {"order": order_id}).body["items"]
    assert (blank["remarks"], blank["timeline"]) == ([], [])


def test_nothing_tells_whether_a_name_and_an_address_were_those_of_a_merged_order() -> None:
    merged = [*routed(her_order()), *routed(her_order())]
    refs = [{"order": each, "fulfilment": 1} for each in merged]
    assert call("POST", "/merges", {"fulfilments": refs}).status == 201
    digest = alike(stored(merged[0]))
    assert digest in stored(merged[0]).model_dump_json()
    for each in merged:
        step(each, "complete")

    assert digest not in erased(merged[0]).model_dump_json()


def test_what_a_carrier_or_a_person_says_later_is_not_stored() -> None:
    order = erased(complete().id)
    fulfilment = order.fulfilments[0]
    transit = Transit(status=TrackingStatus.DELIVERED, at=NOON, detail="handed to Zelda's neighbour")
    parcels = tuple(each.replace(transit=transit) for each in fulfilment.parcels)
    assert parcels
    hold = Hold(id="h1", reason=MOVED, owner="user:ada", placed_at=NOON)
    later = order.replace(fulfilments=(fulfilment.replace(parcels=parcels),), holds=(hold,))

    after = committed(with_entry(later, NOON, "held", "user:ada", MOVED))

    assert after == stored(order.id)
    assert after.fulfilments[0].parcels[0].transit == transit.replace(detail="")
    assert [hold.reason for hold in after.holds] == [""]
    assert after.timeline[-1].detail == ""


def test_a_note_on_an_erased_order_is_refused() -> None:
    order = erased(complete().id)

    refused = step(order.id, "notes", {"text": MOVED})

    assert refused.status == 409
    assert "erased" in refused.body["detail"]
    assert stored(order.id) == order


def test_tags_stay_but_for_one_with_a_value_of_the_buyer() -> None:
    [order_id] = routed(her_order())
    step(order_id, "complete")
    tagged = call("PUT", f"/orders/{order_id}/tags", {"tags": ["vip", "call zelda quirk"]})
    assert tagged.status == 200

    assert erased(order_id).tags == ("vip",)
