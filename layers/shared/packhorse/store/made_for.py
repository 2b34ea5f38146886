"""Which documents brought units of a sku that were made for orders, in the Work table: for the release that follows.

question                              | pk                    | sk
what has come of a sku that was made  | MADE_FOR#sku          | id
  for orders, by document             |                       |
"""

from datetime import datetime
from typing import Any

from packhorse.aws.settings import settings
from packhorse.domain.values import Sku
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, equals
from packhorse.store.reading import pages
from packhorse.store.register import KEPT


def came_write(sku: Sku, document: str, at: datetime) -> dict[str, Any]:
    """Return the write that names a document of which units came for orders."""
    values: Attributes = {"pk": f"MADE_FOR#{sku}", "sk": document, "expiration": int((at + KEPT).timestamp())}
    return {"Put": expressions.put(settings.work_table, values)}


def brought(sku: Sku) -> list[str]:
    """Return the documents of which units of a sku came for orders, in the sequence of their ids."""
    query = expressions.query(settings.work_table, equals("pk", f"MADE_FOR#{sku}"), ConsistentRead=True)
    return [item["sk"]["S"] for item in pages("query", **query)]
