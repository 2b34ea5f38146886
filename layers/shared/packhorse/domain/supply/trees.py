"""Records as the text of a JSON or XML file: lines are within their order, orders within the file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from packhorse.domain.supply.cell_texts import is_plain
from packhorse.domain.supply.layout import Column, OrderLayout, RecordType
from packhorse.domain.supply.sources import TAKEN, Kind, Level

LIST_NAMES = {Level.START: "file", Level.ORDER: "orders", Level.LINE: "lines", Level.END: "end"}
ELEMENT_NAMES = {Level.START: "file", Level.ORDER: "order", Level.LINE: "line", Level.END: "end"}


class Cell(NamedTuple):
    """A column and its text in one record."""

    column: Column
    text: str


class FilledRecord(NamedTuple):
    """A record with its cells."""

    type: RecordType
    cells: tuple[Cell, ...]

    @property
    def list_name(self) -> str:
        """The name of its list in JSON."""
        return self.type.name or LIST_NAMES[self.type.level]

    @property
    def element(self) -> str:
        """The name of its element in XML."""
        return self.type.name or ELEMENT_NAMES[self.type.level]


class Node(NamedTuple):
    """A record and those within it."""

    record: FilledRecord
    children: list[FilledRecord]


def nested(records: Sequence[FilledRecord]) -> tuple[list[FilledRecord], list[Node]]:
    """Return the records at the start and end of a file, and a tree of the others: an order holds its lines."""
    own: list[FilledRecord] = []
    nodes: list[Node] = []
    for record in records:
        if record.type.level in {Level.START, Level.END}:
            own.append(record)
        elif record.type.level is Level.LINE and nodes and nodes[-1].record.type.level is Level.ORDER:
            nodes[-1].children.append(record)
        else:
            nodes.append(Node(record, []))
    return own, nodes


def as_json(layout: OrderLayout, records: Sequence[FilledRecord]) -> str:
    """Return a JSON document: a list, or an object with the file's own columns and the list.

    A whole number or yes/no that no column setting changes is written as one; an amount is a text.
    """
    own, nodes = nested(records)
    listed = [_json_node(node) for node in nodes]
    if not layout.root and not own:
        return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    document = _tree(cell for record in own for cell in record.cells)
    name = layout.root or (nodes[0].record.list_name if nodes else "orders")
    return json.dumps({**document, name: listed}, ensure_ascii=False, indent=2) + "\n"


def _json_node(node: Node) -> dict[str, Any]:
    inner = _tree(node.record.cells)
    for child in node.children:
        inner.setdefault(child.list_name, []).append(_tree(child.cells))
    return inner


def _tree(cells: Iterable[Cell]) -> dict[str, Any]:
    """Return the cells by name, those with dots in objects of their own."""
    document: dict[str, Any] = {}
    for column, text in cells:
        *above, last = column.name.split(".")
        inner = document
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = _typed(column, text)
    return document


def _typed(column: Column, text: str) -> str | int | bool | None:
    kind = TAKEN[column.source].kind if column.source and is_plain(column) else Kind.TEXT
    if not text and column.source:
        return None
    if kind is Kind.WHOLE:
        return int(text)
    return text == column.written.yes if kind is Kind.YES_NO else text


def as_xml(layout: OrderLayout, records: Sequence[FilledRecord]) -> str:
    """Return an XML document: an element a column, within those of their records."""
    own, nodes = nested(records)
    inner = [line for record in own for line in _xml_tree(_xml_cells(record), 1)]
    for node in nodes:
        inner.append(f"  <{node.record.element}>")
        inner += _xml_tree(_xml_cells(node.record), 2)
        for child in node.children:
            inner += [f"    <{child.element}>", *_xml_tree(_xml_cells(child), 3), f"    </{child.element}>"]
        inner.append(f"  </{node.record.element}>")
    root = layout.root or "orders"
    head = f'<?xml version="1.0" encoding="{layout.encoding.value.upper()}"?>'
    return "\n".join([head, f"<{root}>", *inner, f"</{root}>", ""])


def _xml_cells(record: FilledRecord) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for column, text in record.cells:
        *above, last = column.name.split(".")
        inner = tree
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = text
    return tree


def _xml_tree(tree: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    indent = "  " * depth
    for name, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{indent}<{name}>", *_xml_tree(value, depth + 1), f"{indent}</{name}>"]
        else:
            lines.append(f"{indent}<{name}>{escape(value)}</{name}>")
    return lines
