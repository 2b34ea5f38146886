"""The layout of the files that come back from a supplier, as data: acknowledgements, rejections, shipments, stock."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.configuration.handling import TimeZone
from packhorse.domain.errors import FieldError
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.supply.layout import CellText, Delimiter, FileFormat
from packhorse.domain.supply.patterns import ISO, DatePattern
from packhorse.domain.supply.transport import Folder
from packhorse.domain.values import Identifier, Value, Whole

MAX_MAPPED = 500


class Meaning(StrEnum):
    """What a row of an answer says; `ignored` rows change nothing, such as "in process".

    `cancelled` units are kept back, whether that was requested or not; `cancel_refused`: what was requested is shipped.
    """

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"
    IGNORED = "ignored"


NOT_SHIPPED = frozenset({Meaning.REJECTED, Meaning.CANCELLED})
"""What rows say of units that the supplier does not ship."""


class AnswerField(StrEnum):
    """What a column of an answer or a stock feed can hold.

    `count` is in a trailer: how many rows the file has. The three before it are in answers about purchase orders only;
    `purchase_order` is in others the number of the one that follows a fulfilment order.
    """

    FULFILMENT = "fulfilment"
    ORDER = "order"
    STATUS = "status"
    REASON = "reason"
    LINE = "line"
    SKU = "sku"
    SUPPLIER_SKU = "supplier_sku"
    QUANTITY = "quantity"
    CARRIER = "carrier"
    TRACKING = "tracking"
    SHIPPED_AT = "shipped_at"
    PURCHASE_ORDER = "purchase_order"
    UNIT_COST = "unit_cost"
    EXPECTED_ON = "expected_on"
    DELIVERY = "delivery"
    COUNT = "count"


class AnswerColumn(Value):
    """Where a field is: `names` are those of its column (or its path in JSON and XML), `position` its place from 1.

    `values` maps texts, such as "in stock" to a quantity.
    """

    field: AnswerField
    names: Annotated[tuple[CellText, ...], Field(max_length=20)] = ()
    position: Annotated[Whole, Field(ge=1, le=500)] | None = None
    values: Annotated[Mapping[CellText, CellText], Field(max_length=MAX_MAPPED)] = {}
    required: bool = False


class RowRole(StrEnum):
    """What a kind of row is: an order's, whose cells count for the detail rows after it; a detail; or a trailer.

    `ignored` ones say nothing. A row of a kind that the layout lacks may be an order's: details after it are refused.
    """

    HEADER = "header"
    DETAIL = "detail"
    TRAILER = "trailer"
    IGNORED = "ignored"


class RowType(Value):
    """A kind of row in a file with several, by the text in its first cell, such as `PH`; columns are by position."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    role: RowRole = RowRole.DETAIL
    columns: Annotated[tuple[AnswerColumn, ...], Field(max_length=100)] = ()


class Completeness(StrEnum):
    """When a file is whole: two lists in a row show it alike, or its `.done` is there, or its trailer has the count."""

    STABLE = "stable"
    DONE = "done"
    TRAILER = "trailer"


class AnswerLayout(Value):
    """The layout of one kind of file from a supplier; it has `columns`, or `row_types`.

    `means` is what each row says, None if a column `status` does, by `statuses`. `encoding` and `delimiter` None are
    detected. `rows_at` and `lines_at` are paths to the repeated parts in JSON and XML. `joined_by` separates several
    skus, quantities or tracking numbers in one cell. `carriers` maps a supplier's names of carriers to ours, `reasons`
    its texts of why it does not ship to what they say of its stock; any other text says nothing of that.
    """

    folder: Folder = "."
    files: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^/\\\x00-\x1f]+$")] = "*"
    complete: Completeness = Completeness.STABLE
    format: FileFormat = FileFormat.CSV
    encoding: FileEncoding | None = None
    delimiter: Delimiter | None = None
    header: bool = True
    rows_at: Annotated[str, StringConstraints(max_length=200)] = ""
    lines_at: Annotated[str, StringConstraints(max_length=200)] = ""
    columns: Annotated[tuple[AnswerColumn, ...], Field(max_length=100)] = ()
    row_types: Annotated[tuple[RowType, ...], Field(max_length=10)] = ()
    means: Meaning | None = None
    statuses: Annotated[Mapping[CellText, Meaning], Field(max_length=MAX_MAPPED)] = {}
    carriers: Annotated[Mapping[CellText, CellText], Field(max_length=MAX_MAPPED)] = {}
    reasons: Annotated[Mapping[CellText, RejectReason], Field(max_length=MAX_MAPPED)] = {}
    joined_by: Annotated[str, StringConstraints(pattern=r"^[;|,/+]$")] | None = None
    date: DatePattern = ISO
    time_zone: TimeZone = "UTC"

    @property
    def all_columns(self) -> tuple[AnswerColumn, ...]:
        """Its columns, those of all kinds of rows."""
        return (*self.columns, *(column for each in self.row_types for column in each.columns))

    @property
    def fields(self) -> frozenset[AnswerField]:
        """What its columns hold."""
        return frozenset(column.field for column in self.all_columns)


class PurchaseAnswerLayout(AnswerLayout):
    """The layout of answers about purchase orders: confirmed, changed, refused lines, and shipping notices.

    `counts_cases`: quantities are cases, not units. `decimal_comma`: prices are written `2,50`.
    """

    counts_cases: bool = False
    decimal_comma: bool = False


