"""The auditor, through its real handler: what is sound stays, what is lost is mended, what is wrong is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from functions.allocate import route
from functions.complete import finish
from functions.fulfil import own
from functions.operate import audit
from packhorse.aws import clients
from packhorse.aws.executions import execution_state, stop_execution
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.soundness import Execution
from packhorse.messages.audits import AuditRequest
from packhorse.store import audits, configuration, exceptions, ledger, orders
from packhorse.store.commit import Write, commit_one
from packhorse.usecases.operations import audit_executions, audit_orders, audit_shelves
from packhorse.usecases.operations.watch_waiting import watched_metrics
from packhorse.usecases.orders import follow_up
from simulation.aws.boundary import Call, World
from simulation.aws.refusals import Refused
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, put_stock, set_up, stored, told
from tests.conftest import invoked, queued
from tests.functions.operate import purchasing

pytestmark = pytest.mark.usefixtures("cloud")


class InAHurry(Context):
    """Time for one page, or one shelf."""

    def get_remaining_time_in_millis(self) -> int:
        return 1000


def never() -> bool:
    return False


@pytest.fixture(autouse=True)
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything counts as quiet and overdue."""
    monkeypatch.setattr("packhorse.domain.orders.soundness.GRACE", timedelta(0))
    monkeypatch.setattr("packhorse.domain.orders.soundness.HAND_OVER_DEADLINE", timedelta(0))
    monkeypatch.setattr(audit_executions, "HAND_OVER_DEADLINE", timedelta(0))


def audited(which: AuditKind, context: Any = None, *, due: bool = False) -> AuditRun:
    audit.handler(AuditRequest(audit=which, due=due).model_dump(mode="json"), context or Context())
    return next(run for run in audits.last_runs() if run.audit is which)


def routed(*lines: Any, **more: Any) -> ChannelOrder:
    order = an_order(*lines, **more)
    route.handler(told(order), Context())
    return order


def problems() -> list[tuple[str, str]]:
    return [
        (each.cause, each.message) for each in exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]
    ]


def spoil(table: str, key: dict[str, str], **values: int) -> None:
    """Writes past every rule, as a bug would."""
    clients.client("dynamodb").update_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key.items()},
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
        ExpressionAttributeValues={f":{name}": {"N": str(value)} for name, value in values.items()},
    )


def executions() -> dict[str, str]:
    found = clients.client("stepfunctions").list_executions(stateMachineArn=settings.order_state_machine_arn)
    return {each["name"]: each["status"] for each in found["executions"]}


def stop(order: ChannelOrder, attempt: int = 1) -> None:
    stop_execution(order.order_id, attempt, "the machine was switched off")


# ---- shelves


def test_shelves_that_agree_with_their_ledger_are_sound() -> None:
    set_up()
    put_stock(10)
    routed(a_line(quantity=3))

    run = audited(AuditKind.STOCK)

    assert (run.looked_at, run.wrong, run.moving) == (1, 0, 0)
    assert run.finished_at is not None
    assert problems() == []


def test_a_balance_that_is_not_the_sum_of_its_movements_is_an_exception() -> None:
    set_up()
    put_stock(10)
    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, on_hand=11, available=11)

    assert audited(AuditKind.STOCK).wrong == 1

    assert problems() == [("ledger_differs", "11 on hand and 0 committed, 10 and 0 by the ledger")]


def test_a_balance_that_is_found_right_again_is_no_exception_any_more() -> None:
    set_up()
    put_stock(10)
    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, on_hand=11, available=11)
    audited(AuditKind.STOCK)

    put_stock(5, event="counted")
    audited(AuditKind.STOCK)
    assert problems() == [("ledger_differs", "16 on hand and 0 committed, 15 and 0 by the ledger")]

    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, on_hand=15, available=15)
    audited(AuditKind.STOCK)
    assert problems() == []


