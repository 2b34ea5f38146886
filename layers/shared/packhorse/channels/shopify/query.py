"""A query to a Shopify store whose answer is parsed; this module loads without httpx, unlike `graphql`."""

from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING, Any

from packhorse.channels.body import parse_model
from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx


class FieldDenied(CredentialsRefused):
    """The app may not see a field of the query."""


def not_shown(order: str) -> Rejected:
    """Return the error of an order that a store does not show: an app without `read_all_orders` sees no old ones."""
    return Rejected(f"the store has no order {order}, or it is older than 60 days and the app lacks read_all_orders")


def query(
    http: "httpx.Client",
    model: type[Model],
    text: str,
    variables: Mapping[str, Any],
    sleep: Callable[[float], None],
    may_lack: Set[str] = frozenset(),
) -> Model:
    """Run a query and return its answer as that model; raises CallFailed for one that does not fit."""
    from packhorse.channels.shopify.graphql import run_query  # not above: it imports httpx, a tenth of a second

    data = run_query(http, text, variables, sleep, may_lack)
    try:
        return parse_model(model, data)
    except Rejected as error:
        raise CallFailed("Shopify's answer does not fit the query") from error
