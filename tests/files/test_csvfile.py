import csv
import io
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.files.csvfile.cells import clean, folded, guarded, unguarded
from packhorse.files.csvfile.encoding import Encoding, Unreadable, detect, lines
from packhorse.files.csvfile.layout import Layout, find_layout
from packhorse.files.csvfile.output import as_header, as_rows
from packhorse.files.csvfile.records import Position, Record, records
from tests.examples import times
from tests.files.order_file_builders import layout_of, opened

NAMES = {"ordernumber": "OrderNumber", "sku": "SKU", "shipcity": "ShipCity"}
HEADER = "OrderNumber,SKU,ShipCity\r\n"
MARKED = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def layout(content: bytes) -> Layout:
    return find_layout(io.BytesIO(content), detect(io.BytesIO(content)), NAMES, ("OrderNumber", "SKU"))


def read(content: bytes) -> list[Record]:
    found = layout(content)
    return list(found.records(opened(content, found.start.offset)))


def cells_of(text: str) -> list[tuple[str, ...]]:
    return [record.cells for record in read((HEADER + text).encode())]


# ---- encoding


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_unicode_is_recognised_with_and_without_a_byte_order_mark(codec: str, marked: bool) -> None:
    mark = MARKED[codec] if marked else b""
    content = mark + (HEADER + "1,a,Köln 🐴\r\n").encode(codec)

    assert detect(io.BytesIO(content))[:2] == (codec, len(mark))
    assert read(content)[0].cells == ("1", "a", "Köln 🐴")


def test_what_is_not_utf8_is_windows_1252_even_if_that_shows_only_deep_in_the_file() -> None:
    rows = f"1,a,{'Berlin ' * 40}\r\n" * 3_000
    content = (HEADER + rows).encode() + "9,a,Zürich – €\r\n".encode("cp1252")

    assert len(content) > 3 * 256 * 1024
    assert detect(io.BytesIO(content)) == Encoding("cp1252", is_guess=True)
    assert read(content)[-1].cells == ("9", "a", "Zürich – €")


def test_utf8_that_was_damaged_long_ago_is_still_utf8() -> None:
    assert read((HEADER + "1,a,M\ufffdnchen\r\n").encode())[0].cells == ("1", "a", "M\ufffdnchen")


def test_utf8_with_one_damaged_place_stays_utf8_and_shows_the_damage() -> None:
    content = (HEADER + "1,a,Köln\r\n2,b,Zürich\r\n").encode() + b"3,c,M\xfcnchen\r\n"

    assert [record.cells[2] for record in read(content)] == ["Köln", "Zürich", "M\ufffdnchen"]


def test_a_character_cut_in_two_by_a_block_is_still_utf8() -> None:
    filler = "x" * (256 * 1024 - len(HEADER) - 1)

    assert detect(io.BytesIO((HEADER + filler + "ü").encode())) == Encoding("utf-8", is_guess=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04rest", "this is an Excel workbook or a zip archive, not a CSV file: save it as CSV (UTF-8)"),
        (bytes(range(256)), "this is a binary file, not a CSV file"),
        (b"\xef\xbb\xbf", "the first row does not name the columns; needed are OrderNumber, SKU"),
        (b"1,2,3\r\n4,5,6\r\n", "the first row does not name the columns; needed are OrderNumber, SKU"),
        (b"OrderNumber,SKU\r\n" + b"x" * 2_000_000, "a line is longer than a megabyte: this is not a CSV file"),
    ],
)
def test_what_is_no_csv_file_is_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content)

    assert str(refusal.value) == message


# ---- layout


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_finds_our_columns(delimiter: str) -> None:
    content = delimiter.join(["Ship,City", "OrderNumber", "A;B", "SKU"]).encode()

    assert layout(content).delimiter == delimiter


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_names_the_separator_is_obeyed_and_is_no_row(line: str) -> None:
    content = f"{line}\r\nOrderNumber;SKU\r\n1;a,b\r\n".encode()

    assert read(content) == [Record(2, ("1", "a,b"), Position(len(content), 2))]


