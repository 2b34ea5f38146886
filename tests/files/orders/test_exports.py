import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.files.csvfile.encoding import Unreadable, detect
from packhorse.files.orders.columns import order_layout
from packhorse.files.orders.exports import EXPORTS, export_of
from packhorse.files.orders.order_rows import ORDER_COLUMNS
from packhorse.files.orders.order_sheet import OrderSheet, RowsOutcome
from packhorse.files.orders.readings import Fates, first_reading
from tests.files.order_file_builders import drop, opened

SAMPLES = Path(__file__).parents[3] / "docs"
READ_ONLY_BY_US = {"Paid", "Sent", "CancelledAt", "SentAt", "RequiresShipping", "QuantityLeft", "Item"}
NAME_PARTS = {f"{side}{part}" for side in ("Ship", "Bill") for part in ("First", "Last")}


def outcomes(content: bytes, currency: str | None = "USD") -> list[RowsOutcome]:
    layout = order_layout(io.BytesIO(content), detect(io.BytesIO(content)), in_folder=True)
    sheet = OrderSheet(layout, drop(decimal_comma=layout.delimiter != ",", currency=currency))
    records = layout.records(opened(content, layout.start.offset))
    return list(first_reading(sheet.rows(records), sheet, Fates()))


def orders(name: str) -> list[ChannelOrder]:
    found = outcomes((SAMPLES / f"export-{name}.csv").read_bytes())
    assert [outcome.errors for outcome in found] == [()] * len(found)
    return [outcome.order for outcome in found if outcome.order]


def units(order: ChannelOrder) -> list[tuple[str, int, str]]:
    return [(line.sku, line.quantity, line.unit_price.amount) for line in order.lines]


def states(found: list[ChannelOrder]) -> list[tuple[str, bool, bool, bool]]:
    return [
        (order.number, order.paid_at is not None, order.shipped_at is not None, order.cancelled_at is not None)
        for order in found
    ]


def test_an_export_of_shopify_goes_in_as_it_is() -> None:
    found = orders("shopify")

    assert states(found) == [
        ("#2001", True, False, False),
        ("#2002", False, False, False),
        ("#2003", True, False, True),
        ("#2004", True, True, False),
    ]
    first = found[0]
    assert (first.channel_order_id, first.placed_at) == ("5550001", datetime(2026, 11, 20, 15, 11, tzinfo=UTC))
    assert units(first) == [("MUG-WHITE", 2, "20.00"), ("PLATE", 1, "10.00")]
    assert first.ship_to
    assert (first.ship_to.postcode, first.ship_to.state, first.customer.email) == ("90012", "CA", "ada@example.com")
    assert found[1].placed_at == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_an_export_of_woocommerce_goes_in_as_it_is_less_what_was_refunded() -> None:
    found = orders("woocommerce")

    assert states(found) == [("3001", True, False, False), ("3002", False, False, False)]
    assert units(found[0]) == [("MUG-WHITE", 1, "10.00"), ("PLATE", 1, "10.00")]
    assert [order.ship_to and (order.ship_to.name, order.ship_to.city) for order in found] == [
        ("Ada Example", "York"),
        ("Bo Example", "York"),
    ]


def test_an_export_of_woocommerce_has_ids_and_currencies_if_they_were_chosen_and_rows_of_coupons() -> None:
    header, *rows = (SAMPLES / "export-woocommerce.csv").read_text().splitlines()
    coupon = rows[1].replace(",PLATE,2,Plate,1,1,10,", ",,,,,,,").replace(",,0,0", ",WELCOME,5,0")
    content = "\n".join([f"{header},Order ID,Currency", *(f"{row},7001,USD" for row in [*rows[:2], coupon]), ""])

    (found,) = (outcome.order for outcome in outcomes(content.encode(), "EUR"))

    assert found
    assert (found.number, found.channel_order_id, found.currency) == ("3001", "7001", "USD")
    assert units(found) == [("MUG-WHITE", 1, "10.00"), ("PLATE", 1, "10.00")]