def test_what_is_incoming_must_be_what_purchase_orders_still_have_to_bring() -> None:
    purchasing.merchant()
    name = purchasing.on_order()
    put_stock(3)
    assert audited(AuditKind.STOCK).wrong == 0

    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, incoming=7)
    assert audited(AuditKind.STOCK).wrong == 1
    assert problems() == [
        (
            "ledger_differs",
            "7 incoming, 0 of them in transit; 10 by purchase orders, 0 by transfer orders, 0 by work orders",
        )
    ]
    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, incoming=10)
    purchasing.receive(name, purchasing.arrived(4))

    assert (audited(AuditKind.STOCK).wrong, problems()) == (0, [])


def test_what_is_available_must_be_what_is_on_hand_and_not_committed() -> None:
    set_up()
    put_stock(10)
    spoil(settings.stock_table, {"pk": MUG, "sk": "main"}, available=12)

    audited(AuditKind.STOCK)

    assert problems() == [("ledger_differs", "12 available, and 10 on hand less 0 committed")]


def test_committed_units_that_no_order_holds_are_an_exception() -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    clients.client("dynamodb").delete_item(
        TableName=settings.orders_table, Key={"pk": {"S": order.id}, "sk": {"S": "ORDER"}}
    )

    audited(AuditKind.STOCK)

    assert problems() == [("ledger_differs", f"order {order.id} holds 0 and has committed 3")]


def test_a_shelf_that_changes_while_it_is_looked_at_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    changes: Iterator[int] = iter(range(10))
    sums = ledger.sums_in_time

    def busy(place: Any, is_late: Any) -> Any:
        found = sums(place, is_late)
        put_stock(1, event=f"receipt {next(changes)}")
        return found

    monkeypatch.setattr(ledger, "sums_in_time", busy)
    run = audited(AuditKind.STOCK)

    assert (run.moving, run.wrong) == (1, 0)


def test_an_audit_that_runs_out_of_time_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(None, "A", "B/".strip("/"), "C #1")
    monkeypatch.setattr(audit_shelves, "AUDIT_PAGE", 2)
    monkeypatch.setattr(audit_orders, "ORDERS_PAGE", 2)
    for sku in ("A", "B", "C #1"):
        put_stock(1, sku)

    audited(AuditKind.STOCK, InAHurry())
    [passed_on] = invoked(settings.audit_function)
    audit.handler(passed_on, Context())

    [run] = audits.last_runs()
    assert (run.looked_at, run.finished_at is not None) == (3, True)


def test_time_is_looked_at_after_every_shelf() -> None:
    set_up(None, "A", "B")
    for sku in ("A", "B"):
        put_stock(1, sku)

    assert audited(AuditKind.STOCK, InAHurry()).looked_at == 1

    for looked_at in (2, 2):
        [passed_on] = invoked(settings.audit_function)
        audit.handler(passed_on, InAHurry())
        [run] = audits.last_runs()
        assert run.looked_at == looked_at
    assert run.finished_at is not None


def test_a_ledger_that_is_not_read_in_time_is_the_first_of_the_next_invocation_and_else_left_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    set_up(None, "A", "B", "C")
    for sku in ("A", "B", "C"):
        put_stock(1, sku)
    sums, tried = ledger.sums_in_time, []

    def long_of_b(place: Any, is_late: Any) -> Any:
        tried.append(place.sku)
        return None if place.sku == "B" else sums(place, is_late)

    monkeypatch.setattr(ledger, "sums_in_time", long_of_b)
    monkeypatch.setattr(audit_shelves, "check_repeatedly", lambda check: check())
    page = audit_shelves.audit_shelves(run := AuditRun(audit=AuditKind.STOCK, started_at=NOON), None, NOON, never)
    again = audit_shelves.audit_shelves(page[0], page[1], NOON, lambda: tried[-1] == "B")
    rest = audit_shelves.audit_shelves(again[0], again[1], NOON, never)

    assert tried == ["A", "B", "B", "C"]
    assert (rest[0].looked_at - run.looked_at, rest[0].moving, rest[1]) == (3, 1, None)
    assert [each.getMessage() for each in caplog.records if each.levelname == "WARNING"] == ["ledger too long to audit"]


# ---- orders


