import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.address import Address
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.files.csvfile.cells import clean
from packhorse.files.orders.order_rows import ALIASES, ORDER_COLUMNS, REQUIRED_ORDER_COLUMNS, order_from
from packhorse.files.rows import Row, RowError
from tests.examples import times
from tests.files.order_file_builders import DROPPED_AT, cells, drop


def rows(*changes: dict[str, str]) -> list[Row]:
    """Rows of one order, each with its own changes, from row 2 on."""
    return [Row(number, cells(**changed)) for number, changed in enumerate(changes or ({},), 2)]


def order(*changes: dict[str, str], **dropped: object) -> ChannelOrder:
    found = order_from(rows(*changes), drop(**dropped))
    assert found.order, found
    assert not found.errors
    return found.order


def warnings(*changes: dict[str, str], **dropped: object) -> list[tuple[int | None, str | None, str]]:
    """The warnings about an order that is taken."""
    found = order_from(rows(*changes), drop(**dropped))
    assert found.order, found
    assert not found.errors
    assert found.order.adjusted == tuple(sorted({str(each.column) for each in found.warnings}))
    return [(each.row, each.column, each.message) for each in found.warnings]


def errors(*changes: dict[str, str], **dropped: object) -> list[tuple[int | None, str | None, str]]:
    found = order_from(rows(*changes), drop(**dropped))
    assert found.order is None
    assert {error.about for error in found.errors} <= {"W-1001", None}
    return [(error.row, error.column, error.message) for error in found.errors]


def wrong(column: str, cell: str, **dropped: object) -> str:
    """What is said about a cell when it is all that is wrong."""
    ((row, named, message),) = errors({column: cell}, **dropped)
    assert (row, named) == (2, column)
    return message


def test_the_least_that_a_row_can_say_is_an_unpaid_order_of_one_line() -> None:
    found = order()

    assert (found.channel, found.channel_order_id, found.number, found.source) == ("web", "W-1001", "W-1001", "csv:1")
    assert (found.placed_at, found.modified_at, found.paid_at) == (DROPPED_AT, DROPPED_AT, None)
    assert found.ship_to == Address(name="Jürgen Müller", address1="Hauptstraße 1", city="Köln", country="DE")
    assert found.bill_to == found.ship_to
    assert found.customer.name == "Jürgen Müller"
    (line,) = found.lines
    assert (line.id, line.sku, line.quantity, line.warehouse) == ("1", "CH/A-IR 2 (blå)", 2, None)
    assert line.unit_price == Money(minor=1250, currency="EUR")


def test_all_that_a_row_can_say_is_in_the_order() -> None:
    found = order(
        {
            "Channel": "WEB",
            "StorefrontOrderId": "gid/7",
            "OrderDate": "2026-11-20",
            "PaymentDate": "2026-11-21 08:00 -05:00",
            "DeliveryMethod": "Express",
            "ShipBy": "2026-11-24",
            "DeliverBy": "2026-11-27T12:00:00+01:00",
            "Expedited": "Yes",
            "Currency": "usd",
            "ShippingAmount": "5",
            "Tax1Amount": "1.10",
            "Tax3Amount": "0.90",
            "DiscountAmount": "3.00",
            "TotalAmount": "29.00",
            "CustomerNote": "Ring twice.\nThanks",
            "InternalNote": "Call before\ndelivery",
            "GiftMessage": "For you,\nAnn",
            "SoldAsName": "Chair",
            "LineDiscount": "1.00",
            "LineTax": "0.50",
            "ChannelLineId": "L9",
            "Warehouse": "North-1",
            "ShipState": "California",
            "ShipZip": "2139",
            "ShipCountry": "United States",
            "ShipEmail": "ship@example.com",
            "BillName": "Ann Payer",
            "BillCountry": "Canada",
        }
    )

    assert found.channel_order_id == "gid/7"
    assert found.placed_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.paid_at == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert (found.delivery_method, found.note) == ("Express", "Ring twice.\nThanks")
    assert (found.internal_note, found.gift_message) == ("Call before\ndelivery", "For you,\nAnn")
    assert found.ship_by == datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    assert (found.deliver_by, found.expedited) == (datetime(2026, 11, 27, 11, tzinfo=UTC), True)
    amounts = (found.shipping, found.tax, found.discount, found.total)
    assert [money and money.amount for money in amounts] == ["5.00", "2.00", "3.00", "29.00"]
    assert found.ship_to is not None
    assert (found.ship_to.country, found.ship_to.state, found.ship_to.postcode) == ("US", "CA", "02139")
    assert found.bill_to == Address(name="Ann Payer", country="CA")
    assert (found.customer.name, found.customer.email) == ("Ann Payer", "ship@example.com")
    (line,) = found.lines
    assert (line.id, line.name, line.warehouse) == ("L9", "Chair", "north-1")
    assert [money and money.minor for money in (line.unit_price, line.discount, line.tax)] == [1250, 100, 50]


