"""Warehouses that Amazon ships from: their fulfilment orders and their stock."""