def test_a_net_price_of_woocommerce_with_three_decimals_is_no_thousands() -> None:
    content = (SAMPLES / "export-woocommerce.csv").read_bytes().replace(b",1,1,10,", b",1,1,8.325,")

    found = outcomes(content)

    assert [outcome.errors for outcome in found] == [(), ()]
    assert found[0].order
    assert units(found[0].order) == [("MUG-WHITE", 1, "10.00"), ("PLATE", 1, "8.33")]


def test_an_export_whose_state_is_unpaid_is_not_paid_by_the_date_of_a_former_payment() -> None:
    header, *rows = (SAMPLES / "export-woocommerce.csv").read_text().splitlines()
    content = "\n".join([f"{header},Paid Date", *(f"{row},2026-11-20 10:12" for row in rows), ""])

    found = [outcome.order for outcome in outcomes(content.encode()) if outcome.order]

    assert states(found) == [("3001", True, False, False), ("3002", False, False, False)]
    assert found[0].paid_at == datetime(2026, 11, 20, 10, 12, tzinfo=UTC)


def test_an_order_report_of_amazon_goes_in_with_what_is_left_to_ship_and_the_price_of_one() -> None:
    (found,) = orders("amazon")

    assert states([found]) == [("902-1234567-1234567", True, False, False)]
    assert units(found) == [("MUG-WHITE", 2, "10.00")]
    assert (found.delivery_method, found.lines[0].id) == ("Expedited", "05813")


def test_the_price_of_one_in_a_report_of_amazon_may_have_three_decimals() -> None:
    (outcome,) = outcomes((SAMPLES / "export-amazon.csv").read_bytes().replace(b"30.00", b"3.702"))

    assert outcome.order, outcome.errors
    assert units(outcome.order) == [("MUG-WHITE", 2, "1.24")]


def test_a_report_of_amazon_has_the_promotion_and_the_tax_of_what_is_left_to_ship() -> None:
    header, first, _ = (SAMPLES / "export-amazon.csv").read_text().splitlines()
    content = f"{header}\titem-promotion-discount\n{first}\t-5.99\n"

    (outcome,) = outcomes(content.encode())

    assert outcome.order, outcome.errors
    [line] = outcome.order.lines
    assert (line.quantity, line.unit_price.amount) == (2, "10.00")
    assert (line.discount, line.tax) == (Money.of("3.99", "USD"), Money.of("1.60", "USD"))


def test_the_prices_of_one_in_a_report_of_amazon_add_up_to_what_was_paid_for_all() -> None:
    (outcome,) = outcomes((SAMPLES / "export-amazon.csv").read_bytes().replace(b"3\t1\t2", b"3\t0\t3", 1))
    (uneven,) = outcomes(
        (SAMPLES / "export-amazon.csv").read_bytes().replace(b"3\t1\t2\tUSD\t30.00", b"3\t0\t3\tUSD\t10.00")
    )

    assert outcome.order
    assert outcome.order.lines[0].discount is None
    assert uneven.order
    assert (units(uneven.order), uneven.order.lines[0].discount) == (
        [("MUG-WHITE", 3, "3.34")],
        Money.of("0.02", "USD"),
    )


def test_a_report_of_unshipped_orders_which_has_no_prices_makes_them_unknown_and_not_free() -> None:
    rows = [line.split("\t") for line in (SAMPLES / "export-amazon.csv").read_text().splitlines()]
    prices = {rows[0].index(name) for name in ("currency", "item-price", "item-tax")}
    without = ("\t".join(cell for place, cell in enumerate(row) if place not in prices) for row in rows)

    (outcome,) = outcomes("\n".join((*without, "")).encode())

    assert outcome.order
    assert (outcome.order.lines[0].has_price, outcome.warnings) == (False, ())
    assert orders("amazon")[0].lines[0].has_price


