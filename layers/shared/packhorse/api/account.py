"""The account's settings."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OWNING, VIEWING, allow, current_name
from packhorse.api.documents import DocumentBody, MergePatch, patched
from packhorse.api.preconditions import IfMatch, Precondition, tagged, who_changed
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.configuration import Configuration
from packhorse.store import configuration
from packhorse.usecases.configuration import reconfigure

router = APIGatewayHttpRouter()


class AccountBody(DocumentBody, Account):
    """The account's settings."""


class AccountSaved(Account):
    """The account's settings as they are now, and the contradictions in the configuration."""

    config_version: Annotated[int, Field(ge=0)]
    warnings: tuple[str, ...]


@router.get("/account", summary="The account's settings", tags=["set-up"])
@allow(VIEWING)
def account() -> AccountSaved:
    """`warnings` are contradictions in the configuration."""
    return _account(configuration.current())


@router.put("/account", summary="Replace the account's settings", tags=["set-up"])
@allow(OWNING)
def put_account(body: AccountBody, if_match: IfMatch = None) -> AccountSaved:
    """Orders that were routed keep their warehouses."""
    new = Account(**dict(body))
    return _account(_save(lambda before: before.replace(account=new), Precondition(if_match)))


@router.patch("/account", summary="Change some of the account's settings", tags=["set-up"])
@allow(OWNING)
def patch_account(patch: MergePatch, if_match: IfMatch = None) -> AccountSaved:
    """All other settings stay, also those that are changed at the same time."""
    return _account(_save(lambda before: _patched(before, patch), Precondition(if_match)))


def _patched(before: Configuration, patch: MergePatch) -> Configuration:
    return before.replace(account=Account(**dict(patched(AccountBody, before.account, patch))))


def _account(config: Configuration) -> AccountSaved:
    account = tagged(router, config.account)
    return AccountSaved(**dict(account), config_version=config.version, warnings=tuple(config.warnings()))


def _save(edit: Callable[[Configuration], Configuration], read: Precondition) -> Configuration:
    def checked(before: Configuration) -> Configuration:
        read.require(before.account, who_changed(lambda config: config.account, read))
        return edit(before)

    return reconfigure.save(checked, current_name())
