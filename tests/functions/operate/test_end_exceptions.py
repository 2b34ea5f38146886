"""Exceptions about messages that failed for good end by themselves, in the hourly audit."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from functions.ingest import upload
from functions.operate import audit, drain
from packhorse.aws import clients
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind
from packhorse.domain.catalogue.product import Product
from packhorse.domain.orders.channel_order import DeletedOrder
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.problem import Cause
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId, Value
from packhorse.messages import origins
from packhorse.messages.audits import AuditRequest
from packhorse.messages.changes import ResyncChannel
from packhorse.messages.channels import PublishQuantity
from packhorse.messages.orders import AdvanceOrder, OrderDeleted, OrderReceived
from packhorse.messages.own import HandOver
from packhorse.messages.release import ChecksToMake, OrdersToBuyFor, OthersToCome
from packhorse.messages.tracking import ParcelsShipped
from packhorse.store import catalogue, exceptions, suppliers
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.operations.end_exceptions import CAUSES, REPEATED, end_exceptions
from packhorse.usecases.operations.judges import JUDGES
from packhorse.usecases.operations.retry import retry_exception
from packhorse.usecases.supply.buy_for_orders import buy_for_orders
from simulation.builders import NOON, a_line, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up, stored, told
from tests.conftest import invoked, queued
from tests.files.upload_builders import dropped
from tests.functions.operate.letters import MISSED, give_up, given_up, put
from tests.functions.operate.orders import step

pytestmark = pytest.mark.usefixtures("cloud")

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _before() -> Iterator[None]:
    """What the audits look at happened an hour before."""
    with time_machine.travel(NOW - HOUR, tick=False):
        yield


def hourly(at: datetime = NOW + HOUR, kind: AuditKind = AuditKind.ORDERS) -> None:
    """An audit as the schedule starts it."""
    with time_machine.travel(at, tick=False):
        audit.handler(AuditRequest(audit=kind, due=True).model_dump(mode="json"), Context())


def drained() -> OpenException:
    """The exception that a dead letter became."""
    with time_machine.travel(NOW, tick=False):
        assert drain.handler({}, Context())["failed"] == 0
    (found,) = exceptions.unresolved_of(*CAUSES)
    return found


def state(read: OpenException) -> ExceptionState:
    return exceptions.get_exception(read.id).state


def ends(read: OpenException, mend: Callable[[], Any]) -> bool:
    """Whether it ends with the audit after it was mended, and not with the one before."""
    hourly()
    before = state(read)
    mend()
    hourly(NOW + 2 * HOUR)
    return (before, state(read)) == (ExceptionState.OPEN, ExceptionState.RESOLVED)


def test_a_dead_letter_ends_when_its_retry_has_not_failed_for_half_an_hour() -> None:
    set_up()
    give_up("orders", "{}")
    letter = drained()

    retry_exception(letter, "user:ada", NOW)
    hourly(NOW + HOUR / 3)
    too_early = state(letter)
    hourly()

    assert (too_early, state(letter)) == (ExceptionState.RETRIED, ExceptionState.RESOLVED)
    assert exceptions.get_exception(letter.id).handled_by == "user:ada"


def test_a_retry_that_fails_again_is_open_and_stays() -> None:
    set_up()
    give_up("orders", "{}")
    letter = drained()
    retry_exception(letter, "user:ada", NOW)
    give_up("orders", "{}")
    drained()

    hourly(NOW + 2 * HOUR)

    assert state(letter) is ExceptionState.OPEN


def test_a_dead_letter_of_an_order_ends_once_the_order_is_stored() -> None:
    set_up()
    order = an_order(a_line())
    give_up("orders", message_body(OrderReceived(order=order, who="channel:shop")))

    assert ends(drained(), lambda: route.handler(told(order), Context()))


def test_an_older_message_that_is_stored_does_not_end_the_dead_letter_of_a_newer_one() -> None:
    set_up()
    order = an_order(a_line())
    route.handler(told(order), Context())
    give_up("orders", message_body(OrderReceived(order=order.replace(modified_at=NOON + HOUR), who="channel:shop")))
    letter = drained()

    hourly()

    assert state(letter) is ExceptionState.OPEN


def test_the_first_message_of_a_channel_is_not_done_by_a_later_file() -> None:
    set_up()
    brought = an_order(a_line(), lists_parcels=False, source="file", modified_at=NOON + HOUR)
    order = an_order(a_line(), channel_order_id=brought.channel_order_id)
    route.handler(told(brought), Context())
    give_up("orders", message_body(OrderReceived(order=order, who="channel:shop")))

    assert ends(drained(), lambda: route.handler(told(order), Context()))


def test_a_message_that_was_sent_later_of_the_same_moment_is_not_done_by_the_earlier() -> None:
    set_up()
    order = an_order(a_line(), triggered_at=NOON)
    later = order.replace(triggered_at=NOON + timedelta(milliseconds=300))
    route.handler(told(order), Context())
    give_up("orders", message_body(OrderReceived(order=later, who="channel:shop")))

    assert ends(drained(), lambda: route.handler(told(later), Context()))


def test_a_deletion_of_what_has_not_come_is_not_done() -> None:
    set_up()
    deleted = DeletedOrder(channel="shop", channel_order_id="7")
    body = message_body(OrderDeleted(order=deleted, who="channel:shop"))
    give_up("orders", body)

    assert ends(drained(), lambda: route.handler(sqs_event(body), Context()))


def test_a_dead_letter_that_advances_an_order_ends_when_nothing_waits() -> None:
    set_up()
    put_stock(5)
    order = an_order(a_line())
    route.handler(told(order), Context())
    give_up("orders", message_body(AdvanceOrder(order_id=order.order_id)))

    body = message_body(HandOver(order=order.order_id, attempt=1, fulfilment=1, kind="own", token="t1"))
    own.handler(sqs_event(body), Context())
    letter = drained()
    hourly()

    assert state(letter) is ExceptionState.RESOLVED


@pytest.mark.parametrize("is_handed_over", [True, False])
def test_a_dead_letter_of_a_hand_over_ends_with_the_hand_over_or_with_another_attempt(is_handed_over: bool) -> None:
    set_up()
    put_stock(5)
    order = an_order(a_line())
    route.handler(told(order), Context())
    body = message_body(HandOver(order=order.order_id, attempt=1, fulfilment=1, kind="own", token="t1"))
    give_up("own", body)
    letter = drained()
    if is_handed_over:
        own.handler(sqs_event(body), Context())
    hourly()
    after_one = state(letter)

    hourly(NOW + 2 * HOUR)  # the first one began another attempt, since nobody had handed it over

    assert after_one is (ExceptionState.RESOLVED if is_handed_over else ExceptionState.OPEN)
    assert state(letter) is ExceptionState.RESOLVED
    assert stored(order).fulfilments[0].attempt == (1 if is_handed_over else 2)


def parcels_given_up() -> ParcelsShipped:
    """The message of an order's parcels, whose handling was given up."""
    set_up()
    put_stock(5)
    order = an_order(a_line())
    route.handler(told(order), Context())
    parcels = (ParcelUpdate(carrier="DHL", tracking="T1"),)
    sent = ParcelsShipped(order_id=order.order_id, fulfilment=1, parcels=parcels, who="user:ada", at=NOW)
    give_up("tracking", message_body(sent))
    return sent


