"""A simulated WooCommerce store: its REST API, version 3, with two ways of tracking, and its webhooks."""
