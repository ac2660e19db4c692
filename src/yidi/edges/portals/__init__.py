"""Pages by task. Server-rendered from frozen view models; a page never reads a table."""
