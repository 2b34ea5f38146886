"""What a supplier's files say of purchase orders: confirmed, changed, refused, on its way."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.numbered import Effects
from packhorse.domain.values import OrderId
from packhorse.store.exceptions import ExceptionState, newest_exceptions
from packhorse.store.purchases import PURCHASES
from packhorse.store.supplier_files import newest_files
from packhorse.store.suppliers import get_supplier
from packhorse.usecases.operations.end_exceptions import end_exceptions
from packhorse.usecases.suppliers.report_file import read_report
from packhorse.usecases.supply.fetch_purchase_answers import fetch_purchase_answers
from simulation.aws.boundary import World
from tests.functions.fulfil.buying import bought, save, sending, submitted
from tests.functions.fulfil.partner import Partner, a_partner, exchange, later, run_requested
from tests.functions.fulfil.test_purchases_sent import open_causes
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed
from tests.functions.operate.purchasing import LAMP, arrived, do, line, made, receive, shelf

FIELDS = {
    "purchase_order": "PO",
    "status": "STATUS",
    "line": "LINE",
    "supplier_sku": "ITEM",
    "quantity": "QTY",
    "unit_cost": "PRICE",
    "expected_on": "DUE",
    "delivery": "DN",
    "reason": "WHY",
}
ANSWERS: dict[str, Any] = {
    "folder": "out",
    "files": "ack*.csv",
    "statuses": {"ACK": "acknowledged", "REJ": "rejected", "ASN": "shipped"},
    "date": "%d/%m/%Y",
    "columns": [{"field": field, "names": [name]} for field, name in FIELDS.items()],
}


DISMISSED = "; enter what they mean as the answer to the purchase order, and dismiss this"


@pytest.fixture
def partner(cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    bought(cloud, monkeypatch)
    with a_partner(tmp_path / "acme") as found:
        save(found, answers=[ANSWERS], price_tolerance_percent=5)
        yield found


def answer(partner: Partner, *rows: str, name: str = "ack1.csv") -> None:
    """A file of answers, read once it is whole."""
    partner.put(name, "\n".join((",".join(FIELDS.values()), *rows, "")))
    for _ in range(2):
        exchange()


def lines(name: str) -> list[dict[str, Any]]:
    return list(call("GET", f"/purchase-orders/{name}").body["lines"])


def report(number: int = 0) -> dict[str, Any]:
    listed = call("GET", "/suppliers/acme/files").body["items"]
    return dict(call("GET", f"/suppliers/acme/files/{listed[number]['id']}").body)


def test_rows_confirm_change_and_refuse_lines(partner: Partner) -> None:
    name = submitted(line(ordered=12, case_pack=6), line(LAMP, 3))

    answer(partner, f"{name},ACK,,TW-0010,6,2.60,20/12/2026,,", f"{name},REJ,2,,,,,,discontinued")

    mug, lamp = lines(name)
    assert (mug["refused"], mug["unit_cost"]["amount"], mug["expected_on"]) == (6, "2.60", "2026-12-20")
    assert (mug["answer"], mug["acknowledged"]) == ("6 of 12 units, 2.60 instead of 2.50", True)
    assert (lamp["refused"], lamp["answer"]) == (3, "0 of 3 units, discontinued")
    assert (shelf(), shelf(LAMP), open_causes()) == ((1000, 6), (0, 0), [])
    assert partner.files("done")


def test_the_same_said_again_changes_nothing(partner: Partner) -> None:
    name = submitted(line(ordered=12, case_pack=6), line(LAMP, 3))
    row = f"{name},ACK,,TW-0010,6,,,,"
    answer(partner, row)
    before = call("GET", f"/purchase-orders/{name}").body

    answer(partner, row, "", name="ack2.csv")
    answer(partner, row, name="ack3.csv")

    assert call("GET", f"/purchase-orders/{name}").body == before


def test_a_price_beyond_the_tolerance_waits_for_a_person(partner: Partner) -> None:
    name = submitted(line(ordered=12))

    answer(partner, f"{name},ACK,1,,12,3.00,,,")

    [mug] = lines(name)
    assert (mug["unit_cost"]["amount"], mug["offered"]["amount"], mug["refused"]) == ("2.50", "3.00", 0)
    assert (mug["answer"], open_causes()) == ("3.00 instead of 2.50", ["purchase_price_differs"])
    do(name, "answer", {"lines": [{"line": "1", "unit_cost": {"amount": "3.00", "currency": "EUR"}}]})
    assert (lines(name)[0]["offered"], open_causes()) == (None, [])


def test_a_price_that_a_person_declined_waits_for_one_again_if_the_supplier_repeats_it(partner: Partner) -> None:
    name = submitted(line(ordered=12))
    ordered = {"lines": [{"line": "1", "unit_cost": {"amount": "2.50", "currency": "EUR"}}]}
    answer(partner, f"{name},ACK,1,,12,3.00,,,")
    [found], _ = newest_exceptions(ExceptionState.OPEN, None, 20)
    assert call("POST", f"/exceptions/{found.id}/dismiss").status == 409
    do(name, "answer", ordered)
    assert (lines(name)[0]["offered"], open_causes()) == (None, [])

    answer(partner, f"{name},ASN,1,,12,3.00,03/12/2026,DN-4711,")

    assert (lines(name)[0]["offered"]["amount"], open_causes()) == ("3.00", ["purchase_price_differs"])
    do(name, "answer", ordered)
    assert open_causes() == []


def test_a_shipping_notice_says_when_it_comes_and_under_which_number(partner: Partner) -> None:
    name = submitted(line(ordered=12))

    answer(partner, f"{name},ASN,,TW-0010,12,,03/12/2026,DN-4711,")

    [mug] = lines(name)
    assert (mug["expected_on"], mug["delivery"], mug["open"]) == ("2026-12-03", "DN-4711", 12)


def silent(monkeypatch: pytest.MonkeyPatch, hours: int) -> list[str]:
    """The open exceptions after so many hours, each with the hours that it names."""
    later(monkeypatch, hours)
    assert exchange()["failure"] is None
    found, _ = newest_exceptions(ExceptionState.OPEN, None, 20)
    return [f"{each.cause} {each.message.rpartition(' for ')[2]}" for each in found]


def test_silence_about_a_purchase_order_is_an_exception_again_and_again_until_an_answer(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = submitted(line(ordered=12))

    assert silent(monkeypatch, 23) == []
    assert silent(monkeypatch, 25) == ["purchase_unanswered 25 hours"]
    assert silent(monkeypatch, 26) == ["purchase_unanswered 25 hours"]
    assert silent(monkeypatch, 50) == ["purchase_unanswered 50 hours"]
    answer(partner, f"{name},ACK,1,,12,,,,")
    assert silent(monkeypatch, 80) == []


def test_a_receipt_ends_the_silence_about_a_purchase_order_and_one_that_was_answered_is_never_silent(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, answered = submitted(line(ordered=12)), submitted(line(LAMP, 3))
    answer(partner, f"{answered},ACK,1,,3,,,,")
    [found] = silent(monkeypatch, 25)

    do(late, "receive", {"receipt": "DN-1", "lines": [{"line": "1", "accepted": 1}]})

    assert (found, open_causes(), silent(monkeypatch, 99)) == ("purchase_unanswered 25 hours", [], [])


def test_a_supplier_that_answers_by_no_file_is_not_waited_for(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(partner)
    submitted(line(ordered=12))

    assert silent(monkeypatch, 99) == []


def test_rows_that_do_not_fit_are_reported_and_the_others_applied(partner: Partner) -> None:
    name = submitted(line(ordered=12), line(LAMP, 3))

    answer(
        partner,
        f"{name},ACK,1,,13,,,,",
        "PO-9,ACK,,,,,,,",
        f"{name},ACK,,NONE,1,,,,",
        f"{name},ACK,1,,1,two,,,",
        f"{name},SOON,1,,,,,,",
        f"{name},ACK,2,,3,,,,",
    )

    found = report()
    assert (found["rows"], found["applied"], found["refused"]) == (6, 1, 5)
    assert sorted(each["row"] for each in found["errors"]) == [2, 3, 4, 5, 6]
    assert [each["acknowledged"] for each in lines(name)] == [False, True]
    assert open_causes() == ["purchase_rows_refused"]


def test_rows_that_are_refused_are_listed_by_row_and_column_with_what_to_do(partner: Partner) -> None:
    name = submitted(line(ordered=10), line(LAMP, ordered=3))
    do(name, "cancel")
    other = submitted(line(ordered=10))

    answer(
        partner,
        f"{other},ACK,1,,11,,,,",
        f"{name},ACK,1,,10,,,,",
        f"{other},ACK,7,,1,,,,",
        f"{other},ACK,,NONE,1,,,,",
        f"{other},ACK,,,1,,,,",
        f"{other},ACK,1,,,6.405,,,",
        f"{other},SOON,1,,,,,,",
    )

    columns = [(each["row"], each["column"]) for each in report()["errors"]]
    wrong = ("quantity", "status", "line", "supplier_sku", "line", "unit_cost", "status")
    assert columns == [*enumerate(wrong, start=2)]
    [found] = call("GET", "/exceptions").body["items"]
    assert found["cause"] == "purchase_rows_refused"
    assert f"row 4, line: {other} has no line “7”" in found["message"]
    assert found["message"].endswith(DISMISSED)  # one had been cancelled
    assert "POST /purchase-orders/<id>/answer" in found["action"]
    assert call("POST", f"/exceptions/{found['id']}/dismiss").status == 200


def audited() -> list[str]:
    """The messages of the exceptions that are open after an audit."""
    end_exceptions(datetime.now(UTC), lambda: False)
    return [each["message"] for each in call("GET", "/exceptions").body["items"]]


def test_refused_rows_are_over_once_the_purchase_orders_that_they_name_are(partner: Partner) -> None:
    first, second = submitted(line(ordered=10)), submitted(line(ordered=10))
    answer(partner, f"{first},ACK,7,,1,,,,", f"{second.lower()},SOON,1,,,,,,")
    [message] = audited()
    assert not message.endswith(DISMISSED)

    receive(first, arrived(10))
    assert audited() == [message]
    do(second, "cancel")

    assert audited() == []


@pytest.mark.parametrize("row", ["PO-9,ACK,1,,1,,,,", ",ACK,1,,1,,,,", "1.23E+11,ACK,1,,1,,,,"])
def test_a_row_that_names_no_purchase_order_is_for_a_person(partner: Partner, row: str) -> None:
    name = submitted(line(ordered=10))
    answer(partner, f"{name},ACK,7,,1,,,,", row)

    do(name, "cancel")

    [message] = audited()
    assert message.endswith(DISMISSED)


@pytest.mark.usefixtures("partner")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"columns": ANSWERS["columns"][1:]}, "columns"),
        ({"statuses": {"X": "cancelled"}}, "statuses"),
        ({"statuses": {}}, "means"),
        ({"joined_by": ";"}, "joined_by"),
    ],
)
def test_a_layout_that_cannot_work_is_refused(change: dict[str, Any], field: str) -> None:
    refused = call("PATCH", "/suppliers/acme", {"purchasing": {"answers": [{**ANSWERS, **change}]}})

    assert (refused.status, refused.fields) == (422, [f"purchasing.answers.0.{field}"])


def test_a_file_that_names_lines_only_by_their_numbers_is_read(partner: Partner) -> None:
    name = submitted(line(ordered=12))

    partner.put("ack1.csv", f"PO,STATUS,LINE\n{name},ACK,1\n")
    for _ in range(2):
        exchange()

    assert lines(name)[0]["acknowledged"]


def read() -> None:
    """Read the answers that are there, as an exchange does."""
    fetch_purchase_answers(get_supplier("acme"), datetime.now(UTC), lambda: 900.0)


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_a_file_changes_a_purchase_order_once_and_is_reported_once(
    is_after: bool, partner: Partner
) -> None:
    number, has_died = 0, True
    while has_died:
        name = submitted(line(ordered=12), line(LAMP, 3))
        prices = (f"{name},ACK,1,,12,2.51,,,", f"{name},ACK,1,,12,2.52,,,")
        rows = (*prices, f"{name},ACK,1,,13,,,,", f"{name},REJ,2,,,,,,")
        partner.put(f"ack{number}.csv", "\n".join((",".join(FIELDS.values()), *rows, "")))
        read()
        has_died = killed(read, number, is_after)
        is_changed = lines(name)[0]["unit_cost"]["amount"] == "2.52"
        if is_changed:  # a person enters another answer before the file is read again
            do(name, "answer", {"lines": [{"line": "1", "unit_cost": {"amount": "2.60", "currency": "EUR"}}]})
        read()

        assert lines(name)[0]["unit_cost"]["amount"] == ("2.60" if is_changed else "2.52"), number
        by_file = [each for each in PURCHASES.get(name).timeline if each.who == "supplier:acme"]
        [found] = [each for each in newest_files("acme", None, 100)[0] if each.name == f"ack{number}.csv"]
        faults = [each.row for each in read_report(found).errors]
        assert (len(by_file), found.rows, found.applied, faults) == (2, 4, 3, [4]), number
        number += 1
    assert number > 10


def test_rows_about_what_the_supplier_ships_to_a_buyer_are_faults_and_the_rest_is_applied(partner: Partner) -> None:
    name = submitted(line(ordered=12))
    followed = PURCHASES.get(submitted(line(ordered=1)))
    ships = FulfilmentRef(order=OrderId("a1"), fulfilment=1)
    PURCHASES.save(followed, followed.replace(ships=ships), Effects(), datetime.now(UTC))

    answer(partner, f"{followed.id},ACK,1,,1,,,,", f"{name},ACK,1,,12,,,,")

    assert [each["message"] for each in report()["errors"]] == [
        f"{followed.id} follows fulfilment order a1-1: answer about that"
    ]
    assert lines(name)[0]["acknowledged"]
    assert partner.files("done")


def test_a_price_of_what_the_supplier_ships_is_taken_where_none_was_named(partner: Partner) -> None:
    cost = {"amount": "0.00", "currency": "EUR"}
    before = PURCHASES.get(submitted(line(ordered=2) | {"unit_cost": cost}, line(LAMP, 1)))
    ships = FulfilmentRef(order=OrderId("a1"), fulfilment=1)
    PURCHASES.save(before, before.replace(ships=ships), Effects(), datetime.now(UTC))
    name = before.id

    answer(partner, f"{name},ACK,1,,,3.10,,,", f"{name},ACK,1,,,3.00,,,", f"{name},ACK,2,,,9.99,,,")
    refused = [(each["row"], each["column"]) for each in report()["errors"]]
    first = [each["unit_cost"]["amount"] for each in lines(name)]
    answer(partner, f"{name},ACK,1,,2,3.10,,,", f"{name},REJ,1,,,3.10,,,", name="ack2.csv")

    assert (refused, [each["row"] for each in report()["errors"]]) == ([(4, "unit_cost")], [3])
    assert (first, [each["acknowledged"] for each in lines(name)]) == (["3.10", "2.50"], [False, False])
    assert [each["unit_cost"]["amount"] for each in lines(name)] == ["3.10", "2.50"]
    assert [each.detail for each in PURCHASES.get(name).timeline if each.what == "priced"] == [
        f"3.10 for {lines(name)[0]['sku']}"
    ]


def test_a_purchase_order_that_is_sent_again_has_the_same_numbers(partner: Partner) -> None:
    name = submitted(line(ordered=5), line(LAMP, 3))
    answer(partner, f"{name},REJ,1,,,,,,discontinued")

    assert do(name, "resend", {}).status == 202
    run_requested()

    sent = list(partner.files("in").values())[-1].splitlines()[1:]
    assert [row.split(",")[1] for row in sent] == ["2"]
    answer(partner, f"{name},REJ,2,,,,,,none left", name="ack2.csv")
    assert [each["refused"] for each in lines(name)] == [5, 3]


def test_the_rest_that_is_sent_again_is_confirmed_as_the_rest(partner: Partner) -> None:
    name = submitted(line(ordered=10))
    receive(name, arrived(4))
    do(name, "resend")
    run_requested()
    assert ",6,2.50," in list(partner.files("in").values())[-1]

    answer(partner, f"{name},ACK,1,,6,,,,")
    assert (lines(name)[0]["refused"], lines(name)[0]["open"], open_causes()) == (0, 6, [])
    answer(partner, f"{name},ACK,1,,5,,,,", name="ack2.csv")
    assert (lines(name)[0]["refused"], lines(name)[0]["open"], shelf()) == (1, 5, (1004, 5))


def test_a_line_that_is_confirmed_in_two_deliveries_is_confirmed(partner: Partner) -> None:
    name = submitted(line(ordered=12))

    answer(partner, f"{name},ACK,1,,6,,01/12/2026,,", f"{name},ACK,1,,6,,15/12/2026,,")

    [mug] = lines(name)
    assert (mug["refused"], mug["open"], mug["expected_on"]) == (0, 12, "2026-12-15")
    assert (mug["answer"], report()["applied"]) == ("6 on 2026-12-01; 6 on 2026-12-15", 2)


def test_a_confirmation_after_a_refusal_is_a_persons_to_enter(partner: Partner) -> None:
    name = submitted(line(ordered=10))
    answer(partner, f"{name},REJ,1,,,,,,gone")

    answer(partner, f"{name},ACK,1,,10,,,,", name="ack2.csv")

    [error] = report()["errors"]
    assert "10 were refused before" in error["message"]
    assert (lines(name)[0]["refused"], open_causes()) == (10, ["purchase_rows_refused"])
    do(name, "answer", {"lines": [{"line": "1", "refused": 0}]})
    assert lines(name)[0]["open"] == 10


def test_what_is_said_after_the_goods_came_needs_no_person(partner: Partner) -> None:
    name = submitted(line(ordered=12))
    receive(name, arrived(12), receipt="DN-1")

    answer(partner, f"{name},ACK,1,,12,,,,", f"{name},ASN,1,,12,,01/12/2026,DN-1,")

    assert (report()["applied"], report()["errors"], open_causes()) == (2, [], [])


def test_prices_do_not_creep_beyond_the_tolerance(partner: Partner) -> None:
    name = submitted(line(ordered=12, cost="10.00"))

    for number, price in enumerate(("10.50", "11.00", "11.50")):
        answer(partner, f"{name},ACK,1,,12,{price},,,", name=f"ack{number}.csv")

    [mug] = lines(name)
    assert (mug["unit_cost"]["amount"], mug["offered"]["amount"]) == ("10.50", "11.50")
    assert open_causes() == ["purchase_price_differs"]


def test_a_row_about_a_purchase_order_whose_line_and_sku_are_of_two_lines_is_refused(partner: Partner) -> None:
    name = submitted(line(ordered=5), line(LAMP, 3))

    answer(partner, f"{name},REJ,2,TW-0010,,,,,")

    assert [each["refused"] for each in lines(name)] == [0, 0]
    [error] = report()["errors"]
    assert error["message"].startswith("line “2” is")


def test_a_supplier_that_is_switched_off_still_answers_what_it_has_and_is_not_removed_before(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = submitted(line(ordered=12, case_pack=6))
    warned = call("PATCH", "/suppliers/acme", {"active": False}).body["warnings"]
    refused = call("DELETE", "/suppliers/acme")

    later(monkeypatch, 25)
    exchange()

    assert warned == ["supplier acme is inactive: it keeps 1 purchase order until they are over"]
    assert (refused.status, "supplier acme has 1 purchase order" in refused.body["detail"]) == (409, True)
    assert open_causes() == ["purchase_unanswered"]
    answer(partner, f"{name},ACK,,TW-0010,6,,,,")
    assert (lines(name)[0]["refused"], open_causes()) == (6, [])
    do(name, "cancel")
    assert call("DELETE", "/suppliers/acme").status == 204


def test_what_waits_when_its_supplier_only_answers_by_files_is_a_persons_to_send(partner: Partner) -> None:
    name = made(line())
    do(name, "submit")

    saved = call("PATCH", "/suppliers/acme", {"purchasing": {"layout": None}})
    run_requested()

    assert f"no purchase orders are sent to it any more: send {name} yourself" in saved.body["warnings"][-1]
    assert (sending(name)["state"], open_causes()) == ("not_sent", ["purchase_not_sent"])


def test_a_purchase_order_that_waits_is_not_sent_to_a_supplier_that_is_switched_off(partner: Partner) -> None:
    name = made(line(ordered=12, case_pack=6))
    do(name, "submit")
    call("PATCH", "/suppliers/acme", {"active": False})

    run_requested()

    assert partner.files() == {}
    assert open_causes() == ["supplier_failed"]
    assert call("DELETE", "/suppliers/acme").status == 409
    call("PATCH", "/suppliers/acme", {"active": True})
    exchange()
    assert (len(partner.files()), open_causes()) == (1, [])
