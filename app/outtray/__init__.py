"""Outtray: the desk of a person who answers for the mail that machines draft."""

__version__ = "0.1.0"