@pytest.mark.parametrize(
    ("status", "payment", "paid", "shipped", "cancelled"),
    [
        ("", "", None, None, None),
        ("New", "", None, None, None),
        ("", "2026-11-21", "2026-11-21", None, None),
        ("in process", "", "2026-11-20", None, None),
        ("INPROCESS", "2026-11-21", "2026-11-21", None, None),
        ("Complete", "", "2026-11-20", "dropped", None),
        ("cancelled", "", None, None, "dropped"),
        ("Canceled", "2026-11-21", "2026-11-21", None, "dropped"),
    ],
)
def test_status_and_payment_date_say_how_far_the_order_is(
    status: str, payment: str, paid: str | None, shipped: str | None, cancelled: str | None
) -> None:
    found = order({"OrderDate": "2026-11-20", "Status": status, "PaymentDate": payment})

    moments = {"dropped": DROPPED_AT, None: None}
    expected = [
        moments[each] if each in moments else datetime.fromisoformat(f"{each}T00:00+00:00")
        for each in (paid, shipped, cancelled)
    ]
    assert [found.paid_at, found.shipped_at, found.cancelled_at] == expected


@pytest.mark.parametrize(
    ("payment", "paid"),
    [
        ("2026-11-20", "2026-11-20T09:30:00+00:00"),  # without a time: not before the order
        ("2026-11-20 09:10", "2026-11-20T09:10:00+00:00"),
        ("2026-11-19", "2026-11-19T00:00:00+00:00"),
        ("2026-11-21", "2026-11-21T00:00:00+00:00"),
    ],
)
def test_a_payment_without_a_time_is_not_before_the_order_of_that_day(payment: str, paid: str) -> None:
    found = order({"OrderDate": "2026-11-20 09:30", "PaymentDate": payment})

    assert found.paid_at
    assert found.paid_at.isoformat() == paid


def test_lines_without_an_id_are_numbered_by_their_place() -> None:
    found = order({"SKU": "a"}, {"SKU": "b", "ChannelLineId": "x"}, {"SKU": "a"})

    assert [(line.id, line.sku) for line in found.lines] == [("1", "a"), ("x", "b"), ("3", "a")]


def test_two_lines_of_one_id_are_an_error() -> None:
    assert errors({"ChannelLineId": "2"}, {}) == [(3, "ChannelLineId", "line “2” is in row 2 already")]


def test_what_concerns_the_whole_order_may_be_left_out_on_its_other_rows() -> None:
    found = order({"OrderDate": "", "CustomerNote": ""}, {"ShipName": "", "ShipCountry": "", "OrderDate": "2026-11-20"})

    assert found.ship_to is not None
    assert (found.ship_to.name, found.placed_at.day) == ("Jürgen Müller", 20)


def test_a_contradiction_names_row_and_column() -> None:
    paid = "2026-11-21"

    found = errors(
        {"PaymentDate": paid}, {"PaymentDate": f"{paid} 00:00"}, {"PaymentDate": "2026-11-22", "ShipCity": "Bonn"}
    )

    assert found == [
        (4, "ShipCity", "“Bonn” contradicts “Köln” in row 2"),
        (4, "PaymentDate", "“2026-11-22” contradicts “2026-11-21” in row 2"),
    ]