def test_every_page_of_orders_and_every_page_of_shelves_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_shelves, "AUDIT_PAGE", 2)
    monkeypatch.setattr(audit_orders, "ORDERS_PAGE", 2)
    skus = [f"SKU-{number}" for number in range(5)]
    set_up(None, *skus)
    for sku in skus:
        put_stock(1, sku)
        routed(a_line(sku))

    assert audited(AuditKind.STOCK).looked_at == 5
    assert audited(AuditKind.ORDERS).looked_at == 5


def test_sound_orders_are_left_alone() -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    asked(order)
    before = stored_as(order)

    run = audited(AuditKind.ORDERS)

    assert (run.looked_at, run.wrong, run.mended) == (1, 0, 0)
    assert stored_as(order) == before


def asked(order: Order, attempt: int = 1) -> None:
    """The warehouse gets the work, as the state machine sends it."""
    message = {"order": order.id, "attempt": attempt, "fulfilment": 1, "kind": "own", "token": f"token-{attempt}"}
    own.handler(sqs_event(message), Context())


def stored_as(order: Order) -> Order:
    return orders.get_order(order.id)


@pytest.mark.parametrize(
    ("spoiled", "problem"),
    [
        (lambda order: {"status": Status.OPEN}, "its status is open and should be in_fulfilment"),
        (lambda order: {"fulfilments": ()}, "its status is in_fulfilment and should be open"),
        (
            lambda order: {"lines": (order.lines[0].replace(quantity=2),)},
            "line 1: 1 more unit has a warehouse than is wanted",
        ),
        (
            lambda order: {"lines": (order.lines[0].replace(allocations=()),)},
            "line 1: 3 units are handed over to main, 0 are allocated there",
        ),
    ],
)
def test_an_order_that_contradicts_itself_is_an_exception(
    spoiled: Callable[[Order], dict[str, Any]], problem: str
) -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    commit_one(Write(Change(order.replace(**spoiled(order))), order, "a bug"), NOON)

    assert audited(AuditKind.ORDERS).wrong == 1

    [(cause, message)] = problems()
    assert cause == "order_differs"
    assert problem in message


def test_an_order_that_holds_what_it_never_committed_is_an_exception() -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    clients.client("dynamodb").delete_item(
        TableName=settings.movements_table,
        Key={"pk": {"S": f"{MUG}#main"}, "sk": {"S": f"{order.id}#000001"}},
    )

    audited(AuditKind.ORDERS)

    assert problems() == [("order_differs", f"holds 3 {MUG} in main and has committed 0")]


def test_an_order_that_is_found_right_again_is_no_exception_any_more() -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    wrong = order.replace(status=Status.OPEN)
    commit_one(Write(Change(wrong), order, "a bug"), NOON)
    audited(AuditKind.ORDERS)
    assert [cause for cause, _ in problems()] == ["order_differs"]

    spoiled = stored_as(order)
    commit_one(Write(Change(spoiled.replace(status=order.status)), spoiled, "a person"), NOON)
    audited(AuditKind.ORDERS)

    assert problems() == []


def test_a_start_that_was_lost_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    with monkeypatch.context() as patched:
        patched.setattr(follow_up, "start_attempts", lambda _: None)
        order = routed(a_line(quantity=3))
    assert executions() == {}

    audited(AuditKind.ORDERS)
    [message] = queued(settings.orders_queue_url)
    route.handler(sqs_event(message), Context())

    assert executions() == {f"{order.order_id}-1": "RUNNING"}


def test_work_that_its_warehouse_has_is_not_handed_over_again_when_its_execution_broke() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    asked(stored(order))
    stop(order)

    assert audited(AuditKind.ORDERS).mended == 0

    [work] = stored(order).fulfilments
    assert (work.attempt, work.status) == (1, FulfilmentStatus.REQUESTED)
    assert executions() == {f"{order.order_id}-1": "ABORTED"}


