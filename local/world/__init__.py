"""The simulated outside world: the shops that Packhorse talks to on a laptop, over real sockets."""