def test_of_two_amounts_that_steer_nothing_the_first_is_taken_with_a_warning() -> None:
    shipping = ({"ShippingAmount": "5.0"}, {"ShippingAmount": "5.00"}, {"ShippingAmount": "6"})

    assert warnings(*shipping) == [(4, "ShippingAmount", "“6” contradicts “5.0” in row 2, which was taken")]
    assert order(*shipping).shipping == Money(minor=500, currency="EUR")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    broken = {"Quantity": "0", "UnitPrice": "", "ShipCountry": "Narnia", "OrderDate": "1.2.2026", "Status": "lost"}

    found = errors(broken, {"SKU": "", "UnitPrice": "x"})

    assert [(row, column) for row, column, _ in found] == [
        (2, "OrderDate"),
        (2, "Status"),
        (2, "ShipCountry"),
        (2, "Quantity"),
        (2, "UnitPrice"),
        (3, "ShipCountry"),
        (3, "SKU"),
        (3, "UnitPrice"),
    ]


def test_a_row_that_does_not_fit_rejects_the_order_and_its_cells_are_not_judged() -> None:
    misfit = Row(3, {"OrderNumber": "W-1001"}, "the row has 7 cells, the header has 8")

    found = order_from([*rows(), misfit], drop())

    assert found.errors == (RowError(3, "W-1001", None, "the row has 7 cells, the header has 8"),)


@pytest.mark.parametrize("column", REQUIRED_ORDER_COLUMNS[1:])
def test_a_required_cell_must_not_be_empty(column: str) -> None:
    assert wrong(column, "") == "is missing"


@pytest.mark.parametrize("number", ["1.23457E+11", "1,23457E+11", "1e+5"])
@pytest.mark.parametrize(
    "column", ["OrderNumber", "StorefrontOrderId", "SKU", "ChannelLineId", "ShipZip", "ShipAddress1", "Barcode"]
)
def test_a_number_that_a_spreadsheet_has_rounded_is_refused(column: str, number: str) -> None:
    found = order_from(rows({column: number}), drop())

    assert [(error.column, "lost digits" in error.message) for error in found.errors] == [(column, True)]


@pytest.mark.parametrize("column", ["ShipPhone", "BillZip", "SoldAsName", "DeliveryMethod"])
def test_a_rounded_number_that_steers_nothing_is_left_out(column: str) -> None:
    ((row, named, message),) = warnings({column: "4.92211E+11"})

    assert (row, named) == (2, column)
    assert message.startswith("“4.92211E+11” has lost digits")
    assert message.endswith("it was left out")
    assert "4.92211E+11" not in order({column: "4.92211E+11"}).model_dump_json()


@pytest.mark.parametrize(
    ("column", "cell", "warning"),
    [
        (
            "UnitPrice",
            "8.403361344537815",
            "“8.403361344537815” has more decimals than EUR, which has 2: rounded to 8.40",
        ),
        ("UnitPrice", "0.335", "“0.335” has more decimals than EUR, which has 2: rounded to 0.34"),
        (
            "Tax1Amount",
            "1.5966386554621848",
            "“1.5966386554621848” has more decimals than EUR, which has 2: rounded to 1.60",
        ),
        (
            "TotalAmount",
            "free",
            "“free” is not an amount such as 1234.50 (no thousands separators, no currency); it was left out",
        ),
        ("LineDiscount", "-3.00", "“-3.00” is negative; it was left out"),
        ("LineTax", "1.234", "“1.234” can be thousands or decimals: write it like 1234.50; it was left out"),
        ("Expedited", "perhaps", "“perhaps” is neither yes nor no; it was left out"),
        ("ShipBy", "soon", "“soon” is not a date such as 2026-11-23 or 2026-11-23T10:30:00+01:00; it was left out"),
        ("CustomerNote", "x" * 5001, "is longer than 5000 characters, and was cut"),
        ("InternalNote", "x" * 1001, "is longer than 1000 characters, and was cut"),
        ("GiftMessage", "x" * 5001, "is longer than 5000 characters, and was cut"),
        ("SoldAsName", "x" * 256, "is longer than 255 characters, and was cut"),
        ("ShipAddress2", "x" * 256, "is longer than 255 characters, and was cut"),
        ("ShipEmail", "x" * 256, "is longer than 255 characters, and was cut"),
        ("Barcode", "4" * 51, "is longer than 50 characters; it was left out"),
        ("CustomerNote", "ring\x0btwice", "has a character that cannot be read, which was replaced"),
    ],
)
def test_a_field_that_nobody_needs_refuses_no_order_and_is_a_warning(column: str, cell: str, warning: str) -> None:
    assert warnings({column: cell}) == [(2, column, warning)]