def test_a_dead_letter_of_parcels_ends_once_they_are_recorded() -> None:
    sent = parcels_given_up()

    assert ends(drained(), lambda: track.handler(sqs_event(message_body(sent)), Context()))


@pytest.mark.parametrize(("end", "is_done"), [("complete", True), ("cancel", False)])
def test_parcels_of_a_cancelled_order_are_not_done_since_what_left_is_an_exception_of_it(
    end: str, *, is_done: bool
) -> None:
    sent = parcels_given_up()
    letter = drained()
    step(sent.order_id, end)

    hourly()

    assert (state(letter) is ExceptionState.RESOLVED) is is_done


def test_a_dead_letter_of_a_file_ends_once_the_file_has_its_report() -> None:
    set_up()
    event = {"Records": [dropped(b"sku,warehouse,set\r\nMUG,main,1\r\n", "stock/count.csv")]}
    put(given_up("test-upload", event))

    assert ends(drained(), lambda: upload.handler(event, Context()))


def test_a_dead_letter_of_an_audit_ends_with_the_next_audit_of_its_kind() -> None:
    set_up()
    put(given_up("test-audit", {"audit": "channels"}))

    assert ends(drained(), lambda: hourly(NOW + HOUR, AuditKind.CHANNELS))


@pytest.mark.parametrize("supplier", ["acme", "gone"])
def test_a_dead_letter_of_orders_to_buy_for_ends_when_what_they_lack_comes_or_is_an_exception(supplier: str) -> None:
    set_up()
    suppliers.apply_edit("acme", lambda _: Supplier(id="acme"), "user:ada", NOON)
    terms = {"supplier": supplier, "price": {"amount": "2.00", "currency": "EUR"}}
    catalogue.put_product(Product(sku=MUG, bought_from=[terms], bought_per_order=True))
    order = an_order(placed_at=NOON)
    route.handler(told(order), Context())
    put(given_up("test-release", OrdersToBuyFor(orders=(order.order_id,)).model_dump()))

    assert ends(drained(), lambda: buy_for_orders([OrderId(order.order_id)]))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (ChecksToMake(), AuditKind.ROWS),
        (OthersToCome(sku="MUG", warehouse="main"), AuditKind.ORDERS),
    ],
)
def test_a_dead_letter_of_what_an_audit_sends_again_ends_after_that(message: Value, kind: AuditKind) -> None:
    set_up()
    put(given_up("test-release", message.model_dump()))
    letter = drained()

    hourly(kind=AuditKind.ROWS)
    hourly()
    if kind is AuditKind.ORDERS:
        assert state(letter) is ExceptionState.OPEN
        hourly(NOW + 2 * HOUR)

    assert state(letter) is ExceptionState.RESOLVED


