"""Purchase orders go to their supplier once, by file and by mail, whoever dies where."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from local.partners.servers import Server, running_mail
from packhorse.domain.purchasing.drafting import PurchaseDraft, drafted
from packhorse.domain.purchasing.steps import submitted as submitted_by
from packhorse.domain.purchasing.to_supplier import to_send
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.supply import send_purchases
from simulation.aws.boundary import World
from simulation.builders import NOON
from simulation.merchant import MUG
from tests.functions.fulfil.buying import LAYOUT, attached, bought, mails, save, sending, submitted
from tests.functions.fulfil.partner import Partner, a_partner, exchange, run_requested
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed
from tests.functions.operate.purchasing import LAMP, arrived, do, draft, line, made, receive


@pytest.fixture
def partner(cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    bought(cloud, monkeypatch)
    with a_partner(tmp_path / "acme") as found:
        yield found


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Server]:
    with running_mail(tmp_path / "mail") as server:
        yield server


def open_causes() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 20)
    return sorted(each.cause for each in found)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.long
def test_submit_sends_a_file_and_the_page_by_mail(partner: Partner, post: Server) -> None:
    save(partner, post)

    name = submitted()

    assert partner.files() == {
        f"PO_{name}_0001.csv": "PO,LINE,ITEM,CASES,QTY,PRICE,DUE,NAME\n"
        f"{name},1,TW-0010,2,12,2.50,01/12/2026,Mug\n"
        f"{name},2,{LAMP},3,3,2.50,,Lamp\n"
    }
    [mail] = mails(post)
    assert (mail["To"], mail["Subject"]) == ("sales@acme.example", f"Purchase order {name}.pdf")
    assert "TW-0010" in text_of(attached(mail)[f"{name}.pdf"])
    assert {key: sending(name)[key] for key in ("state", "batch", "reason")} == {
        "state": "sent",
        "batch": 1,
        "reason": "",
    }
    [batch] = call("GET", "/suppliers/acme/batches").body["items"]
    assert (batch["kind"], batch["state"], batch["purchase_order"]) == ("purchase_order", "sent", name)


@pytest.mark.long
def test_a_supplier_without_a_transport_gets_mails_only(partner: Partner, post: Server) -> None:
    save(None, post, layout=LAYOUT)

    name = submitted()

    assert [list(attached(mail)) for mail in mails(post)] == [[f"PO_{name}_0001.csv"], [f"{name}.pdf"]]
    assert partner.files() == {}


@pytest.mark.usefixtures("partner")
def test_without_a_setting_people_send_it_themselves() -> None:
    call("PUT", "/suppliers/acme", {"name": "Acme"})
    name = made()

    assert do(name, "submit").body["sending"] is None
    assert (run_requested(), do(name, "resend").status) == (0, 409)


@pytest.mark.long
def test_repeated_requests_and_exchanges_send_nothing_again(partner: Partner, post: Server) -> None:
    save(partner, post)
    name = submitted()

    do(name, "submit")
    run_requested()
    exchange()

    assert (len(partner.files()), len(mails(post))) == (1, 1)


@pytest.mark.long
def test_sending_again_takes_a_new_number_and_what_it_says_now(partner: Partner, post: Server) -> None:
    save(partner, post)
    name = submitted()
    do(name, "answer", {"lines": [{"line": "2", "refused": 3}]})

    again = do(name, "resend")
    repeated = do(name, "resend")
    run_requested()

    assert (again.status, repeated.status, again.body["sending"]["replaces"]) == (202, 202, 1)
    assert list(partner.files()) == [f"PO_{name}_0001.csv", f"PO_{name}_0002.csv"]
    assert LAMP not in partner.files()[f"PO_{name}_0002.csv"]
    assert [list(attached(mail)) for mail in mails(post)] == [[f"{name}.pdf"], [f"{name}-2.pdf"]]
    assert [each["state"] for each in call("GET", "/suppliers/acme/batches").body["items"]] == ["sent", "replaced"]
    newest = call("GET", "/suppliers/acme/batches", query={"limit": "1"}).body
    older = call("GET", "/suppliers/acme/batches", query={"limit": "1", "cursor": newest["next"]}).body
    assert ([each["number"] for each in older["items"]], older["next"]) == ([1], None)


def test_what_does_not_fit_the_layout_says_so_until_it_is_mended_and_stops_no_other(partner: Partner) -> None:
    save(partner)
    call("PATCH", f"/products/{MUG}", {"name": "A mug whose name is too long"})

    name, other = submitted(), submitted(line(LAMP, 3))

    assert (sending(name)["state"], sending(other)["state"]) == ("not_sent", "sent")
    assert "NAME" in sending(name)["reason"]
    assert open_causes() == ["purchase_not_sent"]
    call("PATCH", f"/products/{MUG}", {"name": "Mug"})
    exchange()
    assert (sending(name)["state"], open_causes()) == ("sent", [])


def unfit(partner: Partner) -> str:
    """Return a purchase order that does not fit its supplier's layout, whose exception a person dismissed."""
    save(partner)
    call("PATCH", f"/products/{MUG}", {"name": "A mug whose name is too long"})
    name = submitted()
    [one] = call("GET", "/exceptions").body["items"]
    assert call("POST", f"/exceptions/{one['id']}/dismiss").status == 200
    return name


