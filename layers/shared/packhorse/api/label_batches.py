"""Label batches: labels of many fulfilment orders as one job."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_BENCH, OPERATING, Arguments, allow, current_limits, current_name, current_request_id
from packhorse.api.limits import of_warehouse
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import presign_get
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.labels.batch import (
    MAX_ENTRIES,
    BatchEntry,
    EntryState,
    LabelBatch,
    PrintOrder,
    counts,
)
from packhorse.domain.labels.label import FulfilmentRef, WantedLabel
from packhorse.domain.orders.checks import Check
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.part import KNOWN_FOR
from packhorse.domain.users import Limits
from packhorse.domain.values import Instant, OrderId, Value, shared_fields
from packhorse.store import label_batches, orders
from packhorse.store.order_search import words_of
from packhorse.store.row_search import RowFilter
from packhorse.usecases.fulfilment.select_fulfilments import Selection
from packhorse.usecases.labels.start_batch import retry_batch, start_batch

router = APIGatewayHttpRouter()


class RowsToLabel(Value):
    """The filter of `GET /fulfilments`, with the same fields; without a `view` the rows that are to be shipped."""

    view: View = View.TO_SHIP
    warehouse: Annotated[str | None, Field(max_length=40)] = None
    channel: Annotated[str | None, Field(max_length=40)] = None
    service: Annotated[str | None, Field(max_length=255)] = None
    country: Annotated[str | None, Field(max_length=255)] = None
    tag: Annotated[str | None, Field(max_length=40)] = None
    check: Check | None = None
    late: bool | None = None
    expedited: bool | None = None
    q: Annotated[str | None, Field(max_length=200)] = None

    @property
    def selection(self) -> Selection:
        """What the filter selects at this moment."""
        same = ("warehouse", "channel", "service", "country", "tag", "check", "late", "expedited")
        limits = {name: getattr(self, name) for name in same}
        return Selection(self.view, RowFilter(**limits, words=words_of(self.q or ""), now=datetime.now(UTC)))


class NewBatch(Value):
    """The fulfilment orders to label, named or by a filter, on which terms, and in which order they are printed."""

    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(max_length=MAX_ENTRIES)] = ()
    filter: RowsToLabel | None = None
    wanted: WantedLabel = WantedLabel()
    order: PrintOrder = PrintOrder.PACKING


class Fault(Value):
    """A check that failed, or a fault that the carrier names."""

    field: str
    message: str


class EntryView(FulfilmentRef):
    """The result of a fulfilment order: `errors` name each check that failed, or what the carrier refuses.

    `bought_with`: the one that it ships in one parcel with, whose label is its label, and whose page is its page.
    """

    place: int
    number: str
    state: EntryState
    label: str
    tracking: str
    url: str | None
    bought_with: FulfilmentRef | None
    message: str
    errors: tuple[Fault, ...]


class BatchSummary(Value):
    """A batch; `url` opens the file to print for a quarter of an hour, once no entry waits."""

    id: str
    who: str
    created_at: Instant
    size: int
    url: str | None
    problem: str


class BatchView(BatchSummary):
    """A batch with its results; `done`: no entry waits."""

    done: bool
    counts: Mapping[EntryState, int]
    items: tuple[EntryView, ...]
    next: None = None


class BatchPage(Value):
    """A page of batches; `next` is the cursor of the page after it."""

    items: tuple[BatchSummary, ...]
    next: str | None


def of_fulfilments(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if every fulfilment order in the body is of the caller's warehouses, or its filter is."""
    new = arguments["new"]
    if new.filter:
        own = of_warehouse(limits, {"warehouse": new.filter.warehouse})
        return {**arguments, "new": new.replace(filter=new.filter.replace(**own))}
    reason = "this is not about warehouses of yours"
    if wrong := [FieldError(f"fulfilments.{index}", reason) for index in _foreign(new.fulfilments, limits)]:
        raise Rejected(reason, wrong)
    return arguments