@pytest.mark.parametrize(
    "name", ["ship city", "SHIP_CITY", " Ship City ", '"\ufeffShipCity"', "Ship\u00a0City", "'ShipCity'"]
)
def test_headers_are_matched_without_case_blanks_and_underscores(name: str) -> None:
    found = layout(f"sku,{name},Order Number\n".encode()).columns(NAMES)

    assert found == {"SKU": 0, "OrderNumber": 2} | ({} if "'" in name else {"ShipCity": 1})


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(Unreadable) as refusal:
        layout_of(b"OrderNumber,SKU,Quantity,UnitPrice,ShipName\n")

    assert [error.field for error in refusal.value.errors] == ["ShipAddress1", "ShipCity", "ShipCountry"]


@pytest.mark.parametrize("again", ["sku", "Ship_city"])
def test_a_column_that_is_read_and_there_twice_is_refused(again: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        layout(f"OrderNumber,SKU,Ship City,Other,{again}\n".encode())

    assert [folded(error.field) for error in refusal.value.errors] == [folded(again)]


def test_empty_cells_at_the_end_of_the_header_and_of_rows_do_not_count() -> None:
    content = b"OrderNumber;SKU;;;\r\n1;a;;;\r\n2;b\r\n3;c;;;;;\r\n"

    assert [record.problem for record in read(content)] == [None, None, None]


# ---- records


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    content = (HEADER + '1,"a\r\nb",x\r\n\r\n;;\r\n,,\r\n2,c,y\r\n').encode()

    assert [(record.row, record.cells) for record in read(content)] == [
        (2, ("1", "a\r\nb", "x")),
        (4, (";;", "", "")),
        (6, ("2", "c", "y")),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(line_end: str) -> None:
    content = line_end.join(["OrderNumber,SKU,ShipCity", '1,a,"x', 'y"', "2,b,z"]).encode()

    assert [record.cells for record in read(content)] == [("1", "a", f"x{line_end}y"), ("2", "b", "z")]


def test_a_line_end_that_a_block_cuts_in_two_is_one_line_end() -> None:
    filler = "x" * 127
    lines_to_block_end = (
        "".join(f"{filler}\r\n" for _ in range(2 * 1016)) + "x" * (256 * 1024 - 2032 * 129 - 1) + "\r\n"
    )

    found = list(records(io.BytesIO(f"{lines_to_block_end}last\r\n".encode()), "utf-8", ",", 1, Position(0, 0)))

    assert lines_to_block_end.encode()[256 * 1024 - 1 :] == b"\r\n"
    assert (found[-1].row, found[-1].cells) == (2034, ("last",))


def test_a_row_that_excel_saved_without_its_last_delimiters_has_empty_cells_there() -> None:
    found = read((HEADER + "1,a\r\n2\r\n").encode())

    assert [(record.cells, record.problem) for record in found] == [(("1", "a", ""), None), (("2", "", ""), None)]


def test_too_many_cells_are_a_problem_and_so_are_too_few_where_a_part_may_be_missing() -> None:
    problems = [record.problem for record in read((HEADER + '1,a,x,y\n2,"b\n3,c,z"\n4,d').encode())]

    assert problems == [f"the row has {count} cells, the header has 3" for count in (4, 2, 2)]


@pytest.mark.parametrize("broken", ['"never closed', '"5" nails"'])
def test_a_broken_quote_costs_its_own_row_only(broken: str) -> None:
    found = read((HEADER + f'1,a,x\n2,{broken},y\n3,"c",z\n4,d,"p\nq"\n').encode())

    assert [(record.row, record.cells[0], record.problem is None) for record in found] == [
        (2, "1", True),
        (3, "2", False),
        (4, "3", True),
        (5, "4", True),
    ]


def test_a_cell_longer_than_a_spreadsheet_can_hold_is_a_problem_of_its_row() -> None:
    found = read((HEADER + f"1,a,{'x' * 32_768}\n2,b,{'y' * 32_767}\n").encode())

    assert [record.problem is None for record in found] == [False, True]


def test_a_record_that_goes_on_over_a_thousand_lines_ends_at_its_first() -> None:
    swallowing = ",".join(f'"{"x" * 30_000}\n{"y" * 2_000}"' for _ in range(40))

    found = read((HEADER + f"1,a,{swallowing}\n2,b,z\n").encode())

    assert found[0].problem is not None
    assert found[-1].cells == ("2", "b", "z")


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
tables = st.lists(st.lists(texts, min_size=3, max_size=3), max_size=12)
broken_lines = st.lists(
    st.sampled_from(['x","a', '",b,"']) | st.text('ab,;"\n\r \u00e9\U0001f40e', max_size=20), max_size=12
)


def written(table: list[list[str]], delimiter: str, line_end: str) -> str:
    text = io.StringIO()
    quoting = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    quoting.writerows([["OrderNumber", "SKU", "ShipCity"], *table])
    return text.getvalue()


@times(0.6)
@given(
    table=tables,
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from([*MARKED]),
    marked=st.booleans(),
)
def test_every_encoding_and_delimiter_says_the_same(
    table: list[list[str]], delimiter: str, line_end: str, codec: str, marked: bool
) -> None:
    content = (MARKED[codec] if marked else b"") + written(table, delimiter, line_end).encode(codec)

    assert [list(record.cells) for record in read(content)] == [
        row for row in table if any(cell.strip() for cell in row)
    ]


@times(0.6)
@given(broken=broken_lines, delimiter=st.sampled_from(",;"), codec=st.sampled_from([*MARKED, "cp1252"]))
def test_reading_on_from_any_record_gives_the_same_remaining_records(
    broken: list[str], delimiter: str, codec: str
) -> None:
    content = "\n".join(broken).encode(codec, "replace")
    found = list(records(io.BytesIO(content), codec, delimiter, 3, Position(0, 0)))

    for place, record in enumerate(found, 1):
        rest = records(opened(content, record.after.offset), codec, delimiter, 3, record.after)
        assert list(rest) == found[place:]


@times(0.6)
@given(units=st.lists(st.binary(min_size=2, max_size=2)), codec=st.sampled_from([*MARKED, "cp1252"]))
def test_every_byte_is_in_a_line_whatever_the_bytes_are(units: list[bytes], codec: str) -> None:
    content = b"".join(units)

    assert sum(line.size for line in lines(io.BytesIO(content), codec)) == len(content)


class Counted:
    """csv with a count of the characters that its readers pull."""

    Error = csv.Error

    def __init__(self) -> None:
        self.looked_at = 0

    def reader(self, source: Iterable[str], **options: Any) -> Iterator[list[str]]:
        return csv.reader(map(self._count, source), **options)

    def _count(self, line: str) -> str:
        self.looked_at += len(line)
        return line


def looked_at(content: bytes) -> int:
    with patch("packhorse.files.csvfile.records.csv", counted := Counted()):
        for _ in records(io.BytesIO(content), "utf-8", ",", 3, Position(0, 0)):
            pass
    return counted.looked_at


TIMES = 5
"""As part of a swallow, as its last line, as the first of the next, alone, and for the cells of a bad row."""


@pytest.mark.parametrize(
    "line",
    [
        '1,MUG 5","blue,1,9.99,Ann,Street 1\n',
        'x","a\n',
        '"\n',
        '","\n',
        'a,"",b\n',
        '"a,b\n',
        '1,"a""\n',
        ",,\n",
        "\n",
        '"\r',
    ],
)
@pytest.mark.parametrize("rows", [1_000, pytest.param(30_000, marks=pytest.mark.long)])
def test_every_byte_is_looked_at_a_few_times_however_many_rows_end_inside_a_quote(line: str, rows: int) -> None:
    content = (line * rows).encode()

    assert looked_at(content) <= TIMES * len(content)


@given(broken=st.lists(st.sampled_from(['x","a\n', '"', "\n", ",", "b", '""', ',"\n', '"a\n', '"\n']), max_size=60))
def test_every_byte_is_looked_at_a_few_times_whatever_the_bytes_are(broken: list[str]) -> None:
    with patch("packhorse.files.csvfile.records.MAX_RECORD_BYTES", 20):
        content = "".join(broken).encode()

        assert looked_at(content) <= TIMES * len(content)


def test_lines_after_a_quote_that_is_never_closed_may_have_cells_of_several_lines_again() -> None:
    broken = 'x","a,b\n' * 3 + '1,"two\nlines",c\n' + '2,"more\nlines",d\n'

    assert [(record.row, record.cells[0]) for record in read((HEADER + broken).encode())][-2:] == [(5, "1"), (6, "2")]


def test_a_file_of_blank_rows_is_refused() -> None:
    with patch("packhorse.files.csvfile.records.MAX_BLANK_ROWS", 100):
        assert cells_of(",,\n" * 100 + "1,a,b\n") == [("1", "a", "b")]
        with pytest.raises(Unreadable, match="more than 100 blank rows above row 102: delete them"):
            cells_of("\n" * 101)


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.long
def test_ten_times_the_rows_take_no_more_memory() -> None:
    def content(rows: int) -> bytes:
        return (HEADER + "".join(f'{row},"a, {row}",Köln\r\n' for row in range(rows))).encode("utf-16-le")

    def work(of: bytes) -> Callable[[], object]:
        return lambda: sum(1 for _ in layout(of).records(io.BytesIO(of), Position(0, 0)))

    few, many = content(5_000), content(50_000)

    assert peak(work(many)) < peak(work(few)) + 3_000_000


# ---- cells


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('="00123"', "00123"),
        ('="a""b"', 'a"b'),
        ("\u00a0x\u2007y\u00a0", "x y"),
        ("x\u200by\ufeff", "xy"),
        ("\u202eAda\u2028Lovelace\u2069", "Ada Lovelace"),
        ('\u202a="00123"\u202c', "00123"),
        ("'=1+1", "=1+1"),
        ("'+49 221 1", "+49 221 1"),
        ("'tis", "'tis"),
        ("  ", ""),
    ],
)
def test_cells_lose_what_spreadsheets_left_in_them(cell: str, said: str) -> None:
    assert clean(cell) == said