def test_what_was_cut_rounded_or_replaced_is_in_the_order() -> None:
    found = order(
        {"UnitPrice": "8.4050001", "SoldAsName": "x" * 300, "CustomerNote": "ring\x0btwice", "Tax1Amount": "x"}
    )

    (line,) = found.lines
    assert (line.unit_price.amount, line.name, found.note, found.tax) == ("8.41", "x" * 255, "ring\ufffdtwice", None)
    assert found.adjusted == ("CustomerNote", "SoldAsName", "Tax1Amount", "UnitPrice")


def test_an_order_that_fits_has_no_warnings() -> None:
    assert warnings({"ShippingAmount": "5", "LineTax": "0.50", "CustomerNote": "Ring twice.\nThanks"}) == []


@pytest.mark.parametrize("named", ["east-9", "EAST-9", "mian"])
def test_a_warehouse_that_does_not_exist_or_is_inactive_is_an_error_of_its_row(named: str) -> None:
    found = errors({"Warehouse": "main"}, {"Warehouse": named})

    assert found == [(3, "Warehouse", f"there is no active warehouse “{named.lower()}”")]


@pytest.mark.parametrize("code", ["XXQ", "EURO", "XXX", "€", "XAU"])
def test_a_currency_that_nothing_is_sold_in_is_refused(code: str) -> None:
    assert "is not a currency" in wrong("Currency", code)


def test_a_file_without_a_currency_has_that_of_the_account() -> None:
    found = order(currency="SEK")

    assert (found.currency, found.lines[0].unit_price.currency) == ("SEK", "SEK")


def test_without_a_currency_of_the_account_each_order_names_its_own() -> None:
    assert errors({}, {}, currency=None) == [
        (2, "Currency", "is missing: name it here, or once in the account's settings")
    ]
    assert order({}, {"Currency": "USD"}, currency=None).currency == "USD"
    assert "is not a currency" in wrong("Currency", "XXQ", currency=None)


def test_the_sign_that_makes_a_number_text_in_a_spreadsheet_is_no_part_of_it() -> None:
    found = order({"SKU": "'0042", "ShipZip": "'01067", "ShipPhone": "'+49 30 1234", "ShipCity": "'s-Hertogenbosch"})

    assert found.lines[0].sku == "0042"
    assert found.ship_to == Address(
        name="Jürgen Müller",
        address1="Hauptstraße 1",
        city="'s-Hertogenbosch",
        postcode="01067",
        country="DE",
        phone="+49 30 1234",
    )


@pytest.mark.parametrize(
    ("country", "state", "postcode", "read"),
    [
        ("DE", "", "1067", ("DE", "", "01067")),
        ("United States (US)", "California", "'2139", ("US", "CA", "02139")),
        ("日本", "東京都", "〒１００−０００１", ("JP", "東京都", "100-0001")),
        ("AGO", "", "", ("AO", "", "")),
        ("Österreich", "Wien", "A-1010", ("AT", "Wien", "1010")),
    ],
)
def test_an_address_is_read_as_people_and_spreadsheets_write_it(
    country: str, state: str, postcode: str, read: tuple[str, str, str]
) -> None:
    address = order({"ShipCountry": country, "ShipState": state, "ShipZip": postcode}).ship_to

    assert address is not None
    assert (address.country, address.state, address.postcode) == read


@pytest.mark.parametrize("number", ["12E34", "00123", "E+5", "#1001", "5E11"])
def test_a_number_that_only_looks_odd_is_taken_as_it_is(number: str) -> None:
    assert order({"OrderNumber": number}).channel_order_id == number


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "2.000", "1,5", "two", "1000001", "1e3", "٣"])
def test_a_quantity_is_a_whole_number_of_units(quantity: str) -> None:
    assert "is not a whole number" in wrong("Quantity", quantity)


@pytest.mark.parametrize(("quantity", "units"), [("1", 1), ("2.0", 2), ("3,00", 3), ("007", 7)])
def test_a_quantity_may_be_written_as_spreadsheets_do(quantity: str, units: int) -> None:
    assert order({"Quantity": quantity}).lines[0].quantity == units


