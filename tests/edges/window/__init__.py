"""The service window and its line to the journal."""
