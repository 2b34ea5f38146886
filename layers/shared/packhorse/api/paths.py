"""Parts of addresses: percent-encoded until here (see `door`), from here on as they were meant."""

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BeforeValidator, StringConstraints

from packhorse.domain.values import Identifier, SkuText

PathValue = Annotated[str, BeforeValidator(unquote), StringConstraints(max_length=200), Path()]
"""The name of something that is there, or is not."""

NewSku = Annotated[SkuText, BeforeValidator(unquote), Path()]
"""The sku of something that may have to be made."""

NewIdentifier = Annotated[Identifier, BeforeValidator(unquote), Path()]
"""The identifier of something that may have to be made."""
