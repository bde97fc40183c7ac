"""The Rules screen: the order of the rules, each one in words, and what is known of it."""
