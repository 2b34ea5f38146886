"""One of everything that is stored or sent, every field of it filled, written by the code as it is."""

from datetime import timedelta
from typing import Any

from packhorse.aws import clients, executions, secrets
from packhorse.aws.settings import settings
from packhorse.domain.address import Address
from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.catalogue.drift import Difference, DriftReport
from packhorse.domain.catalogue.product import Listing, Product, ProductKind
from packhorse.domain.configuration.account import Account, Geo, Restock, Unmatched
from packhorse.domain.configuration.channel import Channel, ChannelKind, ReduceOn
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import Speed
from packhorse.domain.configuration.warehouse import Region, Warehouse, WarehouseKind
from packhorse.domain.connection import Connection, ConnectStep, UnmatchedListing, UnmatchedReason, WebhookState
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel, Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.mcf import McfItem, McfOrder, McfPackage, McfStatus
from packhorse.domain.orders.order import Hold, Order, OrderException, Owed, Status, TimelineEntry
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity, Parcel
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.routing.decision import Allocation, Candidate, RoutingDecision, Rule
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.users import Role, UserChange, UserChangeKind, UserRights
from packhorse.domain.values import ChannelId, Sku, WarehouseId
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.records import Position
from packhorse.files.orders.survey import Survey
from packhorse.files.put_file import File, UploadKind
from packhorse.files.rows import RowError
from packhorse.files.upload import Midway, Phase, Upload, UploadCounts
from packhorse.messages import audits as audit_queue
from packhorse.messages import changes, channels, release, tracking
from packhorse.messages import orders as order_queue
from packhorse.messages import uploads as upload_queue
from packhorse.store import (
    audits,
    catalogue,
    configuration,
    connections,
    exceptions,
    listings,
    order_exceptions,
    orders,
    published,
    rows,
    upload_files,
    uploads,
    users,
)
from packhorse.store.upload_files import ReportPart
from packhorse.store.users import Actor
from packhorse.usecases.intake import take_in
from simulation.builders import NOON
from simulation.merchant import put_stock
from tests.schemas import purchases, transfers, work_orders

EUR = "EUR"
MUG, SET = Sku("MUG-Ä 11oz #3"), Sku("SET OF 2")
MAIN, LEEDS = WarehouseId("main"), WarehouseId("leeds")
ADDRESS = Address(
    name="Ada Lovelace",
    company="Engines",
    address1="Unter den Linden 1",
    address2="2nd floor",
    address3="at the back",
    city="Berlin",
    state="BE",
    postcode="10117",
    country="DE",
    phone="+49 30 1",
)
CUSTOMER = Customer(name="Ada Lovelace", email="ada@example.com", phone="+49 30 1")
LINE = ChannelLine(
    id="1",
    reference="44211",
    sku=MUG,
    barcode="4006381333931",
    name="Mug",
    quantity=5,
    unit_price=Money.of("12.50", EUR),
    discount=Money.of("1.00", EUR),
    tax=Money.of("2.19", EUR),
    warehouse="leeds",
)
PARTS = (LineQuantity(line="1", quantity=2),)
AMOUNTS = {name: Money.of("3.90", EUR) for name in ("shipping", "tax", "discount", "total")}
CHANNEL_ORDER = ChannelOrder(
    channel="web",
    channel_order_id="manual-6f1b",
    number="#1001",
    currency=EUR,
    placed_at=NOON,
    modified_at=NOON + timedelta(minutes=1),
    paid_at=NOON,
    cancelled_at=NOON + timedelta(days=2),
    shipped_at=NOON + timedelta(days=1),
    customer=CUSTOMER,
    ship_to=ADDRESS,
    bill_to=ADDRESS,
    delivery_method="express",
    **AMOUNTS,
    note="Leave it with the neighbour",
    lines=(LINE,),
    parcels=(ChannelParcel(carrier="DHL", tracking="00340", lines=PARTS),),
    source="manual 6f1b0a2c9d3e",
    by_hand=True,
)
ORDER_ID = CHANNEL_ORDER.order_id
"""Of an order with everything in it; it was placed by hand."""


