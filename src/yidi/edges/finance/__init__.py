"""Finance at the edge: what the books expect, statements as commands, orders as files."""
