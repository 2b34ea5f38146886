"""What fulfilment orders go through, whoever ships them: handed over, answered, taken back, shipped."""
