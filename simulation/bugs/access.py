"""Bugs in what callers may do, and in repeated requests."""

from simulation.bugs.bug import Bug

BUGS = (
    Bug(
        "request-key-ignored",
        "packhorse.api.access",
        ".hexdigest()[:32] if key else uuid4().hex",
        ".hexdigest()[:32] and uuid4().hex",
        "a repeated request is performed again",
    ),
    Bug(
        "ships-for-another-warehouse",
        "packhorse.api.limits",
        "    return of_order(limits, arguments)",
        "    return arguments",
        "a warehouse user ships the fulfilment order of another warehouse",
    ),
    Bug(
        "sees-every-order",
        "packhorse.api.limits",
        "    if not concerns(order, limits.warehouses):\n        raise NotFound",
        "    if False:\n        raise NotFound",
        "a packer opens orders of other warehouses",
    ),
    Bug(
        "role-not-compared",
        "packhorse.api.gate",
        "    if not allowing:",
        "    if False:",
        "a request is answered for a role that the route does not name",
    ),
    Bug(
        "old-token-counts-again",
        "packhorse.domain.users",
        "    if ended and (token.issued_at is None or token.issued_at <= ended):",
        "    if False:",
        "the token of before counts once a person who was disabled is enabled",
    ),
    Bug(
        "token-overrides-the-record",
        "packhorse.usecases.users.identify",
        "frozenset(rights.roles), warehouses)",
        "frozenset(rights.roles) | token.roles, warehouses)",
        "groups of a token count for a person whom an owner gave fewer rights",
    ),
    Bug(
        "stock-of-another-warehouse",
        "packhorse.api.limits",
        '    if wrong := list(_foreign(limits, arguments["new"].changes())):',
        "    if wrong := list(_foreign(limits, ())):",
        "a warehouse user changes the stock of another warehouse",
    ),
)
