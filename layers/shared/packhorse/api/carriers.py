"""Carrier accounts: their settings and credentials."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OWNING, VIEWING, allow, caller_name
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierSettings
from packhorse.domain.errors import NotFound
from packhorse.domain.values import Identifier, Value
from packhorse.store import configuration
from packhorse.usecases.merge_credentials import NewCredentials
from packhorse.usecases.save_carrier import remove_carrier, save_carrier

router = APIGatewayHttpRouter()


class CarrierBody(DocumentBody, CarrierSettings):
    """A carrier account; its `id` is in the address, its credentials are stored in Secrets Manager and never shown."""

    id: Identifier | None = None
    credentials: NewCredentials | None = None


class Carriers(Value):
    """All carrier accounts."""

    items: tuple[CarrierAccount, ...]
    next: None = None


class CarrierSaved(CarrierAccount):
    """The carrier account as it is now, and what it lacks to work."""

    config_version: int
    warnings: tuple[str, ...]


@router.get("/carriers", summary="All carrier accounts", tags=["set-up"])
@allow(VIEWING)
def carriers() -> Carriers:
    """By id, without their credentials."""
    return Carriers(items=tuple(found for _, found in sorted(configuration.current().carriers.items())))


@router.get("/carriers/<carrier_id>", summary="One carrier account", tags=["set-up"])
@allow(VIEWING)
def carrier(carrier_id: PathValue) -> CarrierAccount:
    """Without its credentials."""
    found = configuration.current().carriers.get(carrier_id)
    if found is None:
        raise NotFound(f"there is no carrier account {carrier_id}")
    return found


@router.put("/carriers/<carrier_id>", summary="Create or replace a carrier account", tags=["set-up"])
@allow(OWNING)
def put_carrier(carrier_id: NewIdentifier, body: CarrierBody) -> CarrierSaved:
    """Credentials that are not sent stay; another host needs them again."""
    return _saved(carrier_id, body)


@router.patch("/carriers/<carrier_id>", summary="Change some settings of a carrier account", tags=["set-up"])
@allow(OWNING)
def patch_carrier(carrier_id: PathValue, patch: MergePatch) -> CarrierSaved:
    """All other settings stay, and credentials that the patch does not name."""
    return _saved(carrier_id, patched(CarrierBody, carrier(carrier_id), patch))


def _saved(carrier_id: str, body: CarrierBody) -> CarrierSaved:
    settings = settings_in(body, id=carrier_id)
    credentials = settings.pop("credentials")
    new = CarrierAccount(id=carrier_id, **settings)
    saved = save_carrier(new, credentials, caller_name(router.current_event.raw_event))
    return CarrierSaved(**dict(new), config_version=saved.config.version, warnings=saved.warnings)


@router.delete(
    "/carriers/<carrier_id>", summary="Remove a carrier account", tags=["set-up"], status_code=HTTPStatus.NO_CONTENT
)
@allow(OWNING)
def delete_carrier(carrier_id: PathValue) -> Response[None]:
    """409 while a warehouse names it. Its labels stay; they cannot be voided without it."""
    remove_carrier(carrier(carrier_id).id, caller_name(router.current_event.raw_event))
    return Response(HTTPStatus.NO_CONTENT)
