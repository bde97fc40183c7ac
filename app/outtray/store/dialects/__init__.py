"""What differs between database systems; no other module of the store knows which one it talks to."""
