"""Whether the desk is ready to send, and why not."""
