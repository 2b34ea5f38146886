"""The Movements table as the auditor reads it: whole, and strongly consistent (see store/stock.py for its keys)."""

from collections import Counter
from typing import NamedTuple

from packhorse.domain.goods import Place
from packhorse.domain.values import OrderId
from packhorse.settings import settings
from packhorse.store.reading import pages


class Sums(NamedTuple):
    """All movements of a place added up; `by_reference` is what each order has committed there."""

    on_hand: int
    committed: int
    by_reference: "Counter[str]"


def sums(place: Place) -> Sums:
    """The whole ledger of a place."""
    return _sums({"KeyConditionExpression": "pk = :place"}, place)


def committed_by(place: Place, order_id: OrderId) -> int:
    """What an order has committed at a place, by its own movements."""
    query = {"KeyConditionExpression": "pk = :place AND begins_with(sk, :events)"}
    return _sums(query, place, **{":events": {"S": f"{order_id}#"}}).committed


def _sums(query: dict[str, str], place: Place, **values: dict[str, str]) -> Sums:
    on_hand, by_reference = 0, Counter[str]()
    request = {
        **query,
        "ExpressionAttributeValues": {":place": {"S": f"{place.sku}#{place.warehouse}"}, **values},
        "ConsistentRead": True,
    }
    for item in pages("query", TableName=settings.movements_table, **request):
        on_hand += int(item["on_hand"]["N"])
        by_reference[item["reference"]["S"]] += int(item["committed"]["N"])
    return Sums(on_hand, by_reference.total(), by_reference)
