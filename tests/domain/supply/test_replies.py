"""What a supplier's rows change of a fulfilment order: each unit leaves once, whatever is repeated or corrected."""

from datetime import UTC, datetime
from typing import Any

import pytest

from packhorse.domain.orders.parcel import LineQuantity, Parcel
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedLine, Reference, by_reference
from packhorse.domain.supply.replies import reply_of
from packhorse.domain.supply.reply import Reply
from packhorse.domain.supply.sources import LINE_NAMES, Source
from tests.domain.supply_builders import changes_nothing

AT = datetime(2026, 11, 20, tzinfo=UTC)


def row(number: int = 2, meaning: Meaning = Meaning.SHIPPED, **fields: object) -> AnswerRow:
    return AnswerRow.model_validate({"row": number, "meaning": meaning, "fulfilment": "a-1", **fields})


def parcel(tracking: str | None, **units: int) -> Parcel:
    lines = tuple(LineQuantity(line=line, quantity=quantity) for line, quantity in units.items())
    return Parcel(carrier="dhl", tracking=tracking, shipped_at=AT, lines=lines)


def expected(*parcels: Parcel) -> Expected:
    """A fulfilment order of 2 W and 3 X."""
    left: dict[str, int] = {}
    for each in parcels:
        for part in each.lines:
            left[part.line] = left.get(part.line, 0) + part.quantity
    lines = (
        ExpectedLine("w", "W", "SUP-W", 2, 2 - left.get("w", 0)),
        ExpectedLine("x", "00123", "", 3, 3 - left.get("x", 0)),
    )
    return Expected("a-1", lines, parcels)


def left(reply: Reply) -> list[tuple[str, dict[str, int]]]:
    return [(each.tracking, {part.line: part.quantity for part in each.lines}) for each in reply.parcels]


def test_without_lines_everything_that_remains_has_left() -> None:
    assert left(reply_of([row(tracking="T1")], expected())) == [("T1", {"w": 2, "x": 3})]


def test_rows_of_one_tracking_number_are_one_parcel() -> None:
    rows = [row(2, tracking="T1", sku="W", quantity=2), row(3, tracking="t-1", sku="00123", quantity=1)]

    assert left(reply_of(rows, expected())) == [("T1", {"w": 2, "x": 1})]


def test_a_row_for_each_unit_counts_each() -> None:
    rows = [row(number, tracking="T1", sku="W", quantity=1) for number in (2, 3)]

    assert left(reply_of(rows, expected())) == [("T1", {"w": 2})]


@pytest.mark.parametrize(
    ("names", "line"),
    [({Source.LINE_NUMBER}, {"2": 3}), ({Source.LINE_ID}, {"1": 3}), (LINE_NAMES, {})],
)
def test_a_line_is_named_by_what_files_have_and_never_guessed(names: frozenset[Source], line: dict[str, int]) -> None:
    crossed = (ExpectedLine("2", "W", "", 3, 3), ExpectedLine("1", "X", "", 3, 3))
    reply = reply_of([row(tracking="T1", line="1", quantity=3)], Expected("a-1", crossed, line_names=names))

    assert left(reply) == ([("T1", line)] if line else [])
    assert [fault.column for fault in reply.faults] == ([] if line else ["line"])


def test_a_sku_says_which_of_two_lines_one_name_means() -> None:
    crossed = (ExpectedLine("2", "W", "", 3, 3), ExpectedLine("1", "X", "", 3, 3))
    reply = reply_of([row(tracking="T1", line="1", sku="X", quantity=3)], Expected("a-1", crossed))

    assert left(reply) == [("T1", {"1": 3})]


def test_a_sku_that_no_line_has_does_not_speak_against_the_line() -> None:
    assert left(reply_of([row(tracking="T1", line="1", sku="BOX-7", quantity=2)], expected())) == [("T1", {"w": 2})]


def test_rows_that_are_there_twice_count_once() -> None:
    rows = [row(number, tracking="T1", sku="W", quantity=2) for number in (2, 3)]

    reply = reply_of(rows, expected())

    assert left(reply) == [("T1", {"w": 2})]
    assert [each.message for each in reply.warnings] == ["rows are there twice: counted once"]


@pytest.mark.parametrize(
    ("stored", "units"), [((), [("T1", {"x": 2})]), ((parcel("T2", x=2),), [])], ids=["of more", "of fewer"]
)
def test_rows_that_are_there_twice_name_no_other_units_than_one_of_them(
    stored: tuple[Parcel, ...], units: list[tuple[str, dict[str, int]]]
) -> None:
    rows = [row(number, tracking="T1", sku="00123", quantity=2) for number in (2, 3)]

    reply = reply_of(rows, expected(*stored))

    assert left(reply) == units
    assert bool(reply.faults) is not bool(units)


