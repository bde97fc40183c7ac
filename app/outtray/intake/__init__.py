"""How drafts come in: files, and the one door that proposes them."""