def an_order() -> Order:
    """An order with everything in it."""
    routing = RoutingDecision(
        rule=Rule.PRIORITY,
        config_version=7,
        candidates=(
            Candidate(warehouse=LEEDS, rule=Rule.MANUAL, rejected="is inactive", available=3),
            Candidate(warehouse=MAIN, rule=Rule.PRIORITY, rejected=None, available=9),
        ),
        notes=("it was split",),
    )
    line = OrderLine(
        **LINE.model_dump(),
        matched=SET,
        components={MUG: 2},
        cancelled=1,
        elsewhere=1,
        allocations=(Allocation(warehouse=MAIN, quantity=2),),
        routing=routing,
    )
    work = FulfilmentOrder(
        id=f"{ORDER_ID}-1",
        warehouse=MAIN,
        kind=WarehouseKind.OWN,
        status=FulfilmentStatus.REQUESTED,
        attempt=1,
        lines=PARTS,
        parcels=(
            Parcel(
                carrier="DHL",
                tracking="00340",
                shipped_at=NOON,
                lines=(LineQuantity(line="1", quantity=1),),
                label_url="https://labels.example/1",
            ),
        ),
        token="AAAA-token",
    )
    facts = CHANNEL_ORDER.model_dump(
        exclude={
            "lines",
            "parcels",
            "lists_parcels",
            "is_archived",
            "only_if_stored",
            "by_hand",
            "adjusted",
            "payment",
            "holds_there",
            "parts_not_held",
            "read_at",
            "internal_note",
            "is_restored",
            "is_fetched",
            "is_unpaid",
        }
    )
    return Order(
        **facts,
        status=Status.PARTIALLY_SHIPPED,
        received_at=NOON,
        lines=(line, OrderLine(id="2", sku="THEIR SKU", quantity=1, unit_price=Money.of("1.00", EUR))),
        fulfilments=(work,),
        told_parcels=CHANNEL_ORDER.parcels,
        holds=(Hold(id="h1", reason="call first", owner="user:ada", placed_at=NOON),),
        exceptions=exceptions_of_an_order(),
        timeline=(
            TimelineEntry(at=NOON, what="received", who="user:ada", detail=CHANNEL_ORDER.source),
            TimelineEntry(at=NOON, what="handed_over", who="packhorse", detail="main"),
        ),
        owed=(Owed(sku=MUG, warehouse="main", committed=-2, shipped=0, returned=1),),
        attempts=1,
    )


def exceptions_of_an_order() -> tuple[OrderException, ...]:
    """What an order may need a person for."""
    subjects: tuple[tuple[Cause, dict[str, Any]], ...] = (
        (Cause.UNMATCHED_SKU, {"line": "2"}),
        (Cause.OVERDUE, {"fulfilment": 1}),
        (Cause.SHIPMENT_REFUSED, {"fulfilment": 1, "tracking": ("00340", "1Z_9")}),
        (Cause.OVERSHIPPED, {"line": "1"}),
        (Cause.CANCELLED_AFTER_SHIPPING, {"orders": ("6f1b",)}),
    )
    found = (OrderException(cause=cause, message="", opened_at=NOON, **subject) for cause, subject in subjects)
    return tuple(each.replace(message=f"{each.kind}!") for each in found)


def an_uploaded_order() -> Order:
    """An order that came by file, as it is at first."""
    told = CHANNEL_ORDER.replace(channel_order_id="W-1", source="csv:0a1b", by_hand=False)
    facts = told.model_dump(
        exclude={
            "lines",
            "parcels",
            "lists_parcels",
            "is_archived",
            "only_if_stored",
            "by_hand",
            "adjusted",
            "payment",
            "holds_there",
            "parts_not_held",
            "read_at",
            "internal_note",
            "is_restored",
            "is_fetched",
            "is_unpaid",
            "cancelled_at",
            "shipped_at",
        }
    )
    entry = TimelineEntry(at=NOON, what="received", who="csv:0a1b", detail="csv:0a1b")
    lines = (OrderLine(**LINE.model_dump()),)
    return Order(**facts, status=Status.OPEN, received_at=NOON, lines=lines, timeline=(entry,))


