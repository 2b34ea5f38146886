"""Files of orders are as the supplier's layout says, or their order is refused with the column at fault."""

import json
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from packhorse.domain.address import Address
from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.days import end_of_day
from packhorse.domain.file_encodings import codec_of
from packhorse.domain.supply.layout import (
    Delimiter,
    FileFormat,
    FilePer,
    LineEnd,
    OrderLayout,
    Quoting,
)
from packhorse.domain.supply.rendering import Unfit, faults_of, render
from packhorse.domain.supply.sources import TAKEN, Level, Source
from tests.domain.supply_builders import (
    ALL_VISIBLE,
    HIDDEN,
    batch,
    column,
    flat,
    record,
    sent_line,
    sent_order,
)


def text(layout: OrderLayout, *orders, visible=HIDDEN) -> str:  # type: ignore[no-untyped-def]
    return render(layout, batch(*orders), visible)[0].content.decode(codec_of(layout.encoding))


def cell(written: dict[str, object], order=None, **fields: Any) -> str:  # type: ignore[no-untyped-def]
    """The last cell of the only row of a file."""
    layout = flat(column("X", fields.pop("source", "order.number"), written=written, **fields), header=False)
    return text(layout, order or sent_order()).rstrip("\r\n").split(",", 2)[2]


def refused(layout: OrderLayout, order) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    with pytest.raises(Unfit) as raised:
        render(layout, batch(order), HIDDEN)
    return [(error.field, error.message) for error in raised.value.errors]


def test_a_flat_file_has_a_row_for_each_line() -> None:
    layout = flat(
        column("LINE", "line.number", written={"pad_to": 3}),
        column("ITEM", "line.supplier_sku", instead="line.sku"),
        column("SHIP_DATE", "fulfilment.ship_by", written={"date": "%d/%m/%Y"}),
        column("SVC", "fulfilment.delivery_method", values={"Standard": "STD"}),
        column("CTRY", "ship_to.country3"),
        column("ACCT", constant="PKH-77"),
        delimiter=Delimiter.SEMICOLON,
        encoding=FileEncoding.WINDOWS_1252,
        file_name="ORD_{batch:6}.csv",
    )
    order = sent_order("7k3l9a-1", sent_line("W-2210"), sent_line("W-2245", 1, id="2", supplier_sku="TW/45"))

    (found,) = render(layout, batch(order), HIDDEN)

    assert found.name == "ORD_000214.csv"
    assert found.fulfilments == ("7k3l9a-1",)
    assert found.rows == 2
    assert found.content.decode() == (
        "PO;QTY;LINE;ITEM;SHIP_DATE;SVC;CTRY;ACCT\r\n"
        "7k3l9a-1;2;001;W-2210;19/11/2026;STD;GBR;PKH-77\r\n"
        "7k3l9a-1;1;002;TW/45;19/11/2026;STD;GBR;PKH-77\r\n"
    )


def test_header_and_detail_rows_follow_each_other_and_a_trailer_counts_them() -> None:
    layout = OrderLayout(
        header=False,
        records=(
            record(Level.START, column("H", constant="HDR"), column("B", "batch.number")),
            record(Level.ORDER, column("T", constant="PH"), column("PO", "fulfilment.id")),
            record(Level.LINE, column("T", constant="PD"), column("SKU", "line.sku"), column("QTY", "line.quantity")),
            record(Level.END, column("T", constant="TRL"), column("N", "batch.records"), column("U", "batch.units")),
        ),
    )
    orders = (sent_order("a-1", sent_line("X"), sent_line("Y", 3)), sent_order("b-1"))

    assert text(layout, *orders) == ("HDR,214\r\nPH,a-1\r\nPD,X,2\r\nPD,Y,3\r\nPH,b-1\r\nPD,W-2210,2\r\nTRL,5,7\r\n")


def test_json_nests_lines_in_orders_and_columns_by_their_dots() -> None:
    layout = OrderLayout(
        format=FileFormat.JSON,
        root="orders",
        file_name="{batch}.json",
        records=(
            record(Level.START, column("batch", "batch.number")),
            record(Level.ORDER, column("id", "fulfilment.id"), column("ship_to.zip", "ship_to.postcode")),
            record(
                Level.LINE,
                column("sku", "line.sku"),
                column("qty", "line.quantity"),
                column("price", "line.price"),
                name="items",
            ),
        ),
    )

    assert json.loads(text(layout, visible=ALL_VISIBLE)) == {
        "batch": 214,
        "orders": [
            {
                "id": "7k3l9a-1",
                "ship_to": {"zip": "SY1 1XB"},
                "items": [{"sku": "W-2210", "qty": 2, "price": "12.50"}],
            }
        ],
    }


