"""Suppliers and logistics partners: their settings and credentials."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OWNING, VIEWING, allow, current_name
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.api.preconditions import IfMatch, IfNoneMatch, Precondition, tagged
from packhorse.domain.errors import NotFound
from packhorse.domain.supply.supplier import Supplier, SupplierSettings
from packhorse.domain.values import Identifier, Value
from packhorse.store import suppliers
from packhorse.usecases.suppliers.remove_supplier import remove_supplier
from packhorse.usecases.suppliers.save_supplier import NewSupplierKeys, save_supplier

router = APIGatewayHttpRouter()


class SupplierBody(DocumentBody, SupplierSettings):
    """A supplier; its `id` is in the address, its credentials are stored in Secrets Manager and never shown."""

    id: Identifier | None = None
    credentials: NewSupplierKeys | None = None


class Suppliers(Value):
    """All suppliers."""

    items: tuple[Supplier, ...]
    next: None = None


class SupplierSaved(Supplier):
    """The supplier as it is now, and what it lacks to work."""

    warnings: tuple[str, ...]


@router.get("/suppliers", summary="All suppliers", tags=["suppliers"])
@allow(VIEWING)
def all_suppliers() -> Suppliers:
    """By id, without their credentials."""
    return Suppliers(items=tuple(suppliers.all_suppliers()))


@router.get("/suppliers/<supplier_id>", summary="One supplier", tags=["suppliers"])
@allow(VIEWING)
def show_supplier(supplier_id: PathValue) -> Supplier:
    """Without its credentials."""
    return tagged(router, suppliers.get_supplier(supplier_id))


@router.put("/suppliers/<supplier_id>", summary="Create or replace a supplier", tags=["suppliers"])
@allow(OWNING)
def put_supplier(
    supplier_id: NewIdentifier, body: SupplierBody, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> SupplierSaved:
    """Its layouts are checked. Credentials that are not sent stay; another server needs them again."""
    read = Precondition(if_match, if_none_match)
    return _saved(supplier_id, lambda _: _supplier(supplier_id, body), body.credentials, read)


@router.patch("/suppliers/<supplier_id>", summary="Change some settings of a supplier", tags=["suppliers"])
@allow(OWNING)
def patch_supplier(supplier_id: PathValue, patch: MergePatch, if_match: IfMatch = None) -> SupplierSaved:
    """All other settings stay, and credentials that the patch does not name."""
    first = patched(SupplierBody, suppliers.get_supplier(supplier_id), patch)

    def edit(before: Supplier | None) -> Supplier:
        if before is None:
            raise NotFound(f"there is no supplier {supplier_id}")
        return _supplier(supplier_id, patched(SupplierBody, before, patch))

    return _saved(supplier_id, edit, first.credentials, Precondition(if_match))


def _supplier(supplier_id: str, body: SupplierBody) -> Supplier:
    found = settings_in(body, id=supplier_id)
    found.pop("credentials")
    return Supplier(id=supplier_id, **found)


def _saved(
    supplier_id: str,
    edit: Callable[[Supplier | None], Supplier],
    credentials: NewSupplierKeys | None,
    read: Precondition,
) -> SupplierSaved:
    guarded = read.guarding(edit, lambda: suppliers.who_saved(supplier_id))
    saved = save_supplier(supplier_id, guarded, credentials, current_name())
    return SupplierSaved(**dict(tagged(router, saved.supplier)), warnings=saved.warnings)


@router.delete(
    "/suppliers/<supplier_id>", summary="Remove a supplier", tags=["suppliers"], status_code=HTTPStatus.NO_CONTENT
)
@allow(OWNING)
def delete_supplier(supplier_id: PathValue) -> Response[None]:
    """409 while it has fulfilment orders or purchase orders, or any wait for it, or anything would need it next.

    That is an active warehouse that it ships for, or a product that is bought from it.
    """
    remove_supplier(supplier_id, datetime.now(UTC))
    return Response(HTTPStatus.NO_CONTENT)
