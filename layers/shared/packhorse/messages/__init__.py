"""What each queue carries, a module a queue, and sending it."""
