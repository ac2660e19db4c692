"""Clearing 清算: a month's settlements between provinces, added up, signed, paid and confirmed."""
