"""Manifests: the parcels that a carrier collects at a warehouse on a day."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_WAREHOUSES, OPERATING, Arguments, allow, current_name, current_request_id
from packhorse.api.limits import of_warehouse
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import presign_get
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.labels.manifest import Manifest, Manifested, ManifestState
from packhorse.domain.users import Limits
from packhorse.domain.values import Identifier, Instant, Text, Value, WarehouseId, shared_fields
from packhorse.messages.labels import MakeManifest, request_label
from packhorse.store import configuration, manifests

router = APIGatewayHttpRouter()


class NewManifest(Value):
    """Whose labels; `day` is today at the warehouse.

    `account` may be left out where one sells the warehouse's labels, `carrier` where that sold labels of one.
    """

    account: Identifier | None = None
    warehouse: Identifier
    carrier: Annotated[Text, Field(min_length=1)] | None = None
    day: date | None = None


class ManifestView(Value):
    """A manifest; `url` opens its document for a quarter of an hour, None until it is made."""

    id: str
    account: str
    carrier: str
    warehouse: str
    day: date
    who: str
    created_at: Instant
    state: ManifestState
    parcels: tuple[Manifested, ...]
    form: str | None
    url: str | None
    problem: str


class ManifestPage(Value):
    """A page of manifests; of an account that makes few of many it may have none, and `next` continue."""

    items: tuple[ManifestView, ...]
    next: str | None


def of_new(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the manifest is of a warehouse of the caller; raises Rejected."""
    if arguments["new"].warehouse not in limits.warehouses:
        raise Rejected("not a warehouse of yours", [FieldError("warehouse", "this is not a warehouse of yours")])
    return arguments


def of_existing(limits: Limits, arguments: Arguments) -> Arguments:
    """Return the arguments if the manifest is of a warehouse of the caller; raises NotFound."""
    if manifests.get_manifest(arguments["manifest_id"]).warehouse not in limits.warehouses:
        raise NotFound(f"there is no manifest {arguments['manifest_id']}")
    return arguments


@router.post("/manifests", summary="Make a manifest", tags=["labels"], status_code=HTTPStatus.CREATED)
@allow(OPERATING | AT_WAREHOUSES, of_new)
def create_manifest(new: NewManifest) -> ManifestView:
    """Of up to a hundred labels of the day that are on none; the next request makes one of what is left.

    Made once, however often it is requested under one Idempotency-Key; that also finishes what was interrupted. 422
    with what the carrier refuses, 409 without a label that waits for a manifest.
    """
    account = new.account or _only_account(WarehouseId(new.warehouse))
    wanted = new.model_dump() | {"account": account}
    message = MakeManifest(manifest=current_request_id()[:16], who=current_name(), **wanted)
    made = request_label(message).manifest
    if made is None:
        raise AssertionError("the label function answered without a manifest")
    return manifest_view(made)


def _only_account(warehouse: WarehouseId) -> str:
    """Return the account that the labels of a warehouse are bought from; raises Rejected without one, or with more."""
    accounts = sorted(each.id for each in configuration.current().carrier_accounts(warehouse))
    if len(accounts) == 1:
        return accounts[0]
    why = f"one of {', '.join(accounts)}" if accounts else "no carrier account sells labels of this warehouse"
    raise Rejected("it is not clear whose labels", [FieldError("account", why)])


@router.get("/manifests", summary="The newest manifests", tags=["labels"])
@allow(OPERATING | AT_WAREHOUSES, of_warehouse)
def newest_manifests(
    account: Annotated[str | None, Query(max_length=40)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> ManifestPage:
    """Newest first; of a carrier account, of a warehouse."""
    found, last = manifests.newest_manifests(limit, position_of(cursor, KEY), account, warehouse)
    return ManifestPage(items=tuple(manifest_view(each) for each in found), next=cursor_of(last))


@router.get("/manifests/<manifest_id>", summary="One manifest", tags=["labels"])
@allow(OPERATING | AT_WAREHOUSES, of_existing)
def show_manifest(manifest_id: PathValue) -> ManifestView:
    """One that is `making` for long is made by itself within the hour, or by the same request again."""
    return manifest_view(manifests.get_manifest(manifest_id))


def manifest_view(manifest: Manifest) -> ManifestView:
    """Return a manifest as the API shows it."""
    same = shared_fields(ManifestView, manifest, "url")
    return ManifestView(**same, url=presign_get(manifest.file) if manifest.file else None)