def an_order_at_amazon() -> Order:
    """An order that Amazon ships, with all that is stored of that."""
    mcf = McfOrder(
        tried_at=NOON,
        status=McfStatus.PROCESSING,
        items=(McfItem(id="1", line="1", sku=MUG, seller_sku="AMZ-MUG", quantity=2),),
        speed=Speed.PRIORITY,
        features=("BLANK_BOX",),
        fee=Money.of("6.90", EUR),
        arrives_by=NOON + timedelta(days=3),
        packages=(McfPackage(id="D001/1", tracking="1Z1"),),
    )
    order = an_uploaded_order().replace(channel_order_id="A-1", status=Status.IN_FULFILMENT)
    work = FulfilmentOrder(
        id=f"{order.id}-1",
        warehouse=LEEDS,
        kind=WarehouseKind.FBA,
        status=FulfilmentStatus.ACCEPTED,
        attempt=1,
        lines=PARTS,
        mcf=mcf,
        token="AAAA-token",
    )
    return order.replace(fulfilments=(work,))


CONFIGURATION = Configuration(
    version=1,
    account=Account(
        catchall="main",
        priorities=("leeds", "main"),
        split_lines=True,
        fewest_shipments=True,
        geo=Geo.STRICT,
        exclusions_first=True,
        ship_partial_lines=True,
        ship_complete=True,
        unmatched_sku=Unmatched.CREATE,
        restock={WarehouseKind.OWN: Restock.ALWAYS},
        sync=True,
        heal_drift=True,
    ),
    warehouses={
        MAIN: Warehouse(id="main", name="Main"),
        LEEDS: Warehouse(
            id="leeds",
            name="Leeds",
            kind=WarehouseKind.THIRD_PARTY,
            active=False,
            regions=(Region(country="US", state="CA", postcode_from="90000", postcode_to="90999"),),
            excludes=frozenset({"web"}),
            counts_for_sync=False,
        ),
    },
    channels={
        ChannelId("web"): Channel(
            id="web",
            name="Web",
            kind=ChannelKind.GENERIC,
            active=False,
            override_warehouse="main",
            reduce_on=ReduceOn.PAID,
            ignore_before=NOON,
            base_url="https://web.example",
            poll_minutes=7,
            reserve=2,
            percent=80,
            location="l1",
            calls_per_second=2.5,
        )
    },
)
PRODUCT = Product(
    sku=SET,
    name="Set",
    kind=ProductKind.KIT,
    barcode="4006381333931",
    pinned_warehouse="main",
    priorities=("leeds",),
    needs_review=True,
    reserve=3,
    components={MUG: 2},
    sync=False,
)
LISTING = Listing(
    sku=SET, channel="web", reference="44211", max_quantity=5, always_use_max=True, fulfilled_by_channel=True
)
UPLOAD = Upload(
    id="0a1b",
    file=File(
        bucket=settings.uploads_bucket,
        key="orders/web/a.csv",
        etag="e",
        version="v",
        sequencer="s",
        size=9,
        put_at=NOON,
    ),
    kind=UploadKind.ORDERS,
    channel="web",
    phase=Phase.FIRST_READING,
    position=Position(120, 3),
    layout=Layout("utf-8", ";", ("OrderNumber", "SKU"), Position(17, 1)),
    survey=Survey(9, 2, 1),
    counts=UploadCounts(accepted=1, duplicate=2, changed=3, unchanged=4, rejected=5, errors=6, parts=1),
    known=("6f1b",),
    midway=Midway(row=3, errors=(RowError(3, MUG, "Quantity", "is missing"),)),
    problems=(RowError(None, None, None, "the file ends in the middle of a row"),),
    started_at=NOON,
    finished_at=NOON,
    revision=4,
)
PART = ReportPart(
    errors=(RowError(2, "W1", "SKU", "is missing"),),
    rows="W1;\r\n",
    warnings=(RowError(3, "W2", "UnitPrice", "has more decimals than EUR"),),
)
CONNECTION = Connection(
    channel="web",
    run="3f1c",
    who="user:ada",
    webhook_url="https://api.example/webhooks/web",
    former_urls=("https://tunnel.example/webhooks/web",),
    step=ConnectStep.LISTINGS,
    orders_since=NOON,
    started_at=NOON,
    updated_at=NOON,
    webhooks_refused="no",
    cursor="c2",
    pages=1,
    found=3,
    listed=1,
    before=1,
    unmatched=1,
)
WEBHOOKS = WebhookState(
    checked_at=NOON,
    topics=("order.created",),
    lost=("order.updated",),
    elsewhere=("https://old.example",),
    problem="no",
)
UNMATCHED = UnmatchedListing(reference="r-1", sku="NO", title="Thing", reason=UnmatchedReason.NO_PRODUCT)

