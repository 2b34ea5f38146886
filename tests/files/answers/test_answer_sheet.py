"""Files of suppliers are read by their layout; each row that cannot be is named with its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.file_encodings import codec_of
from packhorse.domain.supply.answer_layout import (
    AnswerColumn,
    AnswerField,
    AnswerLayout,
    Completeness,
    FeedLayout,
    Meaning,
    RowRole,
    RowType,
)
from packhorse.domain.supply.layout import Delimiter, FileFormat
from packhorse.domain.supply.whole_day import WholeDay
from packhorse.files.answers import table
from packhorse.files.answers.answer_sheet import MAX_PARTS, AnswerReading, read_answers, read_feed
from packhorse.files.answers.table import Unfinished
from packhorse.files.csvfile.encoding import Unreadable

F = AnswerField


def col(field: AnswerField, *names: str, **fields: Any) -> AnswerColumn:
    return AnswerColumn(field=field, names=names, **fields)


COLUMNS = (
    col(F.FULFILMENT, "PO_NUM", "PO Number"),
    col(F.ORDER, "Order"),
    col(F.SKU, "Item", "SKU"),
    col(F.QUANTITY, "Qty"),
    col(F.CARRIER, "Carrier"),
    col(F.TRACKING, "Tracking", "Tracking No."),
    col(F.SHIPPED_AT, "Shipped"),
    col(F.STATUS, "Status"),
    col(F.REASON, "Reason"),
)
STATUSES = {"ACK": Meaning.ACKNOWLEDGED, "Shipped": Meaning.SHIPPED, "Rej": Meaning.REJECTED, "WIP": Meaning.IGNORED}
CARRIERS = {"FedX Grnd": "fedex"}


def shipped(**fields: Any) -> AnswerLayout:
    return AnswerLayout(**{"means": Meaning.SHIPPED, "columns": COLUMNS, "carriers": CARRIERS, **fields})


def read(text: str, layout: AnswerLayout | None = None) -> AnswerReading:
    return read_answers(text.encode(), layout or shipped())


def errors(found: AnswerReading) -> list[tuple[int | None, str | None, str]]:
    return [(each.row, each.column, each.message) for each in found.errors]


def test_a_row_says_what_left() -> None:
    (answer,) = read("PO_NUM,Item,Qty,Carrier,Tracking\na-1,W-1,2,fedx  grnd,1Z 9\n").answers

    assert (answer.row, answer.meaning, answer.fulfilment) == (2, Meaning.SHIPPED, "a-1")
    assert (answer.sku, answer.quantity, answer.carrier, answer.tracking) == ("W-1", 2, "fedex", "1Z 9")


def test_columns_may_be_renamed_and_reordered() -> None:
    (answer,) = read("tracking no.;Extra;po number\nT1;x;a-1\n").answers

    assert (answer.fulfilment, answer.tracking) == ("a-1", "T1")


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match="twice") as raised:
        read("PO_NUM,Tracking,Tracking No.\na-1,T1,T2\n")

    assert [each.field for each in raised.value.errors] == ["tracking"]


def test_a_file_of_other_columns_names_its_own() -> None:
    with pytest.raises(Unreadable) as raised:
        read("Artikel,Menge\nx,1\n")

    assert "Artikel, Menge" in raised.value.in_full


@pytest.mark.parametrize("header", [True, False])
def test_a_file_with_too_many_rows_is_refused_whole(header: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    columns = (col(F.FULFILMENT, "PO_NUM"),) if header else (AnswerColumn(field=F.FULFILMENT, position=1),)
    layout = shipped(header=header, columns=columns)
    rows = "PO_NUM\n" * header + "a-1\nb-1\n"

    assert len(read(rows, layout).answers) == 2
    with pytest.raises(Unreadable, match="more than 2 rows: split it"):
        read(f"{rows}c-1\n", layout)


def test_a_tree_with_too_many_rows_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    layout = shipped(format=FileFormat.JSON, columns=(col(F.FULFILMENT, "po"),))

    assert len(read('[{"po": "a-1"}, 7]', layout).answers) == 1
    with pytest.raises(Unreadable, match="more than 2 rows: split it"):
        read('[{"po": "a-1"}, 7, 8]', layout)


def test_statuses_say_what_a_row_means() -> None:
    text = "PO_NUM,Status,Reason\na-1,ack,\nb-1,Rej,none left\nc-1,WIP,\nd-1,Lost,\ne-1,,\n"

    found = read(text, shipped(means=None, statuses=STATUSES))

    assert [(each.fulfilment, each.meaning, each.reason) for each in found.answers] == [
        ("a-1", Meaning.ACKNOWLEDGED, ""),
        ("b-1", Meaning.REJECTED, "none left"),
    ]
    assert errors(found) == [
        (5, "status", "“Lost” is not one of ACK, Shipped, Rej, WIP"),
        (6, "status", "is missing"),
    ]


@pytest.mark.parametrize("column", ["PO_NUM", "Order", "Item", "Tracking"])
def test_a_number_that_a_spreadsheet_rounded_is_refused(column: str) -> None:
    cells = {"PO_NUM": "a-1", "Order": "1", "Item": "W", "Tracking": "T", column: "1.23E+11"}

    found = read(f"{','.join(cells)}\n{','.join(cells.values())}\n")

    assert found.answers == ()
    assert "lost digits in a spreadsheet" in errors(found)[0][2]


def test_excels_wrapper_keeps_leading_zeros() -> None:
    (answer,) = read('PO_NUM,Item,Tracking\na-1,"=""00123""","=""00987"""\n').answers

    assert (answer.sku, answer.tracking) == ("00123", "00987")


