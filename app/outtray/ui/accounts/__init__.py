"""The dialogs for Google accounts: connecting and removing one."""
