"""What keeps the system sound: audits, dead letters, exceptions, health."""
