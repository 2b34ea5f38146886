"""What rows of a supplier's file make of a purchase order: what is confirmed, and of what it is a confirmation."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.money import Money
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.purchasing.purchase_answers import PurchaseAnswerTerms, with_rows
from packhorse.domain.purchasing.purchase_line import RequestedUnits
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.purchase_rows import PurchaseRow
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered, cancelled, closed_short
from packhorse.domain.supply.answer_layout import Meaning
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, arrived, on_order, received, wanted

ACK, REJ, ASN = Meaning.ACKNOWLEDGED, Meaning.REJECTED, Meaning.SHIPPED
TERMS = PurchaseAnswerTerms(names={}, counts_cases=False, tolerance_percent=5)


def said(meaning: Meaning, quantity: int | None = None, line: str = "1", **more: Any) -> dict[str, Any]:
    return {"meaning": meaning, "quantity": quantity, "line": line, **more}


def after(
    order: PurchaseOrder, *rows: dict[str, Any], terms: PurchaseAnswerTerms = TERMS
) -> tuple[PurchaseOrder, list[str]]:
    """The purchase order after the rows of a file, and what is wrong with them."""
    numbered = [PurchaseRow(row=number, purchase_order=order.id, **row) for number, row in enumerate(rows, start=2)]
    changed, faults = with_rows(order, numbered, terms, "supplier:acme", AT)
    return changed, [f"{fault.row}: {fault.message}" for fault in faults]


def units(order: PurchaseOrder, *rows: dict[str, Any], **more: Any) -> tuple[int, int]:
    """The open and the refused units of its first line after the rows, all of which fit."""
    changed, faults = after(order, *rows, **more)
    assert faults == []
    return changed.lines[0].open, changed.lines[0].refused


def fault(order: PurchaseOrder, *rows: dict[str, Any]) -> str:
    """The only fault of the rows, which change nothing."""
    changed, [found] = after(order, *rows)
    assert changed == order
    return found


def requested_again(order: PurchaseOrder) -> PurchaseOrder:
    """A purchase order of which what is still to come was sent to its supplier again."""
    line = order.lines[0]
    return order.with_line(line.replace(sent=RequestedUnits(units=line.open, refused=line.refused, closed=line.closed)))


def with_refused(order: PurchaseOrder, refused: int) -> PurchaseOrder:
    return answered(order, SupplierAnswer(lines=(AnsweredLine(line="1", refused=refused),)), ADA, AT)


def test_a_row_with_several_faults_is_told_each_with_its_column() -> None:
    row = PurchaseRow(row=2, purchase_order="PO-1", **said(ACK, 12, "7", unit_cost=Decimal("2.505")))

    _, faults = with_rows(on_order(), [row], TERMS, "supplier:acme", AT)

    assert [(fault.row, fault.column) for fault in faults] == [(2, "line"), (2, "unit_cost")]


@pytest.mark.parametrize(("confirmed", "open_and_refused"), [(10, (10, 0)), (6, (6, 4)), (0, (0, 10))])
def test_fewer_units_than_were_ordered_are_refused_for_the_rest(
    confirmed: int, open_and_refused: tuple[int, int]
) -> None:
    assert units(on_order(), said(ACK, confirmed)) == open_and_refused


def test_what_is_confirmed_once_more_changes_nothing_whatever_has_come_since() -> None:
    order, _ = after(on_order(), said(ACK, 6))

    assert units(order, said(ACK, 6)) == (6, 4)
    assert units(received(order, arrived(2)), said(ACK, 6)) == (4, 4)
    assert units(received(order, arrived(6)), said(ACK, 6)) == (0, 4)


@pytest.mark.parametrize(("confirmed", "open_and_refused"), [(6, (6, 0)), (5, (5, 1)), (0, (0, 6)), (10, (6, 0))])
def test_a_confirmation_is_of_what_was_sent_last(confirmed: int, open_and_refused: tuple[int, int]) -> None:
    rest = requested_again(received(on_order(), arrived(4)))

    assert units(rest, said(ACK, confirmed)) == open_and_refused


def test_what_was_refused_before_it_was_sent_again_stays_refused() -> None:
    rest = requested_again(with_refused(on_order(), 4))

    assert units(rest, said(ACK, 6)) == (6, 4)
    assert units(rest, said(ACK, 5)) == (5, 5)


def with_closed(order: PurchaseOrder, units: int) -> PurchaseOrder:
    """A purchase order of which so many units never come; the rest of its line does."""
    line = order.lines[0]
    return order.with_line(line.replace(closed=line.closed + units))


def test_what_was_closed_short_is_not_refused_as_well() -> None:
    order = with_closed(on_order(), 4)
    changed, _ = after(order, said(ACK, 5))

    assert units(order, said(ACK, 8)) == (6, 0)
    assert (changed.lines[0].open, changed.lines[0].refused) == (5, 1)
    assert units(changed, said(ACK, 5)) == (5, 1)
    assert units(received(changed, arrived(2)), said(ACK, 5)) == (3, 1)
    assert units(requested_again(with_closed(on_order(), 4)), said(ACK, 5)) == (5, 1)


def test_what_is_said_again_once_more_than_that_came_changes_nothing() -> None:
    confirmed, _ = after(on_order(), said(ACK, 6))
    refused, _ = after(on_order(), said(REJ, 4, reason="gone"))

    for order, row in ((confirmed, said(ACK, 6)), (refused, said(REJ, 4, reason="gone"))):
        came = received(order, arrived(8))
        assert after(came, row) == (came, [])


def test_more_than_was_sent_last_and_less_than_was_ordered_is_a_fault() -> None:
    rest = requested_again(received(on_order(), arrived(4)))

    assert (
        fault(rest, said(ACK, 8)) == f"2: 8 units of {wanted().sku} are confirmed, and 6 were to come: enter the answer"
    )


def test_what_is_still_to_come_is_confirmed_by_its_number_where_units_came_broken() -> None:
    broken = received(on_order(), arrived(0, rejected=4, reason="broken"))

    assert units(broken, said(ACK, 6)) == (6, 0)


def test_rows_of_a_file_that_confirm_several_deliveries_of_a_line_add_up() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 15)

    order, faults = after(on_order(), said(ACK, 6, expected_on=last), said(ACK, 3, expected_on=first))

    [line] = order.lines
    assert (line.open, line.refused, line.expected_on, faults) == (9, 1, last, [])
    assert line.answer == "9 of 10 units, 3 on 2026-12-01; 6 on 2026-12-15"


def test_cases_add_up_as_their_units() -> None:
    order = on_order(wanted(ordered=12, case_pack=6))

    assert units(order, said(ACK, 1), said(ACK, 1), terms=TERMS._replace(counts_cases=True)) == (12, 0)


def test_rows_that_say_the_same_of_a_line_and_are_too_many_together_count_once() -> None:
    assert units(on_order(), said(ACK, 10, unit_cost=Decimal("2.51")), said(ACK, 10)) == (10, 0)
    assert units(on_order(), said(ACK, 8), said(ACK, 8)) == (8, 2)


def test_rows_that_confirm_too_many_units_together_are_faults_each() -> None:
    text = f"14 units of {wanted().sku} are confirmed, and 10 were ordered"

    order, faults = after(on_order(), said(ACK, 8), said(ACK, 6))

    assert (order, faults) == (on_order(), [f"2: {text}", f"3: {text}"])


def test_rows_that_refuse_units_of_a_line_for_several_reasons_add_up_and_one_that_is_there_twice_counts_once() -> None:
    broken, gone = said(REJ, 2, reason="broken"), said(REJ, 3, reason="gone")

    order, faults = after(on_order(), broken, gone, broken)

    assert (order.lines[0].refused, order.lines[0].answer, faults) == (5, "5 of 10 units, broken; gone", [])


@pytest.mark.parametrize("rows", [(said(ACK, 10), said(REJ, 4)), (said(REJ, 4), said(ACK, 6))])
def test_what_a_file_confirms_and_refuses_of_a_line_is_refused_in_whatever_order(rows: tuple[Any, ...]) -> None:
    order, faults = after(on_order(), *rows)

    assert (order.lines[0].open, order.lines[0].refused, faults) == (6, 4, [])
    assert after(order, *reversed(rows)) == (order, [])


ROWS = st.lists(
    st.builds(said, st.sampled_from([ACK, REJ]), st.integers(0, 12), st.sampled_from("12")), min_size=1, max_size=4
)


@given(ROWS, ROWS, st.integers(0, 9), st.integers(0, 3), st.integers(0, 3), st.booleans())
def test_the_same_rows_again_change_nothing_whatever_the_purchase_order_is_like(
    rows: list[Any], more: list[Any], came: int, broken: int, closed: int, is_sent_again: bool
) -> None:
    order, _ = after(on_order(wanted(), wanted(LAMP, 5)), *rows)
    if came + broken:
        order = received(order, arrived(came, rejected=broken, reason="wet" if broken else ""))
    order = with_closed(order, min(closed, order.lines[0].open))
    order, faults = after(requested_again(order) if is_sent_again and order.lines[0].open else order, *more)

    for line in order.lines:
        assert min(line.open, line.refused) >= 0
    if not faults:
        assert after(order, *more) == (order, [])


@pytest.mark.parametrize("rows", [(said(ACK, 4), said(REJ, 2)), (said(REJ, 2), said(ACK, 4))])
def test_where_a_part_came_a_file_confirms_what_is_left_without_what_it_refuses(rows: tuple[Any, ...]) -> None:
    assert units(received(on_order(wanted(ordered=8)), arrived(2)), *rows) == (4, 2)


@pytest.mark.parametrize("rows", [(said(ACK, 8), said(REJ, 3)), (said(REJ, 3), said(ACK, 8))])
def test_a_confirmation_is_read_after_what_the_file_refuses_however_many_came(rows: tuple[Any, ...]) -> None:
    assert units(received(on_order(wanted(ordered=16)), arrived(5)), *rows) == (8, 3)


def test_of_rows_that_contradict_each_other_the_dearest_price_and_the_last_notice_stay() -> None:
    cheap, dear = (said(ACK, line="1", unit_cost=Decimal(price)) for price in ("2.50", "9.00"))
    first, last = (said(ASN, expected_on=date(2026, 12, day), delivery=f"DN-{day}") for day in (9, 10))

    for rows in permutations([cheap, dear, first, last]):
        [line] = after(on_order(), *rows)[0].lines
        assert (line.offered, line.delivery, line.expected_on) == (Money.of("9.00", "EUR"), "DN-10", date(2026, 12, 10))


NEAR, NEARER, FAR = Decimal("2.60"), Decimal("2.55"), Decimal("9.00")


@pytest.mark.parametrize(
    ("rows", "price", "offered"),
    [
        ((said(ACK, 10, unit_cost=NEARER), said(ACK, 10, unit_cost=NEAR)), "2.60", None),
        ((said(REJ, 6, unit_cost=NEAR), said(ACK, 0, unit_cost=NEARER)), "2.60", None),
        ((said(REJ, 6, unit_cost=FAR), said(ACK, 0, unit_cost=NEARER)), "2.50", "9.00"),
        ((said(REJ, 5, unit_cost=FAR), said(ACK, 0, reason="none left")), "2.50", "9.00"),
        ((said(REJ, unit_cost=NEARER), said(REJ, unit_cost=NEAR)), "2.60", None),
        ((said(ASN, unit_cost=NEARER), said(ASN, unit_cost=FAR, delivery="DN-9")), "2.50", "9.00"),
    ],
)
@pytest.mark.parametrize("others", [(), (wanted(LAMP, 5),)])
def test_of_several_prices_the_highest_stays_whatever_the_rows_say_and_read_again_they_change_nothing(
    rows: tuple[Any, ...], price: str, offered: str | None, others: tuple[Any, ...]
) -> None:
    order, faults = after(on_order(wanted(), *others), *rows)

    line = order.lines[0]
    assert (line.unit_cost.amount, line.offered and line.offered.amount, faults) == (price, offered, [])
    assert after(order, *rows) == (order, [])


@pytest.mark.parametrize(
    "wrong",
    [said(ACK, 11, unit_cost=NEAR), said(ACK, 10, unit_cost=Decimal("2.605"))],
)
def test_the_price_of_a_row_that_is_wrong_is_no_price_of_the_others(wrong: dict[str, Any]) -> None:
    order, faults = after(on_order(), said(ACK, 10, unit_cost=NEARER), wrong)

    assert (order.lines[0].unit_cost.amount, [each.partition(":")[0] for each in faults]) == ("2.55", ["3"])


def test_a_price_that_is_offered_before_or_after_units_came_waits_for_a_person_all_the_same() -> None:
    before, _ = after(on_order(), said(ACK, 10, unit_cost=FAR))
    late, faults = after(received(on_order(), arrived(10)), said(ACK, 10, unit_cost=FAR))
    gone = closed_short(before, (), ADA, AT)

    for order in (received(before, arrived(10)), late, closed_short(received(before, arrived(3)), (), ADA, AT)):
        assert [each.cause for each in problems_of(order)] == [Cause.PURCHASE_PRICE_DIFFERS]
        assert [*problems_of(agreed(order, "2.50"))] == []
    assert (faults, [*problems_of(gone)]) == ([], [])


def agreed(order: PurchaseOrder, price: str) -> PurchaseOrder:
    line = AnsweredLine(line="1", unit_cost=Money.of(price, "EUR"))
    return answered(order, SupplierAnswer(lines=(line,)), ADA, AT)


@pytest.mark.parametrize(
    ("price", "says", "entry"),
    [
        ("2.50", "4.00 instead of 2.50, copper, 2.50 agreed", "acknowledged, 2.50 agreed"),
        ("3.25", "4.00 instead of 2.50, copper, 3.25 agreed", "acknowledged, 3.25 instead of 2.50"),
        ("4.00", "4.00 instead of 2.50, copper, 4.00 agreed", "acknowledged, 4.00 instead of 2.50"),
    ],
)
def test_what_was_offered_and_what_was_agreed_is_said(price: str, says: str, entry: str) -> None:
    offered, _ = after(on_order(), said(ACK, 10, unit_cost=Decimal("4.00"), reason="copper"))

    settled = agreed(offered, price)

    assert offered.timeline[-1].detail == f"{wanted().sku}: acknowledged, 4.00 offered instead of 2.50"
    assert (settled.lines[0].answer, settled.timeline[-1].detail) == (says, f"{wanted().sku}: {entry}")
    assert agreed(settled, price) == settled


def test_what_the_supplier_says_of_an_offer_that_it_withdraws_is_no_offer() -> None:
    offered, _ = after(on_order(), said(ACK, 10, unit_cost=FAR))

    withdrawn, _ = after(offered, said(ACK, 10, unit_cost=Decimal("2.50")))

    assert (withdrawn.lines[0].offered, withdrawn.lines[0].answer.rpartition(", ")[2]) == (None, "2.50 agreed")


def test_refusals_at_several_prices_add_up() -> None:
    order, _ = after(on_order(), said(REJ, 2, unit_cost=NEARER), said(REJ, 2, unit_cost=NEAR))

    assert (order.lines[0].refused, order.lines[0].unit_cost.amount) == (4, "2.60")


@pytest.mark.parametrize("row", [said(ASN, 1), said(ACK)])
def test_what_is_shipped_or_confirmed_of_a_refused_line_is_a_fault_at_whatever_price(row: dict[str, Any]) -> None:
    order, _ = after(on_order(wanted(), wanted(LAMP, 5)), said(REJ, unit_cost=NEARER))

    for price in (None, NEARER, NEAR, FAR):
        assert "10 units refused" in fault(order, {**row, "unit_cost": price})


def test_rows_about_several_lines_are_read_in_their_sequence_on_the_purchase_order() -> None:
    rows = [said(ASN, line=number, delivery="DN-9") for number in ("2", "1")]
    order, _ = after(on_order(wanted(), wanted(LAMP, 5)), *rows)

    assert order == after(on_order(wanted(), wanted(LAMP, 5)), *reversed(rows))[0]


ANY_ROWS = st.lists(
    st.builds(
        said,
        st.sampled_from([ACK, ACK, REJ, ASN]),
        st.none() | st.integers(0, 9),
        st.sampled_from("112"),
        unit_cost=st.sampled_from([None, None, Decimal("2.60"), Decimal("9.00")]),
        expected_on=st.sampled_from([None, date(2026, 12, 1), date(2026, 12, 15)]),
        reason=st.sampled_from(["", "none left"]),
        delivery=st.sampled_from(["", "DN-9", "DN-10"]),
    )
    | st.builds(said, st.sampled_from([ACK, REJ, ASN]), line=st.just("")),
    min_size=2,
    max_size=4,
)


@given(ROWS, ANY_ROWS, st.integers(0, 9), st.integers(0, 3), st.booleans(), st.randoms())
def test_the_sequence_of_the_rows_of_a_file_changes_nothing_whatever_the_purchase_order_is_like(
    before: list[Any], rows: list[Any], came: int, closed: int, is_sent_again: bool, random: Random
) -> None:
    order, _ = after(on_order(wanted(), wanted(LAMP, 5)), *before)
    order = received(order, arrived(came)) if came else order
    order = with_closed(order, min(closed, order.lines[0].open))
    order = requested_again(order) if is_sent_again and order.lines[0].open else order

    shuffled = random.sample(rows, len(rows))

    (changed, faults), (other, others) = after(order, *rows), after(order, *shuffled)
    assert (other, _texts(others)) == (changed, _texts(faults))


def _texts(faults: list[str]) -> list[str]:
    """What is wrong, without the rows' numbers."""
    return sorted(each.partition(": ")[2] for each in faults)