@pytest.mark.parametrize("cell", ["=1+1", "+49 221 1", "-x", "@x", "\tx", "\rx", ' "=1', "＝1", "-1+1", "'=1"])
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ('a;=HYPERLINK("http://x.example";"x");b', 'a;\'=HYPERLINK("http://x.example";"x");b'),
        ("a\t=1", "a\t'=1"),
        ("a, +49 221 1", "a,' +49 221 1"),
        ("a\n@x", "a\n'@x"),
        ("=1;=2", "'=1;'=2"),
        ("a;-5;b", "a;-5;b"),
    ],
)
def test_a_cell_is_guarded_also_where_another_character_would_cut_it(cell: str, safe: str) -> None:
    assert guarded(cell) == safe
    assert clean(safe) == cell


@pytest.mark.parametrize("cell", ["-5.00", "12,50", "a=b", "", "1-2", "'tis"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text("'=+-@\t\r\n \"a1.,;", max_size=8) | st.text(max_size=6))
def test_a_guard_is_undone_exactly(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


# ---- output


def test_failed_rows_have_the_header_and_delimiter_of_their_file_and_one_reason() -> None:
    content = b"SKU;Reason;Order Number\r\n=1;old;W1\r\nx;y\r\na;b;c;d\r\n"
    found = layout(content)
    rows = list(found.records(opened(content, found.start.offset)))

    text = as_header(found) + as_rows(found, ((row, f"why {row.row}") for row in rows)).encode()

    assert text.decode("utf-8") == ("\ufeffSKU;Order Number;Reason\r\n'=1;W1;why 2\r\nx;;why 3\r\na;c;why 4;d\r\n")
