"""Every DynamoDB read and write, a module a table; each opens with the questions that it answers."""