@pytest.mark.parametrize("confirmed", [10, 7, None])
def test_a_confirmation_of_what_was_refused_before_is_a_persons_to_enter(confirmed: int | None) -> None:
    refused = 10 if confirmed is None else 4

    assert "refused" in fault(with_refused(on_order(), refused), said(ACK, confirmed))


@pytest.mark.parametrize("row", [said(ACK, 10), said(ACK), said(ACK, line=""), said(ASN, 10, delivery="DN-1")])
def test_what_is_said_late_of_what_has_come_changes_nothing(row: dict[str, Any]) -> None:
    order = received(on_order(), arrived(10))

    assert after(order, {**row, "expected_on": date(2026, 12, 1)}) == (order, [])


def test_a_shipping_notice_is_late_if_its_delivery_came_though_the_rest_was_closed() -> None:
    order = closed_short(received(on_order(), arrived(8), receipt="DN-7"), (), ADA, AT)

    assert after(order, said(ASN, 8, delivery="dn-7")) == (order, [])
    assert after(order, said(ASN, 8)) == (order, [])
    assert "2 closed" in fault(order, said(ASN, 2, delivery="DN-8"))


@pytest.mark.parametrize("row", [said(ACK, 10), said(ACK), said(ACK, line=""), said(ASN), said(ASN, line="")])
def test_what_is_confirmed_or_shipped_of_a_cancelled_purchase_order_is_a_fault(row: dict[str, Any]) -> None:
    order = cancelled(on_order(), ADA, AT)

    assert "10 closed" in fault(order, row)
    assert after(order, said(REJ)) == (order, [])


