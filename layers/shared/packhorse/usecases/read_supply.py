"""Read the stock that orders find: what is available, and what other orders wait for."""

from collections.abc import Iterable

from packhorse.domain.configuration.account import Account, Backorders
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import Queue, Supply
from packhorse.store import stock


def read_supply(shelves: Iterable[Shelf], account: Account, queue: Queue | None = None) -> Supply:
    """Return the stock of those shelves; nothing of it is kept for others unless the account says `oldest_first`."""
    balances = stock.balances_at(shelves)
    available = Goods({shelf: balance.available for shelf, balance in balances.items()})
    if account.backorders is not Backorders.OLDEST_FIRST:
        return Supply(available)
    return Supply(available, Goods({shelf: balance.waiting for shelf, balance in balances.items()}), queue)
