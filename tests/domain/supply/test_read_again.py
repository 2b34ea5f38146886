"""A supplier's file that is read again, or whose rows a later file repeats: what is stored stays as it is."""

from typing import Any

import pytest

from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.parcel import LineQuantity, contents_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Known
from packhorse.domain.supply.answers import AnswerRow
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.late_parcels import with_units_taken
from packhorse.domain.supply.sending import marked
from packhorse.domain.supply.unread import answered_as_read
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import LAMP, LATER, MUG, asked, handed, kinds, received, shelf

OURS = a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main"))
ACME = "acme"


def sent_order() -> Order:
    """An order of two mugs and a lamp, which its supplier has in a file."""
    order = received(a_line(MUG, 2), a_line(LAMP, line="2"))
    work = asked(handed(order, shelf(acme=9) + shelf(LAMP, acme=9), OURS))
    return marked(work, 1, SupplierBatch(supplier=ACME, number=1, created_at=NOON), NOON)


def row(meaning: Meaning, line: str = "", quantity: int | None = None, tracking: str = "", place: int = 2) -> AnswerRow:
    fields: dict[str, Any] = {"line": line, "quantity": quantity, "tracking": tracking, "carrier": "DHL"}
    return AnswerRow(row=place, fulfilment="", meaning=meaning, **fields)


def reading(order: Order, *rows: AnswerRow, report: str = "file-1") -> Order:
    known = Known(unshipped_only, available=shelf(acme=9) + shelf(LAMP, acme=9), report=report)
    return answered_as_read(order, 1, rows, LATER, ACME, known).change.order


SHIPPED_TWICE = (row(Meaning.SHIPPED, "1", 2, "A1"), row(Meaning.SHIPPED, "1", 2, "A1", place=3))


@pytest.mark.parametrize(
    "rows",
    [
        (*SHIPPED_TWICE, row(Meaning.REJECTED, place=4)),
        (row(Meaning.SHIPPED, "1", 2), row(Meaning.SHIPPED, "1", 2, place=3)),
        (row(Meaning.CANCELLED, "1", 2), row(Meaning.CANCELLED, "2", 1), row(Meaning.SHIPPED, tracking="A1", place=4)),
        (row(Meaning.CANCEL_REFUSED, "1", 2), row(Meaning.REJECTED, place=3)),
    ],
    ids=[
        "a row that is there twice",
        "such a row without a tracking number",
        "nothing is left of what is kept back",
        "keeps back what it refuses to",
    ],
)
def test_a_file_whose_rows_contradict_each_other_says_the_same_once_more(rows: tuple[AnswerRow, ...]) -> None:
    order = reading(sent_order(), *rows)

    assert reading(order, *rows) == order


def test_a_file_that_rejects_a_part_and_ships_the_rest_in_spite_of_a_request_says_the_same_once_more() -> None:
    order = cancelled(sent_order(), LATER, "Eve", restock=unshipped_only).order
    rows = (row(Meaning.REJECTED, "1", 1), row(Meaning.CANCEL_REFUSED, place=3), row(Meaning.SHIPPED, tracking="A1"))

    done = reading(order, *rows)

    assert reading(done, *rows) == done


def test_a_row_that_is_there_twice_again_in_a_later_file_is_no_exception() -> None:
    order = reading(sent_order(), *SHIPPED_TWICE)

    assert reading(order, *SHIPPED_TWICE, report="file-2") == order


def with_a_mug_taken() -> Order:
    """The order, of which a person took a mug from its supplier."""
    order = sent_order()
    lost = RejectedUnits(lines=(LineQuantity(line="1", quantity=1),), reason=RejectReason.OTHER)
    change = rejected(order, 1, lost, "report", shelf(), LATER, "Eve", restock=unshipped_only)
    return with_units_taken(change, fulfilment_order_of(order, 1)).order


def test_a_file_that_names_what_a_person_took_and_corrects_another_parcel_says_the_same_once_more() -> None:
    order = reading(with_a_mug_taken(), row(Meaning.SHIPPED, tracking="A1"))
    corrected = (row(Meaning.SHIPPED, name, tracking="A9") for name in ("1", "2"))
    rows = (*corrected, row(Meaning.SHIPPED, "1", 1, "A2", place=4))

    done = reading(order, *rows, report="file-2")

    parcels = [(each.tracking, contents_of([each])) for each in done.fulfilments[0].parcels]
    assert parcels == [("A9", {"1": 1, "2": 1}), ("A2", {"1": 1})]
    assert reading(done, *rows, report="file-2") == done


def test_that_a_supplier_will_ship_what_a_person_took_is_an_exception() -> None:
    rows = (row(Meaning.CANCEL_REFUSED, "1", 1), row(Meaning.SHIPPED, tracking="A1", place=3))
    order = reading(with_a_mug_taken(), *rows)

    assert (kinds(order), reading(order, *rows)) == (["answer_refused_1"], order)


def test_an_acknowledgement_does_not_end_that_a_supplier_will_ship_what_a_person_took() -> None:
    order = reading(with_a_mug_taken(), row(Meaning.CANCEL_REFUSED, "1", 1))

    assert kinds(reading(order, row(Meaning.ACKNOWLEDGED), report="file-2")) == ["answer_refused_1"]


@pytest.mark.parametrize(("number", "exceptions"), [("A2", ["shipment_refused_1_A2"]), ("", [])])
def test_a_parcel_without_units_beside_one_with_all_that_was_left_does_not_hold_what_a_person_took(
    number: str, exceptions: list[str]
) -> None:
    taken = with_a_mug_taken()
    left = (row(Meaning.SHIPPED, name, 1, "A1") for name in ("1", "2"))
    rows = (*left, row(Meaning.SHIPPED, "1", tracking=number, place=4))

    order = reading(taken, *rows)

    assert (order.shipped, kinds(order)) == ({"1": 1, "2": 1}, exceptions)
    assert reading(order, *rows) == order


def test_a_parcel_that_a_later_file_names_without_units_holds_none_that_a_person_took_since() -> None:
    all_left = row(Meaning.SHIPPED, tracking="A1")
    done = reading(with_a_mug_taken(), all_left)

    assert (done.fulfilments[0].status, done.shipped) == (FulfilmentStatus.SHIPPED, {"1": 1, "2": 1})
    assert reading(done, all_left, report="file-2") == done
    assert (done.status, kinds(done)) == (Status.PARTIALLY_SHIPPED, [])


@pytest.mark.parametrize("number", ["A2", ""])
def test_a_parcel_without_units_holds_the_rest_of_what_a_person_took_once_some_of_it_left(number: str) -> None:
    taken = sent_order()
    lost = RejectedUnits(reason=RejectReason.OTHER)
    change = rejected(taken, 1, lost, "report", shelf(), LATER, "Eve", restock=unshipped_only)
    order = with_units_taken(change, fulfilment_order_of(taken, 1)).order
    first = row(Meaning.SHIPPED, "1", 1, "A1")
    order = reading(order, first)
    rows = (first, row(Meaning.SHIPPED, tracking=number, place=3))

    done = reading(order, *rows, report="file-2")

    assert (done.shipped, reading(done, *rows, report="file-2")) == ({"1": 2, "2": 1}, done)
