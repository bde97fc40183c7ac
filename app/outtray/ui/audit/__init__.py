"""The audit log as a table, its verification and its export."""