def test_a_tracking_number_is_the_same_though_a_spreadsheet_made_it_a_fraction() -> None:
    (answer,) = read("PO_NUM,Item,Tracking\na-1,W,961207180032.0\n").answers

    assert answer.tracking == "961207180032"


def test_a_blank_quantity_is_not_zero_and_a_zero_changes_nothing() -> None:
    found = read("PO_NUM,Item,Qty\na-1,W,\na-1,V,0\n")

    assert [(each.sku, each.quantity) for each in found.answers] == [("W", None)]
    assert [(each.row, each.message) for each in found.warnings] == [(3, "is 0: the row changes nothing")]


@pytest.mark.parametrize("quantity", ["-1", "1.5", "two", "1,000", "1e3"])
def test_a_quantity_is_a_whole_number_and_not_negative(quantity: str) -> None:
    found = read(f'PO_NUM,Item,Qty\na-1,W,"{quantity}"\nb-1,W,1\n')

    assert [each.fulfilment for each in found.answers] == ["b-1"]
    assert [(row, column) for row, column, _ in errors(found)] == [(2, "quantity")]


def test_a_row_without_an_order_is_refused() -> None:
    assert errors(read("PO_NUM,Order,Tracking\n,,T1\n")) == [(2, "order", "is missing")]


def test_two_orders_in_one_row_are_refused_unless_the_layout_joins() -> None:
    text = "Order,Item,Qty,Tracking\n1001;1002,W;V,1;2,T1\n"

    assert errors(read(text.replace(",", "|"), shipped(delimiter=Delimiter.PIPE)))[0][2] == (
        "“1001;1002” names several orders in one row: set joined_by in the layout"
    )
    found = read(text, shipped(joined_by=";")).answers
    assert [(each.order, each.sku, each.quantity, each.tracking) for each in found] == [
        ("1001", "W", 1, "T1"),
        ("1002", "V", 2, "T1"),
    ]


def test_joined_cells_have_as_many_parts() -> None:
    found = read("PO_NUM,Item,Qty\na-1,W;V;U,1;2\n", shipped(joined_by=";"))

    assert errors(found) == [(2, "quantity", "has 2 parts joined by ;, another cell 3")]


