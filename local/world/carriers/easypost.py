"""An account of EasyPost, and the errors of its API, in version 2."""

from dataclasses import dataclass, field

from local.world.carriers.account import Account, Json, Refusal, Settings

UNPROCESSABLE = 422


def new_settings() -> Settings:
    """Return the settings of a new account."""
    return Settings(key="EZTK-of-the-merchant", webhook_secret="easypost-secret")  # noqa: S106 -- a simulated account's


@dataclass
class EasyPostAccount(Account):
    """The state of an account of EasyPost; a parcel is a Tracker, `forms` are ScanForms."""

    settings: Settings = field(default_factory=new_settings)
    forms: dict[str, Json] = field(default_factory=dict)


def error(code: str, message: str, *errors: Json | str) -> Json:
    """Return the body of an error."""
    return {"error": {"code": code, "message": message, "errors": list(errors)}}


def refusal(code: str, message: str, *errors: Json | str, status: int = UNPROCESSABLE) -> Refusal:
    """Return the error to raise."""
    return Refusal(status, error(code, message, *errors))


def missing(*fields: str) -> Refusal:
    """Return the error of required fields that are missing."""
    found = [{"field": name, "message": "cannot be blank"} for name in fields]
    return refusal("PARAMETER.REQUIRED", "Missing required parameter.", *found)
