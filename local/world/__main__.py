"""Run the outside world until SIGTERM: python -m local.world PORT SFTP_PORT STATE_FILE."""

import signal
import sys
import threading
from pathlib import Path

from local.world import amazon, amazon_server, ebay, ebay_server, saved
from local.world.carriers.account import Settings
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.server import Carriers, server
from local.world.shop import Settings as ShopSettings
from local.world.shop import Shop
from local.world.shopify_store import Store
from local.world.suppliers import wholesaler
from local.world.suppliers.server import open_site
from local.world.woocommerce import server as woocommerce
from local.world.woocommerce.store import Settings as WooSettings
from local.world.woocommerce.store import Store as WooStore

port, sftp_port, state = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
shop = saved.load(Shop, ShopSettings, state)
store = Store.load(state.with_name("shopify.json"))
carriers = Carriers(
    easypost=saved.load(EasyPostAccount, Settings, state.with_name("easypost.json")),
    shippo=saved.load(ShippoAccount, Settings, state.with_name("shippo.json")),
)
marketplace = saved.load(ebay.Ebay, ebay.Settings, state.with_name("ebay.json"))
seller = saved.load(amazon.Amazon, amazon.Settings, state.with_name("amazon.json"))
supplier = saved.load(wholesaler.Wholesaler, wholesaler.Settings, state.with_name("supplier.json"))
woo = saved.load(WooStore, WooSettings, state.with_name("woocommerce.json"))
with open_site(supplier, state.with_name("supplier"), sftp_port) as site:
    others = (site.answer, woocommerce.site(woo), ebay_server.beside(marketplace), amazon_server.beside(seller))
    serving = server(shop, port, store, carriers, *others)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=serving.shutdown).start())
    serving.serve_forever()
saved.save(shop, state)
saved.save(store, state.with_name("shopify.json"))
saved.save(carriers.easypost, state.with_name("easypost.json"))
saved.save(carriers.shippo, state.with_name("shippo.json"))
saved.save(marketplace, state.with_name("ebay.json"))
saved.save(seller, state.with_name("amazon.json"))
saved.save(supplier, state.with_name("supplier.json"))
saved.save(woo, state.with_name("woocommerce.json"))
