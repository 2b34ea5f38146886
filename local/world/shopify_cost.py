"""What a question costs: 1 point an object, 10 a mutation, and a list as often as it was asked for."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

MUTATION = 10
CONNECTION = 2
FREE = frozenset({"pageInfo", "userErrors"})

Variables = Mapping[str, Any]
Fragments = Mapping[str, SelectionSetNode]


def cost(document: DocumentNode, variables: Variables) -> int:
    """Points that a request takes at most."""
    fragments = {
        part.name.value: part.selection_set for part in document.definitions if isinstance(part, FragmentDefinitionNode)
    }
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    if any(operation.operation is OperationType.MUTATION for operation in operations):
        return MUTATION * sum(len(operation.selection_set.selections) for operation in operations)
    return sum(_selected(operation.selection_set, fragments, variables) for operation in operations)


def spent(data: Any) -> int:
    """Points for what was found."""
    if isinstance(data, dict) and "inventorySetQuantities" in data:
        return MUTATION
    if isinstance(data, dict):
        return sum(spent(part) + isinstance(part, dict) for name, part in data.items() if name not in FREE)
    return sum(spent(part) + isinstance(part, dict) for part in data) if isinstance(data, list) else 0


def value_of(node: ValueNode, variables: Variables) -> Any:
    """What an argument comes to."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [value_of(each, variables) for each in node.values]
    return int(node.value) if isinstance(node, IntValueNode) else getattr(node, "value", None)


def _selected(chosen: SelectionSetNode, fragments: Fragments, variables: Variables) -> int:
    points = 0
    for part in chosen.selections:
        if isinstance(part, FieldNode) and part.selection_set and part.name.value not in FREE:
            points += _field(part, _selected(part.selection_set, fragments, variables), variables)
        elif isinstance(part, InlineFragmentNode):
            points += _selected(part.selection_set, fragments, variables)
        elif isinstance(part, FragmentSpreadNode):
            points += _selected(fragments[part.name.value], fragments, variables)
    return points


def _field(field: FieldNode, inner: int, variables: Variables) -> int:
    given = _arguments(field, variables)
    if any(not _arguments(each, variables).get("if", True) for each in field.directives or ()):
        return 0
    if "first" in given:
        return CONNECTION + int(given["first"] or 0) * inner
    return len(given.get("ids") or [1]) * (1 + inner)


def _arguments(node: Any, variables: Variables) -> dict[str, Any]:
    return {argument.name.value: value_of(argument.value, variables) for argument in node.arguments or ()}
