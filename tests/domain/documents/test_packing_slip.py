"""What is on a packing slip."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.handling import Handling
from packhorse.domain.configuration.warehouse import Paper, Warehouse
from packhorse.domain.documents.packing_slip import PackingSlip, SlipComponent, packing_slip
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.money import Money
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentStatus
from packhorse.domain.orders.order import InternalNote, Order
from packhorse.domain.orders.printing import printed
from packhorse.domain.values import Sku
from simulation.builders import NOON, a_channel, a_line, a_warehouse
from tests.domain.order_builders import LAMP, MUG, handed, in_fulfilment, received, sent, story

SET = Sku("SET OF 2")


def slip_of(order: Order, warehouse: Warehouse | None = None, now: datetime = NOON, **channel: Any) -> PackingSlip:
    products = {Sku(MUG): Product(sku=MUG, name="Mug"), Sku(LAMP): Product(sku=LAMP, name="Lamp")}
    return packing_slip(order, 1, warehouse or a_warehouse(), a_channel(**channel), products, now)


def test_a_slip_has_what_the_warehouse_is_to_ship_and_where_to() -> None:
    order = in_fulfilment(a_line(MUG, 3, name="Blue mug"))

    slip = slip_of(order)

    assert [(line.sku, line.name, line.quantity) for line in slip.lines] == [(MUG, "Blue mug", 3)]
    assert slip.short_id == order.fulfilments[0].short_id
    assert (slip.order_number, slip.channel, slip.ship_to[0]) == (order.number, "shop", "Ada Lovelace")
    assert "ada@example.com" not in slip.model_dump_json()


def test_a_line_without_a_name_has_that_of_its_product() -> None:
    assert slip_of(in_fulfilment(a_line(LAMP))).lines[0].name == "Lamp"


def test_a_slip_lists_the_components_of_a_kit() -> None:
    order = in_fulfilment(a_line(MUG, 3))
    kit = order.lines[0].replace(matched=SET, components={MUG: 2, LAMP: 1})

    [line] = slip_of(order.replace(lines=(kit,))).lines

    assert (line.sku, line.quantity) == (SET, 3)
    assert line.components == (
        SlipComponent(sku=MUG, name="Mug", quantity=6),
        SlipComponent(sku=LAMP, name="Lamp", quantity=3),
    )


def test_no_price_is_on_a_slip_unless_its_channel_wants_prices_there() -> None:
    order = in_fulfilment(a_line(MUG, 3))

    [plain], [priced] = slip_of(order).lines, slip_of(order, slip_prices=True).lines

    assert (plain.unit_price, plain.amount) == (None, None)
    assert priced.unit_price
    assert priced.amount
    assert (priced.unit_price.amount, priced.amount.amount) == ("12.50", "37.50")


def test_prices_on_a_slip_are_those_that_were_paid() -> None:
    order = in_fulfilment(a_line(MUG, 3, discount=Money.of("2.51", "EUR")))

    [line] = slip_of(order, slip_prices=True).lines

    assert line.unit_price
    assert line.amount
    assert (line.unit_price.amount, line.amount.amount) == ("11.66", "34.99")


def test_goods_come_back_to_the_warehouse_unless_it_has_another_address_for_that() -> None:
    here, elsewhere = Address(address1="1 Kiln Lane", city="Leeds", country="GB"), Address(city="York", country="GB")

    assert slip_of(in_fulfilment(), a_warehouse(address=here)).returns_to == ("1 Kiln Lane", "Leeds", "GB")
    assert slip_of(in_fulfilment(), a_warehouse(address=here, returns_address=elsewhere)).returns_to == ("York", "GB")
    assert slip_of(in_fulfilment()).returns_to == ()
    assert slip_of(in_fulfilment(), a_warehouse().replace(name="Leeds")).sender == ("Leeds",)


def test_an_address_without_a_name_is_under_that_of_its_warehouse() -> None:
    here = Address(address1="1 Kiln Lane", city="Leeds", country="GB")

    slip = slip_of(in_fulfilment(), a_warehouse(address=here).replace(name="Oxbarrow"))

    assert slip.sender == slip.returns_to == ("Oxbarrow", "1 Kiln Lane", "Leeds", "GB")


def test_days_are_those_of_the_warehouse() -> None:
    slip = slip_of(in_fulfilment(), a_warehouse(handling=Handling(time_zone="Pacific/Auckland")))

    assert (slip.placed_on, slip.printed_on) == (date(2026, 11, 3), date(2026, 11, 3)), "noon in UTC is tomorrow there"


def test_an_order_of_a_day_is_of_that_day_at_every_warehouse() -> None:
    order = in_fulfilment().replace(placed_at=datetime(2026, 11, 23, tzinfo=UTC))

    slip = slip_of(order, a_warehouse(handling=Handling(time_zone="America/Los_Angeles")))

    assert slip.placed_on == date(2026, 11, 23)


def test_the_buyers_note_and_notes_to_be_printed_are_on_it() -> None:
    notes = tuple(
        InternalNote(id=text, text=text, printable=is_printed, author="user:ada", written_at=NOON)
        for text, is_printed in (("wrap it", True), ("call the buyer", False))
    )

    slip = slip_of(in_fulfilment().replace(internal_notes=notes, note="Happy birthday"))

    assert (slip.note, slip.notes) == ("Happy birthday", ("wrap it",))


def test_a_buyer_cannot_print_pages_of_line_breaks() -> None:
    order = in_fulfilment().replace(note="Thanks" + "\n" * 4_993 + "!", gift_message="x\n" * 2_500)

    slip = slip_of(order)

    assert slip.note == "Thanks\n\n!"
    assert (slip.gift_message.count("\n"), slip.gift_message[-1]) == (40, "…")


def test_a_second_slip_is_a_reprint() -> None:
    once = printed(in_fulfilment(), 1, DocumentKind.PACKING_SLIP, NOON, "user:ada")

    twice = printed(once, 1, DocumentKind.PACKING_SLIP, NOON, "user:ada")

    assert not slip_of(in_fulfilment()).is_reprint
    assert slip_of(once).is_reprint
    assert story(twice)[-2:] == ["printed", "reprinted"]
    assert twice.fulfilments[0].printed == (DocumentKind.PACKING_SLIP,)
    assert twice.timeline[-1].detail == "packing slip of fulfilment 1"


def test_a_pick_list_does_not_make_the_first_slip_a_reprint() -> None:
    assert not slip_of(printed(in_fulfilment(), 1, DocumentKind.PICK_LIST, NOON, "user:ada")).is_reprint


def test_what_is_cancelled_or_taken_back_has_no_slip_and_what_is_shipped_has_one() -> None:
    order = handed(received())
    [fulfilment] = order.fulfilments
    withdrawn = [
        fulfilment.replace(status=FulfilmentStatus.CANCELLED),
        fulfilment.replace(status=FulfilmentStatus.REJECTED),
        fulfilment.replace(attempt=0),
    ]

    for each in withdrawn:
        with pytest.raises(NotNow, match="fulfilment 1"):
            slip_of(order.replace(fulfilments=(each,)))
    assert slip_of(sent(in_fulfilment(a_line(MUG, 2)))).lines[0].quantity == 2


def test_a_fulfilment_order_that_does_not_exist_has_none() -> None:
    with pytest.raises(NotFound):
        packing_slip(in_fulfilment(), 7, a_warehouse(), None, {}, NOON)


def test_the_sheet_is_that_of_the_warehouse_and_a_channel_that_is_gone_is_named_by_its_id() -> None:
    slip = packing_slip(in_fulfilment(), 1, a_warehouse(paper=Paper.LETTER), None, {}, NOON)

    assert (slip.paper, slip.channel) == (Paper.LETTER, "shop")