def test_a_cell_has_a_bounded_number_of_joined_parts() -> None:
    rows = [f"a-1,{';'.join('W' * many)},1" for many in (MAX_PARTS, MAX_PARTS + 1)]

    found = read("\n".join(("PO_NUM,Item,Qty", *rows)), shipped(joined_by=";"))

    assert len(found.answers) == MAX_PARTS
    assert errors(found) == [(3, "sku", "has more than 1000 parts joined by ;")]


def test_a_refused_row_with_several_names_in_its_cells_may_mean_each_of_them() -> None:
    """Which of one cell belongs to which of another cannot be read: their number is a sum, no product."""
    row = ",".join(";".join(each * many) for each, many in (("a", 50), ("b", 49)))

    found = read(f"PO_NUM,Order,Tracking\n{row},T1\na-1;b-1;c-1,1001;1002,T2\n")

    assert [str(each.reference) for each in found.references if each.row == 3] == ["a-1", "b-1", "c-1", "1001", "1002"]
    assert len(found.references) == 50 + 49 + 5


def test_a_carrier_that_the_table_lacks_is_kept_with_a_warning() -> None:
    found = read("PO_NUM,Carrier,Tracking\na-1,Post Nord,T\n")

    assert found.answers[0].carrier == "Post Nord"
    assert [each.column for each in found.warnings] == ["carrier"]


@pytest.mark.parametrize(
    ("pattern", "zone", "cell", "expected"),
    [
        ("%m/%d/%Y %H:%M", "America/New_York", "03/04/2026 09:30", "2026-03-04T14:30:00+00:00"),
        ("epoch", "UTC", "1795131000", "2026-11-19T23:30:00+00:00"),
        ("epoch_ms", "UTC", "1795131000000", "2026-11-19T23:30:00+00:00"),
        ("iso", "Europe/Berlin", "2026-11-19T09:30:00", "2026-11-19T08:30:00+00:00"),
    ],
)
def test_dates_are_read_in_the_layouts_pattern_and_zone(pattern: str, zone: str, cell: str, expected: str) -> None:
    (answer,) = read(f"PO_NUM,Shipped\na-1,{cell}\n", shipped(date=pattern, time_zone=zone)).answers

    assert isinstance(answer.shipped_at, datetime)
    assert answer.shipped_at.isoformat() == expected


@pytest.mark.parametrize(
    ("pattern", "zone", "cell", "begins", "hours"),
    [
        ("%d/%m/%Y", "UTC", "03/04/2026", "2026-04-03T00:00:00+00:00", 24),
        ("%d/%m/%Y", "Europe/Berlin", "29/03/2026", "2026-03-28T23:00:00+00:00", 23),
        ("iso", "America/New_York", "2026-11-19", "2026-11-19T05:00:00+00:00", 24),
        ("iso", "UTC", "20261119", "2026-11-19T00:00:00+00:00", 24),
        ("%Y%j", "Asia/Tokyo", "2026323", "2026-11-18T15:00:00+00:00", 24),
    ],
)
def test_a_date_without_a_time_is_that_whole_day_there(
    pattern: str, zone: str, cell: str, begins: str, hours: int
) -> None:
    (answer,) = read(f"PO_NUM,Shipped\na-1,{cell}\n", shipped(date=pattern, time_zone=zone)).answers

    assert isinstance(answer.shipped_at, WholeDay)
    assert answer.shipped_at.begins.isoformat() == begins
    assert answer.shipped_at.ends - answer.shipped_at.begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("pattern", "cell"), [("%d/%m/%Y", "04/13/2026"), ("epoch", "1795131000000"), ("iso", "3.4.26")]
)
def test_a_date_in_another_pattern_is_left_out_never_guessed(pattern: str, cell: str) -> None:
    found = read(f"PO_NUM,Shipped,Tracking\na-1,{cell},T\n", shipped(date=pattern))

    assert [(each.shipped_at, each.tracking) for each in found.answers] == [(None, "T")]
    assert [each.column for each in found.warnings] == ["shipped_at"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("PO_NUM;Reason\na-1;Größe fehlt\n".encode("cp1252"), None),
        ("PO_NUM;Reason\na-1;Größe fehlt\n".encode("utf-16"), None),
        ("PO_NUM;Reason\na-1;Größe fehlt\n".encode("utf-8-sig"), None),
        ("PO_NUM;Reason\na-1;Größe\u00a0fehlt\n".encode(), None),
        ("PO_NUM;Reason\na-1;Größe fehlt\n".encode("mac_roman"), FileEncoding.MACINTOSH),
        (b"sep=;\nPO_NUM;Reason\na-1;" + "Größe fehlt\n".encode(), None),
    ],
)
def test_encodings_and_delimiters_are_those_of_uploads(content: bytes, encoding: FileEncoding | None) -> None:
    (answer,) = read_answers(content, shipped(encoding=encoding)).answers

    assert answer.reason == "Größe fehlt"


