"""Review: the list of drafts, the message as a recipient gets it, and the decision."""
