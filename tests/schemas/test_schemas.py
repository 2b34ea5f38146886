"""Bytes of every schema that was ever released are read, and so is what a newer one may add to them."""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from functions.complete import finish
from packhorse.api.uploads import UPLOAD_REPORT
from packhorse.aws import clients, secrets
from packhorse.aws.settings import settings
from packhorse.domain.orders import intake
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.fulfilment_rows import View, rows_of
from packhorse.domain.orders.order import Order
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.schema import SCHEMA
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId
from packhorse.messages.audits import AUDIT_MESSAGE
from packhorse.messages.changes import CHANGE_MESSAGE, Burst, ProductChanged, ResyncChannel
from packhorse.messages.channels import CHANNEL_MESSAGE, CompareQuantities
from packhorse.messages.orders import ORDER_MESSAGE, AdvanceOrder, CompareOrder, OrderReceived
from packhorse.messages.own import HAND_OVER_MESSAGE
from packhorse.messages.release import RELEASE_MESSAGE, ConfigurationChanged, StockArrived
from packhorse.messages.tracking import TRACKING_MESSAGE
from packhorse.store import (
    audits,
    catalogue,
    configuration,
    connections,
    demand,
    exceptions,
    listings,
    order_exceptions,
    orders,
    published,
    row_search,
    stock,
    upload_files,
    uploads,
    users,
)
from packhorse.store import purchases as purchase_orders
from packhorse.store.commit import Write, commit_one
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.store.made_for import made_for
from packhorse.store.row_search import RowFilter
from packhorse.store.transfers import TRANSFERS
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.fulfilment.mend_rows import mend_rows
from packhorse.usecases.intake.read_upload import begin_uploads
from packhorse.usecases.operations.retry import retry_exception
from packhorse.usecases.orders.finish import EXECUTION_RESULT
from simulation.aws.boundary import World
from simulation.builders import NOON
from simulation.merchant import Context, put_stock
from tests.conftest import invoked, queued
from tests.functions.operate.calls import call
from tests.schemas import purchases as bought
from tests.schemas import transfers as moved
from tests.schemas import work_orders as built
from tests.schemas import written

pytestmark = pytest.mark.usefixtures("cloud")

FOLDER = Path(__file__).parents[1] / "data" / "schemas"
VERSIONS = sorted(int(folder.name) for folder in FOLDER.iterdir())
TABLES = {
    "orders": settings.orders_table,
    "catalogue": settings.catalogue_table,
    "settings": settings.settings_table,
    "work": settings.work_table,
    "stock": settings.stock_table,
    "movements": settings.movements_table,
}
DATA = frozenset(
    {
        "bins",
        "carriers",
        "carrier_names",
        "order_states",
        "file_columns",
        "locations",
        "components",
        "warehouses",
        "channels",
        "restock",
        "headers",
        "supplier_skus",
        "taken",
    }
)
"""Objects whose names are no fields."""
WEB = ChannelId("web")


