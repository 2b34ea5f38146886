"""Amazon as a warehouse of a simulated day: its orders, its acts, and what must hold of both sides."""
