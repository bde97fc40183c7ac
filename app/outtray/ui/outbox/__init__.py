"""The Outbox: what is on its way out, grouped by what holds it."""
