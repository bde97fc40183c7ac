"""How an approved message leaves: once, or known not to have left."""
