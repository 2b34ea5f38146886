"""The columns of a file of orders: our own, in some spellings, or those of an export."""

from collections.abc import Collection, Mapping

from packhorse.files.csvfile.cells import folded
from packhorse.files.csvfile.encoding import ByteSource, Encoding
from packhorse.files.csvfile.layout import NOTHING, Layout, check_layout, read_layout
from packhorse.files.csvfile.output import REASON
from packhorse.files.csvfile.similar import similar_columns
from packhorse.files.orders.exports import EXPORTS, export_of
from packhorse.files.orders.order_rows import ALIASES, ORDER_COLUMNS, REQUIRED_ORDER_COLUMNS

OUR_COLUMNS = {folded(alias): name for alias, name in ALIASES.items()} | {folded(name): name for name in ORDER_COLUMNS}
_ALL_COLUMNS = {theirs: ours for export in EXPORTS for theirs, ours in export.columns.items()} | OUR_COLUMNS
_SIMILAR = {theirs: ours for theirs, ours in _ALL_COLUMNS.items() if ours in ORDER_COLUMNS}
_RETURNED = frozenset(map(folded, (REASON, *REQUIRED_ORDER_COLUMNS)))
"""The columns of a file of rejected rows, which are ours, whatever names the channel has for them."""
_CHANNEL = {theirs: ours for theirs, ours in OUR_COLUMNS.items() if ours == "Channel"}


def names_in(header: tuple[str, ...]) -> Mapping[str, str]:
    """Return our name of each column of interest, by its folded spelling in a file of this header."""
    export = export_of(header)
    return {**export.columns, **_CHANNEL} if export else OUR_COLUMNS


def order_layout(
    stream: ByteSource, encoding: Encoding, own: Mapping[str, str] = NOTHING, *, in_folder: bool
) -> Layout:
    """Return the layout of a file of orders; raises Unreadable if it is neither in our columns nor one of our exports.

    `own` are our names of the channel's columns, by theirs: the header has ours then, as rejected rows have them.
    Outside of a channel's folder (`in_folder`) it needs the column of the channel.
    """
    named = {folded(theirs): ours for theirs, ours in own.items()}
    layout = read_layout(stream, encoding, {**_ALL_COLUMNS, **named})
    if not export_of(layout.header) and not set(map(folded, layout.header)) >= _RETURNED:
        layout = layout._replace(header=tuple(named.get(folded(cell), cell) for cell in layout.header))
    channel: Collection[str] = () if in_folder else ("Channel",)
    if export_of(layout.header):
        check_layout(layout, names_in(layout.header), channel)
    else:
        check_layout(layout, OUR_COLUMNS, (*channel, *REQUIRED_ORDER_COLUMNS), similar_columns(layout.header, _SIMILAR))
    return layout