def test_a_dismissed_failure_opens_again_by_each_exchange_that_fails(partner: Partner) -> None:
    unfit(partner)

    exchange()

    [one] = call("GET", "/exceptions").body["items"]
    assert (one["cause"], one["times"]) == ("purchase_not_sent", 2)


def test_a_dismissed_failure_stays_so_where_nothing_failed_since(partner: Partner) -> None:
    name = unfit(partner)
    call("PUT", "/suppliers/acme", {"name": "Acme"})
    run_requested()
    [one] = call("GET", "/exceptions").body["items"]
    call("POST", f"/exceptions/{one['id']}/dismiss")

    exchange()
    do(name, "answer", {"lines": [{"line": "1", "expected_on": "2027-01-05"}]})

    assert open_causes() == []


def test_a_failure_is_one_again_when_its_purchase_order_is_open_again(partner: Partner) -> None:
    name = unfit(partner)
    call("PUT", "/suppliers/acme", {"name": "Acme"})
    run_requested()
    lines = call("GET", f"/purchase-orders/{name}").body["lines"]
    do(name, "answer", {"lines": [{"line": each["id"], "refused": each["ordered"]} for each in lines]})
    assert open_causes() == []

    do(name, "answer", {"lines": [{"line": "1", "refused": 0}]})

    assert open_causes() == ["purchase_not_sent"]


def test_many_that_do_not_fit_the_layout_stop_no_other(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_purchases, "MOST", 2)
    save(partner)
    call("PATCH", f"/products/{MUG}", {"name": "A mug whose name is too long"})
    unfit = [submitted() for _ in range(3)]
    fitting = [made(line(LAMP, 3)) for _ in range(3)]
    for each in fitting:
        do(each, "submit")

    exchange()
    after_one = [sending(each)["state"] for each in fitting]
    exchange()

    assert [sending(each)["state"] for each in unfit] == ["not_sent"] * 3
    assert after_one == ["sent", "sent", "sending"]
    assert [sending(each)["state"] for each in fitting] == ["sent"] * 3


def test_what_waits_when_nothing_is_exchanged_any_more_is_a_persons_to_send(partner: Partner) -> None:
    save(partner)
    name = made(line())
    do(name, "submit")

    saved = call("PUT", "/suppliers/acme", {"name": "Acme"})
    run_requested()

    assert saved.body["warnings"] == [
        f"supplier acme: no purchase orders are sent to it any more: send {name} yourself"
    ]
    assert (sending(name)["state"], open_causes()) == ("not_sent", ["purchase_not_sent"])
    assert "yourself" in sending(name)["reason"]
    save(partner)
    exchange()
    assert (sending(name)["state"], open_causes()) == ("sent", [])


@pytest.mark.long
def test_a_mail_server_that_is_down_keeps_no_file_and_sends_none_twice(partner: Partner, post: Server) -> None:
    save(partner, post)
    call("PATCH", "/suppliers/acme", {"purchasing": {"email": {"port": 1}}})

    name = submitted()

    assert (sending(name)["state"], len(partner.files())) == ("not_sent", 1)
    assert open_causes() == ["purchase_not_sent", "supplier_failed"]
    for path in (partner.root / "in").iterdir():
        path.unlink()  # the supplier takes files away at once
    exchange()
    assert partner.files() == {}
    call("PATCH", "/suppliers/acme", {"purchasing": {"email": {"port": post.port}}})
    exchange()
    assert (partner.files(), len(mails(post)), sending(name)["state"], open_causes()) == ({}, 1, "sent", [])


