"""Stores of other kinds than the shop and the Shopify store: a day has none, one or both of them."""
