"""Failed: what gave up or can not be known, and what to do with it."""
