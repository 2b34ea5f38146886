"""Whatever the texts, a file reads back as it was written; whatever the rows, no unit leaves twice."""

import csv
import io
import json
from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from packhorse.domain.errors import Rejected
from packhorse.domain.orders.parcel import Parcel, contents_of, units_of
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedLine
from packhorse.domain.supply.layout import Delimiter, FileFormat, LineEnd, Quoting
from packhorse.domain.supply.rendering import render
from packhorse.domain.supply.replies import reply_of
from packhorse.domain.supply.reply import Reply
from tests.domain.supply_builders import AT, HIDDEN, batch, changes_nothing, column, flat, sent_order
from tests.examples import times


@times(2)
@given(
    st.text(max_size=30),
    st.sampled_from(Delimiter),
    st.sampled_from(Quoting),
    st.sampled_from(LineEnd),
)
def test_a_text_reads_back_as_it_was_written_or_its_order_is_refused(
    note: str, delimiter: Delimiter, quoting: Quoting, line_end: LineEnd
) -> None:
    layout = flat(column("NOTE", "order.note"), delimiter=delimiter, quoting=quoting, line_end=line_end, header=False)
    try:
        (file,) = render(layout, batch(sent_order("a-1", note=note)), HIDDEN)
    except Rejected:
        return

    lines = io.StringIO(file.content.decode(), newline="")
    if quoting is Quoting.NONE:
        (cells,) = csv.reader(lines, delimiter=delimiter.value, quoting=csv.QUOTE_NONE)
    else:
        (cells,) = csv.reader(lines, delimiter=delimiter.value)
    assert cells[0] == "a-1"
    assert len(cells) == 3
    assert cells[2].split() == note.split()


@times(2)
@given(st.text(max_size=30))
def test_json_reads_back_as_it_was_written(note: str) -> None:
    layout = flat(column("NOTE", "order.note"), format=FileFormat.JSON, file_name="{batch}.json")
    try:
        (file,) = render(layout, batch(sent_order("a-1", note=note)), HIDDEN)
    except Rejected:
        return

    assert ((json.loads(file.content)[0]["NOTE"]) or "").split() == note.split()


@st.composite
def rows(draw: st.DrawFn) -> list[AnswerRow]:
    """The rows of a file about a fulfilment order of 2 W and 3 X, sound or not."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        sku = draw(st.sampled_from(["", "W", "X"]))
        found.append(
            AnswerRow(
                row=number + 2,
                fulfilment="a-1",
                meaning=draw(
                    st.sampled_from([Meaning.SHIPPED, Meaning.SHIPPED, Meaning.ACKNOWLEDGED, Meaning.REJECTED])
                ),
                tracking=draw(st.sampled_from(["", "T1", "T2", "T3"])),
                sku=sku,
                quantity=draw(st.one_of(st.none(), st.integers(1, 4))) if sku else None,
            )
        )
    return found


def applied(expected: Expected, reply: Reply) -> Expected:
    """The fulfilment order after a reply."""
    parcels = list(expected.parcels)
    for change in reply.corrections:
        wrong = parcels[change.place - 1]
        right = wrong.replace(tracking=change.tracking, former=(*wrong.former, str(wrong.tracking)))
        parcels[change.place - 1] = right
    parcels += [
        Parcel(tracking=each.tracking or None, shipped_at=AT, lines=each.lines)
        for each in (*reply.parcels, *reply.late)
    ]
    rejected = units_of(reply.rejection.lines) if reply.rejection else Counter[str]()
    left, late = contents_of(parcels), contents_of(reply.late)
    lines = []
    for line in expected.lines:
        quantity = line.quantity - rejected[line.id] + late[line.id]
        lines.append(line._replace(quantity=quantity, remaining=quantity - left[line.id]))
    return Expected(
        expected.fulfilment,
        tuple(lines),
        tuple(parcels),
        rejected=Counter(expected.rejected) + rejected,
        withheld=Counter(expected.withheld) - late + rejected,
    )


def read(file: list[AnswerRow], expected: Expected) -> Reply:
    """What a file says, as `answered_as_read` takes it: by a row of a parcel that does not fit, units may have left."""
    reply = reply_of(file, expected)
    wrong = {fault.row for fault in reply.faults}
    if any(row.row in wrong and row.meaning is Meaning.SHIPPED for row in file):
        return reply_of(file, expected._replace(is_in_part=True))
    return reply


def refused_parcels(file: list[AnswerRow], reply: Reply) -> set[int]:
    """The rows of parcels that do not fit."""
    return {fault.row for fault in reply.faults} & {row.row for row in file if row.meaning is Meaning.SHIPPED}


def says(number: int, meaning: Meaning, sku: str = "", quantity: int | None = None, tracking: str = "") -> AnswerRow:
    return AnswerRow(row=number, fulfilment="a-1", meaning=meaning, sku=sku, quantity=quantity, tracking=tracking)


BLANK_AFTER_A_REJECTED_LINE = [
    says(2, Meaning.REJECTED, "X"),
    says(3, Meaning.REJECTED, "W", 2),
    says(4, Meaning.SHIPPED, tracking="T1"),
]
"""A row of all lines means one fewer once a line was rejected, and is no vaguer for that."""
THE_LAST_UNITS_REJECTED = [
    [says(2, Meaning.REJECTED, "W")],
    [says(2, Meaning.SHIPPED, "W"), says(3, Meaning.REJECTED)],
]
"""A row of all lines means none once all were rejected, and is still one that says what has not left."""
MORE_THAN_REMAIN = [
    [says(2, Meaning.SHIPPED, "X", 2, "T2")],
    [says(2, Meaning.SHIPPED, "X", 2, "T1"), says(3, Meaning.REJECTED, "X")],
]
"""A parcel of more units than remain may be another number of one that left: nothing rejects what remains beside it."""


@times(3)
@example([BLANK_AFTER_A_REJECTED_LINE])
@example(THE_LAST_UNITS_REJECTED)
@example(MORE_THAN_REMAIN)
@given(st.lists(rows(), min_size=1, max_size=3))
def test_no_unit_leaves_or_is_rejected_twice_and_a_file_that_is_read_again_changes_nothing(
    files: list[list[AnswerRow]],
) -> None:
    expected = Expected("a-1", (ExpectedLine("w", "W", "", 2, 2), ExpectedLine("x", "X", "", 3, 3)))
    for file in files:
        reply, has_units = read(file, expected), bool(expected.wanted)
        expected = applied(expected, reply)

        said = {each.row for each in (*reply.faults, *reply.warnings)}
        assert reply.rejection or not has_units or {row.row for row in file if row.meaning is Meaning.REJECTED} <= said
        assert all(line.remaining >= 0 for line in expected.lines)
        assert contents_of(expected.parcels) <= Counter({"w": 2, "x": 3})
        again = read(file, expected)
        assert changes_nothing(again.replace(acknowledged=False))
        if all(row.quantity for row in file if row.meaning is Meaning.SHIPPED):
            assert refused_parcels(file, again) <= refused_parcels(file, reply)
