"""Rows of JSON and XML files, by the paths of their parts."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from packhorse.domain.configuration.channel import FileEncoding
from packhorse.domain.errors import FieldError
from packhorse.domain.file_encodings import SEVERAL_BYTES, codec_of
from packhorse.domain.supply.answer_layout import AnswerColumn, AnswerField, AnswerLayout
from packhorse.domain.supply.layout import FileFormat
from packhorse.files.answers.table import FileRow, Table, bounded, mapped
from packhorse.files.csvfile.cells import clean
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.files.csvfile.records import MAX_CELL_CHARACTERS

MAX_DEPTH = 50
MAX_DIGITS = 40
"""Most digits before the point of a number with a point or an exponent, and most zeros after it."""
_DECLARATION = re.compile(rb"<\?xml[^>]{1,100}encoding=[\"']([A-Za-z0-9_-]+)")
TEXT = "#text"
"""The text of an XML element that has attributes."""
OF_LINES = frozenset({AnswerField.LINE, AnswerField.SKU, AnswerField.SUPPLIER_SKU, AnswerField.QUANTITY})
"""What cells of lines hold, not of the order."""


def tree_table(content: bytes, layout: AnswerLayout) -> Table:
    """Return the rows of a JSON or XML file: each of `rows_at`, once for each of its own `lines_at`."""
    if not content.strip():
        raise Unreadable("the file is empty")
    document = _json(content, layout) if layout.format is FileFormat.JSON else _xml(content, layout)
    return Table(tuple(bounded(_rows(document, layout))))


def _rows(document: Any, layout: AnswerLayout) -> Iterator[FileRow]:
    number = 0
    for record in _records(document, layout.rows_at):
        problem = _problem_of_lines(record, layout)
        for line in [record] if problem else _lines(record, layout.lines_at):
            number += 1
            row = _row(number, record, line, layout.columns)
            yield row._replace(problem=problem) if problem else row


def _records(document: Any, path: str) -> list[Any]:
    """Return what is at `rows_at`, nothing of what is empty; raises Unreadable if the document has other parts only."""
    if not path or (isinstance(document, dict) and path in document):
        return _listed(document, path)
    part = document
    for name in path.split("."):
        if _is_empty(part):
            return []
        if not isinstance(part, dict) or name not in part:
            raise Unreadable(f"the file has no {path}", [FieldError("rows_at", _parts_of(part))])
        part = part[name]
    return _listed(part, "")


def _is_empty(part: Any) -> bool:
    """Return whether a part of a document has nothing in it; attributes are about the part itself."""
    if isinstance(part, dict):
        return all(name.startswith("@") or (name == TEXT and _is_empty(value)) for name, value in part.items())
    return part is None or part == [] or (isinstance(part, str) and not part.strip())


def _parts_of(part: Any) -> str:
    if isinstance(part, dict):
        return f"the file's own parts are {', '.join(part)}"[:200]
    return f"the file has {'a list' if isinstance(part, list) else 'a plain value'} there"


def _lines(record: Any, path: str) -> list[Any]:
    """Return the lines of a record: itself if it does not list any."""
    return [record] if not path or _at(record, path) is None else _listed(record, path)


def _problem_of_lines(record: Any, layout: AnswerLayout) -> str | None:
    """Return why a record must not be read: without its lines it would speak of the whole order."""
    path, names = layout.lines_at, [name for each in layout.columns for name in each.names]
    if not path or not isinstance(record, dict):
        return None
    if _at(record, path) is None:
        of_lines = [name for each in layout.columns if each.field in OF_LINES for name in each.names]
        elsewhere = (name for name, part in record.items() if any(_has_any(each, of_lines) for each in _objects(part)))
        found = next(elsewhere, None)
        return f"has no {path}, and cells of lines in {found}" if found else None
    lines = _listed(record, path)
    if not lines:
        return "its list of lines is empty"
    is_blank = any(isinstance(each, dict) and not _has_any(each, names) for each in lines)
    return f"a line in {path} has none of the columns" if is_blank else None


def _has_any(part: dict[str, Any], names: Iterable[str]) -> bool:
    return any(_at(part, name) is not None for name in names)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a part of a document, at any depth."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(inner)


def _row(number: int, record: Any, line: Any, columns: tuple[AnswerColumn, ...]) -> FileRow:
    if not isinstance(record, dict) or not isinstance(line, dict):
        return FileRow(number, {}, "is a plain value, not an object with fields")
    cells: dict[AnswerField, str] = {}
    for column in columns:
        found = (_at(source, name) for source in (line, record) for name in column.names)
        value = _without_attributes(next((value for value in found if value is not None), None))
        if problem := _problem_of(value):
            return FileRow(number, cells, f"{column.field}: {problem}")
        cells[column.field] = mapped(column, clean(_text(value)))
    return FileRow(number, cells)


def _without_attributes(value: Any) -> Any:
    """Return the text of an XML element that has attributes and no parts; anything else as it is."""
    is_text = isinstance(value, dict) and all(name == TEXT or name.startswith("@") for name in value)
    return value.get(TEXT, value) if is_text else value


def _problem_of(value: Any) -> str | None:
    """Return why a value is no cell: written out, a number such as 1e999999999 fills the memory."""
    if isinstance(value, dict | list):
        return "is a list or an object, not a text"
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_DIGITS:
        return f"is a number of more than {MAX_DIGITS} digits"
    is_long = isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS
    return f"is longer than {MAX_CELL_CHARACTERS:,} characters" if is_long else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _at(tree: Any, path: str) -> Any:
    """Return what is at a path such as `order.id`; a name that has dots itself is found, too."""
    if isinstance(tree, dict) and path in tree:
        return tree[path]
    for name in path.split("."):
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _listed(tree: Any, path: str) -> list[Any]:
    found = _at(tree, path) if path else tree
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _json(content: bytes, layout: AnswerLayout) -> Any:
    codec = codec_of(layout.encoding) if layout.encoding else json.detect_encoding(content)
    try:
        text = content.decode(codec).removeprefix("\ufeff")
        return json.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not {layout.encoding or codec}") from error
    except RecursionError as error:
        raise Unreadable("the file is nested too deeply") from error
    except (ValueError, ArithmeticError) as error:
        raise Unreadable(f"this is no JSON, or only a part of it: {error}") from error


def _xml(content: bytes, layout: AnswerLayout) -> Any:
    named = layout.encoding or _declared(content)
    is_decoded = named in SEVERAL_BYTES  # the parser has no encodings of several bytes but UTF
    encoding = layout.encoding.value if layout.encoding and not is_decoded else None
    try:
        text = content.decode(codec_of(named)) if named and is_decoded else content
        _refuse_doctype(text, encoding)
        parser = ElementTree.XMLParser(encoding=encoding)  # noqa: S314 - no document type, thus no entities
        tree = _as_tree(ElementTree.fromstring(text, parser))  # noqa: S314
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable(f"this is no XML, or only a part of it: {error}") from error
    if layout.rows_at:
        return tree
    if not isinstance(tree, dict):
        return [] if _is_empty(tree) else tree
    return next((value for name, value in tree.items() if not name.startswith(("@", "#"))), [])


def _declared(content: bytes) -> FileEncoding | None:
    """Return the encoding that an XML document says it has, None for one that we do not name."""
    found = _DECLARATION.match(content)
    name = found[1].decode().lower().replace("_", "-") if found else ""
    return FileEncoding(name) if name in set(FileEncoding) else None


def _refuse_doctype(content: bytes | str, encoding: str | None) -> None:
    """Raise Unreadable for a document with a document type, by which entities could grow without bound."""

    def refuse(*_: object) -> None:
        raise Unreadable("the XML has a document type (<!DOCTYPE>), which is not read")

    parser = expat.ParserCreate(encoding)
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)


def _as_tree(element: ElementTree.Element, depth: int = 0) -> Any:
    """Return an element as JSON would have it: its attributes as `@name`, its repeated elements as a list."""
    if depth > MAX_DEPTH:
        raise Unreadable("the file is nested too deeply")
    if not len(element) and not element.attrib:
        return element.text or ""
    tree: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.attrib.items()}
    if not len(element):
        return {**tree, TEXT: element.text or ""}
    for name, value in _children(element, depth):
        if name not in tree:
            tree[name] = value
        elif isinstance(tree[name], list):
            tree[name].append(value)
        else:
            tree[name] = [tree[name], value]
    return tree


def _children(element: ElementTree.Element, depth: int) -> Iterator[tuple[str, Any]]:
    return ((_local(child.tag), _as_tree(child, depth + 1)) for child in element)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
