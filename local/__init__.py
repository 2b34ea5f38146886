"""The laptop: a local AWS with the real template deployed to it, and the outside world it talks to."""
