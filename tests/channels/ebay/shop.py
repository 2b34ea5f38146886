"""A simulated eBay behind a real socket, and orders in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from local.world import ebay_server
from local.world.ebay import Ebay
from local.world.server import server
from local.world.shop import Shop
from packhorse.channels.ebay import login
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel, ChannelKind

DATA = Path(__file__).parents[2] / "data/ebay"
TOKEN = "verification_token_of_thirty_two_characters"
ORDER: dict[str, Any] = json.loads((DATA / "order.json").read_text())
MUG, TOWEL = (line["lineItemId"] for line in ORDER["lineItems"])


def keys_of(ebay: Ebay, **changed: Any) -> Keys:
    """The credentials that eBay gave."""
    given = ebay.settings
    return Keys(given.refresh_token, given.client_id, given.client_secret, (TOKEN,))._replace(**changed)


def an_order(**changed: Any) -> dict[str, Any]:
    """The order, with other fields."""
    return {**deepcopy(ORDER), **changed}


def with_instruction(**changed: Any) -> dict[str, Any]:
    """The order, with other fields of its instruction."""
    order = an_order()
    order["fulfillmentStartInstructions"][0] |= changed
    return order


@contextmanager
def serving(ebay: Ebay) -> Iterator[Channel]:
    """Serve eBay on a local port; give its channel."""
    login.clear_tokens()
    http = server(Shop(), 0, None, None, ebay_server.beside(ebay))
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{http.server_address[1]}/ebay"
    yield Channel(id="ebay-de", kind=ChannelKind.EBAY, base_url=url, calls_per_second=100)
    http.shutdown()
    http.server_close()
