"""Whole ways through the real window, by keys alone, seen as a screen reader sees it."""
