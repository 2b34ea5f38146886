"""Kits at suppliers: files have the components, unless the supplier knows the kit, and answers about either count."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Answered, Known
from packhorse.domain.supply.answers import AnswerRow
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.sending import marked, names_at, never_sent, sent_order, taken_out, unmarked
from packhorse.domain.supply.sent_rows import SupplierSkus
from packhorse.domain.supply.sources import Source
from packhorse.domain.supply.unread import answered_as_read
from packhorse.domain.values import Sku
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import LATER, asked, handed, received, shelf

CUP, BOWL, SET, PACK = "CUP", "BOWL", "SET", "TWO CUPS"
ACME = "acme"
OURS = a_configuration(a_warehouse(ACME, kind="3pl"), priorities=(ACME,))
STOCK = shelf(CUP, acme=90) + shelf(BOWL, acme=90)
PRODUCTS = {
    Sku(CUP): Product(sku=CUP, name="Cup", supplier_skus={ACME: "TW-CUP"}),
    Sku(BOWL): Product(sku=BOWL, name="Bowl"),
}
KNOWN_KIT = {**PRODUCTS, Sku(SET): Product(sku=SET, supplier_skus={ACME: "TW-SET"})}


def an_order(*more: Any) -> Order:
    """An order of three sets, each of two cups and a bowl, that is with a logistics partner."""
    order = received(a_line(SET, 3), *more)
    kit = order.lines[0].replace(components={CUP: 2, BOWL: 1}, unit_price=Money.of("10.00", "EUR"))
    return asked(handed(order.replace(lines=(kit, *order.lines[1:])), STOCK, OURS))


def in_file(order: Order, products: dict[Sku, Product] = PRODUCTS) -> Order:
    return marked(order, 1, SupplierBatch(supplier=ACME, number=1, created_at=NOON), NOON, names_at(ACME, products))


def row(place: int = 2, meaning: Meaning = Meaning.SHIPPED, tracking: str = "A1", **fields: Any) -> AnswerRow:
    number = tracking if meaning is Meaning.SHIPPED else ""
    return AnswerRow.model_validate({"row": place, "meaning": meaning, "tracking": number, **fields})


def answer(order: Order, *rows: AnswerRow, names: SupplierSkus | None = None) -> Answered:
    theirs = names_at(ACME, PRODUCTS) if names is None else names
    known = Known(unshipped_only, theirs, STOCK, {Source.LINE_NUMBER}, report="file-1")
    return answered_as_read(order, 1, rows, LATER, "supplier acme", known)


def parcels(order: Order) -> list[tuple[str | None, dict[str, int]]]:
    found = fulfilment_order_of(order, 1).parcels
    return [(each.tracking, {part.line: part.quantity for part in each.lines}) for each in found]


def test_a_kit_goes_to_its_supplier_as_its_components_with_their_own_numbers_and_shares_of_its_price() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    lines = sent_order(order, 1, PRODUCTS, ACME).lines

    said = [(each.number, each.id, each.sku, each.supplier_sku, each.name, each.quantity) for each in lines]
    assert said == [(1, "1", CUP, "TW-CUP", "Cup", 6), (2, "1", BOWL, "", "Bowl", 3), (3, "2", CUP, "TW-CUP", "Cup", 2)]
    kit = [(each.price, each.amount) for each in lines[:2]]
    assert kit == [
        (Money.of("3.33", "EUR"), Money.of("20.00", "EUR")),
        (Money.of("3.33", "EUR"), Money.of("10.00", "EUR")),
    ]


def test_a_kit_that_its_supplier_has_a_sku_of_goes_as_it_is() -> None:
    order = in_file(an_order(), KNOWN_KIT)

    [line] = sent_order(order, 1, KNOWN_KIT, ACME).lines

    assert (line.sku, line.supplier_sku, line.quantity) == (SET, "TW-SET", 3)


@pytest.mark.parametrize("products", [PRODUCTS, KNOWN_KIT], ids=["sent as components", "sent as a kit"])
@pytest.mark.parametrize(
    "rows",
    [
        [row(sku="TW-CUP", quantity=6), row(3, sku=BOWL, quantity=3)],
        [row(sku=CUP), row(3, sku=BOWL)],
        [row(sku=SET, quantity=3)],
    ],
    ids=["components", "components without quantities", "the kit"],
)
def test_answers_about_components_and_about_the_kit_ship_it_once(
    products: dict[Sku, Product], rows: list[AnswerRow]
) -> None:
    done = answer(in_file(an_order(), products), *rows)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 3})], ())
    assert answer(done.change.order, *rows).change.order == done.change.order


def test_a_row_by_number_is_about_the_component_that_the_file_had_there() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    rows = [row(line="1", quantity=4), row(3, line="2", quantity=2), row(4, tracking="A2", line="3", quantity=2)]
    done = answer(order, *rows)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 2}), ("A2", {"2": 2})], ())
    wrong = answer(order, row(line="1", sku=BOWL, quantity=3)).reply
    assert [fault.message for fault in wrong.faults] == ["line “1” is CUP, and the row names “BOWL”, too"]


def test_units_beyond_whole_kits_are_those_of_a_line_of_that_product() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    done = answer(order, row(sku=CUP, quantity=8), row(3, sku=BOWL, quantity=3))

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 3, "2": 2})], ())


def test_rows_without_quantities_are_about_the_rest_of_kits_and_of_a_line_of_a_component() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    shipped = [row(sku=CUP), row(3, sku=BOWL)]
    refused = [row(sku=CUP, meaning=Meaning.REJECTED), row(3, sku=BOWL, meaning=Meaning.REJECTED)]
    done = answer(order, *shipped)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 3, "2": 2})], ())
    assert answer(done.change.order, *shipped).change.order == done.change.order
    assert fulfilment_order_of(answer(order, *refused).change.order, 1).rejected == Counter({"1": 3, "2": 2})


def test_a_component_by_number_is_of_its_own_kit_and_of_no_line_of_the_product() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    assert parcels(answer(order, row(line="1"), row(3, line="2")).change.order) == [("A1", {"1": 3})]
    too_many = answer(order, row(line="1", quantity=8), row(3, line="2", quantity=3))
    assert [fault.row for fault in too_many.reply.faults] == [2]


def test_a_component_by_number_is_of_no_other_kit() -> None:
    order = received(a_line(PACK, 1), a_line(SET, 1, line="2"))
    pack, kit = order.lines[0].replace(components={CUP: 2}), order.lines[1].replace(components={CUP: 2, BOWL: 1})
    order = in_file(asked(handed(order.replace(lines=(pack, kit)), STOCK, OURS)))

    done = answer(order, row(line="2", quantity=2), row(3, line="3", quantity=1))

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"2": 1})], ())


def test_rows_about_a_product_are_about_its_line_before_a_pack_of_it_that_was_sent_whole() -> None:
    products = {Sku(CUP): Product(sku=CUP), Sku(PACK): Product(sku=PACK, supplier_skus={ACME: "TW-PACK"})}
    order = received(a_line(PACK, 1), a_line(CUP, 3, line="2"))
    pack = order.lines[0].replace(components={CUP: 2})
    order = in_file(asked(handed(order.replace(lines=(pack, order.lines[1])), STOCK, OURS)), products)
    names = names_at(ACME, products)

    rows = [row(sku=CUP, quantity=3), row(3, tracking="A2", sku="TW-PACK", quantity=1)]
    done = answer(order, *rows, names=names)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"2": 3}), ("A2", {"1": 1})], ())
    assert parcels(answer(order, row(sku=CUP), names=names).change.order) == [("A1", {"2": 3})]


def test_rows_about_components_that_went_for_one_kit_are_of_no_other_that_was_sent_whole() -> None:
    order = received(a_line("DUO", 2), a_line(SET, 1, line="2"))
    kits = zip(order.lines, ({CUP: 1, BOWL: 1}, {CUP: 2, BOWL: 1}), strict=True)
    order = order.replace(lines=tuple(line.replace(components=parts) for line, parts in kits))
    products = {**PRODUCTS, Sku("DUO"): Product(sku="DUO", supplier_skus={ACME: "TW-DUO"})}
    order = in_file(asked(handed(order, STOCK, OURS)), products)
    names = names_at(ACME, products)

    rows = [row(sku="TW-CUP", quantity=2), row(3, sku=BOWL, quantity=1), row(4, sku="TW-DUO", quantity=2)]
    done = answer(order, *rows, names=names)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 2, "2": 1})], ())


def test_a_kit_in_several_parcels_of_a_file_left_in_all_of_them() -> None:
    rows = [row(sku=CUP, quantity=6), row(3, tracking="A2", sku=BOWL, quantity=3)]

    done = answer(in_file(an_order()), *rows)

    assert parcels(done.change.order) == [("A1, A2", {"1": 3})]
    assert answer(done.change.order, *rows).change.order == done.change.order


def test_of_a_kit_that_left_in_part_a_person_hears() -> None:
    done = answer(in_file(an_order()), row(sku=CUP, quantity=6), row(3, sku=BOWL, quantity=2))

    order = done.change.order
    assert parcels(order) == [("A1", {"1": 2})]
    assert [each.message for each in done.reply.faults] == ["“CUP” beyond whole kits: a SET is 2 CUP, 1 BOWL"]
    assert [each.cause for each in order.exceptions] == ["shipment_refused"]
    assert fulfilment_order_of(order, 1).may_have_shipped


def test_kits_of_which_all_components_are_rejected_are() -> None:
    rows = [row(meaning=Meaning.REJECTED, sku=CUP, quantity=2), row(3, meaning=Meaning.REJECTED, sku=BOWL, quantity=1)]

    done = answer(in_file(an_order()), *rows)
    alone = answer(in_file(an_order()), *rows[1:])

    assert fulfilment_order_of(done.change.order, 1).rejected == Counter({"1": 1})
    assert [each.row for each in alone.reply.faults] == [3]
    assert not alone.change.order.fulfilments[0].rejections


def test_a_supplier_that_has_another_name_for_a_product_by_now_answers_by_the_one_that_it_was_sent() -> None:
    order = in_file(an_order(a_line(CUP, 2, line="2")))

    renamed = {CUP: "TW-CUP-2027"}
    rows = [row(sku="TW-CUP", quantity=8), row(3, sku=BOWL, quantity=3)]
    done = answer(order, *rows, names=renamed)

    assert (parcels(done.change.order), done.reply.faults) == ([("A1", {"1": 3, "2": 2})], ())
    assert parcels(answer(order, row(sku="TW-CUP-2027", quantity=2), names=renamed).change.order) == [("A1", {"2": 2})]


@pytest.mark.parametrize("undo", [lambda order: unmarked(order, 1, 1), lambda order: never_sent(order, 1)])
def test_a_kit_that_no_file_had_goes_as_its_next_supplier_calls_it(undo: Callable[[Order], Order]) -> None:
    of_acme, of_nobody = in_file(an_order(), KNOWN_KIT), in_file(an_order())

    now_as_parts = sent_order(in_file(undo(of_acme)), 1, PRODUCTS, ACME).lines
    now_whole = sent_order(in_file(undo(of_nobody), KNOWN_KIT), 1, KNOWN_KIT, ACME).lines

    assert [line.sku for line in now_as_parts] == [CUP, BOWL]
    assert [line.sku for line in now_whole] == [SET]


def test_rows_that_a_file_may_have_had_keep_their_numbers() -> None:
    again = in_file(taken_out(in_file(an_order()), 1, 1), KNOWN_KIT)

    assert [line.sku for line in sent_order(again, 1, KNOWN_KIT, ACME).lines] == [CUP, BOWL]


def test_what_was_sent_before_rows_were_stored_keeps_its_lines() -> None:
    order = in_file(an_order(), KNOWN_KIT)
    before = order.fulfilments[0].replace(sent_rows=(), sent_lines=("1",))

    [line] = sent_order(order.replace(fulfilments=(before,)), 1, PRODUCTS, ACME).lines

    assert (line.sku, line.number, line.quantity) == (SET, 1, 3)
