"""Remove a supplier that has nothing of ours any more."""

from datetime import datetime
from itertools import islice

from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import WarehouseId
from packhorse.store import catalogue, configuration, exceptions, suppliers
from packhorse.usecases.configuration.forget_removed import OF_SUPPLIER, forget
from packhorse.usecases.suppliers.open_at_supplier import count_open
from packhorse.usecases.suppliers.save_supplier import end_feed_exceptions

MAX_NAMED = 10
"""Products that an error names at most."""


def remove_supplier(name: str, now: datetime) -> None:
    """Remove a supplier with all that goes with it; raises NotFound, and NotNow while anything is with it.

    Nothing would read what it answers, nor notice that it does not. Nor may it ship for an active warehouse, whose
    next orders would wait in silence, nor may a product be bought from it: another one that is called like it later
    would get its orders.
    """
    supplier = suppliers.get_supplier(name)
    found = count_open(supplier, now)
    if has := found.words_of_sent:
        advice = "set it inactive, so that it gets no more, and remove it once they are over"
        raise NotNow(f"supplier {name} has {has}: {advice}")
    if waiting := found.words_of_waiting:
        advice = "have another one ship for its warehouses, or take them back and cancel what is bought"
        raise NotNow(f"{waiting} to be sent to supplier {name}: {advice}")
    warehouses = configuration.current().warehouses
    if ships := [each for each in supplier.warehouses if (at := warehouses.get(WarehouseId(each))) and at.active]:
        advice = "set these inactive, or take them from its `warehouses`, first"
        raise NotNow(f"supplier {name} ships the orders of {', '.join(ships)}: {advice}")
    products = islice(catalogue.products_bought_from(name), MAX_NAMED)
    if errors := [FieldError("bought_from", f"{each.sku}: take the supplier out of it first") for each in products]:
        raise NotNow(f"products are bought from supplier {name}", errors)
    forget(supplier.id, OF_SUPPLIER)
    suppliers.delete_supplier(supplier.id)
    exceptions.resolve(Cause.SUPPLIER_FAILED, Subject.of_supplier(name, "files"))
    end_feed_exceptions(name)
