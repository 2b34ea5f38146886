"""Amazon as a fulfiller: what it is requested to ship, and what its answers change of a fulfilment order."""