def test_json_without_a_root_is_a_list() -> None:
    layout = flat(format=FileFormat.JSON, file_name="{batch}.json")

    assert json.loads(text(layout)) == [{"PO": "7k3l9a-1", "QTY": 2}]


def test_xml_escapes_what_it_must() -> None:
    layout = OrderLayout(
        format=FileFormat.XML,
        root="Orders",
        file_name="{batch}.xml",
        records=(
            record(Level.ORDER, column("Id", "fulfilment.id"), column("To.Name", "ship_to.name"), name="Order"),
            record(Level.LINE, column("Qty", "line.quantity"), name="Item"),
        ),
    )
    order = sent_order(ship_to=Address(name="Tom & <Jerry>"))

    tree = ElementTree.fromstring(text(layout, order))  # noqa: S314 - our own file

    assert tree.tag == "Orders"
    assert tree.findtext("Order/To/Name") == "Tom & <Jerry>"
    assert tree.findtext("Order/Item/Qty") == "2"


def test_a_batch_is_written_the_same_each_time() -> None:
    layout = flat(column("AT", "batch.created_at"))

    assert render(layout, batch(), HIDDEN) == render(layout, batch(), HIDDEN)


def test_each_order_can_have_a_file_of_its_own() -> None:
    layout = flat(file_per=FilePer.ORDER, file_name="{batch}_{fulfilment}_{order}.csv")
    orders = (sent_order("a-1", number="#1001"), sent_order("b-1", number="../x"))

    found = render(layout, batch(*orders), HIDDEN)

    assert [each.name for each in found] == ["214_a-1_-1001.csv", "214_b-1_..-x.csv"]
    assert [each.fulfilments for each in found] == [("a-1",), ("b-1",)]


@pytest.mark.parametrize(
    ("written", "source", "expected"),
    [
        ({"date": "epoch"}, "fulfilment.ship_by", "1795131000"),
        ({"date": "epoch_ms"}, "fulfilment.ship_by", "1795131000000"),
        ({"date": "%Y%m%d", "time_zone": "Europe/Berlin"}, "fulfilment.ship_by", "20261120"),
        ({"date": "iso", "time_zone": "America/New_York"}, "fulfilment.ship_by", "2026-11-19T18:30:00-05:00"),
        ({"case": "upper"}, "ship_to.name", "AGNES THOLE"),
        ({"max_length": 7, "too_long": "cut"}, "ship_to.name", "Agnes T"),
        ({"pad_to": 12, "pad_with": " ", "pad_side": "right"}, "ship_to.name", "Agnes Thole "),
        ({"yes": "1", "no": "0"}, "fulfilment.expedited", "0"),
        ({}, "ship_to.first_name", "Agnes"),
        ({}, "fulfilment.units", "2"),
    ],
)
def test_facts_are_written_as_the_column_says(written: dict[str, object], source: str, expected: str) -> None:
    assert cell(written, source=source) == expected


