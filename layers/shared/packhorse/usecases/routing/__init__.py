"""Which warehouse ships which units: turns of the orders queue, and backorders that are served."""