def test_of_an_execution_that_broke_only_what_no_warehouse_has_yet_is_handed_over_by_another() -> None:
    set_up(a_configuration(a_warehouse("east"), a_warehouse("main")), MUG, "LAMP")
    put_stock(1)
    put_stock(1, warehouse="east", sku="LAMP")
    order = routed(a_line(), a_line("LAMP", line="2"))
    asked(stored(order))
    stop(order)

    assert audited(AuditKind.ORDERS).mended == 1

    assert [(work.attempt, work.status) for work in stored(order).fulfilments] == [
        (1, FulfilmentStatus.REQUESTED),
        (2, FulfilmentStatus.QUEUED),
    ]
    assert executions()[f"{order.order_id}-2"] == "RUNNING"
    assert stored(order).timeline[-1].what == "restarted"


def test_overdue_work_is_reminded_of_and_never_handed_over_again() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    asked(stored(order))
    overdue(order)
    before = stored(order)

    assert audited_after(days=30) == 0
    assert stored(order) == before

    without = dismissed(before, before.exceptions[0], before.timeline[-1].at, "ada")
    commit_one(Write(Change(without), before, "ada"), NOON)
    audited_after(days=6)
    assert stored(order).exceptions == ()
    audited_after(days=8)
    assert [each.kind for each in stored(order).exceptions] == ["overdue_1"]
    assert [each.attempt for each in stored(order).fulfilments] == [1]
    assert list(executions()) == [f"{order.order_id}-1"]


def test_work_whose_execution_broke_is_overdue_after_a_week_in_which_nothing_happened() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    asked(stored(order))
    stop(order)

    audited_after(days=6)
    assert stored(order).exceptions == ()
    audited_after(days=8)

    assert [each.kind for each in stored(order).exceptions] == ["overdue_1"]


@pytest.mark.parametrize("is_overdue", [True, False], ids=["overdue", "dismissed"])
def test_an_execution_that_aws_has_forgotten_is_not_replaced(cloud: World, is_overdue: bool) -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    asked(stored(order))
    if is_overdue:
        overdue(order)
    stop(order)
    cloud.clock.sleep(91 * 24 * 3600)
    assert execution_state(order.order_id, 1) is Execution.MISSING

    for days in (91, 92, 93):
        assert audited_after(days=days) == 0

    assert [each.kind for each in stored(order).exceptions] == ["overdue_1"]
    assert [each.attempt for each in stored(order).fulfilments] == [1]
    assert executions() == {}


def test_an_execution_whose_name_was_one_of_an_earlier_stack_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    stop(order)
    monkeypatch.setattr(audit_orders, "execution_state", lambda *_: Execution.MISSING)

    assert audited(AuditKind.ORDERS).mended == 1

    assert [each.attempt for each in stored(order).fulfilments] == [2]
    assert executions()[f"{order.order_id}-2"] == "RUNNING"


def overdue(order: ChannelOrder) -> None:
    """The execution waited in vain, and ended."""
    late = {"fulfilment": 1, "outcome": "overdue"}
    finish.handler({"order": order.order_id, "attempt": 1, "outcomes": [late]}, Context())
    stop(order)


def audited_after(days: int) -> int:
    """Audits the orders so many days after something last happened to the only one; returns what was mended."""
    with time_machine.travel(stored_as_last() + timedelta(days=days), tick=False):
        return audited(AuditKind.ORDERS).mended


def test_a_message_that_never_reached_its_warehouse_is_sent_by_a_new_execution() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))

    assert audited(AuditKind.ORDERS).mended == 1

    assert executions() == {f"{order.order_id}-1": "ABORTED", f"{order.order_id}-2": "RUNNING"}


def test_the_old_execution_asks_in_vain_once_it_was_replaced() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))
    audited(AuditKind.ORDERS)

    asked(stored(order), attempt=1)
    assert stored(order).fulfilments[0].status is FulfilmentStatus.QUEUED
    asked(stored(order), attempt=2)

    assert stored(order).fulfilments[0].token == "token-2"


def test_backorders_that_nobody_woke_are_woken_while_there_is_stock() -> None:
    set_up()
    routed(a_line(quantity=3))
    put_stock(10)

    audited(AuditKind.ORDERS)

    assert [each["sku"] for each in invoked(settings.release_function)] == [MUG]


