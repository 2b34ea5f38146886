import io
import tracemalloc
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.files.csvfile.records import Position
from packhorse.files.orders.order_sheet import OrderBatch, OrderSheet, order_batches
from packhorse.files.orders.readings import Fates, first_reading, second_reading
from packhorse.files.orders.survey import REFUSALS, Fate, survey
from packhorse.files.rows import RowError
from tests.examples import times
from tests.files.order_file_builders import cells, drop, layout_of, opened, order_rows, sheet


class Result(NamedTuple):
    orders: dict[str, list[str]]
    errors: list[RowError]
    failed: list[tuple[int, str]]
    rejected: int


def read(content: bytes) -> Result:
    return result([batch for phase in phases(content) for batch in phase])


def phases(content: bytes, held_rows: int = 10_000) -> Iterable[list[OrderBatch]]:
    """Surveys, reads, reads again."""
    layout = layout_of(content)
    page = OrderSheet(layout, drop())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fates"
        survey(layout.records(opened(content, layout.start.offset)), page, layout.start, path, held_rows)
        with Fates(path) as fates:
            yield list(order_batches(first_reading(layout.records(opened(content, layout.start.offset)), page, fates)))
            yield list(
                order_batches(second_reading(layout.records(opened(content, layout.start.offset)), page, fates, 0))
            )


def result(found: list[OrderBatch]) -> Result:
    orders: dict[str, list[str]] = {}
    for order in (order for batch in found for order in batch.orders):
        assert order.number not in orders
        orders[order.number] = [line.sku for line in order.lines]
    failed = [(record.row, reason) for batch in found for record, reason in batch.failed]
    errors = [error for batch in found for error in batch.errors]
    return Result(orders, errors, failed, sum(batch.rejected for batch in found))


def file(*orders: Iterable[Mapping[str, str]], **how: str) -> bytes:
    return sheet((row for rows in orders for row in rows), **how).encode()


A, B, C = order_rows("A", 2), order_rows("B", 2), order_rows("C")


def test_rows_next_to_each_other_become_orders_as_they_stream_by() -> None:
    assert read(file(A, B, C)).orders == {"A": ["SKU-1", "SKU-2"], "B": ["SKU-1", "SKU-2"], "C": ["SKU-1"]}


def test_a_bad_row_rejects_its_order_whole_and_no_other() -> None:
    bad = [B[0], {**B[1], "Quantity": "two"}]

    found = read(file(A, bad, C))

    assert set(found.orders) == {"A", "C"}
    assert found.rejected == 1
    assert found.errors == [RowError(5, "B", "Quantity", "“two” is not a whole number from 1 to 1000000")]
    assert found.failed == [
        (4, "rejected because of row 5"),
        (5, "Quantity: “two” is not a whole number from 1 to 1000000"),
    ]


def test_rows_that_are_apart_become_one_order_in_the_order_of_the_file() -> None:
    found = read(file([A[0]], B, [A[1]], C))

    assert found.orders == {"A": ["SKU-1", "SKU-2"], "B": ["SKU-1", "SKU-2"], "C": ["SKU-1"]}
    assert list(found.orders) == ["B", "C", "A"]


def test_the_same_number_with_and_without_invisible_characters_is_the_same_order() -> None:
    found = read(file(order_rows("A"), C, order_rows('="A"'), order_rows("\u00a0A\u200b")))
    spaced = read(file(order_rows("B 1"), order_rows("B  1")))

    assert found.orders == {"C": ["SKU-1"], "A": ["SKU-1", "SKU-1", "SKU-1"]}
    assert spaced.orders == {"B 1": ["SKU-1", "SKU-1"]}


@pytest.mark.parametrize("other", ["'1001", "1001\u202c", "\u202a1001", '="1001"', "’1001"])
def test_a_number_is_compared_as_it_is_read(other: str) -> None:
    found = read(file(order_rows("1001"), C, [cells(OrderNumber=other, SKU="more")]))

    assert (found.orders, found.errors) == ({"C": ["SKU-1"], "1001": ["SKU-1", "more"]}, [])


@pytest.mark.parametrize("column", ["OrderNumber", "SKU", "ShipName"])
def test_a_required_cell_of_nothing_but_characters_of_format_is_missing(column: str) -> None:
    found = read(file(order_rows("Z"), A, [cells(**{"OrderNumber": "X", column: "\u202a"})], C))

    assert [(error.row, error.column, error.message) for error in found.errors if error.column] == [
        (5, column, "is missing")
    ]


