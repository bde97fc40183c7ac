"""The set-up of the project, its locked packages and its wheel."""
