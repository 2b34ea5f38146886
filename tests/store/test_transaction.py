import pytest
from pynamodb.exceptions import PutError, TransactWriteError

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import Conflict, Rejected
from packhorse.domain.values import Sku
from packhorse.store import catalogue
from packhorse.store.catalogue_items import CatalogueItem
from packhorse.store.transaction import transaction
from tests.functions.operate.interference import refused_by

TAKEN = Rejected("taken")


pytestmark = pytest.mark.usefixtures("cloud")


def write(*names: str, taken: Rejected | None = None) -> None:
    """Puts entries that must not be there yet."""
    with transaction(taken) as together:
        for name in names:
            together.save(CatalogueItem(name, "X", body=""), condition=CatalogueItem.pk.does_not_exist())


def test_all_is_written_or_nothing() -> None:
    write("a", "b")

    with pytest.raises(Conflict):
        write("c", "b")

    assert [CatalogueItem.count(name) for name in "abc"] == [1, 1, 0]


def test_a_last_put_that_finds_its_place_taken_is_what_the_caller_says() -> None:
    write("a")

    with pytest.raises(Rejected) as refused:
        write("b", "a", taken=TAKEN)
    with pytest.raises(Conflict):
        write("a", "b", taken=TAKEN)

    assert refused.value is TAKEN


@pytest.mark.parametrize("code", ["TransactionInProgressException", "ThrottlingException"])
def test_a_busy_table_is_a_conflict(code: str) -> None:
    with refused_by("TransactWriteItems", code), pytest.raises(Conflict):
        write("a")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "TransactionCanceledException"])
def test_what_trying_again_cannot_mend_is_not_called_a_conflict(code: str) -> None:
    with refused_by("TransactWriteItems", code), pytest.raises(TransactWriteError):
        write("a", taken=TAKEN)


def test_a_product_that_is_there_already_is_left_as_it_is() -> None:
    catalogue.create_product(Product(sku="CUP", name="first"))
    catalogue.create_product(Product(sku="CUP", name="second"))

    assert catalogue.get_product(Sku("CUP")).name == "first"


def test_a_product_that_could_not_be_made_is_not_passed_over() -> None:
    with refused_by("PutItem", "AccessDeniedException"), pytest.raises(PutError):
        catalogue.create_product(Product(sku="CUP"))
