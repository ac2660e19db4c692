"""Benefits in bulk."""
