"""Files of suppliers: batches that were sent, sending on command, tests of a connection, previews of a layout."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, PositiveInt, TypeAdapter

from packhorse.api.access import OPERATING, VIEWING, allow, current_name
from packhorse.api.paging import Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.domain.errors import NotNow
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.values import Instant, Value
from packhorse.messages.suppliers import (
    MAX_PREVIEWED,
    ExchangeFiles,
    PreviewedFile,
    PreviewFile,
    TriedStep,
    TryConnection,
    exchange_later,
    request_of_supplier,
)
from packhorse.store import supplier_work, suppliers
from packhorse.usecases.suppliers.supplier_batches import confirm_batch, resend_batch

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]
NUMBER = TypeAdapter(PositiveInt)


class SentFile(Value):
    """A file of a batch; `rows` counts its records."""

    name: str
    rows: int


class SupplierBatchView(Value):
    """A batch of fulfilment orders, or of a purchase order; `replaces` is the number of the one that it sends again."""

    number: int
    kind: BatchKind
    state: BatchState
    created_at: Instant
    sent_at: Instant | None
    who: str
    replaces: int | None
    fulfilments: tuple[Member, ...]
    purchase_order: str
    files: tuple[SentFile, ...]
    problem: str


class SupplierBatches(Value):
    """A page of batches; `next` is the cursor of the page after it."""

    items: tuple[SupplierBatchView, ...]
    next: str | None


class Tried(Value):
    """The steps of a test; the first that fails is the last."""

    ok: bool
    steps: tuple[TriedStep, ...]


class ToPreview(Value):
    """Fulfilment orders, past ones too, by order and number; `orders` is a layout that is not saved yet."""

    fulfilments: Annotated[tuple[Member, ...], Field(min_length=1, max_length=MAX_PREVIEWED)]
    orders: OrderLayout | None = None


class Preview(Value):
    """The files as the supplier would get them."""

    items: tuple[PreviewedFile, ...]
    next: None = None


@router.get("/suppliers/<supplier_id>/batches", summary="The newest batches of a supplier", tags=["suppliers"])
@allow(VIEWING)
def batches(supplier_id: PathValue, limit: PageSize = 20, cursor: Cursor = None) -> SupplierBatches:
    """Newest first."""
    supplier = suppliers.get_supplier(supplier_id).id
    found = supplier_work.newest_batches(supplier, limit + 1, position_of(cursor, NUMBER))
    last = found[limit - 1].number if len(found) > limit else None
    return SupplierBatches(items=tuple(map(batch_view, found[:limit])), next=cursor_of(last))


@router.post(
    "/suppliers/<supplier_id>/send-now",
    summary="Exchange files with a supplier now",
    tags=["suppliers"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def send_now(supplier_id: PathValue) -> dict[str, str]:
    """202: what waits is sent, also if its orders go out on command only, and answers are fetched."""
    supplier = suppliers.get_supplier(supplier_id)
    if not supplier.is_reached:
        raise NotNow(f"supplier {supplier.id} has no transport: people write to it")
    exchange_later(ExchangeFiles(supplier=supplier.id, send=True))
    return {"status": "requested"}


@router.post("/suppliers/<supplier_id>/test", summary="Test the connection to a supplier", tags=["suppliers"])
@allow(OPERATING)
def test_supplier(supplier_id: PathValue) -> Tried:
    """Sends a test file, fetches it back, deletes it, and lists the folders of answers."""
    steps = request_of_supplier(TryConnection(supplier=suppliers.get_supplier(supplier_id).id)).steps
    return Tried(ok=all(step.ok for step in steps), steps=steps)


@router.post("/suppliers/<supplier_id>/preview", summary="Preview a supplier's file", tags=["suppliers"])
@allow(OPERATING)
def preview_file(supplier_id: PathValue, of: ToPreview) -> Preview:
    """Nothing is sent. 422 names each cell that does not fit the layout."""
    supplier = suppliers.get_supplier(supplier_id)
    message = PreviewFile(supplier=supplier.id, fulfilments=of.fulfilments, orders=of.orders)
    return Preview(items=request_of_supplier(message).files)


@router.post("/suppliers/<supplier_id>/batches/<number>/confirm", summary="Confirm a batch", tags=["suppliers"])
@allow(OPERATING)
def confirm(supplier_id: PathValue, number: Number) -> SupplierBatchView:
    """The supplier has the batch, of which that was unknown. 409 for any other."""
    return batch_view(confirm_batch(supplier_id, number, datetime.now(UTC)))


@router.post(
    "/suppliers/<supplier_id>/batches/<number>/resend",
    summary="Send a batch again",
    tags=["suppliers"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def resend(supplier_id: PathValue, number: Number) -> SupplierBatchView:
    """202: what of it has not left yet goes out under a new number. 409 while another batch is on its way."""
    who = current_name()
    return batch_view(resend_batch(supplier_id, number, who, datetime.now(UTC)))


def batch_view(batch: SupplierBatch) -> SupplierBatchView:
    """Return a batch as people see it."""
    same = ("number", "kind", "state", "created_at", "sent_at", "who", "replaces", "problem", "purchase_order")
    files = tuple(SentFile(name=each.name, rows=each.rows) for each in batch.files)
    return SupplierBatchView(**{name: getattr(batch, name) for name in same}, fulfilments=batch.members, files=files)