def test_rows_without_a_header_are_read_by_position() -> None:
    columns = (col(F.ORDER, position=2), col(F.TRACKING, position=4))

    (answer,) = read("x|1001|y|T1\n", shipped(header=False, columns=columns)).answers

    assert (answer.order, answer.tracking) == ("1001", "T1")


def records(**fields: Any) -> AnswerLayout:
    header = RowType(
        code="SH", role=RowRole.HEADER, columns=(col(F.FULFILMENT, position=2), col(F.TRACKING, position=3))
    )
    detail = RowType(code="SD", columns=(col(F.SKU, position=2), col(F.QUANTITY, position=3)))
    trailer = RowType(code="TR", role=RowRole.TRAILER, columns=(col(F.COUNT, position=2),))
    return shipped(columns=(), header=False, row_types=(header, detail, trailer), **fields)


def test_detail_rows_belong_to_the_header_row_before_them() -> None:
    found = read("SH,a-1,T1\nSD,W,1\nSD,V,2\nSH,b-1,T2\n", records())

    assert [(each.fulfilment, each.tracking, each.sku, each.quantity) for each in found.answers] == [
        ("a-1", "T1", "W", 1),
        ("a-1", "T1", "V", 2),
        ("b-1", "T2", "", None),
    ]


def test_a_kind_of_rows_needs_its_own_required_columns_only() -> None:
    header, detail, trailer = records().row_types
    header = header.replace(columns=(col(F.FULFILMENT, position=2, required=True), *header.columns[1:]))
    detail = detail.replace(
        columns=(
            col(F.SKU, position=2, required=True),
            col(F.QUANTITY, position=3, required=True),
            col(F.TRACKING, position=4),
        )
    )
    trailer = trailer.replace(columns=(col(F.COUNT, position=2, required=True),))

    found = read("SH,a-1\nSD,W,1\nSD,V\nSH,,T2\nSD,W,1\nTR,5\n", records().replace(row_types=(header, detail, trailer)))

    assert [(each.row, each.fulfilment, each.sku) for each in found.answers] == [(2, "a-1", "W")]
    assert errors(found) == [
        (3, None, "quantity is missing"),
        (5, None, "its header, row 4: fulfilment is missing"),
    ]


def test_a_row_of_an_unknown_kind_may_be_a_header_or_a_detail() -> None:
    text = "SH,a-1,T1\nSD,W,1\nBH,b-1,T2\nSD,W,1\nSH,c-1,T3\nXX,W,1\nSH,d-1,T4\n"

    found = read(text, records())

    assert [(each.row, each.fulfilment) for each in found.answers] == [(2, "a-1"), (7, "d-1")]
    assert errors(found) == [
        (3, None, "begins with “BH”, which is none of SH, SD, TR"),
        (4, None, "its header, row 3: begins with “BH”, which is none of SH, SD, TR"),
        (5, None, "row 6, of an unknown kind, may be one of its details"),
        (6, None, "begins with “XX”, which is none of SH, SD, TR"),
    ]
    assert {(each.row, each.reference.fulfilment) for each in found.references if each.row == 5} == {(5, "c-1")}


