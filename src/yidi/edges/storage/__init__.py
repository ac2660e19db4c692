"""Facts on disk: plain SQL by hand, the same on SQLite and PostgreSQL."""
