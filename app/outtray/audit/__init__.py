"""The audit log: reading it, verifying it."""
