"""What a planted bug is."""

from typing import NamedTuple


class Bug(NamedTuple):
    """A bug: a module, the text in it, the text that replaces it, and the guarantee that this `breaks`."""

    name: str
    module: str
    written: str
    planted: str
    breaks: str
