"""The layout of the files of orders that a supplier gets, as data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.configuration.handling import TimeZone
from packhorse.domain.supply.patterns import ISO, DatePattern
from packhorse.domain.supply.sources import Level, Source
from packhorse.domain.values import Value, Whole

MAX_COLUMNS = 200
MAX_VALUES = 500

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
CellText = Annotated[str, StringConstraints(max_length=255)]


class FileFormat(StrEnum):
    """The format of a file."""

    CSV = "csv"
    JSON = "json"
    XML = "xml"


class Delimiter(StrEnum):
    """What is between the cells of a CSV file."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"
    PIPE = "|"
    CARET = "^"
    TILDE = "~"


class Quoting(StrEnum):
    """Which cells of a CSV file are in quotation marks; with `none`, a cell that needs them is refused."""

    NEEDED = "needed"
    ALL = "all"
    NONE = "none"


class LineEnd(StrEnum):
    """What ends a line of a CSV file."""

    CRLF = "crlf"
    LF = "lf"
    CR = "cr"


class FilePer(StrEnum):
    """What a file holds."""

    BATCH = "batch"
    ORDER = "order"


class LetterCase(StrEnum):
    """The case of letters."""

    AS_IS = "as_is"
    UPPER = "upper"
    LOWER = "lower"


class TooLong(StrEnum):
    """What happens to a text that is too long: it is cut, or its order refused."""

    CUT = "cut"
    REJECT = "reject"


class PadSide(StrEnum):
    """The side on which a text is padded."""

    LEFT = "left"
    RIGHT = "right"


class Unmapped(StrEnum):
    """What happens to a value that the value map does not have: its order is refused, or it is kept, or `default`."""

    REJECT = "reject"
    KEEP = "keep"
    DEFAULT = "default"


class Written(Value):
    """How a fact becomes a text; `date` and `time_zone` are for moments, `decimals` for amounts, `yes`, `no` for those.

    `decimals` None: as many as the currency has. Too many decimals refuse the order; no amount is rounded.
    """

    case: LetterCase = LetterCase.AS_IS
    date: DatePattern = ISO
    time_zone: TimeZone = "UTC"
    decimals: Annotated[Whole, Field(ge=0, le=6)] | None = None
    decimal_comma: bool = False
    yes: CellText = "Y"
    no: CellText = "N"
    pad_to: Annotated[Whole, Field(ge=0, le=255)] = 0
    pad_with: Annotated[str, Field(min_length=1, max_length=1)] = "0"
    pad_side: PadSide = PadSide.LEFT
    max_length: Annotated[Whole, Field(ge=1, le=5000)] | None = None
    too_long: TooLong = TooLong.REJECT


class Column(Value):
    """A column: its name there, and `source` or `constant`; `instead` is the source where the first has nothing.

    `values` maps texts before they are formatted; `default` is written where nothing else is. A `required` column
    that stays empty refuses its order. In JSON and XML a name with dots is nested: `ship_to.name`.
    """

    name: ColumnName
    source: Source | None = None
    instead: Source | None = None
    constant: CellText | None = None
    values: Annotated[Mapping[CellText, CellText], Field(max_length=MAX_VALUES)] = {}
    unmapped: Unmapped = Unmapped.REJECT
    default: CellText = ""
    required: bool = False
    written: Written = Written()


class RecordType(Value):
    """A kind of record, once for each of its level; `name` is that of its element in XML, and of its list in JSON."""

    level: Level = Level.LINE
    name: Annotated[str, StringConstraints(max_length=60)] = ""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MAX_COLUMNS)]


class OrderLayout(Value):
    """The layout of a supplier's files of orders.

    `records`: one record type is a flat file; an order's and a line's are header and detail rows; one at the end is a
    trailer, such as with a count. `header` is a first row with the names of columns; only a file with one kind of row
    can have it. `root` is the outermost element in XML, in JSON the name of the list (none: the file is the list).
    `file_name` has `{batch}` or `{batch:6}` (padded), `{fulfilment}`, `{order}`, `{supplier}`, `{date}` and `{time}`.
    """

    format: FileFormat = FileFormat.CSV
    encoding: FileEncoding = FileEncoding.UTF_8
    byte_order_mark: bool = False
    delimiter: Delimiter = Delimiter.COMMA
    quoting: Quoting = Quoting.NEEDED
    line_end: LineEnd = LineEnd.CRLF
    header: bool = True
    root: Annotated[str, StringConstraints(max_length=60)] = ""
    records: Annotated[tuple[RecordType, ...], Field(min_length=1, max_length=4)]
    file_per: FilePer = FilePer.BATCH
    file_name: Annotated[str, StringConstraints(min_length=1, max_length=120)] = "orders_{batch}.csv"

    @property
    def sources(self) -> frozenset[Source]:
        """What its columns are filled with."""
        columns = [column for record in self.records for column in record.columns]
        return frozenset(source for each in columns for source in (each.source, each.instead) if source)

    def of_level(self, level: Level) -> RecordType | None:
        """Return the record type of a level."""
        return next((each for each in self.records if each.level is level), None)