class Absent(StrEnum):
    """What a stock feed means for a product that it does not name."""

    UNCHANGED = "unchanged"
    ZERO = "zero"


class Reads(StrEnum):
    """What a number in a stock feed counts: units that can still be sold there, or all that lie there."""

    AVAILABLE = "available"
    ON_HAND = "on_hand"


class WhenFeedSilent(StrEnum):
    """What follows the exception about a stock feed that no longer comes: its stock stays, or none counts as there."""

    STAYS = "stays"
    ZERO = "zero"


class FeedLayout(AnswerLayout):
    """The layout of a stock feed, and how much of the stock one feed may take away before a person must accept it.

    It sets the quantities of `warehouse`: None is the supplier's only one. `counts` is what its numbers count. Orders
    are taken off the number of a feed until the supplier has them: one that was sent so many
    `orders_known_after_minutes` before the file was written. `silent_after_hours`: no feed for so long is an
    exception, which `when_silent` follows.
    """

    warehouse: Identifier | None = None
    counts: Reads = Reads.AVAILABLE
    orders_known_after_minutes: Annotated[Whole, Field(ge=0, le=10_080)] = 0
    absent: Absent = Absent.UNCHANGED
    most_dropped_percent: Annotated[Whole, Field(ge=1, le=100)] = 50
    most_emptied_percent: Annotated[Whole, Field(ge=1, le=100)] = 25
    silent_after_hours: Annotated[Whole, Field(ge=1, le=2160)] = 48
    when_silent: WhenFeedSilent = WhenFeedSilent.STAYS


def answer_faults(layout: AnswerLayout) -> tuple[FieldError, ...]:
    """Return the faults of the layout of an answer."""
    faults = [*_row_faults(layout), *_place_faults(layout)]
    if isinstance(layout, FeedLayout):
        if not {AnswerField.SKU, AnswerField.SUPPLIER_SKU} & layout.fields:
            faults.append(FieldError("columns", "has no column sku or supplier_sku"))
        if AnswerField.QUANTITY not in layout.fields:
            faults.append(FieldError("columns", "has no column quantity"))
        return tuple(faults)
    if not {AnswerField.FULFILMENT, AnswerField.ORDER, AnswerField.PURCHASE_ORDER} & layout.fields:
        named = "fulfilment, order or purchase_order"
        faults.append(FieldError("columns", f"has no column {named}: no row would find its order"))
    if layout.means is None and not (layout.statuses and AnswerField.STATUS in layout.fields):
        faults.append(FieldError("means", "give what each row says, or a column status and statuses"))
    return tuple(faults)


PURCHASE_MEANINGS = frozenset({Meaning.ACKNOWLEDGED, Meaning.REJECTED, Meaning.SHIPPED, Meaning.IGNORED})
"""What a row about a purchase order can say."""


def purchase_answer_faults(layout: PurchaseAnswerLayout) -> tuple[FieldError, ...]:
    """Return the faults of the layout of answers about purchase orders."""
    faults = [*_row_faults(layout), *_place_faults(layout)]
    if AnswerField.PURCHASE_ORDER not in layout.fields:
        faults.append(FieldError("columns", "has no column purchase_order: no row would find its purchase order"))
    if layout.means is None and not (layout.statuses and AnswerField.STATUS in layout.fields):
        faults.append(FieldError("means", "give what each row says, or a column status and statuses"))
    said = {each for each in (layout.means, *layout.statuses.values()) if each} - PURCHASE_MEANINGS
    faults += [FieldError("statuses", f"no row about a purchase order says {name}") for name in sorted(said)]
    if layout.joined_by:
        faults.append(FieldError("joined_by", "each line of a purchase order needs a row of its own"))
    return tuple(faults)


def _row_faults(layout: AnswerLayout) -> list[FieldError]:
    faults: list[FieldError] = []
    if bool(layout.columns) == bool(layout.row_types):
        faults.append(FieldError("columns", "give either columns or row_types"))
    if layout.row_types and layout.format is not FileFormat.CSV:
        faults.append(FieldError("row_types", "goes with CSV only: use rows_at and lines_at"))
    if layout.row_types and layout.header:
        faults.append(FieldError("header", "a file with several kinds of rows has no row of names: set it to false"))
    codes = [each.code.casefold() for each in layout.row_types]
    if len(set(codes)) < len(codes):
        faults.append(FieldError("row_types", "two have one code"))
    trailer = [each for each in layout.row_types if each.role is RowRole.TRAILER]
    counted = any(column.field is AnswerField.COUNT for each in trailer for column in each.columns)
    if layout.complete is Completeness.TRAILER and not counted:
        faults.append(FieldError("complete", "needs a trailer in row_types, with a column count"))
    return faults


def _place_faults(layout: AnswerLayout) -> list[FieldError]:
    by_name = layout.format is not FileFormat.CSV or (layout.header and not layout.row_types)
    faults: list[FieldError] = []
    for place, column in enumerate(layout.all_columns):
        if by_name and not column.names:
            faults.append(FieldError(f"columns.{place}.names", "give at least one name"))
        if not by_name and column.position is None:
            faults.append(FieldError(f"columns.{place}.position", "the file has no row of names: give the position"))
    fields = [column.field for column in layout.columns]
    faults += [FieldError("columns", f"{field} is there twice") for field in set(fields) if fields.count(field) > 1]
    return faults