@pytest.mark.parametrize(
    ("price", "currency", "decimal_comma", "minor"),
    [
        ("1234.50", "EUR", False, 123450),
        ("0", "EUR", False, 0),
        ("12.5", "EUR", False, 1250),
        ("12.5000", "EUR", False, 1250),
        ("0.500", "EUR", False, 50),
        ("12,50", "EUR", True, 1250),
        ("12.50", "EUR", True, 1250),
        ("1200", "JPY", False, 1200),
        ("1.234", "KWD", False, 1234),
        ("1,234", "KWD", True, 1234),
    ],
)
def test_amounts_that_mean_one_thing_are_taken(price: str, currency: str, decimal_comma: bool, minor: int) -> None:
    found = order({"UnitPrice": price, "Currency": currency}, decimal_comma=decimal_comma)

    assert found.lines[0].unit_price == Money(minor=minor, currency=currency)


def test_taxes_whose_sum_is_no_amount_any_more_are_left_out() -> None:
    most = "999999999999.999"
    taxes = {"Tax1Amount": most, "Tax2Amount": "0", "Tax3Amount": "0.001", "Currency": "KWD"}

    assert order({**taxes, "Tax3Amount": "0.000"}).tax == Money.of(most, "KWD")
    assert warnings(taxes) == [(2, "Tax3Amount", "makes the taxes too large a sum; they were left out")]


@pytest.mark.parametrize(
    ("price", "decimal_comma", "message"),
    [
        ("1,234", False, "can be thousands or decimals"),
        ("1.234", False, "can be thousands or decimals"),
        ("1.234", True, "can be thousands or decimals"),
        ("1,234.50", False, "is not an amount such as 1234.50"),
        ("1.234,50", True, "is not an amount such as 1234.50"),
        ("1 234,50", True, "is not an amount such as 1234.50"),
        ("€12.50", False, "is not an amount such as 1234.50"),
        ("1e5", False, "is not an amount such as 1234.50"),
        ("NaN", False, "is not an amount such as 1234.50"),
        ("1_000", False, "is not an amount such as 1234.50"),
        ("12,50", False, "has a comma"),
        ("-1.00", False, "is negative"),
        ("999999999999999", False, "is not an amount such as 1234.50"),
    ],
)
def test_amounts_that_may_mean_two_things_are_refused(price: str, decimal_comma: bool, message: str) -> None:
    assert message in wrong("UnitPrice", price, decimal_comma=decimal_comma)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-23", "2026-11-23T00:00"),
        ("2026-11-23T10:30", "2026-11-23T10:30"),
        ("2026-11-23 10:30:15.5", "2026-11-23T10:30:15.500"),
        ("2026-11-23t10:30:00z", "2026-11-23T10:30"),
        ("2026-11-23T10:30+01:00", "2026-11-23T09:30"),
        ("2026-11-23T10:30 +0530", "2026-11-23T05:00"),
    ],
)
def test_dates_are_iso_8601_and_utc_unless_they_say_otherwise(written: str, read: str) -> None:
    assert order({"OrderDate": written}).placed_at == datetime.fromisoformat(f"{read}+00:00")


@pytest.mark.parametrize("date", ["11/23/2026", "23.11.2026", "2026-13-01", "2026-02-30", "20261123", "0001-01-01"])
def test_the_order_of_day_and_month_is_never_guessed(date: str) -> None:
    assert "is not a date such as 2026-11-23" in wrong("OrderDate", date)


def test_a_promised_day_is_the_end_of_that_day_in_the_zone_of_the_account() -> None:
    found = order({"ShipBy": "2026-11-24", "DeliverBy": "2026-11-27 12:00"}, time_zone="America/Los_Angeles")

    assert found.ship_by == datetime(2026, 11, 25, 7, 59, 59, tzinfo=UTC)
    assert found.deliver_by == datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize("column", ["OrderDate", "PaymentDate"])
def test_what_happened_is_not_in_the_future(column: str) -> None:
    tomorrow = f"{DROPPED_AT + timedelta(days=1):%Y-%m-%d}"

    assert wrong(column, "2062-11-20") == "“2062-11-20” is in the future"
    assert order({column: tomorrow}).placed_at <= DROPPED_AT + timedelta(days=1)


