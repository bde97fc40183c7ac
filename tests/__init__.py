"""Outtray's tests; helpers are imported by their full names (`from tests.fakes… import …`)."""
