"""The national hospital interface over HTTP: the only place that knows its field names and numbers."""