def test_the_channel_column_must_name_the_channel_of_the_folder() -> None:
    assert "is not the channel of the folder, web" in wrong("Channel", "ebay")


def test_without_a_folder_the_channel_column_names_the_channel() -> None:
    assert order({"Channel": "eBay"}, channel=None).channel == "ebay"
    assert wrong("Channel", "amazon", channel=None) == "there is no channel “amazon”"
    assert wrong("Channel", "", channel=None) == "is missing: the file is in no channel's folder"


@pytest.mark.parametrize("column", ["ShipCity", "SKU", "ShipName", "ShipZip"])
@pytest.mark.parametrize("character", ["\ufffd", "\0", "\x1b"])
def test_a_character_that_could_not_be_read_is_never_shipped(column: str, character: str) -> None:
    assert "has a character that cannot be read" in wrong(column, f"M{character}nchen")


def test_the_id_of_an_order_loses_the_fraction_that_a_spreadsheet_gave_it_and_its_number_does_not() -> None:
    found = order({"OrderNumber": "1001.0", "StorefrontOrderId": "5012345678901.0"})

    assert (found.channel_order_id, found.number) == ("5012345678901", "1001.0")


@pytest.mark.parametrize(("column", "most"), [("SKU", 200), ("OrderNumber", 100), ("ChannelLineId", 100)])
def test_cells_that_identify_have_a_longest_length(column: str, most: int) -> None:
    assert warnings({column: "x" * most}) == []
    (error,) = order_from(rows({column: "x" * (most + 1)}), drop()).errors
    assert (error.row, error.column, error.message) == (2, column, f"is longer than {most} characters")


def test_an_order_has_at_most_500_lines() -> None:
    assert len(order(*[{}] * 500).lines) == 500
    assert errors(*[{}] * 501) == [(502, "SKU", "an order has at most 500 lines")]


def test_the_page_for_merchants_names_every_column_that_is_read() -> None:
    table = (Path(__file__).parents[3] / "docs" / "csv.md").read_text().split("|---|---|---|")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if line))

    assert sorted(named) == sorted([*ORDER_COLUMNS, *ALIASES])


odd_cells = st.sampled_from(["", "1", "0,5", "2026-11-23", "new", "DE", "x" * 300, "-1.00", "1.23E+9", "web", "\ufffd"])
any_cells = st.dictionaries(st.sampled_from(ORDER_COLUMNS), odd_cells | st.text(max_size=8).map(clean), max_size=12)


@pytest.mark.long
@times(1.5)
@given(changes=st.lists(any_cells, min_size=1, max_size=3), folder=st.sampled_from(["web", None]))
def test_whatever_the_cells_say_it_is_an_order_or_errors_that_name_their_rows(
    changes: list[dict[str, str]], folder: str | None
) -> None:
    given_rows = rows(*changes)

    found = order_from(given_rows, drop(channel=folder, decimal_comma=True))

    if found.order:
        assert len(found.order.lines) == len(given_rows)
        assert ChannelOrder.model_validate_json(found.order.model_dump_json()) == found.order
    assert bool(found.order) != bool(found.errors)
    for said in (found.errors, found.warnings):
        assert {each.row for each in said} <= {row.number for row in given_rows}
        assert len(set(said)) == len(said)


def test_a_row_that_cannot_be_read_brings_no_second_error_about_what_it_may_have_said() -> None:
    line = {name: cell for name, cell in cells().items() if name in ("OrderNumber", "SKU", "Quantity", "UnitPrice")}
    unread = Row(2, {"OrderNumber": "W-1001"}, "the row has 9 cells, the header has 8")

    found = order_from([unread, Row(3, line)], drop(channel=None))

    assert found.errors == (RowError(2, "W-1001", None, "the row has 9 cells, the header has 8"),)


def test_a_line_has_the_barcode_of_its_row() -> None:
    found = order({"SKU": "a", "Barcode": "0400638133393"}, {"SKU": "b"}, {"SKU": "c", "Barcode": "4006381333931.0"})

    assert [line.barcode for line in found.lines] == ["0400638133393", "", "4006381333931"]
