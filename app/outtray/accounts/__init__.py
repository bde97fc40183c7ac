"""Sending accounts: sign-in, tokens in the keyring."""
