"""The cost of a GraphQL request: 1 point an object, 10 a mutation; a list costs its requested length."""

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


def requested_cost(document: DocumentNode, variables: Variables) -> int:
    """Return the points that a request may take, computed before it is executed."""
    fragments = {
        part.name.value: part.selection_set for part in document.definitions if isinstance(part, FragmentDefinitionNode)
    }
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    if any(operation.operation is OperationType.MUTATION for operation in operations):
        return MUTATION * sum(len(operation.selection_set.selections) for operation in operations)
    return sum(_selection_cost(operation.selection_set, fragments, variables) for operation in operations)


def actual_cost(data: Any) -> int:
    """Return the points of the data that was found."""
    if isinstance(data, dict) and data.keys() & {
        "inventorySetQuantities",
        "webhookSubscriptionCreate",
        "webhookSubscriptionDelete",
        "result",
    }:
        return MUTATION
    if isinstance(data, dict):
        return sum(actual_cost(part) + isinstance(part, dict) for name, part in data.items() if name not in FREE)
    return sum(actual_cost(part) + isinstance(part, dict) for part in data) if isinstance(data, list) else 0


def value_of(node: ValueNode, variables: Variables) -> Any:
    """Return the value of an argument, with variables replaced."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [value_of(each, variables) for each in node.values]
    return int(node.value) if isinstance(node, IntValueNode) else getattr(node, "value", None)


def _selection_cost(chosen: SelectionSetNode, fragments: Fragments, variables: Variables) -> int:
    points = 0
    for part in chosen.selections:
        if isinstance(part, FieldNode) and part.selection_set and part.name.value not in FREE:
            points += _field_cost(part, _selection_cost(part.selection_set, fragments, variables), variables)
        elif isinstance(part, InlineFragmentNode):
            points += _selection_cost(part.selection_set, fragments, variables)
        elif isinstance(part, FragmentSpreadNode):
            points += _selection_cost(fragments[part.name.value], fragments, variables)
    return points


def _field_cost(field: FieldNode, inner: int, variables: Variables) -> int:
    arguments = _arguments(field, variables)
    if any(not _arguments(each, variables).get("if", True) for each in field.directives or ()):
        return 0
    if "first" in arguments:
        return CONNECTION + int(arguments["first"] or 0) * inner
    return len(arguments.get("ids") or [1]) * (1 + inner)


def _arguments(node: Any, variables: Variables) -> dict[str, Any]:
    return {argument.name.value: value_of(argument.value, variables) for argument in node.arguments or ()}
