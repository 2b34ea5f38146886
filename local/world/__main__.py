"""Run the outside world until SIGTERM: python -m local.world PORT STATE_FILE."""

import signal
import sys
import threading
from pathlib import Path

from local.world.server import server
from local.world.shop import Shop

port, state = int(sys.argv[1]), Path(sys.argv[2])
shop = Shop.load(state)
serving = server(shop, port)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=serving.shutdown).start())
serving.serve_forever()
shop.save(state)