def test_a_refusal_of_what_has_come_is_a_fault() -> None:
    assert fault(received(on_order(), arrived(10)), said(REJ)).startswith("2: nothing of")


def test_a_row_about_all_lines_passes_over_those_that_are_over() -> None:
    order = with_refused(on_order(wanted(), wanted(LAMP, 3)), 10)

    confirmed, faults = after(order, said(ACK, line=""))
    refused, more = after(order, said(REJ, line=""))

    assert ([line.open for line in confirmed.lines], confirmed.lines[1].acknowledged, faults) == ([0, 3], True, [])
    assert (refused.state, more) == (PurchaseState.CLOSED, [])


def test_the_tolerance_of_a_price_is_of_the_one_that_people_ordered_at_or_accepted() -> None:
    order = on_order(wanted(cost="10.00"))
    for price in ("10.50", "11.00"):
        order, _ = after(order, said(ACK, 10, unit_cost=Decimal(price)))
    [offered] = order.lines
    accepted = answered(
        order, SupplierAnswer(lines=(AnsweredLine(line="1", unit_cost=Money.of("11.00", "EUR")),)), ADA, AT
    )
    [later] = after(accepted, said(ACK, 10, unit_cost=Decimal("11.50")))[0].lines

    assert (offered.unit_cost.amount, offered.offered, offered.answer) == (
        "10.50",
        Money.of("11.00", "EUR"),
        "11.00 instead of 10.00",
    )
    assert (later.unit_cost.amount, later.offered) == ("11.50", None)


def test_a_price_that_is_taken_back_is_the_agreed_one() -> None:
    order, _ = after(on_order(wanted(cost="10.00")), said(ACK, 10, unit_cost=Decimal("10.50")))
    order, _ = after(order, said(ACK, 10, unit_cost=Decimal("10.00")))

    [line] = order.lines
    assert (line.unit_cost.amount, line.agreed, line.answer) == ("10.00", None, "10.00 instead of 10.50")


def test_what_differs_is_said_once_however_often_a_file_says_it() -> None:
    row = said(ACK, 6, unit_cost=Decimal("2.60"), reason="short of clay")
    order, _ = after(on_order(), row)

    assert order.lines[0].answer == "6 of 10 units, 2.60 instead of 2.50, short of clay"
    assert after(order, row) == (order, [])