def test_rows_of_a_kind_that_the_layout_ignores_stand_anywhere() -> None:
    layout = records()
    ignored = RowType(code="XX", role=RowRole.IGNORED)

    found = read("XX,1\nSH,a-1,T1\nXX,2\nSD,W,1\n", layout.replace(row_types=(*layout.row_types, ignored)))

    assert [(each.fulfilment, each.sku) for each in found.answers] == [("a-1", "W")]
    assert errors(found) == []


def test_details_that_need_no_header_are_read_whatever_kind_is_before_them() -> None:
    detail = RowType(code="SD", columns=(col(F.FULFILMENT, position=2),))

    found = read("XX,1\nSD,a-1\n", shipped(columns=(), header=False, row_types=(detail,)))

    assert ([each.fulfilment for each in found.answers], len(found.errors)) == (["a-1"], 1)


@pytest.mark.parametrize("text", ["SH,a-1,T1\nSD,W,1\n", "SH,a-1,T1\nTR,3\n"])
def test_half_a_file_is_not_read_where_a_trailer_counts(text: str) -> None:
    with pytest.raises(Unfinished):
        read(text, records(complete=Completeness.TRAILER))


@pytest.mark.parametrize("count", [2, 3])
def test_a_trailer_counts_the_rows_with_or_without_itself(count: int) -> None:
    assert read(f"SH,a-1,T1\nSD,W,1\nTR,{count}\n", records(complete=Completeness.TRAILER)).answers


@pytest.mark.parametrize("encoding", [FileEncoding.SHIFT_JIS, FileEncoding.EUC_KR, FileEncoding.WINDOWS_1250, None])
@pytest.mark.parametrize("file_format", [FileFormat.XML, FileFormat.JSON])
def test_trees_are_read_in_the_encodings_of_other_files(encoding: FileEncoding | None, file_format: FileFormat) -> None:
    reasons: dict[FileEncoding | None, str] = {FileEncoding.EUC_KR: "똠방", FileEncoding.WINDOWS_1250: "Łódź"}
    reason = reasons.get(encoding, "在庫なし－髙")
    tree = f"<r><o><id>a-1</id><r>{reason}</r></o></r>"
    text = tree if file_format is FileFormat.XML else f'[{{"id": "a-1", "r": "{reason}"}}]'
    layout = shipped(format=file_format, encoding=encoding, columns=(col(F.FULFILMENT, "id"), col(F.REASON, "r")))

    (answer,) = read_answers(text.encode(codec_of(encoding) if encoding else "utf-8"), layout).answers

    assert answer.reason == reason


def test_xml_that_names_an_encoding_of_several_bytes_is_read_in_it() -> None:
    text = '<?xml version="1.0" encoding="Shift_JIS"?><r><o><id>a-1</id><r>髙</r></o></r>'
    layout = shipped(format=FileFormat.XML, columns=(col(F.FULFILMENT, "id"), col(F.REASON, "r")))

    (answer,) = read_answers(text.encode("cp932"), layout).answers

    assert answer.reason == "髙"


@pytest.mark.parametrize("name", ["qty", "qty.#text"])
def test_an_xml_element_with_attributes_is_its_text(name: str) -> None:
    layout = FeedLayout(format=FileFormat.XML, columns=(col(F.SKU, "sku"), col(F.QUANTITY, name)))

    found = read_feed(b'<s><i><sku>A</sku><qty unit="EA">5</qty></i><i><sku>B</sku><qty unit="EA"/></i></s>', layout)

    assert [(each.sku, each.quantity) for each in found.found] == [("A", 5)]
    assert [(each.row, each.message) for each in found.errors] == [(2, "is blank, which is not zero")]