@pytest.mark.parametrize("total", ["1E1000000", "1E999999", "1E-1000000"])
def test_a_price_in_a_report_of_amazon_that_is_not_written_out_rejects_its_order_alone(total: str) -> None:
    header, row, _ = (SAMPLES / "export-amazon.csv").read_text().splitlines()
    cells = row.replace("902-", "903-").split("\t")
    cells[header.split("\t").index("item-price")] = total

    found = outcomes("\r\n".join((header, row, "\t".join(cells), "")).encode())

    assert [[error.column for error in each.errors] for each in found] == [[], ["item-price"]]


@pytest.mark.parametrize(
    "names",
    [
        ['"I love you" mug', "Plate"],
        ['"Keep calm mug', 'Plate 12"'],
        ['"Keep calm mug', "Plate"],
        ["Mug", '"'],
    ],
)
def test_a_quote_in_a_report_of_amazon_is_a_character_like_others(names: list[str]) -> None:
    header, row, _ = (SAMPLES / "export-amazon.csv").read_text().splitlines()
    rows = [row.replace("Mug", name).replace("902-", f"90{place}-") for place, name in enumerate(names)]

    found = outcomes("\r\n".join((header, *rows, "")).encode())

    assert [(each.order and each.order.lines[0].name, each.errors) for each in found] == [(each, ()) for each in names]


def test_an_orders_report_of_ebay_goes_in_without_the_rows_of_its_download() -> None:
    found = orders("ebay")

    assert states(found) == [("18-15123-90441", True, False, False), ("18-15123-90442", False, False, False)]
    assert [units(order) for order in found] == [
        [("MUG-WHITE", 2, "20.00"), ("PLATE", 1, "10.00")],
        [("PLATE", 1, "1010.00")],
    ]
    assert found[0].ship_to
    assert found[0].ship_to.postcode == "90012"
    assert found[0].placed_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert found[0].total
    assert found[0].total.amount == "55.00"


def test_a_cell_of_separators_in_a_report_of_ebay_rejects_its_order_alone_and_at_once() -> None:
    content = (SAMPLES / "export-ebay.csv").read_text().replace("$20.00", f'"{"," * 20_000}1 x 1"', 1)

    began = time.process_time()
    found = outcomes(content.encode())

    assert [each.order is None for each in found] == [True, False]
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("sign", "account", "currency"),
    [
        ("$", "USD", "USD"),
        ("$", "EUR", "USD"),
        ("$", None, "USD"),
        ("$", "AUD", "AUD"),
        ("C $", "EUR", "CAD"),
        ("CHF ", "EUR", "CHF"),
        ("£", "EUR", "GBP"),
        ("", "EUR", "EUR"),
        ("? ", "EUR", None),
    ],
)
def test_the_currency_of_ebays_prices_is_the_one_that_they_are_written_in(
    sign: str, account: str | None, currency: str | None
) -> None:
    content = (SAMPLES / "export-ebay.csv").read_text().replace("$", sign)

    found = outcomes(content.encode(), account)

    assert [each.order and each.order.currency for each in found] == [currency] * 2
    assert {error.column for each in found for error in each.errors} == (set() if currency else {"Currency"})


def test_what_an_export_promises_is_a_date_until_which_the_order_leaves() -> None:
    amazon = (SAMPLES / "export-amazon.csv").read_bytes()
    amazon = amazon.replace(b"payments-date", b"promise-date").replace(b"2026-11-20T10:12:00", b"2026-11-24T07:59:59")
    ebay = (SAMPLES / "export-ebay.csv").read_bytes().replace(b"Sales Record Number", b"Ship By Date")
    ebay = ebay.replace(b"101,18", b"Nov-24-26,18").replace(b"102,18", b",18")

    promised = [found.order and found.order.ship_by for content in (amazon, ebay) for found in outcomes(content)]
    at_the_end_of_the_day = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    assert promised == [datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC), at_the_end_of_the_day, None]


def test_sold_order_items_of_etsy_go_in_as_they_are() -> None:
    found = orders("etsy")

    assert states(found) == [("3100000001", True, False, False), ("3100000002", True, True, False)]
    assert found[0].placed_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert found[0].ship_to
    assert found[0].ship_to.postcode == "90012"


