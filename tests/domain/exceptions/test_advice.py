"""What to do about what needs a person."""

import ast
import re
from collections.abc import Iterator

import pytest

from packhorse.domain.exceptions.advice import ADVICE, GENERAL, advice_on, can_be_retried
from packhorse.domain.exceptions.retry import NEEDED, Retry
from packhorse.domain.orders.exceptions import dismissed, with_exception
from packhorse.domain.orders.order import Flag
from packhorse.domain.orders.past_exceptions import NOT_ROUTED
from packhorse.domain.orders.reported import FINDINGS
from packhorse.domain.problem import Cause, Origin, Subject
from simulation.template import ROOT
from tests.domain.order_builders import LATER, a_problem, kinds, received

PAGE = (ROOT / "docs" / "exceptions.md").read_text()
NAME = re.compile(r"`([a-z_]+)`")
ROWS = re.findall(r"^\| (.*?) \| .* \| (.*) ?\|$", PAGE.partition("| cause |")[2].partition("\n\n")[0], re.MULTILINE)
DOCUMENTED = [(NAME.findall(causes), retry) for causes, retry in ROWS]
"""Of each row of the page, its causes and what a retry does."""
SUBJECT = Subject.of_listing("shop", "MUG")
FROM_A_MESSAGE = Origin(queue="orders")
FROM_A_CHANNEL = Origin(channel="shop", headers={"x-topic": "paid"})


def named() -> Iterator[str]:
    """The causes that the code names where it opens exceptions."""
    for path in (path for folder in ("functions", "layers/shared/packhorse") for path in (ROOT / folder).rglob("*.py")):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if any(word in text for word in SIGNS) else ():
            if isinstance(node, ast.keyword) and node.arg == "cause" and ast.unparse(node.value).startswith("Cause."):
                yield Cause[ast.unparse(node.value).removeprefix("Cause.")]
            if isinstance(node, ast.Name) and node.id == "FINDINGS":
                yield from map(Cause, FINDINGS)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPENED_BY:
                yield from (Cause[each.attr] for each in node.args if isinstance(each, ast.Attribute))


OPENED_BY = ("reject_message", "record_result")
"""What opens an exception of a cause that it is given."""
SIGNS = ("cause=", "FINDINGS", *OPENED_BY)
"""What a file has that names a cause: to read all of them as code takes five times as long."""


def test_there_is_advice_on_every_cause_and_every_cause_comes_up() -> None:
    assert set(ADVICE) == set(Cause) == set(named())


def test_every_cause_is_documented_once_and_no_other() -> None:
    assert sorted(name for names, _ in DOCUMENTED for name in names) == sorted(Cause)


def test_the_page_says_what_a_retry_does_of_each_that_can_be_retried() -> None:
    retried = {name for names, retry in DOCUMENTED if retry for name in names}

    assert retried == {cause for cause, advice in ADVICE.items() if advice.retry}


def test_the_page_names_all_that_cannot_be_dismissed() -> None:
    named = PAGE.partition("These cannot be dismissed")[2].partition("\n\n")[0]

    assert set(NAME.findall(named)) == {cause for cause, advice in ADVICE.items() if not advice.dismissible}


def test_the_advice_names_dismissing_where_the_page_does() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*) \|", PAGE.partition("| cause |")[2].partition("\n\n")[0], re.MULTILINE)
    by_people = [NAME.findall(causes) for causes, ends in rows if re.search(r"dismisses (it|this)", ends)]

    assert [name for names in by_people for name in names if "ismiss" not in advice_on(name).action] == []


def test_advice_on_something_new_is_to_look_at_it() -> None:
    assert advice_on("something new") == GENERAL
    assert (GENERAL.retry, GENERAL.dismissible) == (None, True)


def test_only_what_keeps_units_from_a_warehouse_cannot_be_dismissed() -> None:
    suppliers = {Cause.SUPPLIER_BATCH_UNKNOWN, Cause.SUPPLIER_FEED_HELD, Cause.CANCELLATION_BY_HAND}
    undecided = suppliers | {Cause.MANIFEST_NOT_MADE}
    lacking = {Cause.SHIPPED_WITHOUT_STOCK, Cause.UNKNOWN_COUNTRY, Cause.NO_ADDRESS, Cause.SHORT_LINE, Cause.SAME_ORDER}
    unmatched = {Cause.UNMATCHED_LISTING, Cause.WORK_LACKS_COMPONENTS, Cause.WORK_UNNEEDED}
    beyond = {
        Cause.NOT_BOUGHT,
        Cause.OVER_RECEIVED,
        Cause.PURCHASE_UNNEEDED,
        Cause.PURCHASE_PRICE_DIFFERS,
        Cause.UNFULFILLABLE,
    }
    assert {cause for cause, advice in ADVICE.items() if not advice.dismissible} == (
        NOT_ROUTED | lacking | undecided | unmatched | beyond
    )


def test_it_is_known_what_every_way_of_trying_again_needs() -> None:
    assert set(NEEDED) == set(Retry)


@pytest.mark.parametrize(
    ("cause", "raw", "order", "origin", "possible"),
    [
        ("dead_letter", "raw/1", None, FROM_A_MESSAGE, True),
        ("dead_letter", "", None, FROM_A_MESSAGE, False),
        ("unreadable_order", "raw/1", None, FROM_A_CHANNEL, True),
        ("unreadable_order", "raw/1", None, Origin(channel="shop"), False),
        ("unreadable_order", "raw/1", None, FROM_A_MESSAGE, False),
        ("poll_failed", "", None, FROM_A_CHANNEL, True),
        ("unmatched_sku", "", "6f1b", Origin(), True),
        ("unmatched_sku", "", None, Origin(), False),
        ("changes_missed", "", None, Origin(), True),
        ("overshipped", "raw/1", "6f1b", FROM_A_CHANNEL, False),
    ],
)
def test_what_lacks_something_cannot_be_tried_again(
    cause: str, raw: str, order: str | None, origin: Origin, possible: bool
) -> None:
    assert can_be_retried(cause, SUBJECT, raw, order, origin) is possible


def test_an_order_is_without_what_was_dismissed_and_tells_who_did_it() -> None:
    order = with_exception(received(), a_problem("overdue", "the warehouse is late", fulfilment=2))
    order = with_exception(order, a_problem("odd", "it looks odd", "1"))

    less = dismissed(order, order.exceptions[0], LATER, "user:ada")
    none = dismissed(less, less.exceptions[0], LATER, "user:ada")

    assert (kinds(less), kinds(none)) == (["odd"], [])
    assert (Flag.EXCEPTION in less.flags, Flag.EXCEPTION in none.flags) == (True, False)
    assert [(entry.what, entry.who, entry.detail) for entry in none.timeline[-2:]] == [
        ("dismissed", "user:ada", "the warehouse is late"),
        ("dismissed", "user:ada", "it looks odd"),
    ]
