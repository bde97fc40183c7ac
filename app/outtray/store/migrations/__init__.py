"""Alembic revisions, run when a profile is opened that needs them."""