def _foreign(refs: Sequence[FulfilmentRef], limits: Limits) -> list[int]:
    """Return the indices of fulfilment orders that are of other warehouses, or do not exist."""
    found = orders.find_orders(OrderId(each.order) for each in refs)
    return [
        index for index, ref in enumerate(refs) if not _is_of(found.get(OrderId(ref.order)), ref.fulfilment, limits)
    ]


def _is_of(order: Order | None, number: int, limits: Limits) -> bool:
    fulfilment = order.fulfilment(number) if order else None
    return fulfilment is not None and fulfilment.warehouse in limits.warehouses


def of_own_batch(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the caller started the batch and still works at its warehouses; else raises NotFound."""
    batch = label_batches.get_batch(arguments["batch_id"])
    if batch.who != current_name() or _foreign(label_batches.entries_of(batch.id), limits):
        raise NotFound(f"there is no label batch {batch.id}")
    return arguments


@router.post(
    "/label-batches", summary="Buy labels for many fulfilment orders", tags=["labels"], status_code=HTTPStatus.ACCEPTED
)
@allow(OPERATING | AT_BENCH, of_fulfilments)
def create_batch(new: NewBatch) -> BatchView:
    """202: they are being bought; each has a result of its own, and one that has a label already is refused.

    A `filter` is resolved once, to 500 at most. 422 names what does not exist, or that more match; nothing is bought
    then.
    """
    if bool(new.fulfilments) == bool(new.filter):
        raise Rejected("what is to be labelled?", [FieldError("fulfilments", "give these, or a filter, not both")])
    batch_id = current_request_id()[:16]
    batch = start_batch(
        batch_id, new.filter.selection if new.filter else new.fulfilments, new.wanted, new.order, current_name()
    )
    return batch_view(batch, label_batches.entries_of(batch.id))


@router.get("/label-batches", summary="The newest label batches", tags=["labels"])
@allow(OPERATING)
def newest_batches(limit: PageSize = 50, cursor: Cursor = None) -> BatchPage:
    """Newest first, without their results."""
    found, last = label_batches.newest_batches(limit, position_of(cursor, KEY))
    return BatchPage(items=tuple(map(summary, found)), next=cursor_of(last))


@router.get("/label-batches/<batch_id>", summary="One label batch with its results", tags=["labels"])
@allow(OPERATING | AT_BENCH, of_own_batch)
def show_batch(batch_id: PathValue) -> BatchView:
    """The results in the order of the file; its `url` is there once `done`, for limited callers for 7 days."""
    return batch_view(label_batches.get_batch(batch_id), label_batches.entries_of(batch_id))


@router.post(
    "/label-batches/<batch_id>/retry",
    summary="Try again what failed in a label batch",
    tags=["labels"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING | AT_BENCH, of_own_batch)
def retry_labels(batch_id: PathValue) -> BatchView:
    """202: only what was not bought is tried again, also what is still waiting since its worker died."""
    return batch_view(retry_batch(batch_id), label_batches.entries_of(batch_id))


def summary(batch: LabelBatch) -> BatchSummary:
    """Return a batch without its results."""
    url = presign_get(batch.file) if batch.file and _may_open(batch) else None
    return BatchSummary(**shared_fields(BatchSummary, batch, "url"), url=url)


def batch_view(batch: LabelBatch, entries: Iterable[BatchEntry]) -> BatchView:
    """Return a batch with its results."""
    found = tuple(entries)
    return BatchView(
        **dict(summary(batch)),
        done=bool(batch.file or batch.problem) and not any(each.state is EntryState.WAITING for each in found),
        counts=counts(found),
        items=tuple(_entry(each, has_file=_may_open(batch)) for each in found),
    )


def _may_open(batch: LabelBatch) -> bool:
    """Return whether the caller may open its files: they name buyers, whom limited callers see for some days."""
    return current_limits() is None or datetime.now(UTC) < batch.created_at + KNOWN_FOR


def _entry(entry: BatchEntry, *, has_file: bool) -> EntryView:
    url = presign_get(entry.file) if entry.file and has_file else None
    faults = tuple(Fault(**error._asdict()) for error in entry.errors)
    return EntryView(**shared_fields(EntryView, entry, "url", "errors"), url=url, errors=faults)