def test_a_configuration_that_nobody_was_told_of_is_passed_on() -> None:
    set_up()
    configuration.apply_edit(lambda before: before.with_channel(a_channel(percent=50)), "owner", NOON)

    assert audited(AuditKind.ORDERS).mended == 1
    assert invoked(settings.release_function) == [{"kind": "all", "after": ""}]

    assert audited(AuditKind.ORDERS).mended == 0


def test_a_warehouse_of_amazons_that_nobody_was_told_of_is_scheduled_and_one_no_more_is_not(cloud: World) -> None:
    set_up(a_configuration(channel=a_channel(kind=ChannelKind.AMAZON)))
    ours = a_warehouse("amazon", kind="fba", fba=FbaSettings(channel="shop", every_minutes=30))
    configuration.apply_edit(lambda before: before.with_warehouse(ours), "owner", NOON)

    assert audited(AuditKind.ORDERS).mended == 1
    [schedule] = cloud.scheduler.schedules.values()
    assert (schedule.name, schedule.properties["ScheduleExpression"]) == ("amazon", "rate(30 minutes)")
    assert invoked(settings.fba_function) == [{"kind": "exchange", "warehouse": "amazon"}]

    configuration.apply_edit(lambda before: before.with_warehouse(a_warehouse("amazon")), "owner", NOON)

    assert audited(AuditKind.ORDERS).mended == 1
    assert not cloud.scheduler.schedules


def test_an_order_that_has_just_changed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packhorse.domain.orders.soundness.GRACE", timedelta(hours=1))
    set_up()
    put_stock(10)
    routed(a_line(quantity=3))

    run = audited(AuditKind.ORDERS)

    assert (run.looked_at, run.moving, run.mended) == (1, 1, 0)


def test_a_schedule_audits_an_order_after_1_4_and_24_hours_of_its_silence_and_then_daily() -> None:
    set_up()
    put_stock(10)
    asked(stored(routed(a_line(quantity=3))))
    last = stored_as_last()
    audits.save_run(AuditRun(audit=AuditKind.ORDERS, started_at=last, finished_at=last))

    def looked_at(hours: float) -> int:
        with time_machine.travel(last + timedelta(hours=hours), tick=False):
            return audited(AuditKind.ORDERS, due=True).looked_at

    hours = [hour + 0.5 for hour in range(75)]
    assert [hour for hour in hours if looked_at(hour)] == [1.5, 4.5, 24.5, 48.5, 72.5]


def stored_as_last() -> datetime:
    """When something last happened to the only order."""
    [place] = orders.unfinished_orders()
    return orders.get_order(orders.id_in_key(place)).timeline[-1].at


def test_what_a_run_that_never_ended_left_out_is_due_for_the_next() -> None:
    set_up()
    put_stock(10)
    asked(stored(routed(a_line(quantity=3))))
    last = stored_as_last()
    audits.save_run(AuditRun(audit=AuditKind.ORDERS, started_at=last + timedelta(hours=2), since=last))

    with time_machine.travel(last + timedelta(hours=3), tick=False):
        run = audited(AuditKind.ORDERS, due=True)

    assert (run.looked_at, run.since) == (1, last)


def test_an_order_that_is_not_due_costs_half_a_read(cloud: World) -> None:
    set_up()
    put_stock(10)
    asked(stored(routed(a_line(quantity=3))))
    now = datetime.now(UTC)
    audits.save_run(AuditRun(audit=AuditKind.ORDERS, started_at=now, finished_at=now))
    cloud.calls.clear()

    with cloud.dynamodb.units.reading() as units:
        run = audited(AuditKind.ORDERS, due=True)

    assert run.looked_at == 0
    assert "DescribeExecution" not in {operation for _, operation in cloud.calls}
    # the order, the four statuses of those that are not over, and those to be erased
    assert units[settings.orders_table] == 0.5 + 4 * 0.5 + 0.5


# ---- executions