def test_two_parcels_without_lines_are_two_and_hold_the_units_once() -> None:
    assert left(reply_of([row(2, tracking="T1"), row(3, tracking="T2")], expected())) == [
        ("T1", {"w": 2, "x": 3}),
        ("T2", {}),
    ]


def test_a_tracking_number_that_is_repeated_changes_nothing() -> None:
    stored = expected(parcel("T1", w=2, x=3))

    for again in (row(tracking="t 1"), row(tracking="T1", sku="W", quantity=2), row()):
        reply = reply_of([again], stored)
        assert changes_nothing(reply)
        assert reply.faults == ()


def test_a_later_file_can_add_to_a_parcel() -> None:
    reply = reply_of([row(tracking="T1", sku="00123", quantity=3)], expected(parcel("T1", w=2)))

    assert left(reply) == [("T1", {"x": 3})]


WHOLE: list[list[dict[str, Any]]] = [
    [{}],
    [{"sku": "W", "quantity": 2}, {"sku": "00123", "quantity": 3}],
    [{"sku": "W"}, {"sku": "00123", "quantity": 3}],
]


@pytest.mark.parametrize("named", WHOLE)
def test_another_tracking_number_for_what_has_left_corrects_the_first(named: list[dict[str, Any]]) -> None:
    rows = [row(number, tracking="T2", carrier="ups", **given) for number, given in enumerate(named, 2)]

    reply = reply_of(rows, expected(parcel("T1", w=2, x=3)))

    assert [(each.place, each.tracking, each.carrier) for each in reply.corrections] == [(1, "T2", "ups")]
    assert reply.parcels == ()


@pytest.mark.parametrize("given", [{"sku": "W", "quantity": 2}, {"sku": "W"}, {"sku": "00123", "quantity": 2}])
def test_another_tracking_number_for_a_part_of_a_parcel_is_for_a_person(given: dict[str, Any]) -> None:
    reply = reply_of([row(tracking="T2", **given)], expected(parcel("T1", w=2, x=3)))

    assert changes_nothing(reply)
    assert "in other parcels" in reply.faults[0].message


def test_a_correction_is_of_the_parcel_with_the_units_though_another_has_its_number() -> None:
    reply = reply_of([row(tracking="T2", sku="00123", quantity=3)], expected(parcel("T1", w=2), parcel("T1", x=3)))

    assert [(each.place, each.tracking) for each in reply.corrections] == [(2, "T2")]


def test_what_else_a_corrected_parcel_is_said_to_hold_leaves_in_it() -> None:
    rows = [row(2, tracking="T1", sku="00123", quantity=3), row(3, tracking="T1")]

    reply = reply_of(rows, expected(parcel("T2", x=3)))

    assert [(each.place, each.tracking) for each in reply.corrections] == [(1, "T1")]
    assert left(reply) == [("T1", {"w": 2})]


def test_a_correction_of_one_of_several_parcels_is_for_a_person() -> None:
    reply = reply_of([row(tracking="T3", sku="W", quantity=2)], expected(parcel("T1", w=1), parcel("T2", w=1)))

    assert changes_nothing(reply)
    assert "in other parcels" in reply.faults[0].message


def test_more_units_than_were_sent_are_refused() -> None:
    reply = reply_of([row(7, tracking="T1", sku="W", quantity=5)], expected())

    assert changes_nothing(reply)
    assert reply.faults[0] == (7, "quantity", "says that more units have left than remain: 3 too many of W")


def test_a_sku_may_be_the_suppliers_and_may_have_lost_its_zeros() -> None:
    rows = [row(2, tracking="T1", supplier_sku="SUP-W"), row(3, tracking="T1", sku="123", quantity=1)]

    assert left(reply_of(rows, expected())) == [("T1", {"x": 1, "w": 2})]


def test_a_line_and_a_sku_may_have_become_fractions_in_a_spreadsheet() -> None:
    rows = [row(2, tracking="T1", line="1.0"), row(3, tracking="T1", sku="123.0", quantity=1)]

    assert left(reply_of(rows, expected())) == [("T1", {"x": 1, "w": 2})]