RUN = AuditRun(audit=AuditKind.ORDERS, started_at=NOON, finished_at=NOON, looked_at=9, moving=1, mended=2, wrong=3)
DRIFT = DriftReport(
    channel="web",
    event="audit 1",
    started_at=NOON,
    finished_at=NOON,
    looked_at=9,
    different=1,
    differences=(Difference(sku=MUG, reference="44211", theirs=3, ours=4, told_at=NOON),),
    reached=MUG,
    problem="no answer",
)
CREDENTIALS = secrets.Credentials(webhook_secrets=("s1", "s2"), token="t", client_id="c", client_secret="cs")
RIGHTS = UserRights(
    user="6f1b-sub",
    email="ada@example.com",
    roles=(Role.PACKER, Role.WAREHOUSE),
    warehouses=("leeds", "main"),
    enabled=False,
    signed_out_at=NOON,
    version=1,
)
RIGHTS_CHANGE = UserChange(
    id="r1",
    at=NOON,
    who="user:owner@example.com",
    what=UserChangeKind.DISABLED,
    user=RIGHTS.user,
    email=RIGHTS.email,
    roles_before=(Role.OWNER,),
    roles=RIGHTS.roles,
    warehouses_before=("main",),
    warehouses=RIGHTS.warehouses,
)
PARCELS = tracking.ParcelsShipped(
    order_id=ORDER_ID,
    fulfilment=1,
    parcels=(ParcelUpdate(carrier="DHL", tracking="00340", lines=PARTS),),
    who="user:ada",
    at=NOON,
)
ANSWERS = (
    tracking.FulfilmentAccepted(order_id=ORDER_ID, fulfilment=1, who="supplier:acme", at=NOON),
    tracking.FulfilmentRejected(
        order_id=ORDER_ID,
        fulfilment=1,
        lines=PARTS,
        reason=RejectReason.DAMAGED,
        note="wet",
        report="answers.csv#2",
        who="supplier:acme",
        at=NOON,
    ),
)
RECEIVED = order_queue.OrderReceived(order=CHANNEL_ORDER, who="user:ada", raw="raw/1.json")
TELL = channels.PublishQuantity(channel="web", sku=MUG, forced=True, at=NOON)
REPORTED = channels.QuantityReported(channel="web", stock_id="7001/9101", quantity=6, at=NOON)
NOTIFY = channels.NotifyChannel(channel="web", order=ORDER_ID, at_once=True)
AUDIT = audit_queue.AuditRequest(audit=AuditKind.ORDERS, after="place", run=RUN)


