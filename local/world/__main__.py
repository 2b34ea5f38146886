"""Run the outside world until SIGTERM: python -m local.world PORT STATE_FILE."""

import signal
import sys
import threading
from pathlib import Path

from local.world.server import server
from local.world.shop import Shop
from local.world.shopify_store import Store

port, state = int(sys.argv[1]), Path(sys.argv[2])
shop, store = Shop.load(state), Store.load(state.with_name("shopify.json"))
serving = server(shop, port, store)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=serving.shutdown).start())
serving.serve_forever()
shop.save(state)
store.save(state.with_name("shopify.json"))
