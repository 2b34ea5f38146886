"""A layout that cannot work is refused when it is saved, with the field at fault."""

from typing import Any

import pytest
from pydantic import ValidationError

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.supply.checks import layout_faults
from packhorse.domain.supply.layout import Delimiter, FileFormat, FilePer, OrderLayout, Quoting, RecordType
from packhorse.domain.supply.sent import Visible
from packhorse.domain.supply.sources import Level
from tests.domain.supply_builders import HIDDEN, column, flat, record


def faults(layout: OrderLayout, visible: Visible = HIDDEN) -> dict[str, str]:
    return {each.field: each.message for each in layout_faults(layout, visible)}


def test_a_usable_layout_is_accepted() -> None:
    assert faults(flat()) == {}


def test_an_unknown_source_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="source"):
        column("X", "order.secret")


@pytest.mark.parametrize("pattern", ["%A", "dd/mm/yyyy", "", "%"])
def test_a_pattern_of_dates_has_few_directives(pattern: str) -> None:
    with pytest.raises(ValidationError, match="date"):
        column("X", "fulfilment.ship_by", written={"date": pattern})


@pytest.mark.parametrize(
    ("layout", "field", "message"),
    [
        (flat(column("po", "order.id")), "records.0.columns.2.name", "two columns"),
        (flat(column("X")), "records.0.columns.2.source", "either source or constant"),
        (flat(column("X", "order.id", constant="A")), "records.0.columns.2.source", "either source or constant"),
        (flat(column("X", constant="A", instead="order.id")), "records.0.columns.2.instead", "source only"),
        (flat(file_name="orders.csv"), "file_name", "{batch}"),
        (flat(file_name="{batch}.{fulfillment}"), "file_name", "{fulfillment} is not one of"),
        (flat(file_name="in/{batch}.csv"), "file_name", "not every server"),
        (flat(file_name="{batch}.tmp"), "file_name", "still written"),
        (flat(file_name=".{batch}"), "file_name", "hidden"),
        (flat(file_name="{batch}.csv", file_per=FilePer.ORDER), "file_name", "{fulfilment}"),
        (flat(format=FileFormat.JSON, encoding=FileEncoding.WINDOWS_1252), "encoding", "JSON is utf-8"),
        (flat(byte_order_mark=True, encoding=FileEncoding.BIG5), "byte_order_mark", "utf-8"),
        (
            flat(column("X", constant="€"), encoding=FileEncoding.ISO_8859_1),
            "records.0.columns.2.constant",
            "“€” does not exist",
        ),
        (
            flat(column("Zürich", "order.id"), encoding=FileEncoding.SHIFT_JIS),
            "records.0.columns.2.name",
            "“ü” does not exist",
        ),
        (
            flat(column("X", constant="a;b"), quoting=Quoting.NONE, delimiter=Delimiter.SEMICOLON),
            "records.0.columns.2.constant",
            "no quotation marks",
        ),
        (flat(column("a b", "order.id"), format=FileFormat.XML), "records.0.columns.2.name", "letters, digits"),
        (
            flat(column("PO.x", "order.id"), format=FileFormat.JSON),
            "records.0.columns.0.name",
            "has others",
        ),
        (
            flat(column("X", "order.id", written={"pad_to": 9, "max_length": 3})),
            "records.0.columns.2.written.pad_to",
            "more than max_length",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_field(layout: OrderLayout, field: str, message: str) -> None:
    assert message in faults(layout)[field]


def layout_of(*records: RecordType, **fields: Any) -> OrderLayout:
    return OrderLayout(records=records, header=False, **fields)


def test_answers_must_find_their_order() -> None:
    layout = layout_of(record(Level.LINE, column("Q", "line.quantity"), column("ID", "order.id")))

    assert "no answer would find its order" in faults(layout)["records"]


def test_a_record_of_an_order_has_no_columns_of_a_line() -> None:
    layout = layout_of(record(Level.ORDER, column("ID", "fulfilment.id"), column("SKU", "line.sku")))

    assert faults(layout) == {"records.0.columns.1.source": "a record for each order has no line.sku"}


def test_records_stand_in_their_order_each_once() -> None:
    order = record(Level.ORDER, column("ID", "fulfilment.id"))
    line = record(Level.LINE, column("Q", "line.quantity"))

    assert "order" in faults(layout_of(line, order))["records"]
    assert "one kind" in faults(layout_of(order, order))["records"]
    assert "header" in faults(OrderLayout(records=(order, line), header=True))


def test_a_required_column_is_one_that_the_supplier_may_see() -> None:
    layout = flat(column("MAIL", "order.email", required=True))

    assert "may not see email" in faults(layout)["records.0.columns.2.source"]
    assert faults(layout, Visible(email=True)) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"written": {"max_length": 20, "too_long": "cut"}},
        {"written": {"pad_to": 40}},
        {"values": {"a": "b"}},
    ],
)
def test_the_one_column_that_names_the_order_is_written_as_it_is(changed: dict[str, object]) -> None:
    columns = [{"name": "PO", "source": "fulfilment.id", **changed}, {"name": "QTY", "source": "line.quantity"}]
    layout = OrderLayout.model_validate({"records": [{"level": "line", "columns": columns}]})

    assert "no answer would find its order" in faults(layout)["records"]