def store_all() -> None:
    """Stores one of everything."""
    for order in (an_order(), an_uploaded_order(), an_order_at_amazon()):
        beside = (*order_exceptions.order_exception_writes(None, order), *rows.row_writes(None, order))
        for write in (orders.order_write(order), *beside):
            clients.client("dynamodb").transact_write_items(TransactItems=[write])
    configuration.apply_edit(lambda _: CONFIGURATION, "owner", NOON)
    catalogue.put_product(Product(sku=MUG))
    catalogue.put_product(PRODUCT, event="e1")
    listings.put_listing(LISTING, event="e1")
    uploads.begin(UPLOAD, "w")
    upload_files.put_part(UPLOAD.replace(counts=UploadCounts()), PART)
    upload_files.put_report(UPLOAD, UPLOAD.report([*UPLOAD.problems, *PART.errors], PART.warnings))
    take_in.store_message(RECEIVED, NOON)
    put_stock(5, SET)
    audits.save_run(RUN)
    connections.start_connection(CONNECTION)
    connections.save_webhooks(ChannelId("web"), WEBHOOKS)
    connections.save_unmatched(ChannelId("web"), CONNECTION.run, [UNMATCHED])
    published.save_drift(DRIFT)
    secrets.save_credentials(ChannelId("web"), CREDENTIALS)
    users.save_rights(RIGHTS.replace(version=0), None, RIGHTS_CHANGE, Actor("owner", None))
    purchases.store()
    work_orders.store()
    transfers.store()
    for problem in problems():
        exceptions.open_exception(problem, NOON)


def problems() -> list[Problem]:
    """One of every cause that is not an order's own."""
    queue = Origin(queue="orders", group="g1")
    shop = Origin(channel="web", headers={"x-topic": "orders/paid"})
    letter = Subject(text="orders: order 6f1b (0123456789ab)", order="6f1b")
    told: list[tuple[Cause, Subject, str, dict[str, Any]]] = [
        (Cause.DEAD_LETTER, letter, "given up", {"raw": "raw/dead/1", "origin": queue, "event": "m1"}),
        (
            Cause.POLL_FAILED,
            Subject.of_channel("web"),
            "no answer",
            {"raw": "raw/dead/2", "origin": Origin(channel="web"), "event": "m2"},
        ),
        (Cause.CHANGES_MISSED, Subject(text="stock"), "not heard of", {"raw": "raw/dead/3", "event": "m3"}),
        (
            Cause.UNREADABLE_ORDER,
            Subject.of_payload("web", "raw/webhook/web/1.json"),
            "no lines",
            {"raw": "raw/webhook/web/1.json", "origin": shop},
        ),
        (Cause.PUSH_REJECTED, Subject.of_listing("web", MUG), "unknown item", {}),
        (Cause.DRIFT, Subject.of_channel("web"), "1 of 9 differ", {"orders": (ORDER_ID,)}),
        (Cause.LEDGER_DIFFERS, Subject.of_shelf(Shelf(Sku("A in B"), LEEDS)), "2 too many", {}),
        (Cause.ORDER_DIFFERS, Subject.of_order(ORDER_ID), "holds 2", {}),
    ]
    for cause in (Cause.UNKNOWN_CHANNEL, Cause.ORDER_REJECTED, Cause.ORDER_EXISTS):
        kept = {"raw": "raw/told/1", "origin": Origin(queue="orders")}
        told.append((cause, Subject.of_channel_order("web", "10 01"), "not taken", kept))
    return [Problem(cause=cause, subject=subject, message=message, **more) for cause, subject, message, more in told]


def send_all() -> None:
    """Sends one of every message, and starts an execution."""
    order_queue.send_orders([CHANNEL_ORDER], who="user:ada", raw="raw/1.json")
    order_queue.send_advance([ORDER_ID])
    order_queue.send_comparison(ORDER_ID, 20)
    release.send_release([release.StockArrived(sku=MUG, after="place"), release.ConfigurationChanged(after="p")])
    changes.send_changes({MUG: NOON}, "b1")
    changes.send_change(changes.ResyncChannel(channel="web", event="e1", at=NOON, forced=True, after=MUG))
    channels.send_quantities([TELL], "e1")
    channels.send_comparison(ChannelId("web"), "e2", MUG)
    channels.send_reported(REPORTED)
    channels.send_in_groups({"e3": NOTIFY})
    tracking.send_parcels(PARCELS)
    tracking.send_answers(ANSWERS)
    audit_queue.send_audit(AUDIT)
    upload_queue.requeue_upload(UPLOAD)
    executions.start_execution(an_order(), 1)
