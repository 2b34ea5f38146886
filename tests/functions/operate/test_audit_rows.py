"""The audit of rows, through the real handler: rows are as their orders say, and counts as many as there are rows."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from functions.operate import audit, count
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.orders.fulfilment_rows import View, rows_of
from packhorse.domain.values import OrderId
from packhorse.messages.audits import AuditRequest
from packhorse.store import audits, orders, row_counts, row_search, rows
from packhorse.store.rows import RowKey
from packhorse.usecases.operations import audit_rows
from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import event
from simulation.builders import a_line
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.operate.orders import one_routed

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def _merchant(monkeypatch: pytest.MonkeyPatch, cloud: World) -> None:
    """Mugs, and audits for which everything has been quiet for long."""
    monkeypatch.setattr("packhorse.domain.orders.soundness.GRACE", timedelta(0))
    monkeypatch.setattr("packhorse.domain.orders.soundness.HAND_OVER_DEADLINE", timedelta(days=9999))
    monkeypatch.setattr(audit_rows, "SETTLING", 0.0)
    set_up()
    put_stock(50)


def audited(which: AuditKind = AuditKind.ROWS) -> AuditRun:
    audit.handler(AuditRequest(audit=which).model_dump(mode="json"), Context())
    return next(run for run in audits.last_runs() if run.audit is which)


def counted(world: World) -> None:
    """The stream delivers all that changed."""
    count.handler(event(list(world.dynamodb.tables[settings.orders_table].records)), Context())


def stored() -> "Counter[tuple[str, str]]":
    """The rows there are, by view and order."""
    keys = (key for view in View for key in row_search.keys_of_view(view, "", 100)[0])
    return Counter((key.view, key.order_id) for key in keys)


def the_key(order_id: str) -> RowKey:
    [row] = rows_of(orders.get_order(OrderId(order_id)))
    return rows.key_of(row)


def delete(key: RowKey) -> None:
    clients.client("dynamodb").delete_item(TableName=settings.orders_table, Key=key.request)


def copy(key: RowKey, **other: Any) -> None:
    """Puts the row once more under another key."""
    item = clients.client("dynamodb").get_item(TableName=settings.orders_table, Key=key.request)["Item"]
    clients.client("dynamodb").put_item(TableName=settings.orders_table, Item=item | other)


def test_what_is_right_stays(cloud: World) -> None:
    for _ in range(3):
        one_routed(a_line(MUG))
    counted(cloud)

    run = audited()

    assert (run.looked_at, run.mended, run.wrong) == (3, 0, 0)
    assert audited(AuditKind.ORDERS).mended == 0


def test_an_order_of_before_gets_its_rows_by_the_audit_of_orders() -> None:
    order = one_routed(a_line(MUG))
    delete(the_key(order))

    assert audited(AuditKind.ORDERS).mended == 1
    assert stored() == {("to-ship", order): 1}
    assert audited(AuditKind.ORDERS).mended == 0


def test_a_row_that_shows_something_else_is_written_again(cloud: World) -> None:
    order = one_routed(a_line(MUG))
    copy(the_key(order), channel={"S": "another"})
    counted(cloud)

    assert audited().mended == 1
    assert audited().mended == 0


def test_a_row_that_its_order_does_not_have_goes(cloud: World) -> None:
    order = one_routed(a_line(MUG))
    copy(the_key(order), pk={"S": "ROW#held"})
    counted(cloud)

    assert audited().mended == 1
    assert stored() == {("to-ship", order): 1}


def test_a_count_that_is_wrong_is_made_right(cloud: World) -> None:
    for _ in range(3):
        one_routed(a_line(MUG))
    counted(cloud)
    [(place, read)] = row_counts.all_counts(View.TO_SHIP).items()
    assert row_counts.correct(place, read, 7)

    assert audited().mended == 1
    assert row_counts.counts_of(None)["to-ship"] == 3


def test_counts_that_were_never_made_are_made() -> None:
    one_routed(a_line(MUG))

    assert audited().mended == 1
    assert row_counts.counts_of(None)["to-ship"] == 1


def test_a_count_that_the_stream_is_about_to_make_right_is_left(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one_routed(a_line(MUG))
    monkeypatch.setattr("time.sleep", lambda _: counted(cloud))

    assert audited().mended == 0
    assert row_counts.counts_of(None)["to-ship"] == 1


def test_many_rows_are_audited_page_by_page(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_rows, "ROWS_PAGE", 1)
    for _ in range(5):
        one_routed(a_line(MUG))
    counted(cloud)

    assert audited().looked_at == 5
