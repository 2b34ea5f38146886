"""How orders come in: webhooks, polls, uploads and notifications, until they are stored."""