def test_too_many_rows_that_are_apart_are_refused_each_order_once() -> None:
    numbers = ["A", "B", "C", "A", "B", "C", "D"]

    found = result([batch for phase in phases(file(*map(order_rows, numbers)), held_rows=5) for batch in phase])

    message = REFUSALS[Fate.APART]
    assert set(found.orders) == {"A", "B", "D"}
    assert found.errors == [RowError(4, "C", None, message)]
    assert found.failed == [(4, message), (7, message)]
    assert found.rejected == 1


def test_an_order_of_more_than_500_lines_is_refused_and_never_held() -> None:
    found = read(file(A, order_rows("LONG", 501), C))

    assert set(found.orders) == {"A", "C"}
    assert found.errors == [RowError(4, "LONG", None, "an order has at most 500 lines, and at most 4 MB of text")]
    assert len(found.failed) == 501


def test_an_order_that_no_message_can_carry_is_refused() -> None:
    found = read(
        file(A, order_rows("FAT", 500, SoldAsName="\U0001f40e" * 255, ChannelLineId="", SKU="\U0001f40e" * 200))
    )

    assert set(found.orders) == {"A"}
    assert found.errors == [RowError(4, "FAT", None, "the order is too large: its lines have too much text")]
    assert len(found.failed) == 500


def test_an_order_of_500_lines_is_taken() -> None:
    assert len(read(file(order_rows("LONG", 500))).orders["LONG"]) == 500


def test_a_line_without_an_order_number_holds_back_the_orders_beside_it() -> None:
    found = read(file(order_rows("Z"), A, [cells(OrderNumber="")], B, C))

    assert set(found.orders) == {"Z", "C"}
    assert [(error.row, error.about, error.column) for error in found.errors] == [
        (3, "A", None),
        (5, None, "OrderNumber"),
        (6, "B", None),
    ]
    assert [row for row, _ in found.failed] == [3, 4, 5, 6, 7]
    assert found.rejected == 2


def test_an_order_whose_rows_are_apart_is_held_back_by_a_line_beside_any_of_them() -> None:
    found = read(file([A[0]], C, order_rows("D"), [A[1]], [cells(OrderNumber="")]))

    assert set(found.orders) == {"C", "D"}


def test_a_remark_without_an_order_number_is_an_error_but_holds_nothing_back() -> None:
    remark = dict.fromkeys(cells(), "") | {"ShipName": "checked by Ann"}

    found = read(file([A[0]], [remark], [A[1]], C))

    assert found.orders == {"C": ["SKU-1"], "A": ["SKU-1", "SKU-2"]}
    assert found.errors == [RowError(3, None, "OrderNumber", "is missing")]


def test_a_row_that_excel_saved_short_lacks_only_what_is_needed() -> None:
    rows = sheet([cells(OrderNumber="A", CustomerNote="ring"), *order_rows("B"), *order_rows("C")])
    content = rows.replace("C,SKU-1,2,12.50,Jürgen Müller,Hauptstraße 1,Köln,DE,", "C,SKU-1,2,12.50,Jürgen Müller")

    found = read(content.replace("DE,\r\n", "DE\r\n").encode())

    assert set(found.orders) == {"A", "B"}
    assert [(error.row, error.column, error.message) for error in found.errors] == [
        (4, column, "is missing") for column in ("ShipAddress1", "ShipCity", "ShipCountry")
    ]


def test_a_row_that_does_not_fit_is_believed_to_be_of_its_order_if_the_number_comes_first() -> None:
    content = file(A, B, C).replace(b"B,SKU-2,2,", b"B,SKU-2,2,,")

    found = read(content)

    assert set(found.orders) == {"A", "C"}
    assert found.errors == [RowError(5, "B", None, "the row has 9 cells, the header has 8")]
    assert found.rejected == 1


def test_a_row_that_does_not_fit_holds_its_neighbours_back_if_its_number_may_have_moved() -> None:
    rows = [{"ShipZip": "1", **row} for row in [*order_rows("Z"), *A, *C, *order_rows("Y")]]
    content = sheet(rows).encode().replace(b"1,A,SKU-2", b"1,2,A,SKU-2")

    found = read(content)

    assert set(found.orders) == {"Z", "Y"}
    assert [error.about for error in found.errors] == ["A", "2", "C"]


def test_two_orders_of_one_storefront_id_are_both_refused() -> None:
    rows = [
        *order_rows("A", StorefrontOrderId="7"),
        *order_rows("B", StorefrontOrderId="8"),
        *order_rows("C", StorefrontOrderId=""),
        *order_rows("C", StorefrontOrderId="7"),
        *order_rows("8", StorefrontOrderId=""),
    ]

    found = read(file(rows))

    assert not found.orders
    assert {error.message for error in found.errors} == {REFUSALS[Fate.SHARED]}


