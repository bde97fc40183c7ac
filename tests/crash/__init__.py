"""Kills the sender at every point and at random ones, and counts what was delivered, lost and doubled."""
