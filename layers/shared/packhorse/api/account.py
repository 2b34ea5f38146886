"""The account's settings."""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, model_validator

from packhorse.api.access import caller_name
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.configuration import Configuration
from packhorse.store import configuration
from packhorse.usecases import reconfigure

router = APIGatewayHttpRouter()


class AccountBody(Account):
    """The account's settings; the fields that an answer has beside them are ignored."""

    @model_validator(mode="before")
    @classmethod
    def _settings_only(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return {name: value for name, value in body.items() if name not in ("config_version", "warnings")}


class AccountSaved(Account):
    """The account's settings as they are now, and the contradictions in the configuration."""

    config_version: Annotated[int, Field(ge=0)]
    warnings: tuple[str, ...]


@router.get("/account", summary="The account's settings", tags=["set-up"])
def account() -> AccountSaved:
    """`warnings` are contradictions in the configuration."""
    return _account(configuration.current())


@router.put("/account", summary="Replace the account's settings", tags=["set-up"])
def put_account(body: AccountBody) -> AccountSaved:
    """Orders that were routed keep their warehouses."""
    new = Account(**dict(body))
    return _account(_save(lambda before: before.replace(account=new)))


def _account(config: Configuration) -> AccountSaved:
    return AccountSaved(**dict(config.account), config_version=config.version, warnings=tuple(config.warnings()))


def _save(edit: Callable[[Configuration], Configuration]) -> Configuration:
    return reconfigure.save(edit, caller_name(router.current_event.raw_event))
