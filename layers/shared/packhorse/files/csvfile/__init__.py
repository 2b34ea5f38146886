"""CSV files as people and spreadsheets make them, read in flat memory and from any record on by its byte offset.

Three readings of the same bytes: `detect` finds the encoding (all of the file has a say), `find_layout` the delimiter
and the header (the beginning is enough), and the layout reads the records. What columns mean is not known here.
"""

from packhorse.files.csvfile.cells import clean, folded, guarded, unguarded
from packhorse.files.csvfile.encoding import Encoding, Unreadable, detect
from packhorse.files.csvfile.layout import Layout, find_layout
from packhorse.files.csvfile.output import REASON, as_header, as_rows
from packhorse.files.csvfile.records import Position, Record

__all__ = [
    "REASON",
    "Encoding",
    "Layout",
    "Position",
    "Record",
    "Unreadable",
    "as_header",
    "as_rows",
    "clean",
    "detect",
    "find_layout",
    "folded",
    "guarded",
    "unguarded",
]
