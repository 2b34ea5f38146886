"""People for tests of the API, each with rights of his own."""

from collections.abc import Iterable

from tests.functions.operate.calls import call

WIL, PAT, RHEA, OLI = "wil@example.com", "pat@example.com", "rhea@example.com", "oli@example.com"


def invited(email: str, *roles: str, warehouses: Iterable[str] = ()) -> str:
    """The id of a person whom the owner invited; requests of hers are sent with `who=email`, without groups."""
    answer = call("POST", "/users", {"email": email, "roles": roles, "warehouses": list(warehouses)})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])
