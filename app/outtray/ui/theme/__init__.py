"""Colours, fonts, icons and the one style sheet: the design's tokens, and how Qt is dressed in them."""