@pytest.mark.parametrize(
    ("given", "column", "message"),
    [
        ({"sku": "Z"}, "sku", "“Z” is no sku of the fulfilment order: 00123, SUP-W, W"),
        ({"sku": "W;00123"}, "sku", "several skus in one cell: set joined_by"),
        ({"line": "9"}, "line", "no line “9” was sent"),
        ({"quantity": 1}, "quantity", "a quantity needs a line or a sku"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_the_rest_applied(
    given: dict[str, Any], column: str, message: str
) -> None:
    reply = reply_of([row(2, tracking="T1", **given), row(3, tracking="T2", line="1")], expected())

    assert left(reply) == [("T2", {"w": 2})]
    assert [(each.row, each.column) for each in reply.faults] == [(2, column)]
    assert message in reply.faults[0].message


def test_a_rejection_takes_what_remains_and_says_why() -> None:
    rows = [row(2, Meaning.REJECTED, sku="W", quantity=5, reason="none left"), row(3, tracking="T1", sku="00123")]

    reply = reply_of(rows, expected())

    assert reply.rejection
    assert reply.rejection.reason == "none left"
    assert reply.rejection.lines == (LineQuantity(line="w", quantity=2),)
    assert left(reply) == [("T1", {"x": 3})]


REST_OF_X = [
    [{"sku": "W"}],
    [{"sku": "W", "quantity": 2}],
    [{"sku": "W", "quantity": 1}, {"sku": "W", "quantity": 1, "reason": "broken"}],
]


@pytest.mark.parametrize("meaning", [Meaning.REJECTED, Meaning.CANCELLED])
@pytest.mark.parametrize("named", REST_OF_X)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_ships_without_lines_is_what_no_row_of_the_file_takes_away(
    meaning: Meaning, named: list[dict[str, Any]], is_first: bool
) -> None:
    kept = [row(number, meaning, **given) for number, given in enumerate(named, 2)]
    shipped = [row(9, tracking="T1")]

    reply = reply_of(kept + shipped if is_first else shipped + kept, expected())

    assert left(reply) == [("T1", {"x": 3})]
    assert (rejected(reply) or cancelled(reply)) == {"w": 2}
    assert (reply.faults, reply.warnings) == ((), ())


def test_what_is_rejected_without_lines_is_what_does_not_ship() -> None:
    rows = [row(2, Meaning.REJECTED), row(3, tracking="T1", sku="W", quantity=1), row(4, tracking="T2", sku="00123")]

    reply = reply_of(rows, expected())

    assert left(reply) == [("T1", {"w": 1}), ("T2", {"x": 3})]
    assert rejected(reply) == {"w": 1}


def test_units_that_a_parcel_names_are_in_it_though_its_other_rows_mean_the_rest() -> None:
    rows = [row(2, Meaning.REJECTED, sku="W"), row(3, tracking="T1", sku="W", quantity=1), row(4, tracking="T1")]

    reply = reply_of(rows, expected())

    assert (left(reply), rejected(reply)) == ([("T1", {"w": 1, "x": 3})], {"w": 1})


def test_a_parcel_of_some_units_of_a_line_and_of_the_rest_has_all() -> None:
    rows = [row(2, tracking="T1", sku="W", quantity=1), row(3, tracking="T1")]

    assert left(reply_of(rows, expected())) == [("T1", {"w": 2, "x": 3})]


@pytest.mark.parametrize("given", [{}, {"sku": "W"}, {"sku": "W", "quantity": 2}])
@pytest.mark.parametrize("meaning", [Meaning.REJECTED, Meaning.CANCELLED])
def test_a_rejection_of_what_has_left_is_a_fault(meaning: Meaning, given: dict[str, Any]) -> None:
    shipped = row(3, tracking="T1")
    before = reply_of([row(2, meaning, **given)], expected(parcel("T1", w=2, x=3)))
    together = reply_of([row(2, meaning), shipped], expected())

    assert changes_nothing(before)
    assert [each.row for each in before.faults] == [2]
    assert "ask the supplier whether it has left" in before.faults[0].message
    assert (left(together), [each.row for each in together.faults]) == ([("T1", {"w": 2, "x": 3})], [2])


def test_a_rejection_of_more_than_remains_says_how_many_do_not_count() -> None:
    reply = reply_of([row(2, Meaning.REJECTED, sku="W", quantity=5)], expected(parcel("T1", w=1)))

    assert (rejected(reply), reply.faults) == ({"w": 1}, ())
    assert [each.message for each in reply.warnings] == [
        "rejects or cancels 4 of W, which does not remain: not counted"
    ]


def test_a_rejection_of_the_rest_that_is_repeated_is_no_fault() -> None:
    gone, other = expected(parcel("T1", x=3)).lines
    after = Expected("a-1", (gone._replace(quantity=0, remaining=0), other), (parcel("T1", x=3),), rejected={"w": 2})

    for again in (row(2, Meaning.REJECTED, sku="W"), row(2, Meaning.REJECTED, sku="W", quantity=2)):
        reply = reply_of([again, row(3, tracking="T1")], after)
        assert (changes_nothing(reply), reply.faults, [each.row for each in reply.warnings]) == (True, (), [2])


@pytest.mark.parametrize("given", [{}, {"sku": "W"}])
def test_a_row_without_a_quantity_that_keeps_units_back_answers_the_request(given: dict[str, Any]) -> None:
    reply = reply_of([row(2, Meaning.CANCELLED, **given)], expected()._replace(requested={"w": 1}))

    assert (cancelled(reply), rejected(reply), reply.faults) == ({"w": 1}, {}, ())


def test_units_that_are_named_beside_the_answer_to_a_request_are_kept_back_too() -> None:
    rows = [row(2, Meaning.CANCELLED), row(3, Meaning.CANCELLED, sku="00123", quantity=1)]

    assert cancelled(reply_of(rows, expected()._replace(requested={"w": 1}))) == {"w": 1, "x": 1}


@pytest.mark.parametrize(("requested", "said"), [({"w": 1}, {}), ({}, {"x": 1}), ({}, {})])
def test_a_row_that_answers_a_request_of_none_of_its_units_is_a_fault(
    requested: dict[str, int], said: dict[str, int]
) -> None:
    asked = expected()._replace(requested=requested, cancelled=said)

    reply = reply_of([row(2, Meaning.CANCELLED, sku="00123")], asked)

    assert (changes_nothing(reply), [each.row for each in reply.faults]) == (True, [2])
    assert "name how many" in reply.faults[0].message


def test_without_a_request_whatever_remains_is_rejected_though_some_was_before() -> None:
    lines = (ExpectedLine("w", "W", "", 2, 2),)

    reply = reply_of([row(2, Meaning.CANCELLED)], Expected("a-1", lines, rejected={"w": 1}))

    assert (cancelled(reply), rejected(reply)) == ({}, {"w": 2})
    assert reply.rejection
    assert reply.rejection.reason == "cancelled by the supplier"


def late(reply: Reply) -> list[tuple[str, dict[str, int]]]:
    return [(each.tracking, {part.line: part.quantity for part in each.lines}) for each in reply.late]


def test_units_that_were_rejected_and_left_all_the_same_are_late() -> None:
    gone, other = expected(parcel("T1", x=3)).lines
    after = Expected("a-1", (gone._replace(quantity=0, remaining=0), other), (parcel("T1", x=3),), withheld={"w": 2})

    reply = reply_of([row(2, tracking="T2", sku="W", quantity=2)], after)

    assert (late(reply), left(reply), reply.faults) == ([("T2", {"w": 2})], [], ())


def test_units_that_may_be_rejected_ones_or_those_of_a_parcel_by_another_number_are_a_fault() -> None:
    lines = (ExpectedLine("w", "W", "", 1, 0),)

    reply = reply_of(
        [row(2, tracking="T2", sku="W", quantity=1)], Expected("a-1", lines, (parcel("T1", w=1),), withheld={"w": 1})
    )

    assert (changes_nothing(reply), [each.column for each in reply.faults]) == (True, ["tracking"])


def test_the_rest_is_nothing_that_was_rejected_before_where_the_file_rejects_what_remained() -> None:
    lines = (ExpectedLine("w", "W", "", 0, 0), ExpectedLine("x", "X", "", 1, 1))
    rows = [row(2, Meaning.REJECTED, sku="X", quantity=1), row(3, tracking="T1")]

    reply = reply_of(rows, Expected("a-1", lines, withheld={"w": 1}))

    assert (rejected(reply), late(reply), [each.row for each in reply.faults]) == ({"x": 1}, [], [3])


def test_a_rest_that_is_not_taken_away_since_a_row_is_unread_does_not_ship_either() -> None:
    rows = [row(2, Meaning.REJECTED, sku="W"), row(3, tracking="T1")]

    reply = reply_of(rows, expected()._replace(is_in_part=True))

    assert (left(reply), rejected(reply)) == ([("T1", {"x": 3})], {})
    assert [(each.row, each.message.partition(": ")[2]) for each in reply.faults] == [(2, "name the units")]


def test_an_acknowledgement_says_that_the_supplier_has_it() -> None:
    assert reply_of([row(2, Meaning.ACKNOWLEDGED)], expected()).acknowledged


def test_an_acknowledgement_of_fewer_units_than_remain_says_which_lines_it_is_of() -> None:
    lines = (ExpectedLine("1", "W", "", 3, 3), ExpectedLine("2", "W", "", 4, 2))
    rows = [row(2, Meaning.ACKNOWLEDGED, line="1", quantity=1), row(3, Meaning.ACKNOWLEDGED, line="2", quantity=2)]

    for some in (rows, rows[::-1]):
        reply = reply_of(some, Expected("a-1", lines))
        assert (reply.accepts_only, reply.accepts_all_of, reply.accepts_words) == ({"1": 1}, ("2",), "1 of 3 W")


def test_lines_of_one_sku_are_filled_in_their_order() -> None:
    lines = (ExpectedLine("1", "W", "", 1, 1), ExpectedLine("2", "W", "", 2, 2))

    assert left(reply_of([row(tracking="T", sku="W", quantity=2)], Expected("a-1", lines))) == [("T", {"1": 1, "2": 1})]


def twins(*parcels: Parcel) -> Expected:
    """A fulfilment order of two lines, a unit of one sku each."""
    gone = {part.line for each in parcels for part in each.lines}
    lines = tuple(ExpectedLine(name, "W", "", 1, int(name not in gone)) for name in ("w", "v"))
    return Expected("a-1", lines, parcels)


def test_each_parcel_of_a_sku_of_two_lines_has_a_line_that_remains() -> None:
    both = [row(2, tracking="T1", sku="W", quantity=1), row(3, tracking="T2", sku="W", quantity=1)]
    later = reply_of(both[1:], twins(parcel("T1", w=1)))
    first = reply_of(both, twins(parcel("T2", w=1)))

    assert left(reply_of(both, twins())) == [("T1", {"w": 1}), ("T2", {"v": 1})]
    assert (left(later), later.corrections) == ([("T2", {"v": 1})], ())
    assert (left(first), first.corrections) == ([("T1", {"v": 1})], ())


def test_parcels_of_a_sku_of_two_lines_that_are_reported_again_change_nothing() -> None:
    both = [row(2, tracking="T1", sku="W", quantity=1), row(3, tracking="T2", sku="W", quantity=1)]

    assert reply_of(both, twins(parcel("T1", v=1), parcel("T2", w=1))) == Reply()


def test_rows_are_grouped_by_how_they_name_the_order() -> None:
    rows = [row(2), row(3, fulfilment="", order="1001"), row(4)]

    assert {key: [each.row for each in group] for key, group in by_reference(rows).items()} == {
        Reference(fulfilment="a-1"): [2, 4],
        Reference(order="1001"): [3],
    }


def cancelled(reply: Reply) -> dict[str, int]:
    return {part.line: part.quantity for part in reply.cancelled.lines} if reply.cancelled else {}


def rejected(reply: Reply) -> dict[str, int]:
    return {part.line: part.quantity for part in reply.rejection.lines} if reply.rejection else {}


def test_rejected_units_that_are_repeated_count_once_by_row_and_by_file() -> None:
    rows = [row(number, Meaning.REJECTED, sku="00123", quantity=1) for number in (2, 3)]
    once = reply_of(rows, expected())
    assert (rejected(once), [each.row for each in once.warnings]) == ({"x": 1}, [3])

    again = reply_of(rows[:1], expected()._replace(rejected={"x": 1}))
    assert (changes_nothing(again), [each.row for each in again.warnings]) == (True, [2])
    all_of_it = row(2, Meaning.REJECTED, sku="00123", quantity=2)
    assert rejected(reply_of([all_of_it], expected()._replace(rejected={"x": 1}))) == {"x": 1}


def test_equal_rows_about_a_sku_of_two_lines_are_one_for_each() -> None:
    lines = (ExpectedLine("1", "W", "", 1, 1), ExpectedLine("2", "W", "", 1, 1))
    rows = [row(number, Meaning.REJECTED, sku="W", quantity=1) for number in (2, 3, 4)]
    assert rejected(reply_of(rows, Expected("a-1", lines))) == {"1": 1, "2": 1}


@pytest.mark.parametrize("name", ["1", "w"])
def test_a_line_that_was_rejected_whole_keeps_its_place(name: str) -> None:
    gone, other = expected().lines
    after = Expected("a-1", (gone._replace(quantity=0, remaining=0), other), rejected={"w": 2})
    again = reply_of([row(2, Meaning.REJECTED, line=name, quantity=2)], after)
    assert (changes_nothing(again), again.faults) == (True, ())
    assert left(reply_of([row(tracking="T1", quantity=3)], after)) == [("T1", {"x": 3})]
