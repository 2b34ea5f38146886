"""Every DynamoDB read and write, a module a table; each opens with the questions that it answers.

Modules of functions, each with one of two tools. The boto3 client, with `expressions`, for what is written under
conditions beside other things or read on the hot path: orders, stock, ledger, exceptions, configuration, uploads. There
a transaction mixes tables, and a cancelled one has to say which action failed. PynamoDB's models, on the same client
(see `items`), for the catalogue and work lists, where typed attributes and paging pay: products, listings, polls,
published quantities, audits.
"""
