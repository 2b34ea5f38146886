"""A simulated Amazon behind a real socket, and orders in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.world import amazon_server
from local.world.amazon import Amazon, Settings
from local.world.server import server
from local.world.shop import Shop
from packhorse.channels.amazon import login
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel, ChannelKind

DATA = Path(__file__).parents[2] / "data/amazon"
ORDER: dict[str, Any] = json.loads((DATA / "order.json").read_text())
MUG, TOWEL = (line["orderItemId"] for line in ORDER["orderItems"])
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"


def an_amazon(**changed: Any) -> Amazon:
    """A seller in Germany and France, whose changes are listed at once and whose calls are not counted."""
    settings: dict[str, Any] = {"marketplaces": [GERMANY, FRANCE], "listed_after": 0.0, "has_rates": False, **changed}
    return Amazon(settings=Settings(**settings))


def keys_of(amazon: Amazon, **changed: Any) -> Keys:
    """The credentials that Amazon gave."""
    given = amazon.settings
    return Keys(given.refresh_token, given.client_id, given.client_secret)._replace(**changed)


def an_order(status: str = "UNSHIPPED", **changed: Any) -> dict[str, Any]:
    """The order, in that status, with other fields."""
    order = {**deepcopy(ORDER), **changed}
    order["fulfillment"]["fulfillmentStatus"] = status
    return order


def moment(ago: timedelta = timedelta()) -> str:
    """The time that long ago, as Amazon writes it."""
    return (datetime.now(UTC) - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def serving(amazon: Amazon) -> Iterator[Channel]:
    """Serve Amazon on a local port; give its channel in Germany."""
    login.clear_tokens()
    http = server(Shop(), 0, None, None, amazon_server.beside(amazon))
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield Channel(
        id="amazon-de",
        kind=ChannelKind.AMAZON,
        base_url=f"http://127.0.0.1:{http.server_address[1]}/amazon",
        seller=amazon.settings.seller,
        marketplace=GERMANY,
        calls_per_second=100,
    )
    http.shutdown()
    http.server_close()