class Kept(NamedTuple):
    """What a schema left behind, as it is, or with a field that nobody knows wherever one may be."""

    version: int
    grown: bool

    def file(self, name: str) -> Any:
        """What is in one of its files."""
        return json.loads((FOLDER / str(self.version) / f"{name}.json").read_text())

    def text(self, document: str) -> str:
        """A document of it."""
        return json.dumps(grown(json.loads(document))) if self.grown and document.startswith("{") else document

    def item(self, item: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """An item of a table."""
        found = {name: self._value(value) for name, value in item.items()}
        return found | {"unheard_of": {"S": "what is this?"}} if self.grown else found

    def _value(self, value: Mapping[str, str]) -> dict[str, Any]:
        [(kind, text)] = value.items()
        if kind == "B":
            document = zlib.decompress(base64.b64decode(text)).decode()
            return {"B": zlib.compress(self.text(document).encode())}
        return {kind: self.text(text) if kind == "S" else text}

    def messages(self, subject: str) -> list[str]:
        """What was on its way: messages of a queue such as `release-queue.fifo`, payloads for a function of now."""
        found = self.file("messages").items()
        return [self.text(body) for name, bodies in found for body in bodies if name.partition("-queue")[0] == subject]

    def restore(self) -> None:
        """Puts all that was stored where it was."""
        for name, table in TABLES.items():
            for item in self.file(name):
                clients.client("dynamodb").put_item(TableName=table, Item=self.item(item))
        for key, body in self.file("objects").items():
            clients.client("s3").put_object(Bucket=settings.uploads_bucket, Key=key, Body=self.text(body).encode())
        [secret] = self.file("secrets")
        name = f"{settings.stack_name}/channels/{WEB}"
        clients.client("secretsmanager").create_secret(Name=name, SecretString=self.text(secret))


def grown(document: Any, *, is_data: bool = False) -> Any:
    """The document with one more field at every level."""
    if isinstance(document, list):
        return [grown(each) for each in document]
    if not isinstance(document, dict):
        return document
    more = {name: grown(value, is_data=name in DATA) for name, value in document.items()}
    return more if is_data else {**more, "unheard_of": {"what": ["is", "this"]}}


@pytest.fixture(params=[(version, more) for version in VERSIONS for more in (False, True)], ids=str)
def kept(request: pytest.FixtureRequest) -> Kept:
    """What each schema left behind, both ways."""
    return Kept(*request.param)


def test_purchase_orders_and_the_demand_for_shelves_are_read(kept: Kept) -> None:
    if kept.version < 2:
        pytest.skip("it had neither")
    kept.restore()

    found = demand.find([Shelf(Sku(bought.DEMAND.sku), WarehouseId(bought.DEMAND.warehouse))])

    assert (purchase_orders.PURCHASES.get("PO-1001"), found) == (bought.PURCHASE, [bought.DEMAND])
    assert made_for(purchase_orders.PURCHASES, [OrderId("web:1")]) == [bought.PURCHASE, bought.DROP_SHIP]


def test_work_orders_and_transfer_orders_are_read(kept: Kept) -> None:
    if kept.version < 2:
        pytest.skip("it had neither")
    kept.restore()

    assert WORK_ORDERS.get("WO-1001") == built.WORK
    assert made_for(WORK_ORDERS, [OrderId("web:1")]) == [built.WORK]
    assert TRANSFERS.get("TO-1001") == moved.TRANSFER


@pytest.fixture
def first(cloud: World) -> Kept:
    """What 0.1.0 left behind, in its place."""
    first = Kept(1, grown=False)
    first.restore()
    return first


def about(order: Order) -> list[Any]:
    """The order's exceptions, but for the numbers of parcels, which schema 1 joined."""
    return [(each.kind, each.cause, each.line, each.fulfilment, each.message) for each in order.exceptions]


def listed(state: ExceptionState = ExceptionState.OPEN) -> list[OpenException]:
    return exceptions.newest_exceptions(state, None, 50)[0]


def one(cause: Cause, state: ExceptionState = ExceptionState.OPEN) -> OpenException:
    [found] = [each for each in listed(state) if each.cause == cause]
    return found


# ---- read ----------------------------------------------------------------------------------------------------------


def test_there_are_bytes_of_every_schema() -> None:
    assert list(range(1, SCHEMA + 1)) == VERSIONS


def stored_in(kept: Kept) -> list[Order]:
    """The orders that a schema left behind."""
    return [written.an_order(), written.an_uploaded_order(), *[written.an_order_at_amazon()] * (kept.version > 1)]


def test_orders_are_read(kept: Kept) -> None:
    kept.restore()

    for expected in stored_in(kept):
        found = orders.get_order(expected.id)
        assert found.replace(exceptions=()) == expected.replace(exceptions=(), version=1)
        assert about(found) == about(expected)


def test_the_configuration_and_its_versions_are_read(kept: Kept) -> None:
    kept.restore()

    assert configuration.current() == written.CONFIGURATION
    assert configuration.get_version(1).configuration == written.CONFIGURATION


def test_products_and_listings_are_read(kept: Kept) -> None:
    kept.restore()

    assert catalogue.get_product(written.SET) == written.PRODUCT
    assert listings.get_listing(written.SET, WEB) == written.LISTING
    assert catalogue.kits_with(written.MUG) == {written.SET}
    assert {each.sku for each in catalogue.product_page(None, 9)[0]} == {written.MUG, written.SET}


def test_rows_are_read_and_those_of_before_are_written_by_the_audit(kept: Kept) -> None:
    """0.1.0 had none."""
    kept.restore()
    expected = [row for order in stored_in(kept) for row in rows_of(order)]

    for order in () if kept.version > 1 else (written.an_order(), written.an_uploaded_order()):
        mend_rows(order.id)

    everything = RowFilter(now=NOON)
    pages = [row_search.rows_of_view(view, everything, "", 9, is_backwards=False) for view in View]
    found = [row for page in pages for row in page.rows.values()]
    assert sorted(row.order_id for row in found) == sorted(row.order_id for row in expected)
    assert kept.version == 1 or sorted(map(str, found)) == sorted(map(str, expected))


def test_rights_of_people_and_their_changes_are_read(kept: Kept) -> None:
    """0.1.0 had none: roles were groups of the user pool."""
    kept.restore()

    is_there = kept.version > 1
    assert users.find_rights(written.RIGHTS.user) == (written.RIGHTS if is_there else None)
    assert users.newest_changes(None, None, 9) == ([written.RIGHTS_CHANGE] if is_there else [], None)


def test_uploads_their_parts_and_reports_are_read(kept: Kept) -> None:
    kept.restore()

    found = uploads.get(written.UPLOAD.id)
    assert found == written.UPLOAD
    warnings = () if kept.version == 1 else written.PART.warnings
    assert list(upload_files.parts(written.UPLOAD)) == [written.PART.replace(warnings=warnings)]
    assert UPLOAD_REPORT.read(upload_files.read_report(written.UPLOAD)).rows == written.UPLOAD.survey.rows


def test_audits_drift_stock_and_credentials_are_read(kept: Kept) -> None:
    kept.restore()

    assert audits.last_runs() == [written.RUN]
    if kept.version > 1:
        assert connections.find_connection(WEB) == written.CONNECTION
        assert connections.find_webhooks(WEB) == written.WEBHOOKS
        assert connections.unmatched_page(WEB, written.CONNECTION.run, None, 9) == [written.UNMATCHED]
    assert published.find_drift(WEB) == written.DRIFT
    assert secrets.get_credentials(WEB) == written.CREDENTIALS
    assert [balance.on_hand for balance in stock.of_sku(written.SET)] == [5]


def test_exceptions_are_read_with_what_they_are_about(kept: Kept) -> None:
    kept.restore()

    found = {each.id: each for each in listed()}
    for problem in written.problems():
        each = found.pop(exceptions.id_of(problem.cause, problem.subject))
        assert (each.cause, each.concerns, each.message) == (problem.cause, problem.subject.text, problem.message)
        assert (each.raw, each.origin) == (problem.raw, problem.origin)
        if each.cause != Cause.DEAD_LETTER or kept.version > 1:
            assert each.subject == problem.subject
        if kept.version > 1:
            assert tuple(order.id for order in each.orders) == problem.orders
    order = written.an_order()
    of_order = order.exceptions if kept.version == 1 else order.listed_exceptions.values()
    assert found.keys() == {order_exceptions.id_in(order, each) for each in of_order}
    assert {(each.order, each.subject.order) for each in found.values()} == {(order.id, order.id)}


def test_messages_are_read(kept: Kept) -> None:
    order, parcels = written.CHANNEL_ORDER, written.PARCELS

    assert list(map(ORDER_MESSAGE.read, kept.messages("orders"))) == [
        written.RECEIVED,
        AdvanceOrder(order_id=order.order_id),
        *([CompareOrder(order_id=order.order_id)] if kept.version > 1 else []),
    ]
    assert list(map(RELEASE_MESSAGE.read, kept.messages("release"))) == [
        StockArrived(sku=written.MUG, after="place"),
        ConfigurationChanged(after="p"),
    ]
    sold = ProductChanged(sku=written.MUG, burst="b1", at=NOON)
    assert list(map(CHANGE_MESSAGE.read, kept.messages("changes"))) == [
        Burst(changes=(sold,)) if kept.version > 1 else sold,
        ResyncChannel(channel="web", event="e1", forced=True, after=written.MUG, at=NOON),
    ]
    assert list(map(CHANNEL_MESSAGE.read, kept.messages("channels" if kept.version > 1 else "quantities"))) == [
        written.TELL,
        CompareQuantities(channel="web", event="e2", after=written.MUG),
        *([written.REPORTED, written.NOTIFY] if kept.version > 1 else []),
    ]
    answers = written.ANSWERS if kept.version > 1 else ()
    assert list(map(TRACKING_MESSAGE.read, kept.messages("tracking"))) == [parcels, *answers]
    assert list(map(AUDIT_MESSAGE.read, kept.messages("audit"))) == [written.AUDIT]


def test_what_an_execution_sends_is_read(kept: Kept) -> None:
    [body] = kept.messages("own")
    ended = EXECUTION_RESULT.read_object(json.loads(kept.text(kept.file("executions")["finish"])))

    asked = HAND_OVER_MESSAGE.read(body)

    assert (asked.order, asked.attempt, asked.fulfilment, asked.kind) == (written.ORDER_ID, 1, 1, "own")
    assert (ended.order, ended.attempt) == (written.ORDER_ID, 1)
    assert [(each.fulfilment, each.outcome) for each in ended.outcomes] == [(1, "overdue")]


def test_an_upload_goes_on_where_a_message_says(kept: Kept) -> None:
    kept.restore()
    [body] = kept.messages("uploads")

    assert list(begin_uploads(json.loads(body), "test")) == [written.UPLOAD]


# ---- written -------------------------------------------------------------------------------------------------------


def numbers(document: str) -> Iterator[int]:
    if document.startswith("{"):
        yield json.loads(document)["schema"]


def test_everything_that_is_written_has_its_number() -> None:
    newest = Kept(SCHEMA, grown=False)
    messages = [number for bodies in newest.file("messages").values() for body in bodies for number in numbers(body)]
    objects = [number for body in newest.file("objects").values() for number in numbers(body)]
    [secret] = newest.file("secrets")
    sent = [number for document in newest.file("executions").values() for number in numbers(document)]

    assert (set(messages), len(messages)) == ({SCHEMA}, 17)
    assert (set(objects), set(numbers(secret)), set(sent)) == ({SCHEMA}, {SCHEMA}, {SCHEMA})


def test_every_document_in_a_table_has_its_number() -> None:
    newest = Kept(SCHEMA, grown=False)
    items = [newest.item(item) for name in TABLES for item in newest.file(name)]

    packed = [number for item in items if "B" in item.get("body", {}) for number in numbers(unpacked(item))]
    texts = [number for item in items for number in numbers(item.get("body", {}).get("S", ""))]
    opened = [item["schema"]["N"] for item in items if item["pk"]["S"].startswith("EXCEPTION#")]

    assert (set(packed), set(texts), set(opened)) == ({SCHEMA}, {SCHEMA}, {str(SCHEMA)})
    assert (len(packed), len(opened)) == (12, 15)


def unpacked(item: Mapping[str, Any]) -> str:
    return zlib.decompress(item["body"]["B"]).decode()


# ---- what 0.1.0 began goes on --------------------------------------------------------------------------------------


def test_an_order_placed_by_hand_is_known_by_its_source(first: Kept) -> None:
    order = orders.get_order(written.ORDER_ID)
    again = ORDER_MESSAGE.read(first.messages("orders")[0])

    assert isinstance(again, OrderReceived)
    assert (order.source, again.order.by_hand) == (again.order.source, True)
    assert not intake.is_other_order(order, again.order)
    assert intake.is_other_order(order, again.order.replace(source="manual another"))


def test_an_order_that_came_by_file_is_none_placed_by_hand(first: Kept) -> None:
    told: ChannelOrder = written.CHANNEL_ORDER.replace(channel_order_id="W-1")

    assert orders.get_order(told.order_id).source == "csv:0a1b"
    assert intake.is_other_order(orders.get_order(told.order_id), told)


@pytest.mark.usefixtures("first")
def test_an_order_that_is_overdue_already_is_so_once() -> None:
    before = orders.get_order(written.ORDER_ID)
    outcomes = [{"fulfilment": 1, "outcome": "overdue"}]

    finish.handler({"order": before.id, "attempt": 1, "outcomes": outcomes}, Context())

    assert orders.get_order(before.id) == before


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("cause", [Cause.OVERDUE, Cause.SHIPMENT_REFUSED, Cause.OVERSHIPPED])
def test_an_exception_of_an_order_is_ended(cause: Cause) -> None:
    before = orders.get_order(written.ORDER_ID)
    opened = one(cause)
    left = tuple(each for each in before.exceptions if each.cause != cause)

    commit_one(Write(Change(before.replace(exceptions=left, owed=())), before, "test"), NOON)

    assert one(cause, ExceptionState.RESOLVED).id == opened.id
    assert cause not in {each.cause for each in listed()}


@pytest.mark.usefixtures("first")
def test_what_is_wrong_again_is_the_same_exception_which_then_has_fields() -> None:
    problem = next(each for each in written.problems() if each.cause == Cause.DEAD_LETTER)

    exceptions.open_exception(problem.replace(event="m9"), NOON)

    assert (one(Cause.DEAD_LETTER).times, one(Cause.DEAD_LETTER).subject) == (2, problem.subject)


@pytest.mark.usefixtures("first")
def test_what_is_over_is_resolved() -> None:
    listing = Subject.of_listing("web", written.MUG)
    assert exceptions.unresolved(Cause.PUSH_REJECTED, [listing]) == {listing}

    exceptions.resolve(Cause.PUSH_REJECTED, listing)

    assert exceptions.unresolved(Cause.PUSH_REJECTED, [listing]) == set()
    assert one(Cause.PUSH_REJECTED, ExceptionState.RESOLVED).times == 1


@pytest.mark.usefixtures("first")
def test_a_listing_is_published_again() -> None:
    call("PATCH", "/channels/web", {"active": True})
    queued(settings.channels_queue_url)

    retry_exception(one(Cause.PUSH_REJECTED), "user:ada", NOON)

    [message] = queued(settings.channels_queue_url)
    assert (message["channel"], message["sku"]) == ("web", written.MUG)


@pytest.mark.usefixtures("first")
def test_a_channel_is_published_again() -> None:
    call("PATCH", "/channels/web", {"active": True})
    invoked(settings.publish_function)

    retry_exception(one(Cause.DRIFT), "user:ada", NOON)

    [message] = invoked(settings.publish_function)
    assert message["channel"] == "web"


@pytest.mark.usefixtures("first")
def test_an_exception_is_dismissed_with_that_of_its_order() -> None:
    found = one(Cause.OVERDUE)

    answer = call("POST", f"/exceptions/{found.id}/dismiss")

    assert (answer.status, answer.body["state"]) == (200, "dismissed")
    assert Cause.OVERDUE not in {each.cause for each in orders.get_order(written.ORDER_ID).exceptions}


def test_a_problem_has_a_cause_that_there_is() -> None:
    with pytest.raises(ValueError, match="cause"):
        Problem(cause="overdue_2", subject=Subject(text=""), message="")


# ---- the API -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["unheard_of", "lines.0.unheard_of", "ship_to.unheard_of", "customer.unheard_of"])
def test_the_api_refuses_what_it_does_not_know(place: str) -> None:
    configuration.apply_edit(lambda _: written.CONFIGURATION, "owner", NOON)
    put_stock(1)
    address = {"name": "Ada", "address1": "Linden 1", "city": "Berlin", "country": "DE"}
    price = {"amount": "1.00", "currency": "EUR"}
    body: dict[str, Any] = {
        "channel": "web",
        "ship_to": address,
        "customer": {},
        "lines": [{"sku": "MUG", "quantity": 1, "unit_price": price}],
    }
    assert call("POST", "/orders", body).status == 202
    *parts, name = place.split(".")
    inner: Any = body
    for part in parts:
        inner = inner[int(part) if part.isdigit() else part]
    inner[name] = 1

    answer = call("POST", "/orders", body)

    assert (answer.status, answer.fields) == (422, [place])
