"""Types of path parameters, which decode the percent-encoded parts of a path (see `gate`)."""

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from packhorse.domain.unseen import unseen_in
from packhorse.domain.values import Identifier, OrderIdText, SkuText

PathValue = Annotated[str, BeforeValidator(unquote), StringConstraints(max_length=200), Path()]
"""The id of a record, which may not exist."""

OrderIdValue = Annotated[OrderIdText, BeforeValidator(unquote), Path()]
"""The id of an order that a message names, which may not exist."""


def shown(text: str) -> str:
    """Return the text; raises ValueError for one with a character that no page shows."""
    if unseen := unseen_in(text):
        raise ValueError(f"holds the character {unseen}, which is not shown")
    return text


NewSku = Annotated[SkuText, BeforeValidator(unquote), AfterValidator(shown), Path()]
"""The sku of a product that the request may create."""

NewIdentifier = Annotated[Identifier, BeforeValidator(unquote), Path()]
"""The identifier of a record that the request may create."""
