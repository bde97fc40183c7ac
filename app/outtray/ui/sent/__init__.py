"""Sent, Snoozed and Rejected: drafts that left Review, as lists with their message."""
