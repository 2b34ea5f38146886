"""The local stack: an emulator of AWS with template.yaml deployed to it, and a simulated outside world."""
