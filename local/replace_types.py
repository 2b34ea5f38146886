"""A plugin of mypy: `Value.replace` takes the fields of its class, each with its type.

At runtime, nothing is validated there: a wrong type would show only when a message or a document is read again.
"""

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, Var
from mypy.plugin import MethodSigContext, Plugin
from mypy.typeops import map_type_from_supertype
from mypy.types import FunctionLike, Instance, Type, get_proper_type

VALUE = "packhorse.domain.values.Value"


class ReplaceTypes(Plugin):
    """Gives each call of `replace` of a `Value` the signature of its class."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Return what gives the signature, for every method of this name."""
        return signature_of_fields if fullname.endswith(".replace") else None


def signature_of_fields(context: MethodSigContext) -> FunctionLike:
    """Return the signature with a named argument for each field; another class's `replace` keeps its own."""
    model = get_proper_type(context.type)
    if not isinstance(model, Instance) or not model.type.has_base(VALUE):
        return context.default_signature
    fields = fields_of(model)
    return context.default_signature.copy_modified(
        arg_types=list(fields.values()),
        arg_kinds=[ARG_NAMED_OPT] * len(fields),
        arg_names=list(fields),
    )


def fields_of(model: Instance) -> dict[str, Type]:
    """Return the fields of a class and of those it inherits from, with their types."""
    found: dict[str, Type] = {}
    for base in reversed(model.type.mro):
        for name, symbol in base.names.items():
            if isinstance(node := symbol.node, Var) and is_field(node) and node.type:
                found[name] = map_type_from_supertype(node.type, model.type, base)
    return found


def is_field(variable: Var) -> bool:
    """Return whether a name in the body of a class is a field of the model."""
    return not variable.is_classvar and not variable.name.startswith(("_", "model_"))


def plugin(_: str) -> type[Plugin]:
    """Return the plugin: mypy calls this with its own version."""
    return ReplaceTypes
