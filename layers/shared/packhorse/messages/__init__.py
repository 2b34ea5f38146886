"""Messages: one module for each queue or function that they are sent to."""
