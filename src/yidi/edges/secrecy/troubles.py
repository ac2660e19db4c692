"""What keeps a database shut: keys that are missing, wrong or not told. Never holds a key or a value."""

from __future__ import annotations


class KeyTrouble(Exception):
    """The keys do not open this database; the message says what to do, in both languages."""