@pytest.mark.long
def test_a_mail_that_may_have_arrived_is_a_persons_to_find_out(partner: Partner, tmp_path: Path) -> None:
    with running_mail(tmp_path / "lossy", "drop") as post:
        save(partner, post)
        name = submitted()
    assert (sending(name)["state"], open_causes()) == ("unknown", ["supplier_batch_unknown"])

    confirmed = call("POST", "/suppliers/acme/batches/1/confirm")

    assert (confirmed.body["state"], sending(name)["state"], open_causes()) == ("sent", "sent", [])


def test_one_that_is_cancelled_before_it_was_sent_is_never_sent(partner: Partner) -> None:
    save(partner)
    name = made()
    do(name, "submit")
    do(name, "cancel")

    run_requested()

    assert (partner.files(), open_causes()) == ({}, [])


def test_one_that_could_not_be_sent_is_tried_at_once_and_says_when_it_is_a_persons_to_send(partner: Partner) -> None:
    name = unsent(partner)
    (partner.root / "later").mkdir()

    again = do(name, "resend")
    run_requested()

    assert (again.status, sending(name)["state"], open_causes()) == (202, "sent", [])
    assert list(partner.files("later")) == [f"PO_{name}_0001.csv"]
    other = made()
    do(other, "submit")
    assert call("PATCH", "/suppliers/acme", {"active": False}).status == 200
    refused = do(other, "resend")
    assert (refused.status, refused.body["detail"]) == (
        409,
        f"acme is sent no purchase orders: send {other} yourself, or set that up",
    )


def test_one_that_was_received_meanwhile_is_not_sent(partner: Partner) -> None:
    save(partner)
    name = made()
    do(name, "submit")
    receive(name, arrived(10))

    run_requested()

    assert (partner.files(), open_causes()) == ({}, [])


def unsent(partner: Partner) -> str:
    """A purchase order whose files are stored, and whose supplier has no folder for them yet."""
    save(partner, folder="later")
    name = submitted()
    assert (sending(name)["state"], open_causes()) == ("not_sent", ["purchase_not_sent", "supplier_failed"])
    return name


def sent_later(partner: Partner) -> list[str]:
    """The files that the next exchange sends, once the supplier has the folder."""
    (partner.root / "later").mkdir()
    exchange()
    return list(partner.files("later").values())


def batch_states() -> list[str]:
    return [each["state"] for each in call("GET", "/suppliers/acme/batches").body["items"]]


REFUSED = {"lines": [{"line": "1", "refused": 12}, {"line": "2", "refused": 3}]}
REFUSED_IN_PART = {"lines": [{"line": "1", "refused": 4}]}


@pytest.mark.parametrize(
    ("step", "body"), [("close", {"lines": []}), ("answer", REFUSED), ("cancel", None), ("receive", None)]
)
def test_one_that_is_over_before_its_files_could_be_sent_is_never_sent(partner: Partner, step: str, body: Any) -> None:
    name = unsent(partner)

    answer = do(name, step, body) if step != "receive" else receive(name, arrived(12), arrived(3, "2"))

    assert answer.status == 200
    assert (sent_later(partner), batch_states(), open_causes()) == ([], ["empty"], [])


def test_what_came_or_was_refused_before_its_files_could_be_sent_is_not_in_them(partner: Partner) -> None:
    name = unsent(partner)
    receive(name, arrived(6))
    do(name, "answer", {"lines": [{"line": "2", "refused": 3}]})

    [file] = sent_later(partner)

    assert file.splitlines()[1:] == [f"{name},1,TW-0010,1,6,2.50,01/12/2026,Mug"]
    assert (sending(name)["state"], batch_states(), open_causes()) == ("sent", ["sent"], [])


def test_one_that_is_open_again_is_sent_by_the_next_exchange(partner: Partner) -> None:
    name = unsent(partner)
    do(name, "answer", REFUSED)
    assert sent_later(partner) == []

    do(name, "answer", {"lines": [{"line": "2", "refused": 1}]})
    exchange()

    [file] = partner.files("later").values()
    assert file.splitlines()[1:] == [f"{name},2,{LAMP},2,2,2.50,,Lamp"]
    assert (sending(name)["state"], batch_states(), open_causes()) == ("sent", ["sent", "empty"], [])


@pytest.mark.long
def test_a_mail_is_not_sent_behind_its_file_of_one_that_is_over(partner: Partner, post: Server) -> None:
    save(partner, post)
    call("PATCH", "/suppliers/acme", {"purchasing": {"email": {"port": 1}}})
    name = submitted()
    do(name, "close", {"lines": []})
    call("PATCH", "/suppliers/acme", {"purchasing": {"email": {"port": post.port}}})

    exchange()

    assert (mails(post), sending(name)["state"], batch_states(), open_causes()) == ([], "sent", ["sent"], [])


