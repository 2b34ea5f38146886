"""CSV files as people and spreadsheets make them, read in constant memory, from any record on by its byte offset.

The bytes are read three times: `detect` finds the encoding in the whole file, `find_layout` the delimiter and the
header at its beginning, and the layout reads the records. The meaning of columns is not decided here.
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