@pytest.mark.parametrize("function", ["release", "publish"])
def test_lost_changes_are_repeated_by_the_audit_and_over_with_the_next(function: str) -> None:
    set_up()
    put(given_up(f"test-{function}", {"kind": "sku", "sku": "MUG"}))
    letter = drained()

    hourly()

    assert exceptions.get_exception(letter.id).handled_by == "packhorse"
    assert invoked(settings.release_function) == [{"kind": "all", "after": ""}]
    hourly(NOW + 2 * HOUR)
    assert state(letter) is ExceptionState.RESOLVED


def test_a_lost_quantity_is_sent_to_its_channel_again_and_nothing_to_the_others() -> None:
    set_up()
    body = message_body(PublishQuantity(channel="shop", sku=MUG, at=NOON))
    give_up("channels", body, group="shop")
    letter = drained()

    hourly()

    assert exceptions.get_exception(letter.id).handled_by == "packhorse"
    assert [each["sku"] for each in queued(settings.channels_queue_url)] == [MUG]
    assert invoked(settings.publish_function) == []
    hourly(NOW + 2 * HOUR)
    assert state(letter) is ExceptionState.RESOLVED


def test_confirmed_quantities_that_were_to_be_published_are_not_repeated() -> None:
    set_up()
    put(
        given_up("test-publish", ResyncChannel(channel="shop", event="e", forced=True, at=NOON).model_dump(mode="json"))
    )
    letter = drained()

    hourly()

    assert state(letter) is ExceptionState.OPEN


def test_missed_changes_of_stock_are_repeated_by_the_audit_and_over_with_the_next() -> None:
    set_up()
    put(MISSED)
    missed = drained()

    hourly()

    assert (missed.cause, state(missed)) == (Cause.CHANGES_MISSED, ExceptionState.RETRIED)
    assert invoked(settings.release_function) == [{"kind": "all", "after": ""}]
    assert [message["channel"] for message in invoked(settings.publish_function)] == ["shop"]
    hourly(NOW + 2 * HOUR)
    assert state(missed) is ExceptionState.RESOLVED


def test_of_many_dead_letters_each_audit_judges_some_until_all_had_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packhorse.usecases.operations.end_exceptions.MOST_JUDGED", 2)
    set_up()
    made = [an_order(a_line()) for _ in range(3)]
    for order in made:
        give_up("orders", message_body(OrderReceived(order=order, who="channel:shop")))
    with time_machine.travel(NOW, tick=False):
        drain.handler({}, Context())
    for order in made:
        route.handler(told(order), Context())

    left = []
    for hours in (1, 2):
        hourly(NOW + hours * HOUR)
        left.append(len(list(exceptions.unresolved_of(*CAUSES))))

    assert left == [1, 0]


def test_an_audit_that_is_late_leaves_dead_letters_to_the_next() -> None:
    set_up()
    order = an_order(a_line())
    give_up("orders", message_body(OrderReceived(order=order, who="channel:shop")))
    letter = drained()
    route.handler(told(order), Context())

    assert not end_exceptions(NOW + HOUR, lambda: True)
    assert state(letter) is ExceptionState.OPEN


def test_every_origin_of_dead_letters_is_judged_or_repeated() -> None:
    assert {*origins.QUEUES, *origins.FUNCTIONS} == JUDGES.keys() | REPEATED
    assert JUDGES.keys() & REPEATED == {"channels", "release"}, "a notice is judged, a quantity is repeated"


def test_a_dead_letter_that_is_not_kept_any_more_is_left_to_a_person() -> None:
    set_up()
    give_up("orders", message_body(AdvanceOrder(order_id="gone")))
    letter = drained()
    clients.client("s3").delete_object(Bucket=settings.uploads_bucket, Key=letter.raw)

    hourly()

    assert state(letter) is ExceptionState.OPEN