def test_an_export_of_shipstation_goes_in_as_it_is() -> None:
    found = orders("shipstation")

    assert states(found) == [("4001", True, False, False), ("4002", False, False, False)]
    assert found[1].placed_at == datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


def test_an_export_is_known_by_its_header_alone_and_each_has_its_sample() -> None:
    headers = {
        path.stem: next(line for line in path.read_text().splitlines() if "rder" in line or line.startswith("Name"))
        for path in SAMPLES.glob("export-*.csv")
    }
    found = {name: export_of(tuple(header.split("\t" if "\t" in header else ","))) for name, header in headers.items()}

    assert {export.name for export in found.values() if export} == {export.name for export in EXPORTS}
    assert export_of(ORDER_COLUMNS) is None
    for export in EXPORTS:
        assert export.marks <= set(export.columns)
        assert set(export.columns.values()) <= {*ORDER_COLUMNS, *READ_ONLY_BY_US, *NAME_PARTS}


def sample(name: str, old: str, new: str) -> bytes:
    """A sample with one thing changed."""
    return (SAMPLES / f"export-{name}.csv").read_text().replace(old, new, 1).encode()


def test_an_error_in_an_export_names_the_column_as_the_export_does() -> None:
    (error,) = outcomes(sample("amazon", "\t3\t1\t2\t", "\tthree\t1\t\t"))[0].errors[:1]

    assert (error.row, error.column) == (2, "quantity-purchased")
    assert outcomes(sample("shopify", "MUG-WHITE", ""))[0].errors[0].column == "Lineitem sku"


def test_an_order_of_which_a_part_is_shipped_already_is_rejected_with_what_to_do() -> None:
    (error,) = outcomes(sample("shopify", ",unfulfilled,", ",partial,"))[0].errors

    assert error.message == "a part of the order is shipped already: enter what is left as an order of its own"


def test_an_unknown_file_is_answered_with_which_of_its_columns_look_like_ours() -> None:
    header = b"OrderNumber,SKU,Quantity,Unit Prize,Ship to - Name,Shipping Address1,Ship City,Ship Country\n"

    with pytest.raises(Unreadable) as refusal:
        outcomes(header)

    assert {error.field: error.message for error in refusal.value.errors} == {
        "UnitPrice": "the column is missing; “Unit Prize” looks like it: rename it",
        "ShipName": "the column is missing; “Ship to - Name” looks like it: rename it",
        "ShipAddress1": "the column is missing; “Shipping Address1” looks like it: rename it",
    }


def test_a_file_in_other_words_is_answered_with_the_columns_to_take() -> None:
    with pytest.raises(Unreadable) as refusal:
        outcomes(b"Order ID,Lineitem sku,Colour\n")

    assert str(refusal.value).endswith(
        "of the file's own columns take “Order ID” for OrderNumber, “Lineitem sku” for SKU"
    )


@pytest.mark.parametrize("name", ["Ship-Zip", "ship zipcode", "Zip code", "Postcode", "Ship_Postal_Code"])
def test_a_postcode_is_found_under_the_names_that_people_give_it(name: str) -> None:
    header = f"OrderNumber,SKU,Qty,Unit-Price,ShipName,ShipAddress1,ShipCity,{name},ShipCountry\n"

    (found,) = outcomes(f"{header}1,MUG,2,9.00,Ada,1 X St,Boston,02108,US\n".encode())

    assert found.order
    assert found.order.ship_to
    assert (found.order.ship_to.postcode, found.order.lines[0].quantity) == ("02108", 2)


def test_a_column_of_our_own_name_is_preferred_to_another_spelling() -> None:
    header = "OrderNumber,SKU,Quantity,UnitPrice,ShipName,ShipAddress1,ShipCity,Zip,ShipZip,ShipCountry\n"

    (found,) = outcomes(f"{header}1,MUG,2,9.00,Ada,1 X St,Boston,99999,02108,US\n".encode())

    assert found.order
    assert found.order.ship_to
    assert found.order.ship_to.postcode == "02108"
