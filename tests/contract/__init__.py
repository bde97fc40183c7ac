"""What is taken for granted about the world outside, tried on the world outside."""
