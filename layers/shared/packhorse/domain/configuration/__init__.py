"""The merchant's configuration: account, warehouses, channels, and drafts of them."""
