"""Every DynamoDB read and write, one module for each kind of record; each opens with the questions that it answers.

A module uses one of two libraries. The boto3 client, with `expressions`, is for records that are written in
transactions with others or read on the hot path: orders, stock, ledger, exceptions, configuration, uploads. Such a
transaction mixes tables, and when it is cancelled the reason of each action is needed. PynamoDB's models, on the same
client (see `items`), are for products, listings, polls, published quantities and audits, where typed attributes and
paging save code.
"""
