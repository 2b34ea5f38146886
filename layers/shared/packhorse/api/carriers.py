"""Carrier accounts: their settings and credentials."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OWNING, VIEWING, allow, current_name
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.api.preconditions import IfMatch, IfNoneMatch, Precondition, tagged, who_changed
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierSettings
from packhorse.domain.errors import NotFound
from packhorse.domain.values import Identifier, Value
from packhorse.store import configuration
from packhorse.usecases.channels.merge_credentials import NewCredentials
from packhorse.usecases.labels.save_carrier import remove_carrier, save_carrier

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
    return tagged(router, _existing(configuration.current().carriers.get(carrier_id), carrier_id))


def _existing(found: CarrierAccount | None, carrier_id: str) -> CarrierAccount:
    if found is None:
        raise NotFound(f"there is no carrier account {carrier_id}")
    return found


@router.put("/carriers/<carrier_id>", summary="Create or replace a carrier account", tags=["set-up"])
@allow(OWNING)
def put_carrier(
    carrier_id: NewIdentifier, body: CarrierBody, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> CarrierSaved:
    """Credentials that are not sent stay; another host needs them again."""
    new = _account(carrier_id, body)
    return _saved(carrier_id, lambda _: new, body.credentials, Precondition(if_match, if_none_match))


@router.patch("/carriers/<carrier_id>", summary="Change some settings of a carrier account", tags=["set-up"])
@allow(OWNING)
def patch_carrier(carrier_id: PathValue, patch: MergePatch, if_match: IfMatch = None) -> CarrierSaved:
    """All other settings stay, and credentials that the patch does not name."""

    def body_on(stored: CarrierAccount | None) -> CarrierBody:
        return patched(CarrierBody, _existing(stored, carrier_id), patch)

    sent = body_on(configuration.current().carriers.get(carrier_id)).credentials
    return _saved(carrier_id, lambda stored: _account(carrier_id, body_on(stored)), sent, Precondition(if_match))


def _account(carrier_id: str, body: CarrierBody) -> CarrierAccount:
    settings = settings_in(body, id=carrier_id)
    del settings["credentials"]
    return CarrierAccount(id=carrier_id, **settings)


def _saved(
    carrier_id: str,
    edit: Callable[[CarrierAccount | None], CarrierAccount],
    credentials: NewCredentials | None,
    read: Precondition,
) -> CarrierSaved:
    guarded = read.guarding(edit, who_changed(lambda config: config.carriers.get(carrier_id), read))
    saved = save_carrier(carrier_id, guarded, credentials, current_name())
    stored = tagged(router, saved.config.carriers[carrier_id])
    return CarrierSaved(**dict(stored), config_version=saved.config.version, warnings=saved.warnings)


@router.delete(
    "/carriers/<carrier_id>", summary="Remove a carrier account", tags=["set-up"], status_code=HTTPStatus.NO_CONTENT
)
@allow(OWNING)
def delete_carrier(carrier_id: PathValue) -> Response[None]:
    """409 while a warehouse names it. Its labels stay; they cannot be voided without it."""
    remove_carrier(carrier(carrier_id).id, current_name())
    return Response(HTTPStatus.NO_CONTENT)