@pytest.mark.parametrize("there", ["UTC", "Pacific/Auckland", "Asia/Kathmandu", "America/Los_Angeles"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("source", ["fulfilment.ship_by", "fulfilment.deliver_by"])
def test_a_promise_that_is_a_day_is_that_day_in_every_zone(source: str, zone: str, there: str) -> None:
    until = end_of_day(date(2026, 11, 23), there)
    order = sent_order(ship_by=until, deliver_by=until)

    assert cell({"date": "%d/%m/%Y", "time_zone": zone}, order, source=source) == "23/11/2026"
    hour = until.astimezone(ZoneInfo(zone)).strftime("%d %H:%M")
    assert cell({"date": "%d %H:%M", "time_zone": zone}, order, source=source) == hour


def test_an_order_of_a_day_is_of_that_day_in_every_zone() -> None:
    order = sent_order(placed_at=datetime(2026, 11, 23, tzinfo=UTC))

    assert cell({"date": "%d/%m", "time_zone": "America/New_York"}, order, source="order.placed_at") == "23/11"


def test_amounts_are_written_exactly_or_not_at_all() -> None:
    def price(**written: object) -> str:
        layout = flat(column("P", "line.price", written=written), delimiter=Delimiter.TAB, header=False)
        return text(layout, visible=ALL_VISIBLE).split("\t")[2].strip()

    assert price() == "12.50"
    assert price(decimals=4, decimal_comma=True) == "12,5000"
    assert price(decimals=1) == "12.5"
    with pytest.raises(Unfit, match="1 cell does not fit"):
        price(decimals=0)


def test_what_a_supplier_may_not_see_is_an_empty_cell() -> None:
    layout = flat(column("E", "order.email"), column("T", "ship_to.phone"), column("P", "line.price"), header=False)

    assert text(layout) == "7k3l9a-1,2,,,\r\n"
    assert text(layout, visible=ALL_VISIBLE) == "7k3l9a-1,2,agnes@example.com,01,12.50\r\n"


@pytest.mark.parametrize("source", Source, ids=str)
def test_every_source_can_be_written(source: Source) -> None:
    level = Level.LINE if TAKEN[source].level is Level.LINE else Level.ORDER
    layout = OrderLayout(header=False, records=(record(level, column("X", source)),))
    order = sent_order(
        "a-1",
        sent_line(supplier_sku="S", barcode="401"),
        deliver_by="2026-11-23T00:00:00Z",
        note="n",
        gift_message="g",
        ship_to=Address(
            **dict.fromkeys("name company address1 address2 address3 city state postcode phone".split(), "x"),
            country="GB",
        ),
    )

    written = text(layout, order, visible=ALL_VISIBLE).strip()

    assert written or source is Source.SHIP_TO_FIRST_NAME


def test_no_cell_is_guarded_against_formulas() -> None:
    layout = flat(column("SKU", "line.sku"), header=False)

    assert text(layout, sent_order("a-1", sent_line("=1+1"))) == "a-1,2,=1+1\r\n"


def test_a_gift_message_is_a_column_of_its_own() -> None:
    order = sent_order(note="ring twice", gift_message="For Ada")

    assert cell({}, order, source="order.gift_message") == "For Ada"


def test_a_line_break_in_a_cell_is_a_blank() -> None:
    assert cell({}, sent_order(note="ring\r\ntwice\u2028please"), source="order.note") == "ring twice please"


def test_leading_zeros_and_inner_blanks_of_a_sku_stay() -> None:
    layout = flat(column("SKU", "line.sku"), header=False)

    assert text(layout, sent_order("a-1", sent_line("007  B"))) == "a-1,2,007  B\r\n"


@pytest.mark.parametrize(
    ("order", "fields", "message"),
    [
        (sent_order(), {"source": "ship_to.name", "written": {"max_length": 5}}, "“Agnes Thole” has 11 characters"),
        (sent_order(), {"source": "ship_to.company", "required": True}, "is required"),
        (sent_order(), {"source": "fulfilment.delivery_method", "values": {"Fast": "1"}}, "not in its value map"),
        (sent_order(ship_to=Address(name="東京")), {"source": "ship_to.name"}, "“東” does not exist in windows-1252"),
        (sent_order(note="a\x07"), {"source": "order.note"}, "control character U+0007"),
    ],
)
def test_what_does_not_fit_refuses_its_order_and_names_the_column(order, fields, message) -> None:  # type: ignore[no-untyped-def]
    layout = flat(column("X", **fields), encoding=FileEncoding.WINDOWS_1252)

    ((field, said),) = refused(layout, order)

    assert field == "7k3l9a-1.X"
    assert message in said


def test_a_value_that_is_not_mapped_can_be_kept_or_be_the_default() -> None:
    given = {"source": "fulfilment.delivery_method", "values": {"Fast": "1"}, "default": "9"}

    assert cell({}, unmapped="keep", **given) == "Standard"
    assert cell({}, unmapped="default", **given) == "9"


def test_without_quotation_marks_a_cell_that_needs_them_is_refused() -> None:
    layout = flat(column("A", "ship_to.address1"), quoting=Quoting.NONE, line_end=LineEnd.LF, header=False)

    assert text(layout) == "7k3l9a-1,2,4 Pride Hill Ct\n"
    assert refused(layout, sent_order(ship_to=Address(address1="1, The Lane"))) == [
        ("7k3l9a-1.A", "has ,, and the layout has no quotation marks")
    ]


def test_one_order_that_does_not_fit_is_named_and_the_others_can_go() -> None:
    layout = flat(column("N", "ship_to.name", written={"max_length": 12}))
    good, bad = sent_order("a-1"), sent_order("b-1", ship_to=Address(name="A much longer name"))

    assert faults_of(layout, batch(), good, HIDDEN) == ()
    assert [fault.field for fault in faults_of(layout, batch(), bad, HIDDEN)] == ["b-1.N"]


def test_a_byte_order_mark_is_written_where_a_layout_says_so() -> None:
    (found,) = render(flat(byte_order_mark=True), batch(), HIDDEN)

    assert found.content.startswith(b"\xef\xbb\xbfPO,")
