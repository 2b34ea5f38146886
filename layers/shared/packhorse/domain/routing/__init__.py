"""Routing: which warehouse ships which line. It does not import orders."""