def test_json_is_read_by_paths() -> None:
    layout = shipped(
        format=FileFormat.JSON,
        rows_at="data.shipments",
        lines_at="items",
        columns=(col(F.FULFILMENT, "po.id"), col(F.SKU, "sku"), col(F.QUANTITY, "qty"), col(F.TRACKING, "tracking")),
    )
    text = """{"data": {"shipments": [{"po": {"id": "a-1"}, "tracking": "T1",
        "items": [{"sku": "W", "qty": 2}, {"sku": "V", "qty": 1.0, "tracking": "T2"}]}, 7,
        {"po": {"id": "b-1"}, "items": []}, {"po": {"id": "c-1"}, "tracking": "T3"}]}}"""

    found = read(text, layout)

    assert [(each.fulfilment, each.sku, each.quantity, each.tracking) for each in found.answers] == [
        ("a-1", "W", 2, "T1"),
        ("a-1", "V", 1, "T2"),
        ("c-1", "", None, "T3"),
    ]
    assert [(row, message) for row, _, message in errors(found)] == [
        (3, "is a plain value, not an object with fields"),
        (4, "its list of lines is empty"),
    ]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1e999999999", "quantity: is a number of more than 40 digits"),
        ("1e-999999999", "quantity: is a number of more than 40 digits"),
        (f'"{"1" * 40_000}"', "quantity: is longer than 32,767 characters"),
    ],
)
def test_a_cell_of_a_tree_that_is_too_large_refuses_its_row_alone(cell: str, message: str) -> None:
    layout = shipped(format=FileFormat.JSON, columns=(col(F.FULFILMENT, "po"), col(F.QUANTITY, "qty")))

    found = read(f'[{{"po": "a-1", "qty": {cell}}}, {{"po": "b-1", "qty": 1e0}}]', layout)

    assert [each.fulfilment for each in found.answers] == ["b-1"]
    assert [(row, text) for row, _, text in errors(found)] == [(1, message)]


LINES = shipped(
    format=FileFormat.JSON,
    rows_at="data.shipments",
    lines_at="items",
    columns=(col(F.FULFILMENT, "po"), col(F.SKU, "sku"), col(F.QUANTITY, "qty")),
)


@pytest.mark.parametrize(
    "document",
    [
        '{"data": {"Shipments": [{"po": "a-1"}]}}',
        '{"shipments": [{"po": "a-1"}]}',
        '{"data": [{"shipments": [{"po": "a-1"}]}]}',
        '[{"po": "a-1"}]',
        '{"error": "no access"}',
    ],
)
def test_a_document_without_the_place_of_its_rows_cannot_be_read(document: str) -> None:
    with pytest.raises(Unreadable, match=r"has no data\.shipments") as refused:
        read(document, LINES)

    assert [each.field for each in refused.value.errors] == ["rows_at"]


@pytest.mark.parametrize(
    "document",
    ['{"data": {"shipments": []}}', '{"data": {"shipments": null}}', '{"data": null}', '{"data": {}}', "{}", "[]"],
)
def test_an_empty_list_or_document_has_no_rows(document: str) -> None:
    assert read(document, LINES) == AnswerReading(0, ())


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ('"lines": [{"sku": "W", "qty": 1}]', "has no items, and cells of lines in lines"),
        ('"packed": {"boxes": [{"sku": "W"}]}', "has no items, and cells of lines in packed"),
        ('"items": [{"sku": "W", "qty": 1}, {"code": "V", "count": 1}]', "a line in items has none of the columns"),
        ('"items": {}', "a line in items has none of the columns"),
    ],
)
def test_a_record_whose_lines_are_elsewhere_speaks_of_no_whole_order(record: str, message: str) -> None:
    found = read(f'{{"data": {{"shipments": [{{"po": "a-1", {record}}}]}}}}', LINES)

    assert (found.answers, errors(found)) == ((), [(1, None, message)])
    assert [(each.reference.fulfilment, each.may_have_shipped) for each in found.references] == [("a-1", True)]


def test_a_record_without_lines_and_with_other_parts_speaks_of_the_whole_order() -> None:
    found = read('{"data": {"shipments": [{"po": "a-1", "to": {"name": "Eve"}, "notes": ["thanks"]}]}}', LINES)

    assert [(each.fulfilment, each.sku) for each in found.answers] == [("a-1", "")]


