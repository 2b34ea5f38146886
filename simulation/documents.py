"""Stored documents, which a day reads again and again: what was read of the same bytes is kept until its end."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest.mock import patch

from packhorse.domain.schema import Reader

MOST = 20_000
"""Documents that are kept; a day has a few thousand."""


@contextmanager
def read_once() -> Iterator[None]:
    """Unpack and parse equal documents once meanwhile: the values are frozen, so processes can share them."""
    with (
        patch.object(Reader, "read", lru_cache(MOST)(Reader.read)),
        patch.object(zlib, "decompress", lru_cache(MOST)(zlib.decompress)),
    ):
        yield
