"""The simulated carriers: what EasyPost and Shippo sell, their protocols over HTTP, and labels that scanners read."""
