"""Relay: messages received once, and the nation's copy of what passes between provinces."""