XML = shipped(
    format=FileFormat.XML,
    rows_at="Shipment",
    columns=(col(F.ORDER, "@order"), col(F.TRACKING, "Track.No"), col(F.REASON, "Note")),
)


def test_xml_is_read_by_paths_whatever_its_namespace() -> None:
    text = """<?xml version="1.0"?><s:Shipments xmlns:s="urn:x">
      <s:Shipment order="1001"><s:Track><s:No>T1</s:No></s:Track></s:Shipment>
      <s:Shipment order="1002"><s:Note>a &amp; b</s:Note></s:Shipment></s:Shipments>"""

    assert [(each.order, each.tracking, each.reason) for each in read(text, XML).answers] == [
        ("1001", "T1", ""),
        ("1002", "", "a & b"),
    ]


@pytest.mark.parametrize(
    "text", ["<Shipments/>", '<Shipments of="2026-11-29"/>', "<Shipments> </Shipments>", "<Shipments></Shipments>"]
)
def test_an_empty_xml_document_has_no_rows(text: str) -> None:
    assert [read(text, layout).rows for layout in (XML, XML.replace(rows_at=""))] == [0, 0]


@pytest.mark.parametrize("text", ['<Shipments><shipment order="1001"/></Shipments>', "<Error>no access</Error>"])
def test_an_xml_document_of_other_elements_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable, match="has no Shipment"):
        read(text, XML)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a><Shipment order="&b;"/></a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a><Shipment>",
        "",
        "<a>" * 200 + "</a>" * 200,
    ],
)
def test_xml_that_is_broken_or_has_a_document_type_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text, XML)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "[" * 100_000,
        '{"x": 1e9999999999999999999}',
        '{"a": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_json_that_is_broken_is_refused(text: str) -> None:
    layout = shipped(format=FileFormat.JSON, rows_at="x", columns=(col(F.ORDER, "o"),))

    with pytest.raises(Unreadable):
        read_answers(text.encode("latin-1"), layout)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04xlsx", b"%PDF-1.4", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_csv_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answers(content, shipped())


FEED = FeedLayout(columns=(col(F.SKU, "SKU"), col(F.QUANTITY, "Stock", values={"In stock": "10", "discontinued": "0"})))


def test_a_stock_feed_has_quantities_and_words_that_are_mapped() -> None:
    found = read_feed(b"SKU,Stock\nA,3\nB,in stock\nC,Discontinued\n", FEED)

    assert [(each.sku, each.quantity) for each in found.found] == [("A", 3), ("B", 10), ("C", 0)]


def test_units_that_a_supplier_owes_are_none_in_its_feed() -> None:
    found = read_feed(b"SKU,Stock\nA,-3\nB,1\n", FEED)

    assert [(each.sku, each.quantity) for each in found.found] == [("A", 0), ("B", 1)]
    assert [(each.row, each.column) for each in found.warnings] == [(2, "quantity")]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("A,", "quantity", "is blank, which is not zero"),
        ("A,100+", "quantity", "not a whole number"),
        (",4", "sku", "is missing"),
        ("1.2E+12,4", "sku", "lost digits"),
        ("A,4,5", None, "3 cells"),
    ],
)
def test_a_row_of_a_feed_that_is_no_quantity_changes_nothing(row: str, column: str | None, message: str) -> None:
    found = read_feed(f"SKU,Stock\n{row}\nB,1\n".encode(), FEED)

    assert [each.sku for each in found.found] == ["B"]
    assert [(each.row, each.column) for each in found.errors] == [(2, column)]
    assert message in found.errors[0].message


def test_columns_that_nobody_reads_may_be_there_twice() -> None:
    assert len(read("PO_NUM,Item,Date,Date\na-1,W,,\n").answers) == 1

    with pytest.raises(Unreadable, match="a column twice"):
        read("PO_NUM,Item,SKU\na-1,W,X\n")
