"""What may happen to an order and to stock: pure rules over frozen values, no I/O."""
