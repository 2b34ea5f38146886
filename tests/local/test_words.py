"""The words that docstrings do not use."""

from textwrap import dedent

import pytest

from local.home import CHECKOUT
from local.words import CHECKED, faults_in, files


def words(source: str, allowed: frozenset[str] = frozenset()) -> list[tuple[int, str]]:
    return sorted((fault.line, fault.word) for fault in faults_in(dedent(source), "a.py", {"a.py": allowed}))


def test_a_plain_docstring_passes() -> None:
    source = '''
        """Publish quantities to channels."""

        MAX = 3
        """Tries of a call."""

        def publish(sku: str) -> bool:
            """Send the quantity of a sku; return whether the channel confirmed it."""
    '''

    assert words(source) == []


@pytest.mark.parametrize(
    ("docstring", "word"),
    [
        ("Send what the channel was told.", "told"),
        ("Tells the channel.", "Tells"),
        ("Answer what was asked.", "asked"),
        ("Handle news of parcels.", "news"),
        ("Return the known orders.", "known"),
        ("Record that somebody retried it.", "somebody"),
        ("Route unless nobody waits.", "nobody"),
        ("Passes on the rest.", "Passes on"),
        ("Release them; gives whether any were left.", "gives whether"),
        ("Wait until there is stock.", "there is"),
        ("Have the order looked at.", "looked at"),
    ],
)
def test_a_word_that_hides_the_mechanism_is_found(docstring: str, word: str) -> None:
    source = f'def step():\n    """{docstring}"""\n'

    assert words(source) == [(2, word)]


@pytest.mark.parametrize("opening", ["What is left", "Whether it is left", "The rest", "A page", "How it ended"])
def test_the_docstring_of_a_function_begins_with_a_verb(opening: str) -> None:
    assert words(f'def step():\n    """{opening}."""\n') == [(2, opening.split()[0])]


def test_values_classes_and_routes_begin_as_they_like() -> None:
    source = '''
        class Order:
            """The order as it is stored."""

            @property
            def is_over(self) -> bool:
                """Whether every line is shipped or cancelled."""

        @router.get("/orders/<order_id>", summary="One order")
        def show(order_id: str) -> Order:
            """The order as it is now."""
    '''

    assert words(source) == []


def test_a_fault_names_its_line_also_where_it_is_split_over_two() -> None:
    source = '''
        def step():
            """Send a message.

            The rest is passed
            on, and the docstring of this value is checked, too.
            """

        LATER = 1
        """What is told later."""
    '''

    assert words(source) == [(5, "passed on"), (10, "told")]


def test_code_in_a_docstring_is_no_word_of_it() -> None:
    source = '''
        def step():
            """Return the stored `told_parcels` and `told`.

            >>> step("told")
            'known'
            """
    '''

    assert words(source) == []


def test_comments_names_and_other_strings_are_not_docstrings() -> None:
    assert words('told = "somebody"  # news\n') == []


def test_an_allowed_word_passes_and_an_allowance_without_use_does_not() -> None:
    source = '"""Quote what was told."""\n'

    assert words(source, allowed=frozenset({"told"})) == []
    assert words(source, allowed=frozenset({"told", "news"})) == [(1, "news")]


def test_the_files_of_the_product_are_checked_and_its_tests_are_not() -> None:
    found = {str(file.relative_to(CHECKOUT)) for file in files(CHECKED)}

    assert {"functions/allocate/route.py", "layers/shared/packhorse/domain/orders/order.py", "local/words.py"} <= found
    assert not any(file.startswith("tests/") for file in found)