@pytest.mark.parametrize("other", ["#1001", "1001.0", "# 1001"])
def test_two_spellings_of_one_number_are_both_refused_wherever_they_stand(other: str) -> None:
    between = [row for number in range(500) for row in order_rows(f"W-{number}")]

    found = read(file(order_rows("1001"), between, order_rows(other, 2)))

    assert set(found.orders) == {f"W-{number}" for number in range(500)}
    assert [error.about for error in found.errors] == ["1001", other]
    assert {error.message for error in found.errors} == {REFUSALS[Fate.SHARED]}
    assert len(found.failed) == 3


def test_one_spelling_alone_is_read_and_so_is_a_name_of_nothing_but_marks() -> None:
    found = read(file(order_rows("#1001", 2), order_rows("#"), order_rows("1002.0")))

    assert (set(found.orders), found.errors) == ({"#1001", "#", "1002.0"}, [])


def test_two_spellings_of_one_storefront_id_are_both_refused() -> None:
    found = read(file(order_rows("A", StorefrontOrderId="7"), order_rows("B", StorefrontOrderId="#7")))

    assert (found.orders, found.rejected) == ({}, 2)


def test_without_a_folder_the_same_number_of_two_channels_is_two_orders() -> None:
    rows = [*order_rows("A", Channel="Web"), *order_rows("A", Channel="ebay"), *order_rows("A", Channel="WEB")]
    layout = layout_of(file(rows))
    page = OrderSheet(layout, drop(channel=None))

    keys = [page.key(record) for record in layout.records(opened(file(rows), layout.start.offset))]

    assert keys == ["web\nA", "ebay\nA", "web\nA"]


def test_batches_are_bounded_and_read_on_exactly_where_the_last_one_ended() -> None:
    content = file(*(order_rows(f"N{number}", 1 + number % 3) for number in range(600)))
    first, _ = phases(content)
    layout = layout_of(content)
    page = OrderSheet(layout, drop())

    resumed = next(
        [order.number for order in batch.orders]
        for start in first[:-1]
        for batch in order_batches(
            first_reading(layout.records(opened(content, start.after.offset), start.after), page, Fates())
        )
    )

    assert [len(batch.orders) for batch in first] == [200, 200, 200]
    assert resumed == [order.number for order in first[1].orders]


codecs = ["utf-8-sig", "utf-16", "cp1252"]
order_numbers = st.lists(st.sampled_from("ABCDEFG"), min_size=1, max_size=25)


@times(0.4)
@given(
    numbers=order_numbers, codec=st.sampled_from(["utf-8-sig", "utf-16", "cp1252"]), delimiter=st.sampled_from(",;\t")
)
def test_every_shuffle_encoding_and_delimiter_of_the_rows_gives_the_same_orders(
    numbers: list[str], codec: str, delimiter: str
) -> None:
    rows = [cells(OrderNumber=number, SKU=str(place)) for place, number in enumerate(numbers)]

    found = read(sheet(rows, delimiter).encode(codec))

    expected = {name: [row["SKU"] for row in rows if row["OrderNumber"] == name] for name in set(numbers)}
    assert found == Result(expected, [], [], 0)


@times(0.4)
@given(
    numbers=st.lists(st.sampled_from(["A", "B", "C", ""]), max_size=12),
    broken=st.lists(st.sampled_from(["", "x,", '"', "\n"]), min_size=12, max_size=12),
)
def test_every_row_is_in_an_order_or_among_the_failed_and_no_order_is_torn(
    numbers: list[str], broken: list[str]
) -> None:
    lines = sheet(cells(OrderNumber=number, SKU=f"sku{place}") for place, number in enumerate(numbers)).splitlines()
    content = "\n".join([lines[0], *(row + extra for row, extra in zip(lines[1:], broken, strict=False))]).encode()

    found = read(content)

    failed = "\n".join(reason for _, reason in found.failed)
    taken = [sku for skus in found.orders.values() for sku in skus]
    assert len(taken) + len(found.failed) == len(numbers), failed
    for number, skus in found.orders.items():
        assert skus == [f"sku{place}" for place, name in enumerate(numbers) if name == number]


@pytest.mark.long
def test_ten_times_the_orders_take_no_more_memory() -> None:
    def peak(orders: int) -> int:
        numbers = [*range(orders), *range(0, orders, orders // 100)]
        content = io.BytesIO(file(*(order_rows(f"N{number}") for number in numbers)))
        layout = layout_of(content.getvalue())
        page = OrderSheet(layout, drop())
        with TemporaryDirectory() as folder:
            tracemalloc.start()
            survey(layout.records(content, Position(0, 0)), page, layout.start, Path(folder) / "fates")
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    assert peak(10_000) < peak(1_000) + 3_000_000
