"""What the Outbox, Sent and Failed screens share: words, grouped lists, timelines, the exact message."""
