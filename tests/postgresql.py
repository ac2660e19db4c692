"""The real PostgreSQL server of the tests: the one `yidi nation up` starts where none is given."""

from __future__ import annotations

from yidi.edges.storage.embedded import SETTINGS, SUPERUSER, WHEEL, ServerDidNotStart, running_server

__all__ = ["SETTINGS", "SUPERUSER", "WHEEL", "ServerDidNotStart", "running_server"]
