"""The Settings screen: a page a subject, made from the one list of settings."""
