"""The simulated outside world: what Packhorse talks to on a laptop, over real sockets."""