def test_one_that_is_made_as_submitted_goes_out_with_the_next_exchange(partner: Partner) -> None:
    save(partner)
    new = drafted("PO-1001", PurchaseDraft.model_validate(draft()), "packhorse", NOON)
    PURCHASES.create(to_send(submitted_by(new, "packhorse", NOON, NOON.date()), NOON), 1001, "request", NOON)

    exchange()

    assert (list(partner.files()), sending("PO-1001")["state"]) == (["PO_PO-1001_0001.csv"], "sent")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (
            {"email": {"host": "mail.example", "sender": "a@b.example", "recipients": ["c@d.example"]}},
            "purchasing.email",
        ),
        ({"pdf": True}, "transport"),
        ({"layout": {**LAYOUT, "file_name": "PO.csv"}}, "purchasing.layout.file_name"),
    ],
)
@pytest.mark.usefixtures("partner")
def test_settings_that_cannot_work_are_refused(change: dict[str, Any], field: str) -> None:
    answer = call("PUT", "/suppliers/acme", {"purchasing": change})

    assert (answer.status, field in answer.fields) == (422, True)


@pytest.mark.long
def test_the_mail_password_is_kept_for_its_own_server_only(partner: Partner, post: Server) -> None:
    save(partner, post)
    assert call("PATCH", "/suppliers/acme", {"credentials": {"mail_password": "secret"}}).status == 200

    moved = call("PATCH", "/suppliers/acme", {"purchasing": {"email": {"host": "mail.elsewhere.example"}}})

    assert (moved.status, moved.fields) == (422, ["credentials.mail_password"])


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_it_is_sent_once(partner: Partner, monkeypatch: pytest.MonkeyPatch, is_after: bool) -> None:
    save(partner, pdf=True)
    number = 0
    while True:
        name = made()
        do(name, "submit")
        has_died = killed(exchange, number, is_after)
        monkeypatch.setattr("packhorse.usecases.suppliers.answer_supplier.LEASE_SECONDS", -1)
        for _ in range(2):
            exchange()
        run_requested()
        files = [each for each in partner.root.joinpath("in").iterdir() if name in each.name]
        assert sorted(each.suffix for each in files) == [".csv", ".pdf"], (number, files)
        assert (sending(name)["state"], open_causes()) == ("sent", []), number
        if not has_died:
            break
        number += 1
    assert number > 20


@pytest.mark.parametrize("change", [REFUSED_IN_PART, None])
@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_and_changed_or_cancelled_then_its_own_file_is_known(
    partner: Partner, monkeypatch: pytest.MonkeyPatch, is_after: bool, change: Any
) -> None:
    save(partner)
    number = 0
    while True:
        name = made()
        do(name, "submit")
        has_died = killed(exchange, number, is_after)
        arrived_files = [file for each, file in partner.files().items() if name in each]
        assert do(name, "answer" if change else "cancel", change).status == 200
        monkeypatch.setattr("packhorse.usecases.suppliers.answer_supplier.LEASE_SECONDS", -1)
        for _ in range(2):
            exchange()
        run_requested()
        files = [file for each, file in partner.files().items() if name in each]
        assert files[:1] == arrived_files or not arrived_files, number
        assert len(files) == (1 if arrived_files or change else 0), number
        assert (sending(name)["state"] == "sent") is bool(files), number
        assert open_causes() == [], number
        if not has_died:
            break
        number += 1
    assert number > 15


@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_call_and_changed_then_no_second_version_of_a_mail_goes_out(
    partner: Partner, post: Server, monkeypatch: pytest.MonkeyPatch, is_after: bool
) -> None:
    save(partner, post, layout=None)
    number, states = 0, set()
    while True:
        name, before = made(), len(mails(post))
        do(name, "submit")
        has_died = killed(exchange, number, is_after)
        assert do(name, "answer", REFUSED_IN_PART).status == 200
        monkeypatch.setattr("packhorse.usecases.suppliers.answer_supplier.LEASE_SECONDS", -1)
        for _ in range(2):
            exchange()
        run_requested()
        assert len(mails(post)) - before <= 1, number
        states.add((sending(name)["state"], len(mails(post)) - before))
        if not has_died:
            break
        number += 1
    assert states == {("sent", 1), ("unknown", 0 if is_after else 1)}  # nobody can see which
