"""Secrecy: personal identifiers lie encrypted in the database and are clear in memory only."""