def test_an_execution_that_no_order_needs_is_ended() -> None:
    set_up()
    clients.client("stepfunctions").start_execution(
        stateMachineArn=settings.order_state_machine_arn, name="nobody-1", input="{}"
    )

    assert audited(AuditKind.EXECUTIONS).mended == 1

    assert executions() == {"nobody-1": "ABORTED"}


def test_an_execution_that_was_not_told_of_its_end_is_told_again() -> None:
    set_up()
    put_stock(10)
    order = stored(routed(a_line(quantity=3)))
    works = tuple(work.replace(status=FulfilmentStatus.CANCELLED, token="t") for work in order.fulfilments)
    commit_one(Write(Change(order.replace(fulfilments=works)), order, "test"), NOON)

    audited(AuditKind.EXECUTIONS)

    assert queued(settings.orders_queue_url) == [
        {"kind": "advance", "order_id": order.id, "for_labels": False, "foreseen": False}
    ]
    assert executions() == {f"{order.id}-1": "RUNNING"}


def test_an_execution_that_is_waited_for_goes_on() -> None:
    set_up()
    put_stock(10)
    order = routed(a_line(quantity=3))

    run = audited(AuditKind.EXECUTIONS)

    assert (run.looked_at, run.mended) == (1, 0)
    assert execution_state(order.order_id, 1) is Execution.RUNNING
    assert execution_state(order.order_id, 9) is Execution.MISSING


# ---- what waits


AGE = ("AWS/SQS", "ApproximateAgeOfOldestMessage")
FINDINGS = [
    (*AGE, "test-orders-queue", 1801.0, "seconds in queue orders"),
    (*AGE, "test-own-queue", 1801.0, "seconds in queue own"),
    (*AGE, "test-tracking-queue", 1801.0, "seconds in queue tracking"),
    (*AGE, "test-channels-queue.fifo", 1801.0, "seconds in queue channels"),
    (*AGE, "test-amazon-queue", 1801.0, "seconds in queue amazon"),
    (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "test-fifo-dead-letters-queue.fifo",
        1.0,
        "dead letters not drained",
    ),
    ("AWS/Lambda", "IteratorAge", "test-stack-name-changed", 1_800_001.0, "milliseconds in the stream of stock"),
    ("AWS/States", "ExecutionsFailed", settings.order_state_machine_arn, 1.0, "executions failed"),
]


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    audited(AuditKind.EXECUTIONS)
    return [str(record.__dict__["what"]) for record in caplog.records if record.message == "work waits"]


@pytest.mark.parametrize(("namespace", "name", "of", "value", "what"), FINDINGS)
def test_what_waits_for_half_an_hour_or_fails_is_a_warning(
    cloud: World, caplog: pytest.LogCaptureFixture, namespace: str, name: str, of: str, value: float, what: str
) -> None:
    set_up()
    cloud.cloudwatch.metrics[namespace, name, of] = [0.0, value, 0.0]
    assert warned(caplog) == [what]
    caplog.clear()

    cloud.cloudwatch.metrics[namespace, name, of] = [0.0, value - 1]
    assert warned(caplog) == []


def test_everything_that_is_watched_has_a_warning(cloud: World, caplog: pytest.LogCaptureFixture) -> None:
    set_up()
    for namespace, name, of, value, _ in FINDINGS:
        cloud.cloudwatch.metrics[namespace, name, of] = [value]

    assert warned(caplog) == [what for *_, what in FINDINGS]
    assert len(FINDINGS) == len(list(watched_metrics()))


def test_an_audit_goes_on_where_metrics_cannot_be_read_and_says_so(
    cloud: World, caplog: pytest.LogCaptureFixture
) -> None:
    set_up()

    def refused(call: Call) -> None:
        if call.service == "cloudwatch":
            raise Refused("AccessDenied", "not authorized to perform: cloudwatch:GetMetricData", 403)

    cloud.before = refused
    assert warned(caplog) == ["metrics not read"]
    assert next(run for run in audits.last_runs() if run.audit is AuditKind.EXECUTIONS).finished_at
